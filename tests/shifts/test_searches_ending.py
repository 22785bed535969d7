"""Stories of the replacement search, with fixed times (design.md 6): how it ends, and what the coordinator hears."""

from datetime import timedelta

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.models import Ask, Search
from tests.factories import (
    make_coordinator,
)
from tests.shifts.searches import (
    ask_of,
    at,
    make_many,
    make_people,
    offer_to,
    open_search,
    post_at,
    published_evening,
    sweep,
)

pytestmark = pytest.mark.django_db


# Ending.


def test_an_assignment_by_hand_ends_the_search():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]

    actions.assign(post, alice, by=SYSTEM, now=at(24, 10, 10))

    search.refresh_from_db()
    assert search.ended_because == Search.Because.FILLED
    assert sweep(at(24, 10, 30)) == 0


def test_taking_the_assignment_back_lets_the_search_go_on():
    lea = Actor.user(make_coordinator())
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice, *_ = make_people(evening, "Alice", "Bob")
    assignment = actions.assign(post, alice, by=lea, now=at(24, 10, 10))
    entry = Entry.objects.about(assignment).get(verb="assigned")

    actions.undo(entry, by=lea, now=at(24, 10, 11))

    search.refresh_from_db()
    assert (search.is_live, search.next_wave_at) == (True, at(24, 10, 30))


def test_calling_the_opening_off_ends_the_search():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))

    actions.call_off(post.opening, by=SYSTEM, now=at(24, 10, 10))

    search.refresh_from_db()
    assert search.ended_because == Search.Because.CALLED_OFF


def test_the_last_useful_moment_ends_the_search():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(26, 15))

    sweep(at(26, 18, 59))
    search.refresh_from_db()
    assert search.is_live

    sweep(at(26, 19))
    search.refresh_from_db()
    assert search.ended_because == Search.Because.TOO_LATE


def test_places_that_are_only_wanted_are_no_longer_searched_twelve_hours_before():
    evening = published_evening()
    search = open_search(post_at(evening, places=2, needed=0), now=at(25, 10))
    make_many(evening, 20)
    sweep(at(25, 10, 5))

    assert sweep(at(26, 9)) == 0
    search.refresh_from_db()
    assert search.ended_because == Search.Because.ENOUGH


def test_hours_that_move_nearer_bring_the_next_wave_nearer():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    make_many(evening, 8)
    sweep(at(24, 10, 30))
    hours = [moment - timedelta(hours=5) for moment in (post.report_at, post.starts_at, post.ends_at)]

    actions.move_hours(post, report_at=hours[0], starts_at=hours[1], ends_at=hours[2], by=SYSTEM, now=at(24, 10, 40))

    search.refresh_from_db()
    # Two days before is now 12:30, from when ninety minutes are the wait.
    assert search.next_wave_at == at(24, 12, 30)


def test_hours_that_move_at_night_plan_no_wave_in_the_past():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    alice.registrations.update(no_asks_until=at(25, 9).date())
    # Nobody may be asked today: none of its waves finds anybody.
    for hour, minute in ((10, 30), (14, 30), (18, 30), (20, 0)):
        sweep(at(24, hour, minute))
    hours = [moment + timedelta(hours=1) for moment in (post.report_at, post.starts_at, post.ends_at)]

    actions.move_hours(post, report_at=hours[0], starts_at=hours[1], ends_at=hours[2], by=SYSTEM, now=at(24, 22))

    search.refresh_from_db()
    assert search.waves == 0
    assert search.next_wave_at == at(25, 9)


# What the coordinator hears.


