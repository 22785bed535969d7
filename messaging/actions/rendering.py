"""The text of a message, in its receiver's language and on the clock of its edition."""

import re
from contextlib import contextmanager
from datetime import datetime
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from nocturnes.models import Edition, Evening

from .. import kinds
from ..models import Message


class Rendered(NamedTuple):
    """A message as its receiver reads it, in `language`."""

    subject: str
    text: str
    html: str
    language: str


def render(message: Message, *, now: datetime) -> Rendered:
    """Subject, plain text and HTML as the receiver would read them at the product time `now`."""
    kind = kinds.get(message.kind)
    with as_receiver(message):
        values = _common(message, now) | kind.context(message, now)
        return Rendered(
            subject=one_line(_text(f"messages/{kind.name}.subject.txt", values)),
            text=paragraphs(_text(f"messages/{kind.name}.txt", values)),
            html=get_template(f"messages/{kind.name}.html").render(values),
            language=message.language,
        )


def files(message: Message, *, now: datetime) -> list[kinds.File]:
    """What goes with the message at the product time `now`, in its receiver's language."""
    with as_receiver(message):
        return kinds.get(message.kind).attachments(message, now)


@contextmanager
def as_receiver(message: Message):
    """The receiver's language, and the clock on the wall of the message's edition.

    `message.language` follows, unsaved: links in a mail lead to pages in the language of the mail.
    """
    message.language = language_of(message)
    edition = edition_of(message)
    zone = edition.zone if edition else timezone.get_default_timezone()
    with translation.override(message.language), timezone.override(zone):
        yield


def language_of(message: Message) -> str:
    """The language of the receiver as it is now, where the edition speaks it (design.md 3.8)."""
    wanted = message.user.language if message.user else message.language
    edition = edition_of(message)
    return edition.language_for(wanted) if edition else wanted


def edition_of(message: Message) -> Edition | None:
    """The edition that the facts name, else that of an edition or evening the message is about, else the newest."""
    if not hasattr(message, "_edition"):
        message._edition = _find_edition(message)
    return message._edition


def signature_of(message: Message, now: datetime) -> str:
    """First name of who is on duty on the message's evening, else on the next one, else the organisation."""
    edition = edition_of(message)
    if edition is None:
        return house()
    evening = _evening_of(message) or _next_evening(edition, now)
    name = evening.lead.first_name if evening and evening.lead else ""
    return name or edition.organisation


def house() -> str:
    """Who we are before there is any edition: the name that our mails come from."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return name or address


def without_secrets(facts: dict) -> dict:
    """What stays of the facts of a secret kind once nobody needs them."""
    return {name: value for name, value in facts.items() if name == "edition"}


def one_line(text: str) -> str:
    """`text` without line breaks; a no-break space stays what it is."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def paragraphs(text: str) -> str:
    """`text` with at most one empty line between paragraphs, and none at its ends.

    Mail programs know the line above the small print by its space, so that one stays.
    """
    lines = "\n".join(line if line == "-- " else line.rstrip(" \t") for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def _text(name, values):
    """The only place where texts that are not HTML are rendered: escaped, a subject would read L&#x27;Art."""
    return get_template(name).template.render(Context(values, autoescape=False))


def _common(message, now):
    edition = edition_of(message)
    return {
        "edition": edition,
        "organisation": edition.organisation if edition else house(),
        "signature": signature_of(message, now),
        "language": translation.get_language(),
        "base_url": settings.BASE_URL,
        "message": message,
        "now": now,
    }


def _find_edition(message):
    if pk := message.facts.get("edition"):
        return Edition.objects.get(pk=pk)
    if message.about_type == Edition._meta.label_lower:
        return Edition.objects.get(pk=message.about_id)
    evening = _evening_of(message)
    return evening.edition if evening else Edition.objects.newest()


def _evening_of(message):
    return Evening.objects.select_related("edition", "lead").filter(pk__in=kinds.its_evening(message)).first()


def _next_evening(edition, now):
    return edition.coming_evenings(now).select_related("lead").first()
