"""Real workers, a real broker, a real mail server, and what goes wrong with each: nothing lost, nothing twice."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from messaging import reasons, tasks
from messaging.models import Message
from nocturnes import clock
from nocturnes.models import Heartbeat
from nocturnes.scratch.processes import wait_until
from tests.messaging.factories import make_code, make_person

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def workers(celery_processes, mail_server):
    """Starts real workers that send through the mail server: `workers(4)`."""

    def start(number):
        return [celery_processes.worker(TEST_EMAIL_URL=mail_server.url) for _ in range(number)]

    yield start
    mail_server.let_go()


def plan(number):
    """Codes to `number` people, due now; returns their addresses."""
    now = clock.machine_now()
    people = [make_person(f"Person {n}", email=f"person{n}@example.org") for n in range(number)]
    for person in people:
        make_code(person, due=now, now=now)
    return [person.email for person in people]


def time_passes():
    """Leases run out and waits are over, without anybody waiting two minutes."""
    past = clock.machine_now() - timedelta(seconds=1)
    Message.objects.exclude(leased_until=None).update(leased_until=past)
    waits_are_over()


def waits_are_over():
    past = clock.machine_now() - timedelta(seconds=1)
    return Message.objects.exclude(retry_at=None).update(retry_at=past)


def arrived(mail_server):
    return Counter(mail["To"] for mail in mail_server.received)


def wait_for_the_living(number):
    """On a machine so slow that a mail server which was held counts as hanging, its mails are tried again."""

    def done():
        if waits_are_over():
            tasks.sweep_messages.delay()
            time.sleep(0.5)
        return Message.objects.exclude(sent_at=None).count() == number

    wait_until(done, 60, f"{number} mails")


def wait_for_all(number):
    wait_until(lambda: Message.objects.exclude(sent_at=None).count() == number, 60, f"{number} mails")


def test_two_of_four_workers_are_killed_in_mid_send(workers, celery_processes, mail_server):
    one, two, _three, _four = workers(4)
    mail_server.hold(b"RCPT")
    addresses = plan(40)
    wait_until(lambda: mail_server.held >= 4, 90, "every worker in mid-send")

    celery_processes.kill(one)
    celery_processes.kill(two)
    mail_server.let_go()
    wait_for_the_living(38)
    time_passes()
    tasks.sweep_messages.delay()
    wait_for_all(40)

    assert arrived(mail_server) == Counter(addresses)
    assert Message.objects.filter(sent_at=None).count() == 0


def test_a_worker_killed_while_the_server_says_yes_repeats_that_mail_under_its_old_name(
    workers, celery_processes, mail_server
):
    (first,) = workers(1)
    mail_server.hold(b"DATA")
    plan(1)
    wait_until(lambda: mail_server.held == 1, 90, "a mail that the server has")

    celery_processes.kill(first)
    mail_server.let_go()
    time_passes()
    workers(1)
    tasks.sweep_messages.delay()
    wait_for_all(1)

    assert len(mail_server.received) == 2
    assert len({mail["Message-ID"] for mail in mail_server.received}) == 1


def test_an_emptied_broker_is_repaired_by_the_next_sweep(workers, celery_processes, broker, mail_server):
    addresses = plan(20)
    broker.flushdb()
    workers(2)

    celery_processes.beat()
    wait_for_all(20)

    assert arrived(mail_server) == Counter(addresses)
    assert Heartbeat.objects.filter(name="messages").exists()


def test_a_mail_server_that_refuses_gets_every_mail_once_it_is_back(workers, mail_server):
    workers(2)
    mail_server.refuse = "421 come back later"
    addresses = plan(20)
    wait_until(lambda: Message.objects.exclude(retry_at=None).count() == 20, 90, "twenty refusals")
    assert all(message.is_pending for message in Message.objects.all())

    mail_server.refuse = None
    tasks.sweep_messages.delay()
    wait_until(lambda: Heartbeat.objects.exists(), 40, "a sweep")
    assert arrived(mail_server) == Counter()
    time_passes()
    tasks.sweep_messages.delay()
    wait_for_all(20)

    assert arrived(mail_server) == Counter(addresses)


def test_one_refused_address_fails_alone(workers, mail_server):
    workers(1)
    mail_server.refused = {"person3@example.org": "550 no such user"}

    addresses = plan(10)
    wait_for_all(9)

    assert arrived(mail_server) == Counter(addresses) - Counter(["person3@example.org"])
    failed = Message.objects.exclude(failed_at=None).get()
    assert failed.user.email == "person3@example.org"
    assert failed.reason == f"{reasons.REFUSED} · 550 no such user"


def test_many_knocks_at_once_send_each_mail_once(workers, mail_server):
    workers(4)

    addresses = plan(20)
    for _ in range(10):
        tasks.sweep_messages.delay()
    wait_for_all(20)

    assert arrived(mail_server) == Counter(addresses)
