"""The exercises of a rehearsal: what leaves no trace by itself is noted here."""

from datetime import datetime

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import User

VERB = "did_exercise"
LOOKED_AT = ("list", "evening", "sheet")


def did(coordinator: User, name: str, *, by: Actor, now: datetime) -> None:
    """Note that `coordinator` did the exercise `name`, one of LOOKED_AT."""
    history.record(VERB, coordinator, by=by, now=now, exercise=name)
