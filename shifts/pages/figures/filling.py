"""How an evening filled, day by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shifts.pages.season_rows import EveningLine

from .rows import PostDays, Span

DAYS = 56
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """An evening's places when `date` ended: as on the season, `open` are needed and nobody's.

    `filled` are of those that are needed, as on the season, too: who is on top of them hides no hole elsewhere.
    """

    date: date
    yes: int = 0
    confirmed: int = 0
    unconfirmed: int = 0
    draft: int = 0
    open: int = 0
    needed: int = 0

    @property
    def filled(self):
        return self.needed - self.open

    @property
    def people(self):
        return self.confirmed + self.unconfirmed + self.draft

    @property
    def all(self):
        return self.people + self.open

    @property
    def numbers(self):
        return (self.yes, self.confirmed, self.unconfirmed, self.draft, self.open)


@dataclass(frozen=True)
class Filling:
    """The last eight weeks before an evening, up to today: `days` is never empty."""

    evening: EveningLine
    days: list[Day]

    @property
    def first_date(self):
        return self.evening.date - DAYS * A_DAY

    @property
    def last(self):
        return self.days[-1]

    @property
    def is_early(self):
        """Whether the eight weeks have not begun: what is known today belongs on none of their days."""
        return self.last.date < self.first_date

    @property
    def most(self):
        """The highest number that is drawn."""
        return max(max(day.all, day.yes) for day in self.days)

    @property
    def has_anything(self):
        return self.most > 0

    @property
    def steps(self) -> list[Day]:
        """The first day, and each on which a number changed."""
        pairs = zip(self.days, self.days[1:], strict=False)
        return [self.days[0], *(day for before, day in pairs if day.numbers != before.numbers)]


def fill(evening: EveningLine, posts: Iterable[PostDays], yes: Iterable[Span], *, today: date) -> Filling:
    """Count the days of `evening` up to `today`, or up to the evening itself."""
    first = min(evening.date - DAYS * A_DAY, today)
    last = max(min(evening.date, today), first)
    dates = [first + number * A_DAY for number in range((last - first).days + 1)]
    days = {name: [0] * len(dates) for name in ("confirmed", "unconfirmed", "draft", "open", "needed")}
    for post in posts:
        _count(post, dates, days)
    said = [0] * len(dates)
    for span in yes:
        for at in _within(span, dates):
            said[at] += 1
    return Filling(evening, [Day(one, said[at], *(row[at] for row in days.values())) for at, one in enumerate(dates)])


def _count(post, dates, days):
    needed = [0] * len(dates)
    for span, number in post.needed:
        for at in _within(span, dates):
            needed[at] = number
            days["needed"][at] += number
    for place in post.places:
        for at in _within(place.held, dates):
            days[_kind(place, dates[at])][at] += 1
            needed[at] -= 1
    for at, missing in enumerate(needed):
        days["open"][at] += max(missing, 0)


def _kind(place, day):
    if place.published is None or place.published > day:
        return "draft"
    return "unconfirmed" if place.confirmed is None or place.confirmed > day else "confirmed"


def _within(span: Span, dates: list[date]) -> Iterator[int]:
    """The positions of the days of `span` among `dates`, which follow each other."""
    start = max((span.start - dates[0]).days, 0) if span.start > dates[0] else 0
    stop = min((span.stop - dates[0]).days, len(dates)) if span.stop < dates[-1] + A_DAY else len(dates)
    return iter(range(start, max(stop, start)))
