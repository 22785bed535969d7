"""The secret links of a museum: to give them, and to renew them; and its list on paper."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from museums import actions
from nocturnes import access, clock, links
from nocturnes.access import coordinator_required, edition_page
from shifts.views.paper import paper, papers

from . import rows


@require_GET
@coordinator_required
@edition_page
def museum_link(request, edition, pk):
    """The museum's two links in each language of the edition, whom to give them to, and its lists to print."""
    museum = rows.museum(edition, pk)
    context = {
        "museum": museum,
        "season": _by_language(edition, museum, "museum"),
        "tonight": _by_language(edition, museum, "tonight"),
        "contacts": museum.contacts.all(),
        "openings": _to_come(edition, museum),
    }
    return render(request, "shifts/coordinator/museum_link.html", context)


def _by_language(edition, museum, purpose):
    token = links.token(purpose, museum)
    return [(code, links.absolute(purpose, code, token)) for code in edition.languages]


def _to_come(edition, museum):
    """The openings that a list can still be wanted for, with the editions of their evenings."""
    evenings = edition.coming_evenings(clock.now()).published().filter(called_off_at=None)
    openings = museum.openings.taking_place().filter(evening__in=evenings)
    return openings.select_related("evening").order_by("evening__date")


@require_GET
@coordinator_required
@edition_page
def opening_print(request, edition, pk):
    """The list of one evening on paper, under the museum's rules: it is made for the museum."""
    opening = rows.opening(edition, pk)
    return paper(request, opening, back=reverse("evening", args=[edition.slug, opening.evening.date]))


@require_GET
@coordinator_required
@edition_page
def evening_print(request, edition, day):
    """The lists of all museums of one evening, under the museums' rules."""
    evening = rows.evening(edition, day)
    return papers(request, evening, back=reverse("evening", args=[edition.slug, evening.date]))


@require_POST
@coordinator_required
@edition_page
def museum_link_renew(request, edition, pk):
    museum = rows.museum(edition, pk)
    actions.renew_link(museum, by=access.actor(request), now=clock.now())
    messages.success(request, _("The old links no longer work. Give the museum the new ones."))
    return redirect("museum_link", edition.slug, museum.pk)
