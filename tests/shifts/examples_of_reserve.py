"""An example of each message about the reserve, as its actions write them."""

from datetime import timedelta

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from shifts import actions
from tests.factories import (
    NOW,
    make_available,
    make_coordinator,
    make_evening,
    make_opening,
    make_post,
    make_reserve,
    make_volunteer,
)
from tests.messaging.examples import example


def _asked(*days):
    """Zoë is asked for an evening, and for others so many days later; the agreements."""
    first = make_evening(published_at=NOW, lead=make_coordinator())
    evenings = [first, *(make_evening(first.date + timedelta(days=one), published_at=NOW) for one in days)]
    zoe = make_volunteer("Zoë", "L’Écluse")
    for evening in evenings:
        make_available(zoe, evening)
    return [actions.propose_reserve(evening, [zoe], by=SYSTEM, now=NOW)[0] for evening in evenings]


@example("reserve_proposed")
def asked_for_one_evening():
    _asked()
    return Message.objects.get(kind="reserve_proposed")


@example("reserve_proposed")
def asked_for_two_evenings():
    _asked(7)
    return Message.objects.get(kind="reserve_proposed")


@example("reserve_taken_back")
def taken_back():
    (reserve,) = _asked()
    actions.accept_reserve(reserve, by=SYSTEM, now=NOW)
    actions.take_back_reserve(reserve, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="reserve_taken_back")


def _freed(missing):
    evening = make_evening(published_at=NOW)
    make_post(make_opening(evening), places=1, needed=missing)
    make_reserve(make_volunteer("Zoë"), evening)
    actions.free_reserve(now=NOW + timedelta(days=2, hours=9))
    return Message.objects.get(kind="reserve_freed")


@example("reserve_freed")
def freed_because_everybody_is_there():
    return _freed(0)


@example("reserve_freed")
def freed_because_it_is_too_late():
    return _freed(1)


@example("reserve_given_back")
def given_back():
    (reserve,) = _asked()
    actions.accept_reserve(reserve, by=SYSTEM, now=NOW)
    for message in Message.objects.due(NOW):
        messaging.record_as_sent(message, now=NOW)
    by = Actor.volunteer_link(reserve.volunteer)
    actions.give_back_reserve(reserve, by=by, now=NOW + timedelta(days=1))
    return Message.objects.get(kind="reserve_given_back")
