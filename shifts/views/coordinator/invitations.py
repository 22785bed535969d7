"""Finding people for an evening: ask who has not answered, invite others, call who has not confirmed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.pages import asking, at_risk
from shifts.pages import invitation as pages

from . import rows
from .season import day as day_of

MOST_LINKS = 12


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def evening_ask_unanswered(request, edition, day):
    """Whom the click will ask, and with which words; then the click."""
    evening, now = rows.evening(edition, day), clock.now()
    if request.method == "GET":
        return render(request, "shifts/coordinator/ask.html", {"page": asking.asking(evening, now=now)})
    try:
        asked = actions.ask_unanswered([evening], by=access.actor(request), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if not asked:
            messages.info(request, _("There is nobody to ask: everybody answered, or was asked lately."))
    return redirect("season", edition.slug)


@require_GET
@coordinator_required
@edition_page
def evening_unconfirmed(request, edition, day):
    """Who has not confirmed yet, with the numbers to call."""
    evening = rows.evening(edition, day)
    waiting = asking.unconfirmed(evening, now=clock.now())
    context = {"evening": evening, "calls": at_risk.with_calls(waiting)}
    return render(request, "shifts/coordinator/unconfirmed.html", context)


@require_GET
@coordinator_required
@edition_page
def invitation(request, edition):
    """The text to paste and its QR in each language; about one evening where the address names one that is to come.

    The address may also say where the text will stand: then so does the link in it.
    """
    coming, place = _coming(edition), _place(request)
    evening = _chosen(request, coming)
    if request.GET.get("evening") and evening is None:
        messages.warning(request, _("No evening to come has that date: here is the text for all of them."))
    context = {
        "evening": evening,
        "place": place,
        "places": pages.PLACES.items(),
        "texts": pages.invitations(edition, evening, coming=coming, place=place),
        "query": pages.query(evening, place),
        "other_evenings": [(one, pages.query(one, place)) for one in [None, *coming[:MOST_LINKS]] if one != evening],
    }
    return render(request, "shifts/coordinator/invitation.html", context)


@require_GET
@coordinator_required
@edition_page
def invitation_qr(request, edition, language):
    """The sign-up link in one language of the edition, as a picture; for one evening where the address names it."""
    if language not in edition.languages:
        raise Http404
    link = pages.sign_up_link(edition, language, _chosen(request, _coming(edition)), _place(request))
    return HttpResponse(pages.qr(link), content_type="image/svg+xml")


def _place(request):
    place = request.GET.get("from", "")
    return place if place in pages.PLACES else ""


def _coming(edition):
    return list(edition.coming_evenings(clock.now()).filter(called_off_at=None))


def _chosen(request, coming):
    """The one of `coming` that the address names."""
    day = day_of(request.GET.get("evening", ""))
    return next((evening for evening in coming if evening.date == day), None)
