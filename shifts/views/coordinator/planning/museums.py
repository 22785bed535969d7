"""The museums, and whom to call there."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from museums.actions import add_museum
from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from shifts.actions import planning as actions
from shifts.models import Post
from shifts.pages import planning as pages
from shifts.planning.museums import ContactForms, MuseumForm
from shifts.views.coordinator import rows

from .saving import refusals_into


@require_GET
@coordinator_required
@edition_page
def museum_list(request, edition):
    """Every museum of the installation, or those that `?q=` names."""
    like = request.GET.get("q", "").strip()[:80]
    return render(request, "shifts/planning/museums.html", {"lines": pages.museums(edition, like=like), "like": like})


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def museum_add(request, edition):
    typed = rows.typed(request)
    form = MuseumForm(typed, edition=edition)
    contacts = ContactForms(typed, museum=None, languages=edition.languages)
    if request.method == "POST" and all([form.is_valid(), contacts.is_valid()]):
        with refusals_into(form):
            museum = add_museum(form.facts(), contacts=contacts.lines(), by=access.actor(request), now=clock.now())
            messages.success(request, _("%(museum)s is added.") % {"museum": museum.name})
            return redirect("museum_list", edition.slug)
    return render(request, "shifts/planning/museum.html", {"form": form, "contacts": contacts, "museum": None})


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def museum_edit(request, edition, pk):
    """A museum and its contacts; who is on a post there hears of another address."""
    museum, typed, now = rows.known_museum(pk), rows.typed(request), clock.now()
    form = MuseumForm(typed, edition=edition, museum=museum)
    contacts = ContactForms(typed, museum=museum, languages=edition.languages)
    if request.method == "POST" and all([form.is_valid(), contacts.is_valid()]):
        with refusals_into(form):
            lines, by = contacts.lines(), access.actor(request)
            number = actions.change_museum(museum, form.facts(), contacts=lines, by=by, now=now)
            messages.success(request, saved(number))
            return redirect("museum_list", edition.slug)
    context = {
        "form": form,
        "contacts": contacts,
        "museum": museum,
        "told": pages.who_is_told(Post.objects.filter(opening__museum=museum), now=now),
        "opens_here": museum.openings.filter(evening__edition=edition).exists(),
    }
    return render(request, "shifts/planning/museum.html", context)


def saved(told: int) -> str:
    """What a click did, with how many people hear of it."""
    if not told:
        return _("Saved.")
    return ngettext("Saved. %(n)s person is told.", "Saved. %(n)s people are told.", told) % {"n": told}
