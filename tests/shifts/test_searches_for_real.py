"""A withdrawal shortly before, with real workers, a real broker and a real mail server."""

from datetime import timedelta

import pytest

from messaging.models import Message
from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.hours import local_day
from nocturnes.scratch.processes import wait_until
from shifts import actions
from shifts.models import Ask, Post
from tests.factories import make_assignment, make_edition, make_evening, make_museum, make_opening, make_role
from tests.shifts.searches import make_people

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def withdrawing():
    """Inès is on the only place of a post that begins in two hours; Alice and Bob are free. Returns Inès' place."""
    now = clock.machine_now()
    hours = {
        "report_at": now + timedelta(hours=2),
        "starts_at": now + timedelta(hours=2.5),
        "ends_at": now + timedelta(hours=5),
    }
    day = local_day(hours["report_at"], make_edition().zone)
    evening = make_evening(day, published_at=now)
    opening = make_opening(evening, make_museum())
    post = Post.objects.create(opening=opening, role=make_role(), places=1, needed=1, **hours)
    make_people(evening, "Alice", "Bob")
    return make_assignment(post, make_people(evening, "Inès")[0])


def arrived(mail_server):
    """Whom an offer has reached: its text carries the link."""
    texts = {mail["To"]: mail.get_payload(0).get_payload(decode=True).decode() for mail in mail_server.received}
    return {address for address, text in texts.items() if "/offer/" in text}


def test_the_first_offers_of_an_urgent_search_reach_the_mail_server_without_a_sweep(
    withdrawing, celery_processes, mail_server
):
    """No beat, and nothing is due later than it was asked: how quickly that goes, `manage.py bench` measures."""
    celery_processes.worker(TEST_EMAIL_URL=mail_server.url)

    actions.withdraw(withdrawing, by=SYSTEM, now=clock.machine_now())
    wait_until(lambda: len(arrived(mail_server)) == 2, 90, "two offers")

    asked = set(Ask.objects.values_list("asked_at", flat=True))
    assert set(Message.objects.filter(kind="offer").values_list("due", flat=True)) == asked
    assert {address.split("@")[0].rstrip("0123456789") for address in arrived(mail_server)} == {"alice", "bob"}


def test_with_the_broker_down_the_next_sweep_sends_them(withdrawing, celery_processes, mail_server, broker_down):
    actions.withdraw(withdrawing, by=SYSTEM, now=clock.machine_now())

    celery_processes.worker(TEST_EMAIL_URL=mail_server.url)
    celery_processes.beat()

    wait_until(lambda: len(arrived(mail_server)) == 2, 90, "two offers")
