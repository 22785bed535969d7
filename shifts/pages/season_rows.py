"""What the season reads: sums of all evenings, added up by the database, and every post of the evenings on the page.

Each function is one query, whatever there is; of the assignments only those of who is absent leave the database.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, Greatest

from museums.models import Opening
from nocturnes.alphabet import folded
from nocturnes.localized import column
from nocturnes.models import Edition, Evening
from nocturnes.prepared import Prepared
from shifts.models import Assignment, Search

from .counting import Cell, Places, Tongue, places, together


@dataclass(frozen=True)
class PostLine:
    """A post as the list "to do first" needs it; `search` is the id of the live one, or None."""

    pk: int
    role: str
    report_at: datetime
    is_over: bool
    places: Places
    absent: int
    search: int | None
    next_wave_at: datetime | None
    nobody_left_at: datetime | None
    held: str = ""
    wave_proposed_at: datetime | None = None
    others_asked_at: datetime | None = None

    @property
    def wants_a_hand(self):
        """Whether its search stands still until a coordinator does something, though nobody told it to."""
        return self.search is not None and bool(self.nobody_left_at or (self.wave_proposed_at and not self.held))

    @property
    def has_place(self):
        """Whether a place is open; that of somebody who is marked absent stays hers."""
        return self.places.total > self.places.people + self.absent


class Absent(NamedTuple):
    """Somebody who is marked as not there, and whose place is still hers; `pk` is that of her assignment."""

    pk: int
    name: str


@dataclass(frozen=True)
class Museum:
    """One opening of an evening: its cell, and its posts."""

    cell: Cell
    posts: list[PostLine]


class EveningLine(NamedTuple):
    """An evening. `open_places` are needed, and nobody looks for anybody; `searched_places` are looked for."""

    pk: int
    date: date
    published_at: datetime | None
    called_off_at: datetime | None
    open_places: int
    searched_places: int

    @property
    def is_published(self):
        return self.published_at is not None

    @property
    def is_called_off(self):
        return self.called_off_at is not None


class People(NamedTuple):
    """Everybody of one evening, counted. `confirmed`, `unconfirmed` and `draft` leave out who is absent.

    Who was absent and whose place was then freed is among `absent`; `absent_now` still have theirs. The last three
    count since the moment that was asked for: who confirmed, who took a place or accepted one, who withdrew.
    """

    expected: int = 0
    came: int = 0
    absent: int = 0
    absent_now: int = 0
    confirmed: int = 0
    unconfirmed: int = 0
    draft: int = 0
    confirmed_since: int = 0
    took_since: int = 0
    withdrew_since: int = 0


def evenings(edition: Edition) -> list[EveningLine]:
    """The evenings of `edition` by date."""
    return [EveningLine(*row) for row in _evenings(edition=edition.pk)]


@Prepared
def _evenings(edition):
    searched = Q(openings__posts__in=Search.objects.live().values("post"))
    takes_place = Q(openings__called_off_at=None)
    post = "openings__posts__"
    missing = Greatest(F(f"{post}needed") - F(f"{post}taken"), 0)
    open_places = F(f"{post}places") - F(f"{post}taken")
    return (
        Evening.objects.filter(edition=edition)
        .order_by("date")
        .values_list("pk", "date", "published_at", "called_off_at")
        .annotate(
            open_places=Coalesce(Sum(missing, filter=takes_place & ~searched), 0),
            searched_places=Coalesce(Sum(open_places, filter=takes_place & searched), 0),
        )
    )


def people(edition: Edition, *, since: datetime) -> dict[int, People]:
    """By the evening's id; evenings without anybody are not in it."""
    return {evening: People(*numbers) for evening, *numbers in _people(edition=edition.pk, since=since)}


@Prepared
def _people(edition, since):
    active, known = Q(cancelled_at=None), Q(published_at__isnull=False)
    here = active & Q(absent_at=None)
    sure = Q(confirmed_at__isnull=False) | Q(arrived_at__isnull=False)
    took, lately = Q(confirmed_how=Assignment.How.TOOK), active & Q(confirmed_at__gt=since)
    counted = People(
        expected=active,
        came=active & Q(arrived_at__isnull=False),
        absent=Q(absent_at__isnull=False),
        absent_now=active & Q(absent_at__isnull=False),
        confirmed=here & known & sure,
        unconfirmed=here & known & ~sure,
        draft=here & ~known,
        confirmed_since=lately & ~took,
        took_since=lately & took,
        withdrew_since=Q(cause=Assignment.Cause.WITHDREW, cancelled_at__gt=since),
    )
    counts = {name: Count("pk", filter=condition) for name, condition in counted._asdict().items()}
    of_edition = Assignment.objects.filter(evening__edition=edition).order_by()
    return of_edition.values_list("evening_id").annotate(**counts)


