"""Asking whether people still come, while they answer, withdraw, are put there or removed: on PostgreSQL."""

from datetime import date, timedelta

import pytest
from django.db.models import Count, F, Q

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import disruptions
from shifts.models import Assignment, Disruption, Post, Search, StillComing
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.races import at_once, meet, refused
from tests.shifts.test_disruptions import TEXTS

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 8


@pytest.fixture(autouse=True)
def books_balance():
    yield
    active = Count("assignments", filter=Q(assignments__cancelled_at=None))
    assert not Post.objects.annotate(active=active).exclude(taken=F("active")).exists()


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


def place_of_round(number):
    evening = make_evening(date(2026, 4, 2) + timedelta(days=number), published_at=NOW)
    alice = make_volunteer()
    make_available(alice, evening)
    return make_assignment(make_post(make_opening(evening), places=2), alice)


def ask(assignment, lea):
    return actions.ask_still_coming(assignment.post.opening.evening, why="strike", texts=TEXTS, by=lea, now=NOW)


def answer(question, yes):
    by, read = Actor.volunteer_link(question.assignment.volunteer), StillComing.objects.get(pk=question.pk)
    return lambda: actions.answer_still_coming(read, yes=yes, by=by, now=NOW)


def withdraw(assignment):
    by = Actor.volunteer_link(assignment.volunteer)
    return lambda: actions.withdraw(Assignment.objects.get(pk=assignment.pk), by=by, now=NOW)


def test_a_no_and_a_withdrawal_elsewhere_free_one_place_and_begin_one_search(lea):
    for number in range(ROUNDS):
        assignment = place_of_round(number)
        question = ask(assignment, lea).questions.get()

        results = at_once([answer(question, yes=False), withdraw(assignment)])

        assert refused(results) == []
        assert Entry.objects.about(assignment).filter(verb="withdrew").count() == 1
        assert Search.objects.filter(post=assignment.post).count() == 1
        question.refresh_from_db()
        assert question.answer == "no"


def test_of_a_yes_and_a_no_at_once_the_no_frees_the_place(lea):
    for number in range(ROUNDS):
        assignment = place_of_round(number)
        question = ask(assignment, lea).questions.get()

        at_once([answer(question, yes=True), answer(question, yes=False)])

        question.refresh_from_db()
        assignment.refresh_from_db()
        assert assignment.withdrew
        assert question.answer == "no"


def test_a_yes_that_waits_for_a_no_finds_the_place_given_back(lea):
    assignment = place_of_round(0)
    actions.confirm(assignment, how="link", by=lea, now=NOW)
    question = ask(assignment, lea).questions.get()

    _no, yes = meet(answer(question, yes=False), answer(question, yes=True))

    assert isinstance(yes, actions.NoLongerAssigned)
    question.refresh_from_db()
    assert question.answer == "no"


def test_who_is_put_there_while_everybody_is_asked_is_asked_or_seen_as_not_asked(lea):
    for number in range(ROUNDS):
        assignment = place_of_round(number)
        bob = make_volunteer("Bob")
        make_available(bob, assignment.post.opening.evening)

        disruption, put = at_once(
            [
                lambda one=assignment: ask(one, lea),
                lambda one=assignment, bob=bob: actions.assign(one.post, bob, by=lea, now=NOW),
            ]
        )

        asked = disruption.questions.filter(assignment=put).exists()
        seen = put in actions.disruptions.not_asked(disruption, now=NOW)
        assert asked != seen


def test_who_is_removed_while_everybody_is_asked_is_not_written_to(lea):
    for number in range(ROUNDS):
        assignment = place_of_round(number)
        make_assignment(assignment.post, make_volunteer("Bob"))

        at_once(
            [
                lambda one=assignment: ask(one, lea),
                lambda one=assignment: actions.remove(Assignment.objects.get(pk=one.pk), by=lea, now=NOW),
            ]
        )

        assert not StillComing.objects.unanswered().filter(assignment=assignment).exists()


def test_two_coordinators_who_click_at_once_ask_once(lea):
    for number in range(ROUNDS):
        assignment = place_of_round(number)
        jan = Actor.user(make_coordinator(f"jan{number}@example.org"))

        one, other = at_once([lambda one=assignment, by=by: ask(one, by) for by in (lea, jan)])

        assert one == other
        assert Disruption.objects.filter(evening=assignment.post.opening.evening).count() == 1
        assert Message.objects.filter(kind="still_coming", user=assignment.volunteer.user).count() == 1


def test_undoing_while_she_answers_leaves_her_answer_standing(lea):
    for number in range(ROUNDS):
        assignment = place_of_round(number)
        question = ask(assignment, lea).questions.get()
        entry = Entry.objects.filter(verb="asked_still_coming").latest("pk")

        results = at_once([answer(question, yes=False), lambda entry=entry: actions.undo(entry, by=lea, now=NOW)])

        assert refused(results) == []
        assignment.refresh_from_db()
        assert assignment.withdrew


def test_two_coordinators_write_the_same_words_to_everybody_once(lea):
    other = Actor.user(make_coordinator("other@example.org"))
    for number in range(ROUNDS):
        evening = place_of_round(number).post.opening.evening

        def write(by, evening=evening):
            return lambda: actions.write_to_all(evening, texts=TEXTS, by=by, now=NOW)

        results = at_once([write(lea), write(other)])

        assert len(refused(results)) == 1
        assert [len(one.facts["items"]) for one in Message.objects.about(evening).filter(kind="letter")] == [1]


@pytest.fixture
def asked_later(lea):
    """The question to Bob, who was asked with the second one, and the click that takes that one back."""
    place, later = place_of_round(0), NOW + timedelta(hours=2)
    disruption = ask(place, lea)
    bob = make_assignment(place.post, make_volunteer("Bob"))
    actions.ask_still_coming_again(disruption, by=lea, now=later)
    entry = Entry.objects.get(verb="asked_still_coming_again")
    return StillComing.objects.get(assignment=bob), lambda: actions.undo(entry, by=lea, now=later)


def test_a_question_that_is_answered_at_that_moment_is_not_taken_back(asked_later):
    question, undo = asked_later

    results = meet(answer(question, yes=True), undo, before=(disruptions, "_forget_question"))

    assert results == [None, None]
    question.refresh_from_db()
    assert question.answer == "yes"


@pytest.mark.parametrize("yes", [True, False])
def test_what_she_says_to_a_question_that_is_taken_back_at_that_moment_stands(asked_later, yes):
    question, undo = asked_later

    results = meet(undo, answer(question, yes=yes))

    assert results == [None, None]
    question.assignment.refresh_from_db()
    assert (question.assignment.is_confirmed, question.assignment.withdrew) == (yes, not yes)
