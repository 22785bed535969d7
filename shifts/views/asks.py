"""Until when somebody wants no question: from her evenings, her profile, or any offer."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from nocturnes import clock
from nocturnes.access import actor
from nocturnes.dates import date_format
from nocturnes.refusals import Refusal
from shifts.pages.asks import asks
from volunteers import actions
from volunteers.models import Registration

from .doors import by_link, signed_in
from .offers import by_offer_link


class ChooseADay(Refusal):
    sentence = gettext_lazy("Choose a day, or one of the other answers.")


def change(request, volunteer, edition, back):
    """Keep until when she is asked nothing, say so, and lead to the address `back`; a day that was typed is kept."""
    typed, here = request.POST.get("day", "")[:20], f"{back}#asks"
    registration = Registration.objects.filter(volunteer=volunteer, edition=edition).select_related("edition").first()
    if registration is None:
        return redirect(back)
    try:
        until = _chosen(request.POST.get("until", ""), typed, registration)
        actions.ask_again_from(registration, until, by=actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{back}?{urlencode({'day': typed})}#asks")
    if until:
        day = date_format(until, "l j F")
        messages.success(request, _("We do not ask you anything else before %(date)s.") % {"date": day})
    else:
        messages.success(request, _("Thank you. We may ask you again from now on."))
    return redirect(here)


def _chosen(answer, typed, registration):
    """The day from which she may be asked again; None for now."""
    if answer == "now":
        return None
    if answer == "week":
        return asks(registration, now=clock.now()).monday
    try:
        return date.fromisoformat(typed if answer == "day" else "")
    except ValueError:
        raise ChooseADay from None


def _behind(request, door, volunteer):
    back = door.profile if request.POST.get("back") == "profile" else door.here
    return change(request, volunteer, request.edition, back)


mine_asks = require_POST(signed_in(_behind))
evenings_asks = require_POST(by_link(_behind))


@require_POST
@by_offer_link
def offer_asks(request, ask):
    """From any offer, whatever became of it."""
    request.edition = ask.evening.edition
    return change(request, ask.volunteer, ask.evening.edition, reverse("offer", args=[request.link_token]))
