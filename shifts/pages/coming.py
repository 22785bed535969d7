"""What a search would do from some moment on while nobody says yes: its waves, and when nothing leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain

from nocturnes import hours
from nocturnes.rules import Pace
from shifts import pace
from shifts.pace import Frame

WEEK = 8


@dataclass(frozen=True)
class Wave:
    """A wave to come; `reserve_only` asks who is on call alone, and everybody else in the next one."""

    at: datetime
    number: int
    pace: Pace
    reserve_only: bool = False

    def people(self, open_places: int) -> int:
        """How many it asks at most; 0 for everybody who may be asked."""
        return self.pace.asked * open_places if self.pace.asked else 0


@dataclass(frozen=True)
class Silence:
    """From `at` to `until` nothing leaves that can wait."""

    at: datetime
    until: datetime


def waves(
    first: datetime | None, frame: Frame, *, number: int = 1, with_reserve: bool, last_asked: datetime | None = None
) -> Iterator[Wave]:
    """The wave at `first`, whose number is `number`, and those after it, up to the last useful moment.

    `with_reserve` says that somebody is on call who was not asked yet; `last_asked` when the search asked last.
    """
    at = first
    while at is not None:
        row, since = frame.pace(at), frame.row_since(at)
        begun = last_asked is not None and (since is None or last_asked >= since)
        reserve_only = with_reserve and row.reserve_first is not None and not begun
        yield Wave(at, number, row, reserve_only)
        last_asked, number = at, number + 1
        at = pace.next_wave(at, frame, reserve_only=reserve_only)


def silences(since: datetime, frame: Frame) -> Iterator[Silence]:
    """The quiet hours of a search between `since` and its last useful moment, one after another."""
    while (silence := _next_silence(since, frame)) and silence.at < frame.over_at:
        yield silence
        since = silence.until


def _next_silence(since, frame):
    for at in chain([since], _evenings_and_midnights(since, frame)):
        if at >= since and frame.is_quiet(at):
            until = hours.after_quiet(at, frame.rules, frame.zone)
            # The row that begins meanwhile may not keep them.
            return Silence(at, min(until, _row_that_wakes(at, frame) or until))
    return None


def _evenings_and_midnights(since, frame):
    day = hours.local_day(since, frame.zone)
    for number in range(WEEK):
        on = day + timedelta(days=number)
        yield from sorted(hours.instant(on, hour, frame.zone) for hour in {time(0), frame.rules.quiet_from})


def _row_that_wakes(at, frame):
    """When a row that keeps no quiet hours begins to hold after `at`."""
    wakes = (enters for enters, _, row in frame.rows() if enters and enters > at and not row.keeps_quiet_hours)
    return next(wakes, None)
