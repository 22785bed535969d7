"""Who did what, and the lines about it that are only ever added (design.md 4)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from .models import Entry, User


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in user, somebody who holds a volunteer's or a museum's link, or the product itself.

    `id` is the user's, the volunteer's or the museum's; the product itself has none.
    """

    kind: str
    id: int | None = None

    USER = "user"
    VOLUNTEER_LINK = "volunteer-link"
    MUSEUM_LINK = "museum-link"
    SYSTEM = "system"

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
    def anonymous(cls) -> "Actor":
        return cls("anonymous")


SYSTEM = Actor(Actor.SYSTEM)


def record(verb: str, about: models.Model, *, by: Actor, now: datetime, **data) -> Entry:
    """Add a line about `about`, in the caller's transaction. `data` holds ids and old and new values, never names."""
    return Entry.objects.create(
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        verb=verb,
        about_type=about._meta.label_lower,
        about_id=about.pk,
        data=data,
    )
