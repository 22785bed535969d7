"""Who did what, and the lines about it that are only ever added (design.md 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from .models import Entry, User


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in user, somebody who holds a link of ours, or the product itself.

    `id` is the user's, the volunteer's, the museum's or the sign-up's; a parent's is that of the volunteer. The product
    itself has none, nor has somebody whom we do not know.
    """

    kind: str
    id: int | None = None

    USER = "user"
    VOLUNTEER_LINK = "volunteer-link"
    MUSEUM_LINK = "museum-link"
    SIGN_UP_LINK = "sign-up-link"
    PARENT_LINK = "parent-link"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"

    @classmethod
    def user(cls, user: User) -> "Actor":
        return cls(cls.USER, user.pk)

    @classmethod
    def volunteer_link(cls, volunteer) -> "Actor":
        return cls(cls.VOLUNTEER_LINK, volunteer.pk)

    @classmethod
    def museum_link(cls, museum) -> "Actor":
        return cls(cls.MUSEUM_LINK, museum.pk)

    @classmethod
    def sign_up_link(cls, sign_up) -> "Actor":
        return cls(cls.SIGN_UP_LINK, sign_up.pk)

    @classmethod
    def parent_link(cls, volunteer) -> "Actor":
        return cls(cls.PARENT_LINK, volunteer.pk)

    @classmethod
    def anonymous(cls) -> "Actor":
        return cls(cls.ANONYMOUS)


SYSTEM = Actor(Actor.SYSTEM)


def change(row: models.Model, facts: dict) -> dict:
    """Set `facts` on `row` and save what is new, in the caller's transaction.

    Returns {name: [old, new]} of what changed, as `record` keeps it; nothing changed is nothing saved.
    """
    changed = {name: [getattr(row, name), value] for name, value in facts.items() if getattr(row, name) != value}
    for name, (_old, new) in changed.items():
        setattr(row, name, new)
    if changed:
        row.save(update_fields=list(changed))
    return {name: [_plain(old), _plain(new)] for name, (old, new) in changed.items()}


def _plain(value):
    """A value as JSON: a row by its id, a moment or a number with decimals as text."""
    value = value.pk if isinstance(value, models.Model) else value
    return value if value is None or isinstance(value, str | int) else str(value)


def record(verb: str, about: models.Model, *, by: Actor, now: datetime, **data) -> Entry:
    """Add a line about `about`, in the caller's transaction. `data` holds ids and old and new values, never names."""
    return record_all(verb, [(about, data)], by=by, now=now)[0]


def record_all(verb: str, about: Iterable[tuple[models.Model, dict]], *, by: Actor, now: datetime) -> list[Entry]:
    """The same for several rows with the data of each, in one query."""
    return Entry.objects.bulk_create(
        Entry(
            at=now,
            actor_kind=by.kind,
            actor_id=by.id,
            verb=verb,
            about_type=row._meta.label_lower,
            about_id=row.pk,
            data=data,
        )
        for row, data in about
    )
