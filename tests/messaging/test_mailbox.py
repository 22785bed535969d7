"""The mailbox of a rehearsal."""

import pytest
from django.urls import reverse

from tests.factories import NOW, make_edition
from tests.messaging.factories import make_code, make_message, make_person

pytestmark = pytest.mark.django_db

HTML = "<html><head></head><body><p style='color:red'>Bonjour</p></body></html>"


@pytest.fixture
def rehearsal(settings):
    settings.REHEARSAL = True


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("nocturnes.clock.now", lambda: NOW)


def a_mail(email="alice@example.org", **fields):
    to = make_person(email.split("@")[0].title(), email=email)
    return make_message(to, subject="Objet", text="Voir http://testserver/x", html=HTML, sent_at=NOW, **fields)


@pytest.mark.parametrize("name", ["mailbox", "mailbox_message", "mailbox_html"])
def test_the_real_site_has_no_mailbox(client, name):
    message = a_mail()

    assert client.get(reverse(name, args=[] if name == "mailbox" else [message.pk])).status_code == 404


@pytest.mark.usefixtures("rehearsal")
def test_everybody_reads_the_mails_that_left(client):
    mail = a_mail()
    make_code()

    response = client.get(reverse("mailbox"))

    assert [message.pk for message in response.context["page"]] == [mail.pk]
    assert "alice@example.org" in response.content.decode()


@pytest.mark.usefixtures("rehearsal")
def test_the_mailbox_shows_one_receivers_mails(client):
    alice = a_mail()
    a_mail("bob@example.org")

    response = client.get(reverse("mailbox"), {"to": "Alice@example.org"})

    assert [message.pk for message in response.context["page"]] == [alice.pk]
    assert response.context["receivers"] == ["alice@example.org", "bob@example.org"]


@pytest.mark.usefixtures("rehearsal")
def test_a_mail_is_shown_in_a_frame_of_its_own(client):
    mail = a_mail(facts={"edition": make_edition().pk})

    page = client.get(reverse("mailbox_message", args=[mail.pk]))
    frame = client.get(reverse("mailbox_html", args=[mail.pk]))

    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert 'href="http://testserver/x"' in page.content.decode()
    assert "style-src 'unsafe-inline'" in frame["Content-Security-Policy"]
    assert "script-src" not in frame["Content-Security-Policy"]
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in frame.content.decode()


@pytest.mark.usefixtures("rehearsal")
def test_what_has_not_left_is_not_in_the_mailbox(client):
    message = make_code()

    assert client.get(reverse("mailbox_message", args=[message.pk])).status_code == 404


A_FILE = ["2026-03-26-été.ics", "BEGIN:VCALENDAR\r\nSUMMARY:Été\r\n", "text/calendar; method=PUBLISH"]


@pytest.mark.usefixtures("rehearsal")
def test_the_files_of_a_mail_are_there_to_download(client):
    mail = a_mail(facts={"edition": make_edition().pk}, files=[A_FILE])
    address = reverse("mailbox_file", args=[mail.pk, 0])

    page = client.get(reverse("mailbox_message", args=[mail.pk])).content.decode()
    file = client.get(address)

    assert address in page
    assert "2026-03-26-été.ics" in page
    assert file.content.decode() == A_FILE[1]
    assert file["Content-Type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert file["Content-Disposition"].startswith("attachment")


@pytest.mark.usefixtures("rehearsal")
def test_a_file_that_the_mail_has_not_is_not_there(client):
    mail = a_mail(files=[A_FILE])

    assert client.get(reverse("mailbox_file", args=[mail.pk, 1])).status_code == 404


def test_the_real_site_hands_out_no_files(client):
    mail = a_mail(files=[A_FILE])

    assert client.get(reverse("mailbox_file", args=[mail.pk, 0])).status_code == 404
