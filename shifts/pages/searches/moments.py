"""The points of a search's timeline, and who stands at them."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from nocturnes.hours import local_day
from shifts.models import Assignment, Search
from volunteers.models import Volunteer


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked, or would be: with her answer as a state of look.md and its word.

    `arch` is her window: dashed ("you") for who was not asked yet.
    """

    volunteer: Volunteer
    why: str
    kind: str = ""
    word: str = ""
    arch: str = "dim"

    @property
    def name(self):
        return self.volunteer.short_name


@dataclass(frozen=True)
class Moment:
    """A point of the timeline.

    What was: opened, withdrew, wave, by_hand, call, deed, others, nobody_left, ended. Then now; and what is to come:
    next, later, quiet, more, over. `people` is how many a wave asked, or will at most ask; 0 for everybody.
    `gone` is who gave her place back: it began the search, or joined what the search looks for. `who` did `what`.
    `begins_day` says that the moment before was on another day.
    """

    at: datetime
    kind: str
    search: Search | None = None
    number: int = 0
    people: int = 0
    asked: list[Asked] = field(default_factory=list)
    gone: Assignment | None = None
    who: str = ""
    what: str = ""
    until: datetime | None = None
    reserve_only: bool = False
    begins_day: bool = False


def with_days(moments: list[Moment], zone: ZoneInfo, *, today: date) -> list[Moment]:
    """The same, each day said once: where it begins. A search of today alone says none."""
    days = [local_day(moment.at, zone) for moment in moments]
    if set(days) <= {today}:
        return moments
    begins = [True, *(day != before for before, day in pairwise(days))]
    return [replace(moment, begins_day=new) for moment, new in zip(moments, begins, strict=True)]
