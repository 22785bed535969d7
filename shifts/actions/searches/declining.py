"""A volunteer says no to an offer: not that evening, another post, not this week (design.md 6); and that taken back."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.models import Evening
from shifts.actions import on_call
from shifts.actions.locks import lock_her_offers, lock_volunteers
from shifts.actions.reserve import follow_answers
from shifts.actions.telling import TAKEN_BACK
from shifts.models import Ask, Assignment, Call, Offer, Post, Reserve, Search
from volunteers import actions as volunteers
from volunteers.actions.answers import locked
from volunteers.models import Availability, Registration, Volunteer

from .waves import look_for_nobody_left


@transaction.atomic
def decline(ask: Ask, *, by: Actor, now: datetime, other_post: bool = False) -> None:
    """Not that evening: nobody asks her again for it, whatever opens. A second click changes nothing.

    With `other_post` only these posts are declined, and another one of the same evening may still be offered.
    """
    answer = Offer.Answer.OTHER if other_post else Offer.Answer.NO
    offers = _answer_all(ask.volunteer, ask.evening_id, answer, now)
    if offers or (not other_post and _was_noted(ask, now)):
        history.record("declined_offer", ask, by=by, now=now, answer=str(answer), offers=[offer.pk for offer in offers])
    if not other_post:
        _not_that_evening(ask.volunteer, ask.evening, by=by, now=now)
    look_for_nobody_left([offer.search for offer in offers], now=now)


def _was_noted(ask, now):
    """Whether a coordinator noted her no a moment ago, and may take that back: it is her own word from here on."""
    calls = Call.objects.filter(volunteer=ask.volunteer_id, post__opening__evening=ask.evening_id)
    return calls.filter(answer=Call.Answer.NO, called_at__gt=now - ask.evening.edition.rules.undo).exists()


@transaction.atomic
def say_no(volunteer: Volunteer, evening: Evening, *, by: Actor, now: datetime) -> dict:
    """The same as `decline`, said otherwise than behind the link of an offer: she may have been asked nothing.

    Returns what changed by it, as `forget_no` takes it.
    """
    offers = _answer_all(volunteer, evening.pk, Offer.Answer.NO, now)
    changed = _not_that_evening(volunteer, evening, by=by, now=now)
    look_for_nobody_left([offer.search for offer in offers], now=now)
    return {"offers": [offer.pk for offer in offers], **changed}


@transaction.atomic
def forget_no(
    volunteer: Volunteer, evening: Evening, said: Mapping, *, said_at: datetime, post: Post, by: Actor, now: datetime
) -> None:
    """She did not say no: what `say_no` changed at `said_at` is as before, where nothing else was said since.

    The evening is locked; the posts, that of `post` too, and she are locked here.
    """
    lock_her_offers(volunteer, evening.pk, post.pk)
    lock_volunteers([volunteer.pk])
    offers = Offer.objects.filter(pk__in=said["offers"], answer=Offer.Answer.NO, answered_at=said_at)
    searches, asks = (list(offers.values_list(name, flat=True)) for name in ("search", "ask"))
    offers.update(answer="", answered_at=None)
    for pk, stood_by in said["stood_by"].items():
        Ask.objects.filter(pk=pk, stands_by_at=None).update(stands_by_at=datetime.fromisoformat(stood_by))
    _take_up_offers(asks, searches, since=said_at, by=by, now=now)
    if said["answer"] is not None:
        _answer_as_before(volunteer, evening, said["answer"], by=by, now=now)
    ended = Reserve.objects.filter(volunteer=volunteer, evening=evening, ended_at=said_at)
    on_call.call_again(ended.filter(ended_because__in=on_call.BY_A_NO), by=by, now=now)


def _take_up_offers(asks, searches, *, since, by, now):
    """What stayed at home because she had said no leaves; that nobody was left because of it is not told any more."""
    stayed = Message.objects.filter(kind="offer", about_type=Ask._meta.label_lower, about_id__in=asks)
    messaging.resume(stayed.filter(skipped_at__gte=since), overdue=True, by=by, now=now)
    for search in Search.objects.filter(pk__in=searches, nobody_left_at=since):
        history.change(search, {"nobody_left_at": None})
        told = Message.objects.about(search).filter(kind="nobody_left", created_at=since)
        messaging.skip(told, reason=TAKEN_BACK, by=by, now=now)


def _answer_as_before(volunteer, evening, answer, *, by, now):
    said_no = Availability.objects.filter(evening=evening, answer=Availability.Answer.NO)
    registration = Registration.objects.filter(volunteer=volunteer, availabilities__in=said_no).first()
    if registration and not evening.is_over(now):
        volunteers.set_availability(registration, evening, answer, by=by, now=now)


def _answer_all(volunteer, evening_id, answer, now):
    """Answer every offer of the evening that waits for her, and return them."""
    offers = lock_her_offers(volunteer, evening_id)
    offers = [offer for offer in offers if not offer.is_answered]
    lock_volunteers([volunteer.pk])
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(answer=answer, answered_at=now)
    return offers


def _not_that_evening(volunteer, evening, *, by, now):
    """Returns since when she stood by, by the id of the ask, and what she had answered; None where that stays."""
    asks = Ask.objects.filter(volunteer=volunteer, evening=evening).exclude(stands_by_at=None)
    stood_by = {str(pk): moment.isoformat() for pk, moment in asks.values_list("pk", "stands_by_at")}
    asks.update(stands_by_at=None)
    return {"stood_by": stood_by, "answer": _answer_no(volunteer, evening, by=by, now=now)}


def _answer_no(volunteer, evening, *, by, now):
    if Assignment.objects.active().of_evening(evening).filter(volunteer=volunteer).exists():
        # She has a post that evening at another hour: her answer for the evening still holds for that one.
        return None
    registration = Registration.objects.filter(volunteer=volunteer, edition=evening.edition_id).first()
    if registration is None or evening.is_over(now):
        return None
    old = registration.availabilities.filter(evening=evening).values_list("answer", flat=True).first()
    volunteers.set_availability(registration, evening, Availability.Answer.NO, by=by, now=now)
    follow_answers(volunteer, by=by, now=now)
    return old or ""


@transaction.atomic
def not_this_week(registration: Registration, *, by: Actor, now: datetime) -> date:
    """Ask her nothing before next Monday; returns that day. What she was offered already stays good."""
    monday = hours.next_monday(now, registration.edition.zone)
    registration = locked(registration)
    if registration.no_asks_until is None or registration.no_asks_until < monday:
        registration.no_asks_until = monday
        registration.save(update_fields=["no_asks_until"])
        history.record("not_this_week", registration, by=by, now=now, until=monday.isoformat())
    return registration.no_asks_until
