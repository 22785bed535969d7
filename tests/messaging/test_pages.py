"""The coordinator's pages of messages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging import reasons
from messaging.models import Message
from nocturnes import clock
from nocturnes.models import Entry
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.messaging.factories import make_code, make_message, make_person

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def edition():
    return make_edition()


@pytest.fixture
def desk(client, edition):
    """A client signed in as the coordinator."""
    client.force_login(make_coordinator())
    return client


def sent(edition, to=None, **fields):
    values = {"facts": {"edition": edition.pk}, "subject": "Objet", "text": "Un texte.", "sent_at": NOW}
    return make_message(to, **values | fields)


def shown(client, edition, **query):
    """The ids of the messages that a list shows, in order."""
    response = client.get(reverse("message_list", args=[edition.slug]), query)
    assert response.status_code == 200
    return [line.message.pk for line in response.context["lines"]]


def test_each_tab_shows_its_messages(desk, edition):
    coming = make_code(due=LATER, edition=edition.pk)
    to_phone = make_code(make_person(email=None), due=LATER, edition=edition.pk)
    failed = sent(edition, sent_at=None, failed_at=NOW)
    skipped = sent(edition, sent_at=None, skipped_at=NOW)
    gone = sent(edition)
    phoned = sent(edition, sent_at=None, phoned_at=NOW - timedelta(hours=1))

    assert shown(desk, edition) == [coming.pk]
    assert shown(desk, edition, state="to-phone") == [to_phone.pk]
    assert shown(desk, edition, state="not-sent") == [failed.pk, skipped.pk]
    assert shown(desk, edition, state="sent") == [gone.pk, phoned.pk]
    assert shown(desk, edition, state="nonsense") == [coming.pk]


def test_the_list_is_of_one_edition(desk, edition):
    other = make_edition("museum-night-2026")
    here, nowhere = sent(edition), sent(edition, facts={})
    sent(other)

    assert sorted(shown(desk, edition, state="sent")) == [here.pk, nowhere.pk]


def test_the_list_is_narrowed_by_person_and_by_kind(desk, edition):
    alice = sent(edition, make_person("Alice", email="alice@example.org"))
    bob = sent(edition, make_person("Bob", email="bob@example.org"))

    assert shown(desk, edition, state="sent", person="alic") == [alice.pk]
    assert shown(desk, edition, state="sent", person="bob@") == [bob.pk]
    assert sorted(shown(desk, edition, state="sent", kind="sign_in_code")) == [alice.pk, bob.pk]
    assert shown(desk, edition, state="sent", kind="welcome") == []
    assert len(shown(desk, edition, state="sent", kind="nonsense", page="x")) == 2


def test_the_list_is_as_quick_with_thirty_messages_as_with_one(desk, edition):
    address = reverse("message_list", args=[edition.slug])
    sent(edition, make_volunteer().user)
    desk.get(address, {"state": "sent"})
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get(address, {"state": "sent"})
    for _ in range(29):
        sent(edition, make_volunteer().user)

    with CaptureQueriesContext(connection) as thirty:
        response = desk.get(address, {"state": "sent"})

    assert len(response.context["lines"]) == 30
    assert len(thirty) == len(one)


def test_a_long_list_goes_on_on_the_next_page(desk, edition):
    for _ in range(31):
        sent(edition)

    assert len(shown(desk, edition, state="sent")) == 30
    assert len(shown(desk, edition, state="sent", page="2")) == 1
    assert len(shown(desk, edition, state="sent", page="99")) == 1


def test_a_message_reads_as_it_was_sent(desk, edition):
    message = sent(edition, text="Rendez-vous à l’Art")

    response = desk.get(reverse("message", args=[edition.slug, message.pk]))

    assert "Rendez-vous à l’Art" in response.content.decode()
    assert response.context["can_leave"] is False


def test_a_message_to_come_reads_as_it_would_now(desk, edition, settings):
    settings.REHEARSAL = True
    message = make_code(code="XYZ-789", due=LATER, edition=edition.pk)

    response = desk.get(reverse("message", args=[edition.slug, message.pk]))

    assert "XYZ-789" in response.content.decode()
    message.refresh_from_db()
    assert message.text == ""


@pytest.mark.parametrize("kind", ["published", "changed", "called_off", "reminder_eve"])
def test_a_message_leads_to_the_evenings_that_it_concerns(desk, edition, kind):
    assignment = make_assignment(make_post(make_opening(make_evening(edition=edition))))
    evening = assignment.post.opening.evening
    facts = {
        "published": {"items": [evening.pk]},
        "changed": {"items": [{"assignment": assignment.pk, "what": "removed"}]},
        "called_off": {"items": [assignment.pk, {"on_call": 1}]},
        "reminder_eve": {"evening": evening.pk},
    }[kind]
    message = sent(edition, kind=kind, facts={"edition": edition.pk, **facts})

    page = desk.get(reverse("message", args=[edition.slug, message.pk])).content.decode()

    assert f'<dd><a href="{reverse("evening", args=[edition.slug, evening.date])}">' in page


def test_the_way_back_from_what_cancelling_means_says_that_it_leads_to_the_message(desk, edition):
    message = make_code(due=LATER, edition=edition.pk)

    page = desk.get(reverse("message_skip", args=[edition.slug, message.pk])).content.decode()

    back = page.partition('<a class="back"')[2].partition("</a>")[0]
    assert reverse("message", args=[edition.slug, message.pk]) in back
    assert back.endswith("Le message")


def test_a_code_is_for_its_reader_alone(desk, edition):
    message = make_code(code="XYZ-789", due=LATER, edition=edition.pk)

    response = desk.get(reverse("message", args=[edition.slug, message.pk]))

    assert "XYZ-789" not in response.content.decode()


def test_a_message_that_cannot_be_written_says_so_on_its_page(desk, edition, settings):
    settings.REHEARSAL = True
    message = make_message(facts={"edition": edition.pk}, failed_at=NOW, reason="Oh · KeyError")

    response = desk.get(reverse("message", args=["nocturnes-2026", message.pk]))

    assert response.status_code == 200
    assert response.context["letter"].notes == (reasons.worded(reasons.CANNOT_WRITE),)


def test_a_message_to_phone_shows_the_number_and_the_whole_name(desk, edition):
    volunteer = make_volunteer("Mireille", "Peeters", user=make_person("Mireille", email=None))
    message = make_code(volunteer.user, edition=edition.pk)

    page = desk.get(reverse("message", args=[edition.slug, message.pk])).content.decode()

    assert f"tel:{volunteer.phone}" in page
    assert "Mireille Peeters" in page


def test_a_message_is_sent_at_once(desk, edition):
    message = make_code(due=LATER, edition=edition.pk)

    desk.post(reverse("message_send_now", args=[edition.slug, message.pk]))

    message.refresh_from_db()
    assert message.due == NOW
    entry = Entry.objects.about(message).last()
    assert (entry.verb, entry.actor_kind) == ("sent_by_hand", "user")


def test_a_message_is_cancelled(desk, edition):
    message = make_code(due=LATER, edition=edition.pk)

    desk.post(reverse("message_skip", args=[edition.slug, message.pk]), {"sure": "on"})

    message.refresh_from_db()
    assert (message.skipped_at, message.reason) == (NOW, reasons.CANCELLED)


def test_a_message_is_not_cancelled_before_somebody_says_that_she_knows_what_it_means(desk, edition):
    message = make_code(due=LATER, edition=edition.pk)

    response = desk.post(reverse("message_skip", args=[edition.slug, message.pk]))

    message.refresh_from_db()
    assert message.is_pending
    assert "sure-error" in response.content.decode()


def test_a_call_is_ticked_off(desk, edition):
    message = make_code(make_person(email=None), edition=edition.pk)

    desk.post(reverse("message_phoned", args=[edition.slug, message.pk]))

    message.refresh_from_db()
    assert message.phoned_at == NOW


@pytest.mark.parametrize("act", ["message_send_now", "message_skip", "message_phoned"])
def test_what_has_left_stays_as_it_is_and_the_page_says_why(desk, edition, act):
    message = sent(edition)

    response = desk.post(reverse(act, args=[edition.slug, message.pk]), follow=True)

    assert [str(text) for text in response.context["messages"]] != []
    message.refresh_from_db()
    assert (message.sent_at, message.skipped_at, message.phoned_at) == (NOW, None, None)


@pytest.mark.parametrize("act", ["message_send_now", "message_skip", "message_phoned"])
def test_only_a_coordinator_acts_and_only_by_post(client, edition, act):
    message = make_code(make_person(email=None), due=LATER, edition=edition.pk)
    address = reverse(act, args=[edition.slug, message.pk])

    assert client.post(address).status_code == 302
    client.force_login(make_volunteer().user)
    assert client.post(address).status_code == 403
    client.force_login(make_coordinator())
    # What cancelling means is a page.
    assert client.get(address).status_code == (200 if act == "message_skip" else 405)

    message.refresh_from_db()
    assert message.is_pending
    assert message.due == LATER


@pytest.mark.parametrize("name", ["message_list", "message"])
def test_only_a_coordinator_reads(client, edition, name):
    message = sent(edition)
    address = reverse(name, args=[edition.slug] + ([message.pk] if name == "message" else []))

    assert client.get(address).status_code == 302
    client.force_login(make_volunteer().user)
    assert client.get(address).status_code == 403


def test_a_message_of_another_edition_is_not_there(desk, edition):
    message = sent(make_edition("museum-night-2026"))

    assert desk.get(reverse("message", args=[edition.slug, message.pk])).status_code == 404
    assert desk.post(reverse("message_skip", args=[edition.slug, message.pk])).status_code == 404


def test_quiet_hours_are_announced_when_a_message_is_sent_by_hand(desk, edition, monkeypatch):
    night = datetime(2026, 3, 24, 21, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: night)
    message = make_message(kind="welcome", facts={"edition": edition.pk}, due=night + timedelta(days=2))

    response = desk.post(reverse("message_send_now", args=[edition.slug, message.pk]))

    text = str(next(iter(response.wsgi_request._messages)))
    assert "25" in text
    assert "09:00" in text
    assert Message.objects.pending().get() == message
