"""Handing one mail to the mail server, and what its answers mean."""

import hashlib
import smtplib
from contextlib import suppress
from email.utils import parseaddr

from django.conf import settings
from django.core import mail

from . import reasons
from .models import Message


class Later(Exception):
    """The mail server did not take the mail, and may take it another time; the text is its answer.

    `about_mail` tells whether it said so of this mail or this address, rather than of itself or of us.
    """

    def __init__(self, answer, about_mail=False):
        super().__init__(answer)
        self.about_mail = about_mail


class Never(Exception):
    """The mail server will not take this mail. `reason` is a sentence of `reasons`, the text is the server's answer."""

    def __init__(self, reason, answer):
        super().__init__(answer)
        self.reason = reason


# Answers of the 5xx class that do not mean never. What a server says before it hears of a receiver (its greeting, our
# signing in, our own address) is not in this list: it is always worth another try.
WORTH_ANOTHER_TRY = {
    503: "bad sequence of commands: something between us and the server lost the thread",
    530: "the server wants us to sign in first: somebody repairs our settings",
    552: "the mailbox is full: most servers that say so mean for now",
}


def message_id(message: Message) -> str:
    """The same for every attempt: a mail that is repeated after a crash can be recognised by who receives it twice."""
    digest = hashlib.sha256(f"{settings.BASE_URL} {message.key}".encode()).hexdigest()[:40]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}@{domain}>"


def compose(message: Message, text, edition, attachments=()) -> mail.EmailMultiAlternatives:
    """The mail for `message` with the rendered `text`; answers go to the edition's mailbox."""
    letter = mail.EmailMultiAlternatives(
        subject=text.subject,
        body=text.text,
        to=[message.recipient],
        reply_to=[edition.mailbox] if edition else None,
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    )
    letter.attach_alternative(text.html, "text/html")
    for name, content, mime_type in attachments:
        letter.attach(name, content, mime_type)
    return letter


def hand_over(letter: mail.EmailMultiAlternatives, accepted) -> None:
    """Give `letter` to the mail server, and call `accepted` the moment it has it, before saying goodbye.

    Raises Later or Never. What goes wrong after the server's yes is no longer about this mail. A server that falls
    silent when it has the text and before it answers counts as Later.
    """
    connection = mail.get_connection()
    try:
        _send(connection, letter)
        accepted()
    finally:
        with suppress(Exception):
            connection.close()


def _send(connection, letter):
    try:
        connection.open()
        if not connection.send_messages([letter]):
            raise Later("no connection")
    except smtplib.SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()))
        raise _refusal(code, answer, reasons.REFUSED) from None
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error, reasons.REFUSED_MAIL) from None
    except smtplib.SMTPResponseException as error:
        raise Later(_answer(error.smtp_code, error.smtp_error)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Later(type(error).__name__) from None


def _refusal(code, answer, reason):
    never = 500 <= code < 600 and code not in WORTH_ANOTHER_TRY
    return Never(reason, _answer(code, answer)) if never else Later(_answer(code, answer), about_mail=True)


def _answer(code, answer):
    return f"{code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
