"""Playing the past, so that what is loaded is what the product would have written and sent (design.md 7).

Every event is one of the product's actions at its own moment; what falls due in between is recorded as sent at the
moment at which it was due. No mail leaves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.background import hushed
from nocturnes.hours import instant
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Search

from .problems import Problem, WrongRows
from .rows import Row


@dataclass(frozen=True)
class Event:
    """What the file's `row` tells: at the moment `at`, on the clock of the wall, `act(now=...)` was done."""

    at: datetime
    row: Row
    act: Callable


class Missing(Exception):
    """An earlier event of the same people was refused, which is reported already."""


@hushed()
def play(events: Iterable[Event], *, until: datetime, zone: ZoneInfo) -> None:
    """Do `events` in the order of their moments, and let time pass between them and up to the instant `until`.

    Raises WrongRows with every event that the product refused, in the product's own words.
    """
    problems, before = [], None
    for event in sorted(events, key=lambda event: event.at):
        now = instant(event.at.date(), event.at.time(), zone)
        _let_pass(before or now, now)
        before = now
        try:
            event.act(now=now)
        except Refusal as refusal:
            problems.append(Problem(event.row.FILE, event.row.line, str(refusal)))
        except Missing:
            continue
    if problems:
        raise WrongRows(problems)
    _let_pass(before or until, until)


def _let_pass(now, until):
    """Record as sent, and sweep, at each moment from `now` to `until` at which something falls due."""
    while (moment := _next_due(now)) and moment <= until:
        now = max(now, moment)
        for message in Message.objects.due(now).select_related("user"):
            messaging.record_as_sent(message, now=now)
        if _searching():
            actions.advance_searches(now=now)


def _next_due(now):
    message = Message.objects.pending().by_mail().order_by("due").values_list("due", flat=True).first()
    search = actions.next_due(now) if _searching() else None
    return min(filter(None, [message, search]), default=None)


def _searching():
    """For most of a season nobody is looked for, and a sweep over nothing is asked for hundreds of times."""
    return Search.objects.live().exists()
