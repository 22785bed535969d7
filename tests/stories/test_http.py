"""The main job through Django's test client, with a real worker, a real broker and a mail server.

Product time is the machine's here, as on the real site; the edition has no quiet hours, so that the story can be told
at any hour.
"""

from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse

from messaging import tasks as messaging_tasks
from nocturnes import clock, links
from nocturnes.hours import local_day
from nocturnes.models import Entry, Heartbeat
from nocturnes.scratch.processes import wait_until
from shifts import tasks
from shifts.models import Ask, Assignment, Search
from tests.conftest import point_broker_at
from tests.factories import (
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.stories.season import link_in
from tests.volunteers.data import filled_in, make_notice
from volunteers.models import Notice, Volunteer

pytestmark = pytest.mark.django_db(transaction=True)

NEVER_QUIET = {"quiet_from": "23:59:59.999999", "quiet_until": "00:00", "quiet_days": []}
# Everything comes within two or three seconds; a busy machine may take longer.
PATIENCE = 60


@pytest.fixture(autouse=True)
def _as_if_first():
    """No limit was reached by the tests before this one."""
    cache.clear()


@pytest.fixture
def post():
    """One place at BELvue, five hours from now, on a draft evening."""
    now = clock.machine_now()
    edition = make_edition(rules_data=NEVER_QUIET)
    report = now + timedelta(hours=5)
    evening = make_evening(local_day(report, edition.zone), edition=edition)
    hours = {"starts_at": report + timedelta(minutes=30), "ends_at": report + timedelta(hours=4)}
    opening = make_opening(evening, make_museum("Musée BELvue"), **hours)
    return make_post(opening, places=1, report_at=report, **hours)


def make_people(post, *names):
    evening = post.opening.evening
    people = [make_volunteer(name, email=f"{name.lower()}@example.org") for name in names]
    for person in people:
        make_available(person, evening)
    return people


def publish(post):
    evening = post.opening.evening
    evening.published_at = clock.machine_now() - timedelta(days=1)
    evening.save()


class Mailboxes:
    """What the mail server got."""

    def __init__(self, server):
        self.server = server

    def of(self, address):
        return [mail for mail in self.server.received if mail["To"] == address]

    def wait_for(self, address, number=1):
        """The `number`-th mail to `address`, as soon as it is there; its plain text."""
        mails = wait_until(lambda: self.of(address)[number - 1 :], PATIENCE, f"mail {number} to {address}")
        return mails[0].get_body(("plain",)).get_content()

    def offers(self):
        """How many offers each address got."""
        with_offer = [mail for mail in self.server.received if "/link/offer/" in body(mail)]
        return Counter(mail["To"] for mail in with_offer)

    def nothing_twice(self):
        names = Counter(mail["Message-ID"] for mail in self.server.received)
        return set(names.values()) <= {1}


def body(mail):
    return mail.get_body(("plain",)).get_content()


@pytest.fixture
def mailboxes(mail_server):
    return Mailboxes(mail_server)


@pytest.fixture
def worker(celery_processes, mail_server):
    """A worker that sends through the mail server. No beat: nothing is ever sent by a sweep."""
    return celery_processes.worker(TEST_EMAIL_URL=mail_server.url)


def path(address):
    return urlsplit(address).path


def do(client, url, data=None):
    """A POST that leads on to a page, which is shown."""
    response = client.post(url, data or {})
    assert response.status_code == 302, response.content.decode()[:2000]
    shown = client.get(response["Location"])
    assert shown.status_code == 200
    return shown


def sign_up(client, mailboxes, post):
    slug, evening = post.opening.evening.edition.slug, post.opening.evening
    form = filled_in(may_be_asked="on", notice_privacy="on", notice_information="on")
    do(client, reverse("sign_up", args=[slug]), form | {f"evening_{evening.pk}": "yes"})
    do(client, path(link_in(mailboxes.wait_for("camille@example.org"), "link/sign-up")))
    return Volunteer.objects.get(first_name="Camille")


def sign_in(client, mailboxes, email):
    do(client, reverse("account_request_login_code"), {"email": email})
    text = mailboxes.wait_for(email)
    (code,) = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.status_code == 302
    assert "_auth_user_id" in client.session


def place(client, post, volunteer):
    """The coordinator welcomes her, assigns her, publishes, and does not wait for the two minutes."""
    evening = post.opening.evening
    slug = evening.edition.slug
    do(client, reverse("welcome_accept", args=[slug, volunteer.pk]))
    do(client, reverse("post_assign", args=[slug, post.pk]), {"volunteer": volunteer.pk})
    do(client, reverse("evening_publish", args=[slug, evening.date]))
    entry = Entry.objects.about(evening).get(verb="published")
    do(client, reverse("send_now", args=[slug, entry.pk]))


def withdraw(client, assignment):
    url = reverse("assignment_withdraw", args=[links.token("assignment", assignment)])
    return do(client, url, {"reason": "transport"})


def test_from_signing_up_to_being_replaced(client, worker, mailboxes, post):
    for kind in Notice.Kind.values:
        make_notice(kind)
    make_people(post, "Bob", "Carol")
    lea = make_coordinator()

    camille = sign_up(client, mailboxes, post)
    sign_in(client, mailboxes, lea.email)
    place(client, post, camille)
    client.logout()
    published = mailboxes.wait_for("camille@example.org", 2)
    # Bob and Carol could come too, and read that there is no place yet.
    for address in ("bob@example.org", "carol@example.org"):
        assert "link/evenings" in mailboxes.wait_for(address)
    do(client, path(link_in(published, "link/assignment")) + "withdraw/")
    offer = path(link_in(mailboxes.wait_for("bob@example.org", 2), "link/offer"))
    mailboxes.wait_for("carol@example.org", 2)
    asked = client.get(offer)
    number = asked.context["page"].choices[0].pk
    do(client, offer + "answer/", {"answer": "yes", "offer": number})
    sheet = client.get(reverse("museum", args=[links.token("museum", post.opening.museum)])).content.decode()

    assert "Bob D." in sheet
    assert "Camille" not in sheet
    # Bob reads where he is expected; Léa reads that Camille cannot come, and that the place is filled.
    mailboxes.wait_for("bob@example.org", 3)
    mailboxes.wait_for(lea.email, 3)
    assert mailboxes.nothing_twice()
    assert set(mailboxes.offers().values()) == {1}


def test_an_urgent_search_asks_at_once(client, worker, mailboxes, post):
    """Without a beat nothing but the click itself can have asked them."""
    publish(post)
    alice, *others = make_people(post, "Alice", "Bob", "Carol", "Dave")
    hers = make_assignment(post, alice)

    withdraw(client, hers)
    wait_until(lambda: len(mailboxes.offers()) == 3, PATIENCE, "three offers")

    assert mailboxes.offers() == Counter(person.user.email for person in others)


def test_with_the_broker_down_the_next_sweep_asks(
    client, celery_processes, broker, mail_server, mailboxes, post, valkey, broker_down
):
    publish(post)
    alice, *others = make_people(post, "Alice", "Bob", "Carol")
    hers = make_assignment(post, alice)

    withdraw(client, hers)

    assert Assignment.objects.get().withdrew
    assert Search.objects.get().is_live
    assert Ask.objects.count() == 0

    celery_processes.worker(TEST_EMAIL_URL=mail_server.url)
    celery_processes.beat()
    wait_until(lambda: len(mailboxes.offers()) == 2, PATIENCE, "two offers")
    point_broker_at(valkey)
    look_again_and_again(broker)

    assert mailboxes.offers() == Counter(person.user.email for person in others)
    assert mailboxes.nothing_twice()


def look_again_and_again(broker):
    """Ten sweeps of each kind, and wait until the worker has done all that came of them."""
    before = clock.machine_now()
    for _ in range(10):
        tasks.sweep.delay()
        messaging_tasks.sweep_messages.delay()

    def is_done():
        return Heartbeat.objects.filter(at__gt=before).count() == 2 and broker.llen("celery") == 0

    wait_until(is_done, PATIENCE, "the sweeps")


def test_two_withdrawals_at_once_write_one_mail_a_person(client, worker, broker, mailboxes, post):
    """Two holes of one evening stand in one message, whichever of the two clicks came first."""
    publish(post)
    type(post).objects.filter(pk=post.pk).update(places=2, needed=2)
    post.refresh_from_db()
    alice, eve, *others = make_people(post, "Alice", "Eve", "Bob", "Carol")
    first, second = make_assignment(post, alice), make_assignment(post, eve)

    withdraw(client, first)
    withdraw(client, second)
    wait_until(lambda: len(mailboxes.offers()) == 2, PATIENCE, "two offers")
    look_again_and_again(broker)

    assert mailboxes.offers() == Counter(person.user.email for person in others)
