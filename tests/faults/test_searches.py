"""A day of replacement searches: beat is dead, the broker comes back empty, the database crashes, beats are two."""

from datetime import timedelta

import pytest
from django.db import connections

from messaging.models import Message
from nocturnes import clock
from nocturnes.models import Heartbeat
from nocturnes.scratch.processes import wait_until
from shifts.models import Ask, Offer, Search
from tests.faults.conftest import DEEP
from tests.faults.scene import (
    FIRST_WAVE,
    SECOND_WAVE,
    all_is_well,
    everybody_withdraws,
    leases_run_out,
    make_scene,
    nothing_moves,
    settle_down,
    somebody_says_yes,
)

pytestmark = [pytest.mark.postgres]

PLACES, PEOPLE = (20, 240) if DEEP else (6, 70)
NEXT = FIRST_WAVE + SECOND_WAVE
# Seconds: the machine may be slow and busy; whatever is waited for comes long before.
SLOW = 180


def waves(number):
    """Whether every search that goes on has asked so many times."""
    return all(search.waves == number for search in Search.objects.live())


def wait_for_waves(number):
    wait_until(lambda: waves(number), SLOW, f"wave {number} of every search")


@pytest.mark.django_db(transaction=True)
def test_beat_is_dead_for_ten_minutes(processes, moved, mail_server, counted):
    make_scene(places=PLACES, people=PEOPLE)
    processes.workers(2)
    beat = processes.beat()
    wait_until(Heartbeat.objects.filter(name="searches").exists, SLOW, "a sweep")
    processes.kill(beat)
    everybody_withdraws()

    moved.move(timedelta(minutes=10))
    assert Ask.objects.count() == 0
    processes.beat()
    wait_for_waves(1)
    settle_down(mail_server)

    counts = all_is_well(mail_server)
    assert counts["searches going on"] == PLACES
    assert {offer.asked_at for offer in Offer.objects.all()} == {clock.now()}
    counted("beat dead for ten minutes", counts)


@pytest.mark.django_db(transaction=True)
def test_the_broker_crashes_and_comes_back_empty_in_mid_search(processes, own_broker, moved, mail_server, counted):
    make_scene(places=PLACES, people=PEOPLE)
    processes.workers(2)
    processes.beat()
    everybody_withdraws()
    moved.move(FIRST_WAVE)
    wait_until(Ask.objects.exists, SLOW, "somebody who is asked")

    own_broker.crash()
    wait_until(lambda: not Message.objects.filter(leased_until__gt=clock.machine_now(), sent_at=None).exists(), SLOW)
    somebody_says_yes(PLACES // 3)
    moved.move(SECOND_WAVE)
    own_broker.start()
    wait_for_waves(2)
    settle_down(mail_server)

    counts = all_is_well(mail_server)
    assert counts["searches ended"] == PLACES // 3
    counted("broker crashed and came back empty", counts)


@pytest.mark.django_db(transaction=True)
def test_two_beats_knock_at_once(processes, moved, mail_server, counted):
    make_scene(places=PLACES, people=PEOPLE)
    processes.workers(2)
    processes.beat()
    processes.beat()
    everybody_withdraws()

    moved.move(FIRST_WAVE)
    wait_for_waves(1)
    settle_down(mail_server)
    somebody_says_yes(PLACES // 3)
    moved.move(SECOND_WAVE)
    wait_for_waves(2)
    settle_down(mail_server)

    counts = all_is_well(mail_server)
    # A wave asks five people a place; those who answered were of the first.
    assert counts["asked"] == 5 * PLACES + 5 * (PLACES - PLACES // 3)
    counted("two beats at once", counts)


def test_postgresql_crashes_in_mid_search(processes_on_own_postgresql, own_postgresql, moved, mail_server, counted):
    processes = processes_on_own_postgresql
    make_scene(places=PLACES, people=PEOPLE)
    processes.workers(2)
    processes.beat()
    everybody_withdraws()
    moved.move(FIRST_WAVE)
    wait_until(lambda: len(mail_server.received) > PLACES, SLOW, "mails that leave")

    own_postgresql.crash()
    connections.close_all()
    own_postgresql.start()
    wait_for_waves(1)
    # A worker whose mail was accepted waits for the database to note it; one that had not sent leaves its lease.
    nothing_moves()
    leases_run_out()
    settle_down(mail_server)
    somebody_says_yes(PLACES // 3)
    moved.move(SECOND_WAVE)
    wait_for_waves(2)
    settle_down(mail_server)

    counts = all_is_well(mail_server)
    assert counts["searches ended"] == PLACES // 3
    counted("PostgreSQL crashed", counts)
