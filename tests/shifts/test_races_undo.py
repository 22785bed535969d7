"""A click that is taken back meets what others do at that moment, on PostgreSQL: each lock of `actions.undo` counts."""

from datetime import timedelta

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Edition, Entry, Evening
from shifts import actions
from shifts.actions import places
from shifts.models import Assignment, Call, Reserve, StillComing
from tests.factories import NOW, make_assignment, make_coordinator, make_reserve
from tests.races import meet, refused
from tests.shifts.searches import ask_of, make_people, open_search, post_at, published_evening, sweep
from tests.shifts.swaps import accept, propose
from tests.shifts.test_disruptions import TEXTS
from tests.shifts.test_races_reserve import in_step
from tests.shifts.test_races_self_service import take

__all__ = ["in_step"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def post(evening):
    return post_at(evening)


def undo(verb, lea, now=SOON):
    entry = Entry.objects.filter(verb=verb, actor_kind=Actor.USER).latest("pk")
    return lambda: actions.undo(entry, by=lea, now=now)


# Words to everybody.


def test_words_that_are_taken_back_at_that_moment_may_be_written_by_somebody_else(post, lea):
    jan = Actor.user(make_coordinator("jan@example.org"))
    evening = make_assignment(post).post.opening.evening
    actions.write_to_all(evening, texts=TEXTS, by=lea, now=NOW)

    results = meet(undo("wrote_to_all", lea), lambda: actions.write_to_all(evening, texts=TEXTS, by=jan, now=SOON))

    assert results == [None, 1]
    assert Message.objects.pending().filter(kind="letter").count() == 1


# Who is on call again by it, and who agrees at that moment: two are wanted, one is there.


def agrees(volunteer, evening):
    reserve = make_reserve(volunteer, evening, accepted_at=None)
    return lambda: actions.accept_reserve(reserve, by=Actor.volunteer_link(reserve.volunteer), now=SOON)


def on_call(evening, *names):
    return [make_reserve(volunteer, evening) for volunteer in make_people(evening, *names)]


def phoned_no(reserve, post, lea):
    actions.phoned(post, reserve.volunteer, answer=Call.Answer.NO, by=lea, now=NOW)
    return "phoned"


def taken_back(reserve, post, lea):
    actions.take_back_reserve(reserve, by=lea, now=NOW)
    return "took_back_reserve"


def assigned(reserve, post, lea):
    actions.assign(post, reserve.volunteer, by=lea, now=NOW)
    return "assigned"


def blocked(reserve, post, lea):
    actions.block(reserve.volunteer, by=lea, now=NOW)
    return "blocked"


def swapped(reserve, post, lea):
    Edition.objects.update(rules_data={"swap_needs_ok": True})
    hers = make_assignment(post, make_people(post.opening.evening, "Carol")[0])
    swap = accept(propose(Assignment.objects.for_pages().get(pk=hers.pk), reserve.volunteer))
    actions.agree_to_swap(swap, by=lea, now=NOW)
    return "agreed_to_swap"


@pytest.mark.parametrize("click", [phoned_no, taken_back, assigned, blocked, swapped])
def test_nobody_is_on_call_above_the_most(click, evening, post, lea):
    _zoe, alice = on_call(evening, "Zoé", "Alice")
    verb = click(alice, post, lea)

    results = meet(agrees(*make_people(evening, "Bob"), evening), undo(verb, lea))

    assert refused(results) == [] or verb == "took_back_reserve"
    assert Reserve.objects.on_call().filter(evening=evening).count() == 2


# What somebody says at that moment.


def test_a_search_does_not_find_nobody_left_while_a_no_is_taken_back(evening, lea):
    post = post_at(evening, places=1)
    alice, bob = make_people(evening, "Alice", "Bob")
    search, now = open_search(post, now=NOW), NOW + timedelta(hours=1)
    sweep(NOW + timedelta(minutes=30))
    actions.phoned(post, alice, answer=Call.Answer.NO, by=lea, now=now)

    results = meet(undo("phoned", lea, now), lambda: actions.decline(ask_of(bob), by=SYSTEM, now=now))

    assert results == [None, None]
    search.refresh_from_db()
    assert search.offers.get(volunteer=alice).answer == ""
    assert search.nobody_left_at is None


def test_her_own_yes_stands_while_the_noted_one_is_taken_back(post, lea):
    assignment = make_assignment(post)
    jan = Actor.user(make_coordinator("jan@example.org"))
    asked = actions.ask_still_coming(post.opening.evening, why="strike", texts=TEXTS, by=jan, now=NOW)
    question = asked.questions.get()
    actions.answer_still_coming(question, yes=True, how="phone", by=lea, now=SOON)
    by = Actor.volunteer_link(assignment.volunteer)

    def says_yes():
        actions.answer_still_coming(StillComing.objects.get(pk=question.pk), yes=True, by=by, now=SOON)

    assert meet(undo("noted_still_comes", lea), says_yes) == [None, None]

    question.refresh_from_db()
    assert question.answer == "yes"


@pytest.mark.parametrize("deed", ["called again", "agrees"])
def test_who_takes_a_place_at_that_moment_comes_and_is_not_on_call(deed, evening, post, lea):
    Edition.objects.update(rules_data={"self_service": "at_once"})
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve(alice, evening)
    if deed == "called again":
        is_on_call = undo(taken_back(reserve, post, lea), lea)
    else:
        actions.take_back_reserve(reserve, by=lea, now=NOW)
        is_on_call = agrees(alice, evening)

    meet(*([is_on_call, take(post, alice)] if deed == "called again" else [take(post, alice), is_on_call]))

    assert alice.assignments.active().exists()
    assert not Reserve.objects.on_call().exists()


# Whoever takes locks in another order than everybody else may wait for ever.


def test_who_is_put_on_a_post_while_the_evening_becomes_a_draft_again_is_a_draft(evening, post, lea):
    Evening.objects.update(published_at=None)
    actions.publish(evening, by=lea, now=NOW)
    (alice,) = make_people(evening, "Alice")

    results = meet(
        lambda: actions.assign(post, alice, by=lea, now=SOON),
        undo("published", lea),
        before=(places, "take_place"),
    )

    assert refused(results) == []
    assert Assignment.objects.get().is_draft


def test_who_is_put_on_the_post_that_she_gets_back_at_that_moment_is_there_once(evening, post, lea):
    alice = make_assignment(post, *make_people(evening, "Alice")).volunteer
    actions.block(alice, by=lea, now=NOW)

    results = meet(
        lambda: actions.assign(post, alice, accept=["blocked"], by=lea, now=SOON),
        undo("blocked", lea),
        before=(places, "lock_volunteers"),
    )

    assert [type(one) for one in refused(results)] == [places.AlreadyThere]
    assert post.assignments.active().count() == 1
