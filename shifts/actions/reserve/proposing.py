"""The coordinator's part: she proposes, and takes back."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.refusals import Refusal
from shifts.actions import on_call, places
from shifts.actions.evenings.refusals import EveningIsCalledOff
from shifts.actions.locks import lock_evening, lock_volunteers
from shifts.models import Reserve
from shifts.ranking import reserve as ranking
from volunteers.models import Registration, Volunteer

from . import telling
from .answering import HasPlaceThatEvening, ReserveIsOver

NO_TICKS: Mapping[int, Collection[str]] = {}


class NobodyChosen(Refusal):
    sentence = _("Choose somebody first.")


@transaction.atomic
def propose_reserve(
    evening: Evening,
    volunteers: Iterable[Volunteer],
    *,
    accept: Mapping[int, Collection[str]] = NO_TICKS,
    by: Actor,
    now: datetime,
) -> list[Reserve]:
    """Ask these people to be on call on `evening`: one message a person, which can be undone; returns the proposals.

    More may be asked than are wanted: who says yes when there are enough hears so (`accept_reserve`). Who was asked
    already, or agreed, is not asked again. On an evening that is not published nothing leaves until it is. `accept`
    has by volunteer's id the codes of the warnings that were ticked for her.

    Raises NobodyChosen, ReserveIsOver, EveningIsCalledOff, HasPlaceThatEvening, NeedsTick, AskedByPhoneOnly: then
    nobody is asked.
    """
    evening = lock_evening(evening.pk)
    _refuse_evening(evening, now)
    # Each is told in this order, and telling locks her user: as everywhere, in the order of their ids.
    chosen = list(Volunteer.objects.filter(pk__in=[one.pk for one in volunteers]).order_by("user_id"))
    if not chosen:
        raise NobodyChosen
    lock_volunteers([volunteer.pk for volunteer in chosen])
    there = set(Reserve.objects.live().filter(evening=evening).values_list("volunteer_id", flat=True))
    chosen = [volunteer for volunteer in chosen if volunteer.pk not in there]
    accepted = _ticked(evening, chosen, accept, now)
    made = [_propose(evening, volunteer, by=by, now=now) for volunteer in chosen]
    if made:
        asked = [reserve.volunteer_id for reserve in made]
        rows = [reserve.pk for reserve in made]
        history.record("proposed_reserve", evening, by=by, now=now, volunteers=asked, reserves=rows, accepted=accepted)
    return made


def _refuse_evening(evening, now):
    if evening.called_off_at:
        raise EveningIsCalledOff
    if now >= on_call.until(evening):
        raise ReserveIsOver


def _ticked(evening, chosen, accept, now):
    """What stands against them and was ticked, by id as the history has it; what was ticked for nothing is not kept."""
    found = {one.pk: one for one in ranking.for_the_reserve(evening, now=now, only=[one.pk for one in chosen])}
    for volunteer in chosen:
        if volunteer.pk not in found:
            raise HasPlaceThatEvening
        ticks = found[volunteer.pk].ticks
        if "blocked" in ticks:
            # No tick helps: the question would stay at home.
            raise places.AskedByPhoneOnly(name=volunteer.short_name)
        if set(ticks) - set(accept.get(volunteer.pk, ())):
            raise places.NeedsTick(volunteer, ticks)
    return {str(pk): sorted(one.ticks) for pk, one in found.items() if one.ticks}


def _propose(evening, volunteer, *, by, now):
    proposed_by = by.id if by.kind == Actor.USER else None
    # Somebody added by hand may have said nothing about this edition yet.
    Registration.objects.get_or_create(
        volunteer=volunteer, edition=evening.edition, defaults={"created_at": now, "may_be_asked": False}
    )
    reserve = Reserve.objects.create(evening=evening, volunteer=volunteer, proposed_at=now, proposed_by_id=proposed_by)
    if evening.is_published:
        telling.tell_proposed(reserve, by=by, now=now)
    return reserve


@transaction.atomic
def take_back_reserve(reserve: Reserve, *, by: Actor, now: datetime) -> None:
    """The coordinator takes a proposal or an agreement back; who knew of it is told, once it can no longer be undone.

    A second click changes nothing.
    """
    lock_evening(reserve.evening_id)
    lock_volunteers([reserve.volunteer_id])
    reserve = Reserve.objects.select_related("evening__edition", "volunteer__user").get(pk=reserve.pk)
    if on_call.end(reserve, on_call.Because.TAKEN_BACK, by=by, now=now):
        history.record("took_back_reserve", reserve, by=by, now=now, evening=reserve.evening_id)
        telling.tell_taken_back(reserve, by=by, now=now)