def test_who_is_on_duty_hears_once_that_every_place_is_filled():
    lea = make_coordinator()
    make_coordinator("other@example.org")
    evening = published_evening(lead=lea)
    search = open_search(post_at(evening, places=1), now=at(25, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(25, 10, 5))
    actions.accept_offer(offer_to(alice, search), by=Actor.volunteer_link(alice), now=at(25, 11))

    assert [message.user for message in Message.objects.filter(kind="place_filled")] == [lea]


@pytest.mark.parametrize(("moment", "is_told"), [((17, 30), False), ((17, 31), True)])
def test_a_place_that_is_filled_is_told_at_once_only_within_two_days(moment, is_told):
    evening = published_evening(lead=make_coordinator())
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.accept_offer(offer_to(alice, search), by=Actor.volunteer_link(alice), now=at(24, *moment))

    search.refresh_from_db()
    assert search.ended_because == "filled"
    assert Message.objects.filter(kind="place_filled").exists() is is_told


@pytest.mark.parametrize(("moment", "told_at"), [((11, 0), (17, 30)), ((17, 31), (17, 31))])
def test_that_nobody_is_left_is_told_when_it_is_near_where_no_digest_tells_it_before(moment, told_at):
    evening = published_evening(lead=make_coordinator())
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.decline(ask_of(alice), by=SYSTEM, now=at(24, *moment))

    search.refresh_from_db()
    assert search.nobody_left_at == at(24, *moment)
    assert Message.objects.get(kind="nobody_left").due == at(24, *told_at)


def test_who_filled_the_place_herself_needs_no_mail_about_it():
    lea = make_coordinator()
    evening = published_evening(lead=lea)
    post = post_at(evening, places=1)
    open_search(post, now=at(25, 10))
    alice = make_people(evening, "Alice")[0]

    actions.assign(post, alice, by=Actor.user(lea), now=at(25, 10, 10))

    assert not Message.objects.filter(kind="place_filled").exists()


def test_with_nobody_to_ask_the_coordinator_hears_it_once_and_the_search_goes_on():
    lea = make_coordinator()
    evening = published_evening(lead=lea)
    search = open_search(post_at(evening, places=1), now=at(25, 10))
    make_people(evening, "Alice", answer="no")

    sweep(at(25, 10, 5))
    sweep(at(25, 14, 30))

    search.refresh_from_db()
    assert (search.is_live, search.nobody_left_at) == (True, at(25, 10, 5))
    assert [message.user for message in Message.objects.filter(kind="nobody_left")] == [lea]

    make_people(evening, "Bob")
    assert sweep(search.next_wave_at) == 1


def test_while_somebody_is_only_spared_for_now_nobody_left_is_not_said():
    evening = published_evening(lead=make_coordinator())
    open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    Ask.objects.create(volunteer=alice, evening=evening, asked_at=at(23, 10))

    assert sweep(at(24, 10, 30)) == 0
    assert not Message.objects.filter(kind="nobody_left").exists()


def test_when_everybody_said_no_the_coordinator_hears_it_at_once():
    evening = published_evening(lead=make_coordinator())
    open_search(post_at(evening, places=1), now=at(26, 15))
    alice, bob = make_people(evening, "Alice", "Bob")
    sweep(at(26, 15))
    sweep(at(26, 15, 1))

    actions.decline(ask_of(alice), by=SYSTEM, now=at(26, 15, 5))
    assert not Message.objects.filter(kind="nobody_left").exists()

    actions.decline(ask_of(bob), by=SYSTEM, now=at(26, 15, 6))
    assert Message.objects.get(kind="nobody_left").due == at(26, 15, 6)


def test_when_the_only_one_left_takes_another_post_the_coordinator_hears_it():
    evening = published_evening(lead=make_coordinator())
    belvue = open_search(post_at(evening, places=1), now=at(26, 15))
    mim = open_search(post_at(evening, "MIM", places=1), now=at(26, 15))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 15))

    actions.accept_offer(offer_to(alice, mim), by=SYSTEM, now=at(26, 15, 5))

    assert Message.objects.get(kind="nobody_left").about_id == belvue.pk


def test_what_happens_by_night_is_told_in_the_morning():
    evening = published_evening(lead=make_coordinator())
    open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.decline(ask_of(alice), by=SYSTEM, now=at(24, 23))

    assert Message.objects.get(kind="nobody_left").due == at(25, 9)
