"""Who comes second waits, and sees what the first one did, on PostgreSQL: proposals, searches, swaps, records."""

from datetime import time, timedelta

import pytest

from messaging.actions import delivery
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Edition, Entry
from nocturnes.rules import ReminderRule, Rules
from shifts import actions
from shifts.actions import evenings, places, planning, swaps
from shifts.actions.planning import Row
from shifts.actions.swaps import proposing
from shifts.actions.undo import assignments as undoing
from shifts.actions.undo import letters
from shifts.models import Assignment, Disruption
from tests.factories import NOW, make_assignment, make_coordinator, make_evening, make_museum, make_opening
from tests.races import meet, refused
from tests.shifts.races import SOON, kinds_of, undo
from tests.shifts.searches import ask_of, make_people, open_search, post_at, published_evening, sweep
from tests.shifts.swaps import accept, propose
from tests.shifts.test_disruptions import TEXTS
from tests.shifts.test_planning_posts import facts
from tests.shifts.test_races_self_service import ask, take
from volunteers import actions as volunteers

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def post(evening):
    return post_at(evening)


@pytest.fixture
def alice(evening):
    return make_people(evening, "Alice")[0]


def block(volunteer):
    return lambda: actions.block(volunteer, by=SYSTEM, now=NOW)


def put_on(post, volunteer):
    made = make_assignment(post, volunteer)
    return Assignment.objects.for_pages().get(pk=made.pk)


def change_both(evening, *posts):
    rows = [Row(post.pk, places=3, needed=1) for post in posts]
    return lambda: planning.change_posts(evening, rows, by=SYSTEM, now=NOW)


# What is planned.


def test_no_museum_comes_to_an_evening_that_is_called_off(evening):
    opening = make_opening(evening)
    hours = {"starts_at": opening.starts_at, "ends_at": opening.ends_at}

    results = meet(
        lambda: actions.call_off_evening(evening, by=SYSTEM, now=NOW),
        lambda: planning.add_opening(evening, make_museum("Horta"), **hours, facts={}, by=SYSTEM, now=NOW),
    )

    assert kinds_of(results) == [evenings.EveningIsCalledOff]


def test_a_post_is_not_copied_to_an_opening_that_gets_the_role(evening, post):
    opening = make_opening(evening)

    _made, copied = meet(
        lambda: planning.add_post(opening, facts(opening), by=SYSTEM, now=NOW),
        lambda: planning.copy_post(post, [opening], by=SYSTEM, now=NOW),
    )

    assert (copied.made, copied.had) == ([], [opening])


def test_of_two_changes_of_the_rules_the_history_keeps_what_each_one_found(lea):
    edition, switches = make_evening().edition, dict.fromkeys(("sign_up_open", "shows_figures"), True)
    wanted = [Rules(eve=ReminderRule(1, time(hour))) for hour in (15, 16)]

    meet(*[lambda rules=rules: actions.change_rules(edition, rules, switches, by=lea, now=NOW) for rules in wanted])

    first, second = (line.data["changed"]["eve"] for line in Entry.objects.filter(verb="changed_rules").order_by("pk"))
    assert second[0] == first[1]


# Who is asked.


def test_who_is_blocked_at_that_moment_is_not_asked_by_hand(post, alice):
    search = open_search(post, now=NOW)

    results = meet(block(alice), lambda: actions.ask_by_hand(search, alice, by=SYSTEM, now=NOW))

    assert kinds_of(results) == [places.AskedByPhoneOnly]


def test_who_is_blocked_at_that_moment_asks_for_no_place(post, alice):
    Edition.objects.update(rules_data={"self_service": "approve"})

    results = meet(block(alice), lambda: ask(post, alice))

    assert len(refused(results)) == 1
    assert not alice.place_requests.exists()


def test_of_the_last_two_who_say_no_the_second_finds_nobody_left(evening, alice):
    (bob,) = make_people(evening, "Bob")
    search, now = open_search(post_at(evening, places=1), now=NOW), NOW + timedelta(hours=1)
    sweep(NOW + timedelta(minutes=30))

    meet(*[lambda one=one: actions.decline(ask_of(one), by=SYSTEM, now=now) for one in (alice, bob)])

    search.refresh_from_db()
    assert search.nobody_left_at == now


def test_who_takes_another_place_leaves_nobody_for_a_search_whose_other_one_says_no(evening, alice, post):
    Edition.objects.update(rules_data={"self_service": "at_once"})
    (bob,) = make_people(evening, "Bob")
    search, now = open_search(post_at(evening, "Horta", places=1), now=NOW), NOW + timedelta(hours=1)
    sweep(NOW + timedelta(minutes=30))

    meet(take(post, alice), lambda: actions.decline(ask_of(bob), by=SYSTEM, now=now))

    search.refresh_from_db()
    assert search.nobody_left_at == now


