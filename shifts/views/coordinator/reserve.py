"""The reserve of an evening: whom to ask, who agreed, what was said by telephone."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions.places import NeedsTick
from shifts.models import Reserve
from shifts.pages.evening import MOST_WAITING
from shifts.pages.reserve import reserve_page
from shifts.pages.waiting import waiting
from volunteers.models import Volunteer

from . import rows


class SayWhatSheSaid(Refusal):
    sentence = gettext_lazy("Say what the answer was: yes or no.")


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def evening_reserve(request, edition, day):
    """Who is on call and who was asked; by POST ask those who are chosen, or show whose tick is missing."""
    evening, now = rows.evening(edition, day), clock.now()
    chosen, wrong = frozenset(), None
    if request.method == "POST":
        chosen = frozenset(rows.number(text) for text in request.POST.getlist("volunteer"))
        people = Volunteer.objects.filter(pk__in=chosen, registrations__edition=edition)
        try:
            actions.propose_reserve(evening, people, accept=_accepted(request), by=access.actor(request), now=now)
        except Refusal as refusal:
            wrong = refusal
        else:
            return redirect("evening_reserve", edition.slug, day)
    page = reserve_page(evening, now=now, chosen=chosen, everybody="all" in request.GET)
    context = {"page": page, "wrong": wrong, "asks_tick": isinstance(wrong, NeedsTick)}
    context["waiting"] = waiting(edition, evening=evening, now=now, most=MOST_WAITING)
    return render(request, "shifts/coordinator/reserve.html", context, status=422 if wrong else 200)


def _accepted(request):
    """The codes that were ticked, by volunteer: each tick sends "number:code code"."""
    ticks = (text.partition(":") for text in request.POST.getlist("accept"))
    return {rows.number(pk): codes.split() for pk, _colon, codes in ticks}


@require_POST
@coordinator_required
@edition_page
def reserve_phoned(request, edition, pk):
    """She said yes or no by telephone; a no after a yes gives it back."""
    reserve, by, now = _reserve(edition, pk), access.actor(request), clock.now()
    try:
        if request.POST.get("answer") == "yes":
            actions.accept_reserve(reserve, by=by, now=now)
        elif request.POST.get("answer") == "no":
            actions.decline_reserve(reserve, by=by, now=now)
        else:
            raise SayWhatSheSaid
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("evening_reserve", edition.slug, reserve.evening.date)


@require_POST
@coordinator_required
@edition_page
def reserve_take_back(request, edition, pk):
    """A proposal or an agreement is taken back; who knew of it is told."""
    reserve = _reserve(edition, pk)
    actions.take_back_reserve(reserve, by=access.actor(request), now=clock.now())
    messages.info(request, _("%(name)s need not be on call.") % {"name": reserve.volunteer.short_name})
    return redirect("evening_reserve", edition.slug, reserve.evening.date)


def _reserve(edition, pk):
    reserves = Reserve.objects.select_related("volunteer__user", "evening__edition")
    return get_object_or_404(reserves, pk=pk, evening__edition=edition)
