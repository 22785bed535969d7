"""The kinds of message that the product sends. Apps register theirs at start-up; messaging imports nothing above it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from nocturnes.models import Evening

from .models import Message

# The name of a file that goes with a message, its content (text or bytes), its MIME type, with parameters if any.
File = tuple[str, str | bytes, str]

_kinds: dict[str, "Kind"] = {}


def still_true(message: Message, now: datetime) -> str | None:
    """The check of what is always worth saying."""
    return None


def no_attachments(message: Message, now: datetime) -> list[File]:
    return []


def its_evening(message: Message) -> list[int]:
    """The id of the one evening that the facts name, or that the message is about."""
    pk = message.facts.get("evening")
    if pk is None and message.about_type == Evening._meta.label_lower:
        pk = message.about_id
    return [pk] if pk else []


@dataclass(frozen=True)
class Kind:
    """What messaging has to know about one kind of message.

    `name` is also the templates': `templates/messages/<name>.subject.txt`, `.txt` and `.html`. `label` names the kind
    on the coordinator's pages. Three functions are asked at the moment of sending, with product time: `check` returns
    None, or the reason (kept in the row) why the message is no longer true; `context` returns what the templates need;
    `attachments` returns files, of which those that are text are kept in the row as they were sent. `evenings` returns
    the ids of the evenings that a message concerns, to lead there from its page. `too_late` returns the moment after
    which the message is of no use to anybody, or None. `urgent` kinds are sent in quiet hours too, and so is one
    message whose `facts["urgent"]` is true. The body of a `secret` kind is erased once it is sent.
    """

    name: str
    label: str | Promise
    context: Callable[[Message, datetime], dict]
    check: Callable[[Message, datetime], str | None] = still_true
    attachments: Callable[[Message, datetime], list[File]] = no_attachments
    too_late: Callable[[Message], datetime | None] = field(default=lambda message: None)
    evenings: Callable[[Message], list[int]] = its_evening
    urgent: bool = False
    secret: bool = False


def register(kind: Kind) -> None:
    """Make `kind` known; a name is registered once."""
    if kind.name in _kinds:
        raise ValueError(f"The kind of message {kind.name!r} is registered twice.")
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """The kind of that name. Raises KeyError for one that nobody registered."""
    return _kinds[name]


def is_secret(name: str) -> bool:
    """Whether the texts of this kind are erased once sent; a kind that is no longer known has no secrets left."""
    return name in _kinds and _kinds[name].secret


def is_urgent(message: Message) -> bool:
    """Whether quiet hours do not hold for `message`: by its kind, or by what it is about (`facts["urgent"]`)."""
    return bool(message.facts.get("urgent")) or (message.kind in _kinds and _kinds[message.kind].urgent)


def names() -> list[str]:
    """Every kind that is registered, by name."""
    return sorted(_kinds)
