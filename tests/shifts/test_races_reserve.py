"""The races of the reserve, on PostgreSQL, twenty rounds each: never more on call than wanted, and always in step."""

from datetime import date, timedelta

import pytest

from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import places
from shifts.actions.reserve import NoLongerProposed, ReserveIsFull
from shifts.models import Reserve
from tests.factories import NOW, make_assignment, make_coordinator, make_evening, make_reserve, make_volunteer
from tests.races import ROUNDS, at_once, meet, refused
from tests.shifts.searches import make_offer, post_at
from tests.shifts.test_races import books_balance, someone
from volunteers.models import Availability

__all__ = ["books_balance"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def in_step():
    """After every race: who is on call by her answer is so by an agreement that goes on, and the other way round."""
    yield
    answers = Availability.objects.exclude(on_call_at=None).values_list("evening_id", "registration__volunteer_id")
    agreed = Reserve.objects.on_call().values_list("evening_id", "volunteer_id")
    assert set(answers) == set(agreed)


def evenings():
    for number in range(ROUNDS):
        yield make_evening(date(2026, 4, 2) + timedelta(days=number), published_at=NOW)


def accept(reserve, now=NOW):
    reserve = Reserve.objects.select_related("volunteer__user", "evening__edition").get(pk=reserve.pk)
    return lambda: actions.accept_reserve(reserve, by=Actor.volunteer_link(reserve.volunteer), now=now)


def test_the_last_place_of_the_reserve_goes_to_one_of_two():
    for evening in evenings():
        post_at(evening)
        make_reserve(make_volunteer(), evening)
        last = [make_reserve(someone(evening), evening, accepted_at=None) for _ in range(2)]

        results = at_once(accept(reserve) for reserve in last)

        assert [type(one) for one in refused(results)] == [ReserveIsFull]
        assert Reserve.objects.on_call().filter(evening=evening).count() == 2


def test_a_yes_against_taking_it_back_is_one_or_the_other():
    for evening in evenings():
        reserve = make_reserve(someone(evening), evening, accepted_at=None)

        results = at_once([accept(reserve), lambda: actions.take_back_reserve(reserve, by=SYSTEM, now=NOW)])  # noqa: B023

        reserve.refresh_from_db()
        assert reserve.ended_because == "taken_back"
        assert [type(one) for one in refused(results)] in ([], [NoLongerProposed])


@pytest.mark.parametrize("first", ["free", "yes"])
def test_freeing_against_a_yes_to_an_offer_leaves_her_one_thing(first):
    """The last place is open when she says yes, and filled by her: she came, or the sweep waited for her."""
    evening = make_evening(date(2026, 4, 2), published_at=NOW)
    post = post_at(evening, places=1)
    volunteer = someone(evening)
    reserve = make_reserve(volunteer, evening)
    offer = make_offer(post, volunteer)
    tonight = NOW + timedelta(days=9, hours=7, minutes=30)
    deeds = {
        "free": lambda: actions.free_reserve(now=tonight),
        "yes": lambda: actions.accept_offer(offer, minutes=10, by=SYSTEM, now=tonight),
    }
    second = "yes" if first == "free" else "free"

    results = meet(deeds[first], deeds[second])

    assert refused(results) == []
    reserve.refresh_from_db()
    assert reserve.ended_because == "came"


def test_who_withdraws_at_that_moment_keeps_the_reserve_on_call():
    evening = make_evening(date(2026, 4, 2), published_at=NOW)
    assignment = make_assignment(post_at(evening, places=1), someone(evening))
    reserve = make_reserve(someone(evening), evening)
    tonight = NOW + timedelta(days=9, hours=7, minutes=30)

    results = meet(
        lambda: actions.withdraw(assignment, by=SYSTEM, now=tonight), lambda: actions.free_reserve(now=tonight)
    )

    assert results[1] == 0
    reserve.refresh_from_db()
    assert reserve.is_agreed


def test_freeing_against_a_yes_by_chance():
    for number, evening in enumerate(evenings()):
        post = post_at(evening, places=1)
        volunteer = someone(evening)
        reserve = make_reserve(volunteer, evening)
        offer = make_offer(post, volunteer)
        tonight = NOW + timedelta(days=9 + number, hours=7, minutes=30)

        results = at_once(
            [
                lambda: actions.free_reserve(now=tonight),  # noqa: B023
                lambda: actions.accept_offer(offer, minutes=10, by=SYSTEM, now=tonight),  # noqa: B023
            ]
        )

        assert refused(results) == []
        reserve.refresh_from_db()
        assert reserve.ended_because == "came"


def test_an_assignment_undone_at_that_moment_puts_nobody_above_the_most():
    """Whoever is on call again by it and whoever agrees at the same moment are two, with one place left."""
    lea = Actor.user(make_coordinator())
    for evening in evenings():
        make_reserve(make_volunteer(), evening)
        alice, bob = someone(evening), someone(evening)
        make_reserve(alice, evening)
        actions.assign(post_at(evening), alice, by=lea, now=NOW)
        last = make_reserve(bob, evening, accepted_at=None)
        entry = Entry.objects.filter(verb="assigned").latest("pk")

        at_once([accept(last), lambda: actions.undo(entry, by=lea, now=NOW)])  # noqa: B023

        assert Reserve.objects.on_call().filter(evening=evening).count() == 2


def test_an_evening_that_takes_place_after_all_and_an_assignment_do_not_wait_for_each_other():
    lea = Actor.user(make_coordinator())
    for evening in evenings():
        post = post_at(evening)
        alice = someone(evening)
        actions.call_off_evening(evening, by=lea, now=NOW)
        entry = Entry.objects.filter(verb="called_off_evening").latest("pk")

        results = at_once(
            [
                lambda: actions.undo(entry, by=lea, now=NOW),  # noqa: B023
                lambda: actions.assign(post, alice, by=lea, now=NOW),  # noqa: B023
            ]
        )

        assert [type(one) for one in refused(results)] in ([], [places.CalledOff])
