"""The page of pictures, put together."""

from dataclasses import dataclass
from datetime import date, datetime

from nocturnes.hours import local_day
from nocturnes.models import Edition
from shifts.pages import season_rows
from shifts.pages.season import Window, window
from volunteers.models import Heard

from . import rows
from .drawing import Drawing, Part, bar, day_parts, draw
from .filling import Filling, fill

ROW = 26
BAR_LEFT, BAR_RIGHT = 84, 306


@dataclass(frozen=True)
class Line:
    """A bar of a picture of bars, `top` below its upper edge."""

    top: int
    parts: list[Part]


@dataclass(frozen=True)
class Night:
    """An evening: as a bar among the others, and day by day; `drawing` is None where nothing is to be drawn."""

    filling: Filling
    line: Line
    drawing: Drawing | None

    @property
    def evening(self):
        return self.filling.evening

    @property
    def last(self):
        return self.filling.last


@dataclass(frozen=True)
class Origin:
    """One answer to "how did you hear about us", in words; without words she did not say."""

    words: str
    people: int
    placed: int
    line: Line


@dataclass(frozen=True)
class Figures:
    """`nights` are the evenings of `window`, `origins` where the people of the whole edition come from."""

    nights: list[Night]
    origins: list[Origin]
    window: Window
    today: date

    @property
    def height(self):
        """Of the picture of all evenings."""
        return ROW * len(self.nights)

    @property
    def origins_height(self):
        return ORIGIN_ROW * len(self.origins)

    @property
    def people(self):
        return sum(one.people for one in self.origins)

    @property
    def is_told(self):
        """Whether anybody said where she heard of us."""
        return any(one.words and one.people for one in self.origins)


ORIGIN_ROW = 40


def figures(edition: Edition, *, now: datetime, start: date | None = None) -> Figures:
    """The pictures of `edition` at `now`: of the evenings of a page from `start` on, and of all its people.

    Nine queries at most.
    """
    today = local_day(now, edition.zone)
    shown = window(season_rows.evenings(edition), today=today, start=start)
    pks = [evening.pk for evening in shown.evenings]
    posts, yes = rows.posts(edition, pks), rows.said_yes(edition, pks)
    fillings = [
        fill(evening, posts.get(evening.pk, []), yes.get(evening.pk, []), today=today) for evening in shown.evenings
    ]
    most = max((filling.last.all for filling in fillings), default=0) or 1
    nights = [_night(filling, at, most) for at, filling in enumerate(fillings)]
    return Figures(nights, _origins(edition), shown, today)


def _night(filling, at, most):
    parts = bar(day_parts(filling.last), most, left=BAR_LEFT, right=BAR_RIGHT)
    drawing = draw(filling) if filling.has_anything and not filling.is_early else None
    return Night(filling, Line(at * ROW, parts), drawing)


def _origins(edition):
    labels = dict(Heard.choices)
    found = rows.sources(edition)
    most = max((one.people for one in found), default=0) or 1
    lines = []
    for at, one in enumerate(found):
        numbers = [("confirmed", one.placed), ("signed-up", one.people - one.placed)]
        line = Line(at * ORIGIN_ROW, bar(numbers, most, left=0, right=BAR_RIGHT))
        lines.append(Origin(labels.get(one.heard, ""), one.people, one.placed, line))
    return lines
