"""What this installation is: the real site or a rehearsal, stamped in its database (design.md 7)."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .models import Installation

KINDS = {True: "a rehearsal", False: "the real site"}


def stamp(rehearsal_now: datetime | None = None) -> None:
    """Stamp the database for what the settings say, once; start the rehearsal's clock at `rehearsal_now`, once."""
    row, new = Installation.objects.get_or_create(
        pk=1, defaults={"rehearsal": settings.REHEARSAL, "rehearsal_now": rehearsal_now}
    )
    verify()
    if not new and settings.REHEARSAL and row.rehearsal_now is None and rehearsal_now:
        Installation.objects.filter(pk=1, rehearsal_now=None).update(rehearsal_now=rehearsal_now)


def verify() -> None:
    """Raise ImproperlyConfigured where settings and database disagree on what this is.

    Called before anything serves or works: a rehearsal must never write to real people, and the real site must never
    believe a clock that stands still.
    """
    stamped = Installation.objects.values_list("rehearsal", flat=True).first()
    if stamped is not None and stamped != settings.REHEARSAL:
        raise ImproperlyConfigured(
            f"This database belongs to {KINDS[stamped]}, but REHEARSAL says that this is {KINDS[settings.REHEARSAL]}. "
            "Choose another DATABASE_URL, or set REHEARSAL to match."
        )