# Swaps.


def test_a_place_that_is_given_back_at_that_moment_is_not_swapped(evening, post, alice):
    hers = put_on(post, alice)
    swap = propose(hers, make_people(evening, "Bob")[0])

    results = meet(lambda: actions.withdraw(hers, by=SYSTEM, now=NOW), lambda: accept(swap))

    assert kinds_of(results) == [swaps.SwapIsOver]


def test_of_two_swaps_proposed_for_one_place_one_is(evening, post, alice):
    hers = put_on(post, alice)

    results = meet(*[lambda one=one: propose(hers, one) for one in make_people(evening, "Bob", "Carol")])

    assert kinds_of(results) == [proposing.AlreadyProposed]


# What is taken back.


def test_who_is_asked_the_same_while_that_is_taken_back_is_asked_anew(post, alice, lea):
    put_on(post, alice)
    jan = Actor.user(make_coordinator("jan@example.org"))

    def ask_all(by=jan):
        return actions.ask_still_coming(post.opening.evening, why="strike", texts=TEXTS, by=by, now=NOW)

    first = ask_all(lea)

    _undone, asked = meet(undo("asked_still_coming", lea), ask_all)

    assert asked != first
    assert Disruption.objects.filter(taken_back_at=None).get() == asked


def test_a_worker_takes_up_nothing_that_is_being_taken_back(post, alice, evening, lea):
    put_on(post, alice)
    actions.write_to_all(evening, texts=TEXTS, by=lea, now=NOW)
    message, later = Message.objects.get(kind="letter"), NOW + timedelta(days=1)

    results = meet(undo("wrote_to_all", lea), lambda: delivery._claim(message.pk, later), before=(letters, "leave_out"))

    assert results == [None, None]


def test_what_takes_place_after_all_and_a_change_of_its_posts_do_not_wait_for_each_other_for_ever(evening, alice, lea):
    near, far = post_at(evening, "Horta"), post_at(evening)
    put_on(far, alice)
    put_on(near, *make_people(evening, "Bob"))
    actions.call_off_evening(evening, by=lea, now=NOW)

    results = meet(
        undo("called_off_evening", lea), change_both(evening, near, far), before=(undoing.disruptions, "forget_answers")
    )

    assert kinds_of(results) == []
    assert Assignment.objects.active().count() == 2


@pytest.fixture
def lent(evening, post, alice, lea):
    """Alice is lent, and her place now."""
    return actions.lend(put_on(post, alice), post_at(evening, "Horta", places=2), by=lea, now=NOW)


def test_who_is_put_where_she_was_lent_while_she_comes_back_is_there_already(lent, alice, lea):
    results = meet(
        lambda: actions.assign(lent.post, alice, by=SYSTEM, now=NOW),
        undo("lent", lea),
        before=(places, "lock_volunteers"),
    )

    assert kinds_of(results) == [places.AlreadyThere]


def test_who_gets_another_place_while_she_comes_back_from_a_loan_is_told_of_both(evening, lent, alice, lea):
    early = post_at(evening, "MIM", report=time(13), starts=time(13), ends=time(15))

    results = meet(
        lambda: actions.assign(early, alice, by=SYSTEM, now=NOW),
        undo("lent", lea),
        before=(actions.assignments, "tell"),
    )

    assert refused(results) == []
    assert alice.assignments.active().count() == 2


# One record.


def test_what_she_is_told_while_her_records_become_one_is_one_message(evening, post, alice):
    (other,) = make_people(evening, "Alix")
    hers, others = (
        put_on(post, alice),
        put_on(post_at(evening, "MIM", report=time(13), ends=time(15), starts=time(13)), other),
    )
    actions.tell(others, "details", due=SOON, by=SYSTEM, now=NOW)

    results = meet(
        lambda: actions.tell(hers, "details", due=SOON, by=SYSTEM, now=NOW),
        lambda: actions.merge(alice, other, by=SYSTEM, now=NOW),
    )

    assert refused(results) == []
    assert Message.objects.pending().filter(kind="changed").count() == 1


def test_two_answers_for_one_evening_are_one(alice):
    later = make_evening(NOW.date() + timedelta(days=9))
    registration = alice.registrations.get()

    meet(
        *[
            lambda answer=answer: volunteers.set_availability(registration, later, answer, by=SYSTEM, now=NOW)
            for answer in ("yes", "no")
        ]
    )

    assert registration.availabilities.get(evening=later).answer == "no"
