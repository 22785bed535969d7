"""What the mail server's answers mean, asked of a real one on this machine."""

import socket
from dataclasses import replace
from email.utils import parseaddr

import pytest

from messaging import actions, kinds, reasons, transport
from messaging.models import Message
from nocturnes.models import User
from tests.factories import NOW, make_edition
from tests.messaging.factories import make_code, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp(mail_server, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.server_address
    settings.EMAIL_TIMEOUT = 1
    return mail_server


def deliver(**facts):
    zoe = User.objects.filter(email="zoe@example.org").first() or make_person("Zoë", email="zoe@example.org")
    message = make_code(zoe, key="code:zoe", **facts)
    outcome = actions.deliver(message.pk, now=NOW)
    message.refresh_from_db()
    return outcome, message


def test_a_mail_arrives_with_its_headers_and_both_forms(smtp):
    outcome, message = deliver(edition=make_edition().pk)

    (mail,) = smtp.received
    assert outcome == "sent"
    assert mail["To"] == "zoe@example.org"
    assert mail["Reply-To"] == "nocturnes@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == transport.message_id(message)
    assert mail.get_content_type() == "multipart/alternative"
    assert "Zoë" in mail.get_body(["plain"]).get_content()
    assert "Zoë" in mail.get_body(["html"]).get_content()


def test_a_file_arrives_as_what_it_is_and_the_row_keeps_it(smtp, monkeypatch):
    file = ("2026-03-26.ics", "BEGIN:VCALENDAR\r\nSUMMARY:Été\r\nEND:VCALENDAR\r\n", "text/calendar; method=PUBLISH")
    kind = replace(kinds.get("sign_in_code"), attachments=lambda message, now: [file, ("a.bin", b"\x00", "image/png")])
    monkeypatch.setitem(kinds._kinds, "sign_in_code", replace(kind, secret=False))

    _outcome, message = deliver()

    (mail,) = smtp.received
    first, second = mail.iter_attachments()
    assert mail.get_content_type() == "multipart/mixed"
    assert mail.get_body(["html"]) is not None
    assert first.get_content_type() == "text/calendar"
    assert first["Content-Type"].params == {"method": "PUBLISH", "charset": "utf-8"}
    assert first.get_filename() == "2026-03-26.ics"
    assert "SUMMARY:Été" in first.get_content()
    assert second.get_content() == b"\x00"
    assert message.files == [list(file)]


def test_a_repeated_mail_has_the_same_message_id(smtp):
    deliver()
    Message.objects.update(sent_at=None, facts={"code": "ABC-123"})

    deliver()

    assert len({mail["Message-ID"] for mail in smtp.received}) == 1
    assert len(smtp.received) == 2


def test_two_messages_have_two_message_ids(settings):
    first, second = (transport.message_id(make_code(key=key)) for key in ("code:1", "code:2"))

    assert first != second
    assert first.endswith(f"@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition('@')[2]}>")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("421 come back later", "later"),
        ("450 mailbox busy", "later"),
        ("451 greylisted", "later"),
        ("452 no room", "later"),
        ("530 sign in first", "later"),
        ("552 mailbox full", "later"),
        ("550 no such user", "failed"),
        ("553 what a name", "failed"),
        ("554 no", "failed"),
    ],
)
def test_an_answer_to_the_address_decides_what_becomes_of_the_mail(smtp, answer, outcome):
    smtp.refused = {"zoe@example.org": answer}

    result, message = deliver()

    assert result == outcome
    assert answer[:3] in message.reason
    assert smtp.received == []


@pytest.mark.parametrize(
    ("verdict", "outcome", "reason"),
    [
        ("451 try again", "later", reasons.TRYING_AGAIN),
        ("554 this is spam", "failed", reasons.REFUSED_MAIL),
    ],
)
def test_an_answer_to_the_text_decides_too(smtp, verdict, outcome, reason):
    smtp.verdict = verdict

    result, message = deliver()

    assert result == outcome
    assert message.reason.startswith(reason)


def test_a_server_that_hangs_is_left_in_time(smtp):
    smtp.delay = 3

    assert deliver()[0] == "later"


def test_a_server_that_is_not_there_is_tried_again(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = free.getsockname()

    outcome, message = deliver()

    assert outcome == "later"
    assert message.reason.startswith(reasons.TRYING_AGAIN)


def test_an_error_while_saying_goodbye_is_not_an_error_of_the_mail(smtp, monkeypatch):
    def fail(self):
        raise OSError

    monkeypatch.setattr("smtplib.SMTP.quit", fail)

    assert deliver()[0] == "sent"
    assert len(smtp.received) == 1
