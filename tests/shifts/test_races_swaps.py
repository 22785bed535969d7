"""The races of swaps and of lending, on PostgreSQL, six rounds each: the rules of `test_races` hold."""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection

from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions.undo import lending
from shifts.models import Assignment, Search, Swap
from tests.factories import NOW, make_assignment, make_coordinator, make_evening, make_opening, make_post
from tests.races import at_once, refused
from tests.shifts.searches import make_offer
from tests.shifts.swaps import accept, fresh, propose
from tests.shifts.test_races import books_balance, someone

__all__ = ["books_balance"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 6


def rounds():
    """Alice's and Bob's places at two museums of one evening, at the same hour; an evening for each round."""
    for number in range(ROUNDS):
        evening = make_evening(date(2026, 4, 2) + timedelta(days=number), published_at=NOW)
        posts = [make_post(make_opening(evening), places=1) for _ in range(2)]
        yield [make_assignment(post, someone(evening)) for post in posts]


def holders(post):
    return set(Assignment.objects.active().filter(post=post).values_list("volunteer", flat=True))


def withdraw(place):
    return lambda: actions.withdraw(place, by=SYSTEM, now=NOW)


def test_a_yes_and_the_withdrawal_of_either_leave_one_holder_or_a_search():
    """Whoever comes second: the place is handed over and given back, or given back and the yes is refused."""
    for number, (alices, bobs) in enumerate(rounds()):
        swap = propose(alices, bobs.volunteer, theirs=bobs)
        gives_up = (alices, bobs)[number % 2]

        swapped, _search = at_once([lambda swap=swap: accept(swap), withdraw(gives_up)])

        if isinstance(swapped, Refusal):
            assert holders(gives_up.post) == set()
            assert Search.objects.live().filter(post=gives_up.post).count() == 1
        else:
            # The withdrawal found nothing of hers any more.
            assert (holders(alices.post), holders(bobs.post)) == ({bobs.volunteer_id}, {alices.volunteer_id})


def test_of_two_swaps_of_one_place_one_is_done():
    for alices, bobs in rounds():
        carol = make_assignment(make_post(make_opening(alices.post.opening.evening), places=1), someone_free(alices))
        first, second = propose(alices, bobs.volunteer, theirs=bobs), propose(carol, alices.volunteer, theirs=alices)

        results = at_once([lambda one=first: accept(one), lambda one=second: accept(one)])

        assert len(refused(results)) == 1
        assert Swap.objects.filter(pk__in=(first.pk, second.pk), ended_because=Swap.Because.DONE).count() == 1
        assert [len(holders(place.post)) for place in (alices, bobs, carol)] == [1, 1, 1]


def someone_free(place):
    return someone(place.post.opening.evening)


@pytest.mark.parametrize("deed", ["removed", "called_off", "moved"])
def test_a_yes_against_what_a_coordinator_does_to_the_place(deed):
    deeds = {
        "removed": lambda place: actions.remove(place, by=SYSTEM, now=NOW),
        "called_off": lambda place: actions.call_off(place.post.opening, by=SYSTEM, now=NOW),
        "moved": lambda place: actions.move_hours(
            place.post,
            report_at=place.post.report_at + timedelta(hours=1),
            starts_at=place.post.starts_at + timedelta(hours=1),
            ends_at=place.post.ends_at + timedelta(hours=1),
            by=SYSTEM,
            now=NOW,
        ),
    }
    for alices, bobs in rounds():
        swap = propose(alices, bobs.volunteer, theirs=bobs)

        swapped, _done = at_once([lambda swap=swap: accept(swap), lambda place=bobs: deeds[deed](place)])

        is_done = not isinstance(swapped, Refusal)
        assert fresh(swap).is_done == is_done
        assert holders(alices.post) == ({bobs.volunteer_id} if is_done else {alices.volunteer_id})
        for row in Assignment.objects.active().filter(post__in=(alices.post, bobs.post)).select_related("post"):
            assert (row.report_at, row.ends_at) == (row.post.report_at, row.post.ends_at)


def test_four_yeses_at_once_are_one_swap():
    for alices, bobs in rounds():
        swap = propose(alices, bobs.volunteer, theirs=bobs)

        results = at_once([lambda swap=swap: accept(swap)] * 4)

        assert refused(results) == []
        assert Assignment.objects.filter(post__in=(alices.post, bobs.post)).count() == 4


def test_crossed_exchanges_of_the_same_two_places_are_one():
    """Each asks the other one at the same moment: both yeses would move the places there and back."""
    for alices, bobs in rounds():
        there, back = propose(alices, bobs.volunteer, theirs=bobs), propose(bobs, alices.volunteer, theirs=alices)

        results = at_once([lambda one=there: accept(one), lambda one=back: accept(one)])

        assert len(refused(results)) == 1
        assert (holders(alices.post), holders(bobs.post)) == ({bobs.volunteer_id}, {alices.volunteer_id})


def test_posts_that_overlap_are_exchanged_under_the_constraint():
    """It is there, and deferred: it looks at the end of the transaction, when neither is in two places."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT condeferred FROM pg_constraint WHERE contype = 'x'")
        assert cursor.fetchall() == [(True,)]
    alices, bobs = next(rounds())

    accept(propose(alices, bobs.volunteer, theirs=bobs))

    assert (holders(alices.post), holders(bobs.post)) == ({bobs.volunteer_id}, {alices.volunteer_id})


def test_lending_somebody_against_a_yes_to_the_offer_of_the_hole():
    for alices, bobs in rounds():
        hole = make_post(make_opening(alices.post.opening.evening), places=1)
        offer = make_offer(hole, someone_free(alices))

        results = at_once(
            [
                lambda hole=hole, place=bobs: actions.lend(place, hole, by=SYSTEM, now=NOW),
                lambda offer=offer: actions.accept_offer(offer, by=SYSTEM, now=NOW),
            ]
        )

        assert len(refused(results)) == 1
        assert len(holders(hole)) == 1
        stayed = isinstance(results[0], Refusal)
        assert holders(bobs.post) == ({bobs.volunteer_id} if stayed else set())


def test_one_person_is_lent_to_one_of_two_museums():
    for alices, _bobs in rounds():
        holes = [make_post(make_opening(alices.post.opening.evening), places=1) for _ in range(2)]

        results = at_once(
            [lambda hole=hole, place=alices: actions.lend(place, hole, by=SYSTEM, now=NOW) for hole in holes]
        )

        assert len(refused(results)) == 1
        assert sum(len(holders(hole)) for hole in holes) == 1


def test_a_loan_is_taken_back_while_she_loses_another_place(monkeypatch):
    """Both write into the one message that waits for her: her record comes before it, for both."""
    alices, _bobs = next(rounds())
    camille = Actor.user(make_coordinator("Camille"))
    evening = make_evening(date(2026, 5, 7), published_at=NOW)
    later = make_assignment(make_post(make_opening(evening)), alices.volunteer)
    actions.lend(alices, make_post(make_opening(alices.post.opening.evening)), by=camille, now=NOW)
    lent, held, hold_back = Entry.objects.get(verb="lent"), threading.Event(), lending.hold_back

    def hold_back_slowly(messages):
        hold_back(messages)
        held.set()
        time.sleep(0.3)

    def remove():
        held.wait(timeout=5)
        actions.remove(later, by=camille, now=NOW)

    monkeypatch.setattr(lending, "hold_back", hold_back_slowly)
    results = at_once([lambda: actions.undo(lent, by=camille, now=NOW), remove])

    assert refused(results) == []
    assert (holders(alices.post), holders(later.post)) == ({alices.volunteer_id}, set())
