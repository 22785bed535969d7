"""The row of arches that leads from one evening to the others (`parts/_frieze.html`)."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

# As many as stand beside an evening's name on a small desk.
MOST = 9


@dataclass(frozen=True)
class Arch:
    """One evening in the row."""

    date: date
    url: str
    is_past: bool
    is_current: bool


def arches(days: Sequence[date], current: date, *, tonight: date, url: Callable[[date], str]) -> list[Arch]:
    """The arches of `days`, which are in order; of many those around `current`, from which one goes on.

    `tonight` is the date of `hours.tonight`, `url` the address of an evening's page.
    """
    first = max(min(bisect_left(days, current) - MOST // 2, len(days) - MOST), 0)
    return [Arch(day, url(day), day < tonight, day == current) for day in days[first : first + MOST]]
