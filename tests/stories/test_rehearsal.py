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
from shifts.models import Ask
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_reserve,
    make_volunteer,
)
from volunteers.models import Availability

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _rehearsal(settings):
    settings.REHEARSAL = True


@pytest.fixture
def _two_evenings():
    """From Tuesday noon: searches on this Thursday and the next, and a reminder of every kind is still to leave."""
    installation.stamp(NOW + timedelta(hours=2))
    lea = make_coordinator()
    for day, pool in ((date(2026, 3, 26), "ABCDE"), (date(2026, 4, 2), "FGHIJ")):
        evening = make_evening(day, lead=lea, published_at=NOW)
        posts = [make_post(make_opening(evening, make_museum(name)), places=3) for name in ("BELvue", "Horta")]
        for first in pool:
            make_available(make_volunteer(f"{first}na"), evening)
        make_reserve(make_volunteer("Rik"), evening)
        on_call = Availability.objects.get(evening=evening, on_call_at=NOW)
        actions.plan_reserve_reminder(on_call, by=SYSTEM, now=NOW)
        for number, post in enumerate(posts * 3):
            hers = make_assignment(post, make_volunteer(f"{pool[0]}{number}"))
            actions.plan_reminders(hers, by=SYSTEM, now=NOW)
            if number < 2:
                actions.withdraw(hers, by=Actor.volunteer_link(hers.volunteer), now=NOW)


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


@pytest.mark.usefixtures("_two_evenings")
def test_a_jump_of_two_days_sends_what_two_days_send():
    jump = left(in_one_jump, 2)

    assert left(day_by_day, 2) == jump
    assert left(hour_by_hour, 2) == jump
    sent, rows, asked = jump
    assert len(sent) > 25
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
    """Three days on the wall are 71 hours that night."""
    start = clock.now()
    jump = left(in_one_jump, 3)
    sent, _rows, asked = jump

    assert left(hour_by_hour, 3) == jump
    assert rehearsal.a_day_later(start) - start == timedelta(hours=23)
    assert asked == 8
    assert len(sent) == 11
