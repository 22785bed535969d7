"""A coordinator's clicks meet what others do at that moment, on PostgreSQL: whoever comes second sees what was done."""

from datetime import time, timedelta

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM
from nocturnes.models import Edition, Entry
from nocturnes.rules import ReminderRule, Rules
from shifts import actions
from shifts.actions import asking_again, assignments, planning, swaps
from shifts.actions.by_phone import CANNOT_COME
from shifts.actions.evenings import calling_off
from shifts.actions.planning import evenings, openings, posts
from shifts.actions.reserve import HasPlaceThatEvening
from shifts.models import Assignment, PlaceRequest, Reserve, Swap
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_evening,
    make_museum,
    make_opening,
    make_volunteer,
)
from tests.races import meet, refused
from tests.shifts.races import kinds_of
from tests.shifts.searches import make_people, open_search, post_at, published_evening
from tests.shifts.swaps import fresh, propose
from tests.shifts.test_planning_posts import facts
from tests.shifts.test_races_self_service import ask, take

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def post(evening):
    return post_at(evening)


def assign(post, volunteer):
    return lambda: actions.assign(post, volunteer, by=SYSTEM, now=NOW)


# What is planned.


def test_a_post_is_not_for_adults_only_once_somebody_young_came_to_it(evening, post):
    (alice,) = make_people(evening, "Alice", age_group="16-17", parent_consented_at=NOW)
    adults = facts(post.opening, minimum_age=18)

    results = meet(assign(post, alice), lambda: planning.change_post(post, adults, languages=[], by=SYSTEM, now=NOW))

    assert kinds_of(results) == [posts.TooYoungThere]


def test_the_hours_of_an_opening_are_not_moved_without_a_post_that_comes(evening):
    opening = make_opening(evening)
    later = {"ends_at": opening.ends_at + timedelta(hours=1)}

    results = meet(
        lambda: planning.add_post(opening, facts(opening), by=SYSTEM, now=NOW),
        lambda: planning.change_opening(opening, later, languages=[], by=SYSTEM, now=NOW),
    )

    assert kinds_of(results) == [openings.HoursAreMoved]


def test_an_opening_is_not_taken_away_under_a_post_that_comes(evening):
    opening = make_opening(evening)

    results = meet(
        lambda: planning.add_post(opening, facts(opening), by=SYSTEM, now=NOW),
        lambda: planning.delete_opening(opening, by=SYSTEM, now=NOW),
    )

    assert kinds_of(results) == [openings.OpeningHasPosts]


def test_an_evening_is_not_taken_away_under_a_museum_that_comes():
    evening, hours = make_evening(), make_opening(make_evening(NOW.date() + timedelta(days=30)))
    what = {"starts_at": hours.starts_at - timedelta(days=28), "ends_at": hours.ends_at - timedelta(days=28)}

    results = meet(
        lambda: planning.add_opening(evening, make_museum(), **what, facts={}, by=SYSTEM, now=NOW),
        lambda: planning.delete_evening(evening, by=SYSTEM, now=NOW),
    )

    assert kinds_of(results) == [evenings.EveningIsUsed]


# Who is asked.


def propose_reserve(evening, volunteer):
    return lambda: actions.propose_reserve(evening, [volunteer], by=SYSTEM, now=NOW)


def test_who_is_proposed_for_the_reserve_while_the_evening_is_published_is_asked():
    evening = make_evening()
    (alice,) = make_people(evening, "Alice")

    meet(lambda: actions.publish(evening, by=SYSTEM, now=NOW), propose_reserve(evening, alice))

    assert Reserve.objects.live().get().volunteer == alice
    assert Message.objects.pending().filter(user=alice.user, kind="reserve_proposed").count() == 1


def test_who_takes_a_place_at_that_moment_is_not_asked_to_be_on_call(evening, post):
    Edition.objects.update(rules_data={"self_service": "at_once"})
    (alice,) = make_people(evening, "Alice")

    results = meet(take(post, alice), propose_reserve(evening, alice))

    assert kinds_of(results) == [HasPlaceThatEvening]


