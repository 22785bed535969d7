"""Two coordinators at the same moment, on PostgreSQL: one place freed once, one question a person."""

from datetime import timedelta

import pytest
from django.db.models import Count, F, Q

from messaging.models import Message
from nocturnes.history import SYSTEM
from nocturnes.models import Entry
from shifts import actions
from shifts.models import Assignment, Post, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.races import at_once, meet, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TONIGHT = NOW + timedelta(days=2, hours=8)


@pytest.fixture(autouse=True)
def books_balance():
    yield
    active = Count("assignments", filter=Q(assignments__cancelled_at=None))
    assert not Post.objects.annotate(active=active).exclude(taken=F("active")).exists()


@pytest.fixture
def hers():
    return make_assignment(make_post(make_opening(make_evening(published_at=NOW)), places=1))


def absent(assignment):
    row = Assignment.objects.for_pages().get(pk=assignment.pk)
    return lambda: actions.mark_absent(row, then="search", by=SYSTEM, now=TONIGHT)


def test_two_clicks_free_one_place_and_begin_one_search(hers):
    results = at_once([absent(hers), absent(hers)])

    assert len(refused(results)) == 1
    assert Search.objects.live().count() == 1
    assert Entry.objects.filter(verb="freed_absent").count() == 1


def test_absent_meets_her_own_withdrawal(hers):
    row = Assignment.objects.for_pages().get(pk=hers.pk)

    meet(absent(hers), lambda: actions.withdraw(row, by=SYSTEM, now=TONIGHT))

    assert Search.objects.live().count() == 1
    assert not Assignment.objects.active().exists()


def test_two_clicks_ask_everybody_once():
    evening = make_evening()
    for _ in range(5):
        make_registration(make_volunteer(), evening.edition)

    at_once([lambda: actions.ask_unanswered([evening], by=SYSTEM, now=NOW)] * 2)

    questions = Message.objects.filter(kind="ask_answer")
    assert questions.count() == 5
    assert [message.facts["items"] for message in questions] == [[evening.pk]] * 5


def test_two_evenings_asked_at_once_are_one_message_a_person():
    first = make_evening()
    second = make_evening(first.date + timedelta(days=7))
    for _ in range(5):
        make_registration(make_volunteer(), first.edition)

    calls = [
        lambda evening=evening: actions.ask_unanswered([evening], by=SYSTEM, now=NOW) for evening in (first, second)
    ]
    at_once(calls)

    questions = Message.objects.filter(kind="ask_answer")
    assert [sorted(message.facts["items"]) for message in questions] == [[first.pk, second.pk]] * 5
