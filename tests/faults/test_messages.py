"""Messages leave while workers are killed, and while the mail server misbehaves: nothing lost, nothing twice."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from messaging import reasons, tasks
from messaging.models import Message
from nocturnes import clock
from nocturnes.scratch.processes import wait_until
from tests.faults.conftest import DEEP
from tests.faults.scene import leases_run_out
from tests.messaging.factories import make_code, make_person

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MANY = 2000 if DEEP else 200
A_MINUTE = timedelta(minutes=1)
# Seconds: the machine may be slow and busy; whatever is waited for comes long before.
SLOW = 180


def plan(number, due=None):
    """Codes to `number` people, due now or at `due`; returns their addresses."""
    now = clock.now()
    people = [make_person(f"Person {n}", email=f"person{n}@example.org") for n in range(number)]
    for person in people:
        make_code(person, due=due or now, now=now)
    return [person.email for person in people]


def arrived(mail_server):
    return Counter(mail["To"] for mail in mail_server.received)


def wait_for(number):
    wait_until(lambda: Message.objects.exclude(sent_at=None).count() == number, 480, f"{number} mails")


def all_wait(number):
    """Whether so many messages wait for another try, and nobody has one in hand."""
    waiting = Message.objects.filter(retry_at__gt=clock.machine_now(), leased_until=None)
    return waiting.count() == number


def wait_for_the_living(number):
    """On a machine so slow that a mail server which was held counts as hanging, its mails are tried again.

    Then whoever was killed may have had nothing in hand, and more have left.
    """
    past = clock.machine_now() - timedelta(seconds=1)

    def done():
        Message.objects.exclude(retry_at=None).update(retry_at=past)
        time.sleep(0.1)
        return Message.objects.exclude(sent_at=None).count() >= number

    wait_until(done, 480, f"{number} mails")


def instead_of(workers, processes, **environment):
    """As many new workers, while nobody has a message in hand."""
    for worker in workers:
        processes.kill(worker)
    return processes.workers(len(workers), **environment)


def test_two_of_four_workers_are_killed_while_many_messages_leave(processes, moved, mail_server, counted):
    one, two, _three, _four = processes.workers(4)
    addresses = plan(MANY, due=moved.now() + A_MINUTE)
    moved.move(A_MINUTE)
    # Several beats and several knocks of each: whoever is told of a message that another one sends lets it be.
    processes.beat(TEST_BEAT="10")
    for _ in range(5):
        tasks.sweep_messages.delay()
    wait_until(lambda: len(mail_server.received) > MANY // 10, SLOW, "mails that leave")
    mail_server.hold(b"RCPT")
    wait_until(lambda: mail_server.held >= 4, SLOW, "every worker in mid-send")

    processes.kill(one)
    processes.kill(two)
    mail_server.let_go()
    wait_for_the_living(MANY - 2)
    leases_run_out()
    tasks.sweep_messages.delay()
    wait_for(MANY)

    assert arrived(mail_server) == Counter(addresses)
    assert not Message.objects.filter(sent_at=None).exists()
    arrivals = Counter(arrived(mail_server).values())
    counts = {
        "planned": MANY,
        "arrived once": arrivals[1],
        "twice": MANY - arrivals[1],
        "lost": MANY - arrivals.total(),
    }
    counted("two of four workers killed", counts)


def test_a_worker_killed_while_the_server_says_yes_repeats_that_mail_under_its_old_name(processes, mail_server):
    (first,) = processes.workers(1)
    mail_server.hold(b"DATA")
    plan(1)
    wait_until(lambda: mail_server.held == 1, SLOW, "a mail that the server has")

    processes.kill(first)
    mail_server.let_go()
    leases_run_out()
    # A worker looks for what is due when it starts.
    processes.workers(1)
    wait_for(1)

    assert len(mail_server.received) == 2
    assert len({mail["Message-ID"] for mail in mail_server.received}) == 1


def test_a_mail_server_refuses_one_address_then_everybody_then_says_nothing(processes, mail_server, counted):
    workers = processes.workers(2)
    mail_server.refused = {"person3@example.org": "550 no such user"}
    addresses = plan(10)
    wait_for(9)
    wait_until(Message.objects.exclude(failed_at=None).exists, SLOW, "a refusal for good")
    failed = Message.objects.exclude(failed_at=None).get()
    assert (failed.user.email, failed.reason) == ("person3@example.org", f"{reasons.REFUSED} · 550 no such user")

    mail_server.refuse = "421 come back later"
    others = [person.replace("person", "other") for person in addresses]
    for address in others:
        make_code(make_person("Other", email=address), due=clock.now(), now=clock.now())
    wait_until(lambda: all_wait(10), SLOW, "ten refusals")
    mail_server.refuse = None
    mail_server.hold(b"RCPT")
    # Each of these is cut off after a second of silence, and goes on to the next message. Who talks to a server that
    # is not silent has the usual patience: on a slow machine a second goes by before an answer comes.
    workers = instead_of(workers, processes, TEST_EMAIL_TIMEOUT="1")
    leases_run_out()
    tasks.sweep_messages.delay()
    wait_until(lambda: all_wait(10), SLOW, "ten silences")
    assert arrived(mail_server) == Counter(addresses) - Counter(["person3@example.org"])

    instead_of(workers, processes)
    mail_server.let_go()
    leases_run_out()
    tasks.sweep_messages.delay()
    wait_for(19)

    assert arrived(mail_server) == Counter(addresses + others) - Counter(["person3@example.org"])
    arrivals = len(mail_server.received)
    counts = {"planned": 20, "arrived once": arrivals, "refused for good": 1, "lost": 20 - arrivals - 1}
    counted("mail server refused one address, then all, then fell silent", counts)
