"""Two coordinators, or two clicks, plan at the same moment; a change of the table meets somebody who takes a place."""

from datetime import date, time, timedelta

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM
from nocturnes.models import Entry
from nocturnes.rules import ReminderRule, Rules
from shifts import actions
from shifts.actions import planning
from shifts.actions.planning import Row, TableRefused
from shifts.models import Assignment, Post, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_role,
    make_volunteer,
)
from tests.races import at_once, meet, refused
from tests.shifts.test_planning_posts import facts

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def evening():
    return make_evening(published_at=NOW)


def test_of_two_clicks_that_add_a_post_one_makes_it(evening):
    opening = make_opening(evening)
    what = facts(opening)

    results = at_once([lambda: planning.add_post(opening, what, by=SYSTEM, now=NOW)] * 4)

    assert len(refused(results)) == 3
    assert Post.objects.count() == 1


@pytest.mark.parametrize("what", ["the opening", "the evening"])
def test_a_post_that_is_added_while_all_is_called_off_is_not_looked_for(what, evening):
    opening = make_opening(evening)
    off = {
        "the opening": lambda: actions.call_off(opening, by=SYSTEM, now=NOW),
        "the evening": lambda: actions.call_off_evening(evening, by=SYSTEM, now=NOW),
    }

    def add():
        return planning.add_post(opening, facts(opening), then="search", by=SYSTEM, now=NOW)

    assert refused(meet(add, off[what])) == []

    assert Search.objects.get().ended_because == Search.Because.CALLED_OFF


def test_of_two_clicks_that_copy_a_post_one_makes_it(evening):
    post = make_post(make_opening(evening))
    others = [make_opening(evening, make_museum(name)) for name in ("A", "B", "C")]

    at_once(
        [
            lambda: planning.copy_post(post, others, by=SYSTEM, now=NOW),
            lambda: planning.copy_post(post, others[::-1], by=SYSTEM, now=NOW),
        ]
    )

    assert Post.objects.count() == 4


def test_of_two_museums_that_are_added_to_an_evening_at_once_one_is(evening):
    museum = make_museum()
    opening = make_opening(make_evening(evening.date + timedelta(days=7)))
    hours = {"starts_at": opening.starts_at, "ends_at": opening.ends_at}

    def add():
        return planning.add_opening(evening, museum, **hours, facts={}, by=SYSTEM, now=NOW)

    assert len(refused(at_once([add, add]))) == 1
    assert evening.openings.count() == 1


def test_two_tables_that_move_the_same_people_from_both_ends_do_not_wait_for_each_other_for_ever(evening):
    """Alice is on the first and the last post, Bob between them: each table tells both."""
    alice, bob = make_volunteer("Alice"), make_volunteer("Bob")
    opening = make_opening(evening)
    posts = [make_post(opening, role=make_role(name)) for name in ("a", "b")]
    for post, volunteer in zip(posts, (bob, alice), strict=True):
        make_assignment(post, volunteer)

    def move(order, minutes):
        wanted = [Row(post.pk, report_at=post.report_at - timedelta(minutes=minutes)) for post in order]
        return lambda: planning.change_posts(evening, wanted, by=SYSTEM, now=NOW)

    for minutes in range(5, 25, 5):
        at_once([move(posts, minutes), move(posts[::-1], minutes + 60)])

    assert {message.user_id for message in Message.objects.filter(kind="changed")} == {alice.user_id, bob.user_id}
    assert all(one.report_at == one.post.report_at for one in Assignment.objects.select_related("post"))


def test_fewer_places_and_somebody_who_takes_the_last_one_never_overfill(evening):
    post = make_post(make_opening(evening), places=1)
    alice = make_volunteer("Alice")
    make_available(alice, evening)
    fewer = [Row(post.pk, places=0, needed=0)]

    results = meet(
        lambda: actions.assign(post, alice, by=SYSTEM, now=NOW),
        lambda: planning.change_posts(evening, fewer, by=SYSTEM, now=NOW),
    )

    assert [type(result) for result in results] == [Assignment, TableRefused]
    assert Post.objects.values_list("places", "taken").get() == (1, 1)


def test_who_takes_a_place_while_its_hour_moves_has_the_new_hour(evening):
    post = make_post(make_opening(evening))
    alice = make_volunteer("Alice")
    make_available(alice, evening)
    earlier = post.report_at - timedelta(minutes=30)

    meet(
        lambda: planning.change_posts(evening, [Row(post.pk, report_at=earlier)], by=SYSTEM, now=NOW),
        lambda: actions.assign(post, alice, by=SYSTEM, now=NOW),
    )

    assert Assignment.objects.get().report_at == earlier


def test_a_post_is_not_taken_away_under_who_comes_to_it(evening):
    post = make_post(make_opening(evening))
    alice = make_volunteer("Alice")
    make_available(alice, evening)

    results = meet(
        lambda: actions.assign(post, alice, by=SYSTEM, now=NOW),
        lambda: planning.delete_post(post, by=SYSTEM, now=NOW),
    )

    assert len(refused(results)) == 1
    assert Assignment.objects.get().post == post


def test_a_museum_that_moves_while_its_evening_is_called_off_waits_for_nobody_for_ever():
    museum = make_museum()
    for number in range(8):
        evening = make_evening(date(2026, 4, 2) + timedelta(days=7 * number), published_at=NOW)
        opening = make_opening(evening, museum)
        for post in [make_post(opening, places=4) for _ in range(4)]:
            for name in ("Alice", "Bob", "Carol"):
                make_assignment(post, make_volunteer(name))

        at_once(
            [
                lambda n=number: planning.change_museum(museum, {"street_fr": f"Rue {n}"}, by=SYSTEM, now=NOW),
                lambda e=evening: actions.call_off_evening(e, by=SYSTEM, now=NOW),
            ]
        )

    assert not Assignment.objects.active().exists()


def test_rules_that_change_while_an_evening_is_called_off_wait_for_nobody_for_ever():
    switches = dict.fromkeys(("sign_up_open", "welcome_is_automatic", "shows_figures"), True)
    for number in range(8):
        evening = make_evening(date(2026, 4, 9) + timedelta(days=7 * number), published_at=NOW)
        post = make_post(make_opening(evening), places=12)
        for _ in range(12):
            actions.plan_reminders(make_assignment(post), by=SYSTEM, now=NOW)
        other = Rules(unconfirmed=ReminderRule(3, time(12, number)), eve=ReminderRule(1, time(16, number)))

        at_once(
            [
                lambda r=other, e=evening.edition: actions.change_rules(e, r, switches, by=SYSTEM, now=NOW),
                lambda e=evening: actions.call_off_evening(e, by=SYSTEM, now=NOW),
            ]
        )

    assert not Message.objects.pending().filter(kind__startswith="reminder").exists()


def test_of_two_coordinators_who_ask_at_once_who_has_not_answered_one_asks(evening):
    make_registration()

    asked = meet(*[lambda: actions.ask_unanswered([evening], by=SYSTEM, now=NOW)] * 2)

    assert asked == [1, 0]
    assert Entry.objects.filter(verb="asked_unanswered").count() == 1
