"""The season: evenings by museums, what to do first, and what changed since she was last here.

Sums concern the whole season; cells, forecasts and "to do first" the evenings on the page (see `window`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from nocturnes.hours import tonight
from nocturnes.models import Edition, User
from nocturnes.rules import Rules

from . import forecast, season_rows, urgency
from . import since as news
from .counting import Cell
from .forecast import Answers, Forecast
from .season_rows import Absent, EveningLine, Museum, People, PostLine
from .setting_up import SettingUp, setting_up
from .since import Desk, Since

EVENINGS_A_PAGE = 8
MOST_TO_DO = 6
# Weakest first; within one kind a search that waits for a hand stands before the others. What is near comes
# before all that (see `urgency`).
KINDS = ["absent", "empty", "searching", "short", "no_language", "unconfirmed"]


@dataclass(frozen=True)
class Night:
    """An evening as a row of the table."""

    evening: EveningLine
    museums: list[Museum]
    people: People
    is_past: bool
    days: int
    answers: Answers
    loss: int

    @property
    def is_draft(self):
        return not self.is_past and not self.evening.is_published and not self.is_called_off

    @property
    def is_called_off(self):
        return self.evening.is_called_off

    @property
    def forecast(self):
        """Whether a draft will have enough people."""
        return Forecast(self.needed, self.answers, self.loss)

    @property
    def cells(self) -> list[Cell]:
        return [museum.cell for museum in self.museums]

    @property
    def filled(self):
        return sum(cell.filled for cell in self.cells if not cell.is_called_off)

    @property
    def needed(self):
        return sum(cell.needed for cell in self.cells if not cell.is_called_off)


@dataclass(frozen=True)
class ToDo:
    """One line of "to do first"; `kind` is a state of look.md, `post` the place that the deed is about.

    `absent` is who is not there, where that is all that is wrong with the place.
    """

    kind: str
    evening: EveningLine
    report_at: datetime | None
    cell: Cell | None = None
    post: PostLine | None = None
    n: int = 0
    absent: Absent | None = None

    def order(self, rules: Rules, now: datetime):
        wants_a_hand = self.kind == "searching" and self.post.wants_a_hand
        weakest = self.cell.weakness if self.cell else ()
        weakness = (KINDS.index(self.kind), not wants_a_hand, self.evening.date, weakest)
        return urgency.order(weakness, day=self.evening.date, report_at=self.report_at, rules=rules, now=now)


@dataclass(frozen=True)
class Sums:
    """Places to come of the whole season, by kind of window, which add up to `total`.

    What is only wanted on top is left out while nobody is asked for it.
    """

    total: int
    confirmed: int
    unconfirmed: int
    draft: int
    searched: int
    open: int


@dataclass(frozen=True)
class Window:
    """The evenings on the page, and the dates with which the pages before and after it begin."""

    evenings: list[EveningLine]
    earlier: date | None = None
    later: date | None = None


@dataclass(frozen=True)
class Season:
    """`nights` are the evenings of `window`; `more_to_do` is how much there is beside `to_do`."""

    nights: list[Night]
    sums: Sums
    to_do: list[ToDo]
    more_to_do: int
    desk: Desk
    since: Since
    window: Window
    setting_up: SettingUp | None
    now: datetime


def season(edition: Edition, user: User, *, now: datetime, start: date | None = None) -> Season:
    """The season at `now` for the coordinator `user`, from the evening of `start` on or else from the next one.

    Ten queries at most: their number does not depend on how much there is.
    """
    today = tonight(now, edition.zone)
    desk = news.desk(user, edition, now=now)
    evenings = season_rows.evenings(edition)
    people = season_rows.people(edition, since=desk.since)
    shown = window(evenings, today=today, start=start)
    nights = _nights(shown.evenings, people, loss=edition.rules.expected_loss, today=today, now=now)
    to_do, more_to_do = _first(nights, edition.rules, now)
    return Season(
        nights=nights,
        sums=_sums([evening for evening in evenings if evening.date >= today], people),
        to_do=to_do,
        more_to_do=more_to_do,
        desk=desk,
        since=news.since(desk, evenings, people, edition),
        window=shown,
        setting_up=setting_up(edition, evenings, today=today),
        now=now,
    )


def window(evenings: list[EveningLine], *, today: date, start: date | None = None) -> Window:
    """As many evenings as fit on a page: all of a short season; of a long one from `start`, or else from today on."""
    if len(evenings) <= EVENINGS_A_PAGE:
        return Window(evenings)
    dates = [evening.date for evening in evenings]
    first = sum(day < (start or today) for day in dates)
    first = min(first, len(dates) - (1 if start else EVENINGS_A_PAGE))
    after = first + EVENINGS_A_PAGE
    return Window(
        evenings[first:after],
        earlier=dates[max(first - EVENINGS_A_PAGE, 0)] if first else None,
        later=dates[after] if after < len(dates) else None,
    )


def _nights(shown, people, *, loss, today, now):
    museums = season_rows.museums([evening for evening in shown if evening.date >= today], now=now)
    drafts = [e for e in shown if e.date >= today and not e.is_published and not e.is_called_off]
    answers = forecast.answers([evening.pk for evening in drafts])
    return [
        Night(
            evening,
            museums.get(evening.pk, []),
            people.get(evening.pk, People()),
            is_past=evening.date < today,
            days=(evening.date - today).days,
            answers=answers.get(evening.pk) or Answers(),
            loss=loss,
        )
        for evening in shown
    ]


def _sums(coming, people):
    coming = [evening for evening in coming if not evening.is_called_off]
    counts = [people[evening.pk] for evening in coming if evening.pk in people]
    confirmed = sum(one.confirmed for one in counts)
    unconfirmed = sum(one.unconfirmed for one in counts)
    draft = sum(one.draft for one in counts)
    # The counter of a post knows nothing of who is absent; her place is one that nobody fills.
    missing = sum(evening.open_places for evening in coming) + sum(one.absent_now for one in counts)
    searched = sum(evening.searched_places for evening in coming)
    return Sums(confirmed + unconfirmed + draft + missing + searched, confirmed, unconfirmed, draft, searched, missing)


def _first(nights, rules, now):
    """What to do first, and how much more there is."""
    by_urgency = partial(ToDo.order, rules=rules, now=now)
    holes = sorted(_to_do(nights), key=by_urgency)
    return sorted([*holes[:MOST_TO_DO], *_to_call(nights)], key=by_urgency), max(len(holes) - MOST_TO_DO, 0)


def _to_do(nights):
    """What needs a hand on published evenings to come: who is not there, holes, searches, languages."""
    coming = list(filter(_is_published, nights))
    missed = [post.pk for night in coming for museum in night.museums for post in museum.posts if _is_missed(post)]
    absent = season_rows.absent(missed) if missed else {}
    for night in coming:
        for museum in night.museums:
            yield from _holes(night.evening, museum, absent)


def _to_call(nights):
    """Who has not confirmed of the next evening, as far as her post is not over: always there, however many holes."""
    for night in list(filter(_is_published, nights))[:1]:
        posts = [post for museum in night.museums for post in museum.posts if not post.is_over]
        if unconfirmed := sum(post.places.unconfirmed for post in posts):
            yield ToDo("unconfirmed", night.evening, min(post.report_at for post in posts), n=unconfirmed)


def _is_published(night):
    return night.evening.is_published and not night.is_past and not night.is_called_off


def _is_missed(post):
    return post.absent and post.places.open and not post.is_over


def _holes(evening, museum, absent):
    cell = museum.cell
    posts = [post for post in museum.posts if not post.is_over]
    # The place of somebody who is not there is hers until it is freed: a line of its own, and no hole besides.
    holes = {post: post.places.open - post.absent for post in posts if post.places.open > post.absent}
    for post in posts:
        if post.search:
            yield ToDo("searching", evening, post.report_at, cell, post, post.places.searched)
        for one in absent.get(post.pk, []):
            yield ToDo("absent", evening, post.report_at, cell, post, 1, one)
    if cell.state == "empty" and holes:
        first = next(iter(holes))
        yield ToDo("empty", evening, first.report_at, cell, first, sum(holes.values()))
        return
    for post, missing in holes.items():
        yield ToDo("short", evening, post.report_at, cell, post, missing)
    if posts and cell.lacks and not holes:
        yield ToDo("no_language", evening, posts[0].report_at, cell, posts[0])
