"""The volunteer's part: she agrees, says no, or cannot be on call after all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.refusals import Refusal
from shifts.actions import her_word, on_call, places
from shifts.actions.evenings.refusals import EveningIsCalledOff
from shifts.actions.locks import lock_evening, lock_volunteers
from shifts.models import Reserve
from volunteers import actions as volunteers
from volunteers.models import Availability, Registration

from . import telling


class ReserveIsFull(Refusal):
    sentence = _("Enough people are on call that evening already. Thank you for wanting to help.")


class ReserveIsOver(Refusal):
    sentence = _("It is too late to be on call that evening.")


class NoLongerProposed(Refusal):
    sentence = _("You need not be on call that evening any more. Thank you for answering.")


class HasPlaceThatEvening(Refusal):
    sentence = _("With a place that evening, you cannot be on call for it as well.")


@transaction.atomic
def accept_reserve(reserve: Reserve, *, by: Actor, now: datetime) -> Reserve:
    """She agrees to be on call that evening; the coordinator may note it for her. A second click changes nothing.

    A yes after her own no, or after having given it back, is good while there is room. Where her answer for the evening
    was No it becomes "if needed": a yes is her newest word.

    Raises ReserveIsFull where enough people agreed, NoLongerProposed, ReserveIsOver, EveningIsCalledOff,
    HasPlaceThatEvening, and Blocked of `places`.
    """
    evening, reserve = _locked(reserve)
    if reserve.is_agreed:
        return reserve
    _refuse(reserve, evening, by=by, now=now)
    _say_if_needed(reserve, by=by, now=now)
    on_call.take_up(reserve, accepted_at=now, by=by, now=now)
    verb = on_call.worded("accepted_reserve", reserve, by)
    history.record(verb, reserve, by=by, now=now, evening=evening.pk)
    return reserve


def _locked(reserve) -> tuple[Evening, Reserve]:
    """The evening, which counts who agreed, then herself; its being published or called off waits too."""
    evening = lock_evening(reserve.evening_id)
    lock_volunteers([reserve.volunteer_id])
    fresh = Reserve.objects.select_related("volunteer__user").get(pk=reserve.pk)
    fresh.evening = evening
    return evening, fresh


def _refuse(reserve, evening, *, by, now):
    if evening.called_off_at:
        raise EveningIsCalledOff
    if now >= on_call.until(evening):
        raise ReserveIsOver
    if not (reserve.is_live or reserve.is_hers_to_take_up) or _is_asked_anew(reserve):
        raise NoLongerProposed
    if reserve.volunteer.blocked_at:
        raise places.Blocked
    if on_call.has_place(reserve):
        raise HasPlaceThatEvening
    if on_call.is_full(evening):
        raise ReserveIsFull


def _is_asked_anew(reserve):
    """The link of an older proposal: the newer one is the one to answer."""
    others = Reserve.objects.live().filter(evening=reserve.evening_id, volunteer=reserve.volunteer_id)
    return others.exclude(pk=reserve.pk).exists()


def _say_if_needed(reserve, *, by, now):
    registration = Registration.objects.get(volunteer=reserve.volunteer_id, edition=reserve.evening.edition_id)
    no = registration.availabilities.filter(evening=reserve.evening, answer=Availability.Answer.NO)
    if no.exists():
        if_needed = Availability.Answer.IF_NEEDED
        volunteers.set_availability(registration, reserve.evening, if_needed, by=by, now=now)


@transaction.atomic
def decline_reserve(reserve: Reserve, *, by: Actor, now: datetime) -> None:
    """She would rather not be on call; her answer for the evening stays. Twice does nothing.

    Of somebody who had agreed it is giving it back.
    """
    _evening, reserve = _locked(reserve)
    if reserve.is_agreed:
        give_back_reserve(reserve, by=by, now=now)
    else:
        on_call.end(reserve, on_call.Because.DECLINED, by=by, now=now)


@transaction.atomic
def give_back_reserve(reserve: Reserve, *, cannot_come: bool = False, by: Actor, now: datetime) -> None:
    """She cannot be on call after all: it always works, and a second click changes nothing.

    `cannot_come`: nor could she come that evening, so her answer for it is No. Who is on duty hears of it where it is
    near. Who has a place that evening withdraws from that instead: from here her answer stays.
    """
    evening, reserve = _locked(reserve)
    because = on_call.Because.GAVE_BACK if reserve.accepted_at else on_call.Because.DECLINED
    if not on_call.end(reserve, because, by=by, now=now):
        verb = on_call.worded("gave_back_reserve", reserve, by)
        her_word.repeat(verb, reserve, edition=evening.edition, by=by, now=now, evening=evening.pk)
    elif reserve.accepted_at:
        telling.tell_given_back(reserve, by=by, now=now)
    if cannot_come and not evening.is_over(now) and not on_call.has_place(reserve):
        registration = Registration.objects.get(volunteer=reserve.volunteer_id, edition=evening.edition_id)
        volunteers.set_availability(registration, evening, Availability.Answer.NO, by=by, now=now)
