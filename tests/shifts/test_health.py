from datetime import timedelta

import pytest
from django.urls import reverse

from messaging import actions as messaging
from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.models import Heartbeat
from shifts import actions, health
from tests.factories import NOW, make_assignment, make_coordinator, make_edition, make_evening, make_opening, make_post

pytestmark = pytest.mark.django_db

SILENCE = timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _machine(monkeypatch):
    """The machine's clock stands still: on a slow one a test would take as long as a sweep may be late."""
    monkeypatch.setattr(clock, "machine_now", lambda: NOW)


def beat(ago=timedelta(0), names=health.SWEEPS):
    for name in names:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.machine_now() - ago})


def make_late_message(due):
    assignment = make_assignment(make_post(make_opening(make_evening(published_at=NOW))))
    return actions.tell(assignment, "assigned", due=due, by=SYSTEM, now=due - timedelta(hours=1))


def problems(now=NOW):
    return health.problems(now=now, machine_now=clock.machine_now())


def test_nothing_is_wrong_while_both_sweeps_beat():
    beat(SILENCE - timedelta(seconds=20))

    assert problems() == []


def test_a_sweep_that_is_silent_for_two_minutes_is_said():
    beat()
    beat(SILENCE + timedelta(seconds=1), names=["searches"])

    assert len(problems()) == 1


def test_a_sweep_that_never_ran_is_said():
    beat(names=["messages"])

    assert len(problems()) == 1


def test_a_message_is_late_after_two_minutes_of_product_time():
    beat()
    make_late_message(due=NOW)

    assert problems(NOW + SILENCE - timedelta(seconds=1)) == []
    assert "1 message" in problems(NOW + SILENCE)[0]


def test_the_health_address_answers_for_whatever_watches(client, at):
    at(NOW)
    beat()

    well = client.get(reverse("healthz"))
    Heartbeat.objects.all().delete()
    unwell = client.get(reverse("healthz"))

    assert (well.status_code, well.json()["ok"]) == (200, True)
    assert (unwell.status_code, unwell.json()["ok"]) == (503, False)
    assert "no-store" in unwell["Cache-Control"]


def test_a_coordinators_page_says_it_in_red_and_a_visitors_does_not(client, at):
    at(NOW)
    edition = make_edition()
    make_evening(edition=edition)
    visitor = client.get(reverse("edition", args=[edition.slug])).content.decode()
    client.force_login(make_coordinator())

    unwell = client.get(reverse("season", args=[edition.slug])).content.decode()
    beat()
    well = client.get(reverse("season", args=[edition.slug])).content.decode()

    assert ["unwell" in page for page in (visitor, unwell, well)] == [False, True, False]


def test_the_red_line_goes_once_the_late_message_left():
    beat()
    message = make_late_message(due=NOW)

    messaging.record_as_sent(message, now=NOW + SILENCE)

    assert problems(NOW + SILENCE) == []