def test_of_two_clicks_that_ask_her_again_one_does(post):
    alice = make_assignment(post)

    results = meet(*[lambda: actions.ask_again(alice, by=SYSTEM, now=NOW)] * 2)

    assert kinds_of(results) == [asking_again.AskedToday]


def test_a_request_that_is_granted_at_the_last_moment_is_not_gone(evening, post):
    Edition.objects.update(rules_data={"self_service": "approve"})
    request = ask(post, *make_people(evening, "Alice"))

    meet(
        lambda: actions.answer_request(request, grant=True, by=SYSTEM, now=post.report_at - timedelta(seconds=1)),
        lambda: actions.end_stale_requests(now=post.report_at),
    )

    request.refresh_from_db()
    assert request.answer == PlaceRequest.Answer.YES
    assert not Entry.objects.filter(verb="request_gone").exists()


def test_a_swap_that_is_taken_back_is_not_answered_by_another_one(evening, post):
    other = published_evening(evening.date + timedelta(days=7))
    (alice,), (bob,) = make_people(evening, "Alice"), make_people(other, "Bob")
    make_available(alice, other)
    make_available(bob, evening)
    hers, his = make_assignment(post, alice), make_assignment(post_at(other), bob)
    swap = propose(hers, bob)

    results = meet(
        lambda: actions.take_back_swap(swap, by=SYSTEM, now=NOW),
        lambda: actions.propose_instead(swap, his, by=SYSTEM, now=NOW),
    )

    assert kinds_of(results) == [swaps.SwapIsOver]
    assert fresh(swap).ended_because == Swap.Because.TAKEN_BACK


# Whoever takes locks in another order than everybody else may wait for ever.


def change_rules(edition, rules):
    switches = dict.fromkeys(("sign_up_open", "welcome_is_automatic", "shows_figures"), True)
    return lambda: actions.change_rules(edition, rules, switches, by=SYSTEM, now=NOW)


def test_an_opening_that_is_called_off_and_other_rules_do_not_wait_for_each_other_for_ever():
    """What reminds Bob was planned before what reminds Alice, who became a draft again and is not told of it."""
    evening = published_evening(NOW.date() + timedelta(days=16))
    post = post_at(evening)
    hers, his = (make_assignment(post, volunteer) for volunteer in make_people(evening, "Alice", "Bob"))
    for place in (his, hers):
        actions.plan_reminders(place, by=SYSTEM, now=NOW)
    Assignment.objects.filter(pk=hers.pk).update(published_at=None)

    results = meet(
        lambda: actions.call_off(post.opening, by=SYSTEM, now=NOW),
        change_rules(evening.edition, Rules(eve=ReminderRule(1, time(16)))),
        before=(calling_off, "_tell_called_off"),
    )

    assert refused(results) == []
    assert [one.kind for one in Message.objects.pending()] == ["called_off"]


def test_a_no_for_two_evenings_and_other_rules_do_not_wait_for_each_other_for_ever():
    near, far = (published_evening(NOW.date() + timedelta(days=days)) for days in (16, 23))
    alice = make_volunteer("Alice")
    registration = make_available(alice, near).registration
    make_available(alice, far)
    places = [make_assignment(post_at(evening), alice) for evening in (near, far)]
    for place in places:
        actions.plan_reminders(place, by=SYSTEM, now=NOW)
    open_search(places[1].post, now=NOW)
    other = Rules(eve=ReminderRule(1, time(16)), undo=timedelta(minutes=3))

    results = meet(
        lambda: actions.record_answers(
            registration,
            {near: "no", far: "no"},
            then={near.pk: CANNOT_COME, far.pk: CANNOT_COME},
            by=SYSTEM,
            now=NOW,
        ),
        change_rules(near.edition, other),
        before=(assignments, "_tell_duty"),
    )

    assert refused(results) == []
    assert not alice.assignments.active().exists()
