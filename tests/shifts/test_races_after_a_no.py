"""Who said "Not that evening" and comes after all, against whatever happens at that moment; on PostgreSQL."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db.models import Count, F, Q

from nocturnes.history import SYSTEM
from shifts import actions
from shifts.actions import places
from shifts.actions import searches as searches_actions
from shifts.actions.people import ChangedMeanwhile
from shifts.models import Ask, Assignment, Post
from tests.races import at_once, meet, refused
from tests.shifts.searches import ask_of, make_people, offer_to, open_search, post_at, published_evening, sweep
from volunteers.models import Availability

# Few click at the same moment; the locks are those of every yes, which have twenty rounds of their own.
ROUNDS = 2

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def books_balance():
    """Every counter equals its rows, and whoever has a place did not say no for the evening."""
    yield
    active = Count("assignments", filter=Q(assignments__cancelled_at=None))
    assert not Post.objects.annotate(active=active).exclude(taken=F("active")).exists()
    for place in Assignment.objects.active():
        assert answer_of(place.volunteer, place.post.opening.evening) == "yes"


def answer_of(volunteer, evening):
    return Availability.objects.get(registration__volunteer=volunteer, evening=evening).answer


def after_a_no(number, *names, museums=("Musée BELvue",), places=1):
    """Posts of one evening whose searches asked `names`, all of whom said no; returns them, and the moment."""
    evening = published_evening(date(2026, 4, 2) + timedelta(days=7 * number))
    posts = [post_at(evening, museum, places=places) for museum in museums]
    people = make_people(evening, *names)
    begun = posts[0].report_at - timedelta(days=2, hours=7)
    searches = [open_search(post, now=begun) for post in posts]
    sweep(begun + timedelta(minutes=30))
    for volunteer in people:
        actions.decline(ask_of(volunteer), by=SYSTEM, now=begun + timedelta(minutes=40))
    return posts, searches, people, begun + timedelta(hours=1)


def comes(search, volunteer, now):
    offer = offer_to(volunteer, search)
    return lambda: actions.accept_offer(offer, by=SYSTEM, now=now)


def test_of_three_who_come_after_all_one_has_the_place_and_two_stand_by():
    for number in range(ROUNDS):
        (post,), (search,), people, now = after_a_no(number, "Alice", "Bob", "Chloé")

        results = at_once(comes(search, volunteer, now) for volunteer in people)

        assert len(refused(results)) == 2
        assert sorted(search.offers.values_list("answer", flat=True)) == ["late", "late", "yes"]
        assert Ask.objects.filter(evening=post.opening.evening, stands_by_at=now).count() == 2
        assert {answer_of(volunteer, post.opening.evening) for volunteer in people} == {"yes"}


def test_two_clicks_are_one_place():
    for number in range(ROUNDS):
        (post,), (search,), (alice,), now = after_a_no(number, "Alice", places=2)

        results = at_once([comes(search, alice, now)] * 3)

        assert refused(results) == []
        assert post.assignments.active().count() == 1


def test_two_places_at_the_same_hour_are_one():
    for number in range(ROUNDS):
        posts, searches, (alice,), now = after_a_no(number, "Alice", museums=("BELvue", "MIM"))

        results = at_once(comes(search, alice, now) for search in searches)

        assert [type(result) for result in refused(results)] == [searches_actions.AlreadyBusy]
        assert alice.assignments.active().of_evening(posts[0].opening.evening).count() == 1


def test_no_once_more_in_another_tab_leaves_her_what_she_took_last():
    for number in range(ROUNDS):
        (post,), (search,), (alice,), now = after_a_no(number, "Alice")
        ask = ask_of(alice)

        results = at_once(
            [comes(search, alice, now), lambda ask=ask, now=now: actions.decline(ask, by=SYSTEM, now=now)]
        )

        assert refused(results) == []
        assert post.assignments.active().get().volunteer == alice


@pytest.mark.parametrize("block_first", [True, False])
def test_who_is_blocked_at_that_moment_has_no_place(block_first):
    (post,), (search,), (alice,), now = after_a_no(0, "Alice")

    def block():
        return actions.block(alice, by=SYSTEM, now=now)

    deeds = [block, comes(search, alice, now)]
    results = meet(*(deeds if block_first else deeds[::-1]))

    # Where she is first, the coordinator is told that a place came in between, and looks again.
    expected = places.Blocked if block_first else ChangedMeanwhile
    assert [type(result) for result in refused(results)] == [expected]
    assert post.assignments.active().exists() != block_first


def test_a_search_that_is_stopped_at_that_moment_leaves_a_yes_good():
    for number in range(ROUNDS):
        (post,), (search,), (alice,), now = after_a_no(number, "Alice")

        stops = partial(searches_actions.stop_search, search, by=SYSTEM, now=now)
        results = at_once([comes(search, alice, now), stops])

        assert not isinstance(results[0], Exception)
        assert post.assignments.active().get().volunteer == alice