def museums(shown: Iterable[EveningLine], *, now: datetime) -> dict[int, list[Museum]]:
    """The museums of the evenings on the page, by the evening's id, in the order of their names; two queries."""
    by_pk = {evening.pk: evening for evening in shown}
    result = defaultdict(list)
    lacking = asked_in_vain(list(by_pk))
    posts = map(_Row._make, _posts(evenings=list(by_pk)))
    for _opening, rows in groupby(posts, key=lambda row: row.opening):
        rows = list(rows)
        evening = by_pk[rows[0].evening]
        result[evening.pk].append(_museum(evening, rows, lacking, now))
    for line in result.values():
        line.sort(key=lambda museum: folded(museum.cell.short))
    return result


class _Row(NamedTuple):
    """A post with its opening, or an opening that has none: `post` is then None."""

    opening: int
    evening: int
    called_off_at: datetime | None
    short: str
    name: str
    role: str
    post: int | None
    total: int
    needed: int
    report_at: datetime
    ends_at: datetime
    search: int | None
    next_wave_at: datetime | None
    nobody_left_at: datetime | None
    held: str | None
    wave_proposed_at: datetime | None
    others_asked_at: datetime | None
    confirmed: int
    unconfirmed: int
    draft: int
    absent: int


@Prepared
def _posts(evenings):
    person = "posts__assignments__"
    known, gone = Q(**{f"{person}published_at__isnull": False}), Q(**{f"{person}absent_at__isnull": False})
    sure = Q(**{f"{person}confirmed_at__isnull": False}) | Q(**{f"{person}arrived_at__isnull": False})
    active = Q(**{f"{person}cancelled_at": None})
    counted = {
        "confirmed": active & ~gone & known & sure,
        "unconfirmed": active & ~gone & known & ~sure,
        "draft": active & ~gone & ~known,
        "absent": active & gone,
    }
    rows = Opening.objects.filter(evening__in=evenings).annotate(
        live=FilteredRelation("posts__searches", condition=Q(posts__searches__ended_at=None)),
        short=column("museum__short"),
        name=column("museum__name"),
        role=column("posts__role__name"),
        **{kind: Count("posts__assignments", filter=condition) for kind, condition in counted.items()},
    )
    return rows.order_by("pk", "posts__role__position", "posts__report_at", "posts__pk").values_list(
        *("pk", "evening_id", "called_off_at", "short", "name", "role"),
        *("posts__pk", "posts__places", "posts__needed", "posts__report_at", "posts__ends_at"),
        *("live__pk", "live__next_wave_at", "live__nobody_left_at", "live__held", "live__wave_proposed_at"),
        *("live__others_asked_at", *counted),
    )


def _museum(evening, rows, lacking, now):
    first = rows[0]
    is_called_off = first.called_off_at is not None or evening.is_called_off
    posts = [_post(row, is_over=is_called_off or row.ends_at <= now) for row in rows if row.post]
    cell = Cell(
        opening=first.opening,
        short=first.short,
        name=first.name,
        places=together(post.places for post in posts),
        is_called_off=is_called_off,
        is_published=evening.is_published,
        asks_in_vain=tuple(lacking.get(first.opening, ())),
    )
    return Museum(cell, posts)


def _post(row, *, is_over):
    return PostLine(
        pk=row.post,
        role=row.role,
        report_at=row.report_at,
        is_over=is_over,
        places=places(
            total=row.total,
            needed=row.needed,
            confirmed=row.confirmed,
            unconfirmed=row.unconfirmed,
            draft=row.draft,
            absent=row.absent,
            is_searched=row.search is not None,
        ),
        absent=row.absent,
        search=row.search,
        next_wave_at=row.next_wave_at,
        nobody_left_at=row.nobody_left_at,
        held=row.held or "",
        wave_proposed_at=row.wave_proposed_at,
        others_asked_at=row.others_asked_at,
    )


def absent(posts: Iterable[int]) -> dict[int, list[Absent]]:
    """Who is marked as not there, by the post's id."""
    rows = Assignment.objects.active().published().filter(post__in=posts, absent_at__isnull=False)
    result = defaultdict(list)
    for row in rows.select_related("volunteer").order_by("absent_at", "pk"):
        result[row.post_id].append(Absent(row.pk, row.volunteer.short_name))
    return result


def asked_in_vain(evenings: list[int]) -> dict[int, list[Tongue]]:
    """The languages that an opening of these evenings asks for and nobody speaks who is there, by the opening's id."""
    result = defaultdict(list)
    for opening, *tongue in _asked_in_vain(evenings=evenings):
        result[opening].append(Tongue(*tongue))
    return result


@Prepared
def _asked_in_vain(evenings):
    here = Assignment.objects.active().filter(absent_at=None, post__opening=OuterRef("opening_id"))
    spoken = here.filter(volunteer__languages=OuterRef("language_id"))
    asked = Opening.languages.through.objects.filter(~Exists(spoken), opening__evening__in=evenings)
    return asked.order_by("language__position", "language__code").values_list(
        "opening_id", "language__code", "language__short", column("language__name")
    )
