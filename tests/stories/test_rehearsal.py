"""A rehearsal's time is moved in one jump or hour by hour: the same leaves, in the same order (design.md 7)."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.db import transaction

from messaging.models import Message
from nocturnes import clock, installation
from nocturnes.history import SYSTEM, Actor
from nocturnes.hours import instant
from shifts import actions, rehearsal
from shifts.loading import load
from shifts.models import Ask, Assignment
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _rehearsal(settings):
    settings.REHEARSAL = True


@pytest.fixture
def _nocturnes():
    """The bundled edition, with searches under way on each of its next two evenings."""
    edition = load(rehearsal=True).edition
    now = clock.now()
    for evening in edition.evenings.published().filter(date__gte=now.date())[:2]:
        known = Assignment.objects.active().published().of_evening(evening).order_by("pk")
        for assignment in known.select_related("volunteer")[:2]:
            actions.withdraw(assignment, by=Actor.volunteer_link(assignment.volunteer), now=now)


def in_one_jump(days):
    start = clock.now()
    end = start
    for _ in range(days):
        end = rehearsal.a_day_later(end)
    rehearsal.advance(end)


def day_by_day(days):
    for _ in range(days):
        rehearsal.advance(rehearsal.a_day_later(clock.now()))


def hour_by_hour(days):
    end = clock.now()
    for _ in range(days):
        end = rehearsal.a_day_later(end)
    while clock.now() < end:
        rehearsal.advance(rehearsal.an_hour_later(clock.now()))
    assert clock.now() == end


def left(move, days):
    """What left while the time was moved that way, and what became of every message; the move itself is taken back."""
    point = transaction.savepoint()
    mail.outbox.clear()
    start = clock.now()
    move(days)
    sent = [(letter.to, letter.subject) for letter in mail.outbox]
    rows = sorted(Message.objects.select_related("user").order_by("pk"), key=as_plain)
    asked = Ask.objects.filter(asked_at__gte=start).count()
    plain = [as_plain(row) for row in rows]
    transaction.savepoint_rollback(point)
    assert clock.now() == start
    return sent, plain, asked


def as_plain(row):
    """A row without what differs between two tellings of the same: numbers of rows, random parts of keys."""
    moments = [str(at) for at in (row.due, row.sent_at, row.skipped_at, row.failed_at)]
    return (row.kind, row.recipient, row.language, row.subject, row.reason, *moments)


@pytest.mark.usefixtures("_nocturnes")
def test_a_jump_of_three_days_sends_what_three_days_send():
    jump = left(in_one_jump, 3)

    assert left(day_by_day, 3) == jump
    assert left(hour_by_hour, 3) == jump
    sent, rows, asked = jump
    assert len(sent) > 30
    assert asked > 5
    kinds = {row[0] for row in rows if row[-3] > "2026-03-24 09" and row[-3] != "None"}
    assert {"offer", "digest", "reminder_unconfirmed", "reminder_eve", "reminder_reserve"} <= kinds


@pytest.fixture
def _last_week_of_march():
    """A search and reminders over the night on which the clock jumps; Saturday, 12:00."""
    start = instant(date(2026, 3, 28), time(12), make_edition().zone)
    installation.stamp(start)
    evening = make_evening(date(2026, 4, 2), lead=make_coordinator(), published_at=NOW)
    post = make_post(make_opening(evening), places=2)
    for name in ("Bob", "Carol", "Dave", "Eve", "Fay", "Gus", "Hal", "Ivo"):
        make_available(make_volunteer(name), evening)
    alice, zoe = make_assignment(post, make_volunteer("Alice")), make_assignment(post, make_volunteer("Zoé"))
    actions.plan_reminders(alice, by=SYSTEM, now=start)
    actions.withdraw(zoe, by=SYSTEM, now=start)


@pytest.mark.usefixtures("_last_week_of_march")
def test_so_does_a_jump_across_the_clock_change():
    """Four days on the wall are 95 hours that night."""
    start = clock.now()
    jump = left(in_one_jump, 4)
    sent, _rows, asked = jump

    assert left(day_by_day, 4) == jump
    assert left(hour_by_hour, 4) == jump
    assert rehearsal.a_day_later(start) - start == timedelta(hours=23)
    assert asked == 8
    assert len(sent) == 11
