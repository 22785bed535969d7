"""What the season reads: sums of all evenings, added up by the database, and every post of the evenings on the page.

Each function is one query, whatever there is; no assignment leaves the database here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest

from museums.models import Opening
from nocturnes.localized import column
from nocturnes.models import Edition, Evening
from shifts.models import Assignment, Search

from .counting import Cell, Places, Tongue, alphabetical, places, together


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

    @property
    def has_place(self):
        """Whether a place is open; that of somebody who is marked absent stays hers."""
        return self.places.total > self.places.people + self.absent


@dataclass(frozen=True)
class Museum:
    """One opening of an evening: its cell, and its posts."""

    cell: Cell
    posts: list[PostLine]


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


def evenings(edition: Edition) -> list[Evening]:
    """The evenings by date, each with `open_places` (needed, and nobody looks for anybody) and `searched_places`."""
    searched = Q(openings__posts__in=Search.objects.live().values("post"))
    takes_place = Q(openings__called_off_at=None)
    post = "openings__posts__"
    missing = Greatest(F(f"{post}needed") - F(f"{post}taken"), 0)
    rows = list(
        edition.evenings.order_by("date").annotate(
            open_places=Coalesce(Sum(missing, filter=takes_place & ~searched), 0),
            searched_places=Coalesce(Sum(F(f"{post}places") - F(f"{post}taken"), filter=takes_place & searched), 0),
        )
    )
    for evening in rows:
        evening.edition = edition
    return rows


def people(edition: Edition, *, since: datetime) -> dict[int, People]:
    """By the evening's id; evenings without anybody are not in it."""
    active, known = Q(cancelled_at=None), Q(published_at__isnull=False)
    here = active & Q(absent_at=None)
    sure = Q(confirmed_at__isnull=False) | Q(arrived_at__isnull=False)
    took, lately = Q(confirmed_how=Assignment.How.TOOK), active & Q(confirmed_at__gt=since)
    counted = {
        "expected": active,
        "came": active & Q(arrived_at__isnull=False),
        "absent": Q(absent_at__isnull=False),
        "absent_now": active & Q(absent_at__isnull=False),
        "confirmed": here & known & sure,
        "unconfirmed": here & known & ~sure,
        "draft": here & ~known,
        "confirmed_since": lately & ~took,
        "took_since": lately & took,
        "withdrew_since": Q(cause=Assignment.Cause.WITHDREW, cancelled_at__gt=since),
    }
    of_edition = Assignment.objects.filter(post__opening__evening__edition=edition).order_by()
    rows = of_edition.values_list("post__opening__evening_id").annotate(
        **{name: Count("pk", filter=condition) for name, condition in counted.items()}
    )
    return {evening: People(*numbers) for evening, *numbers in rows}


def museums(shown: Iterable[Evening], *, now: datetime) -> dict[int, list[Museum]]:
    """The museums of the evenings on the page, by the evening's id, in the order of their names; two queries."""
    by_pk = {evening.pk: evening for evening in shown}
    result = defaultdict(list)
    lacking = _asked_in_vain(by_pk)
    for _opening, rows in groupby(_posts(by_pk), key=lambda row: row.pk):
        rows = list(rows)
        evening = by_pk[rows[0].evening_id]
        result[evening.pk].append(_museum(evening, rows, lacking, now))
    for line in result.values():
        line.sort(key=lambda museum: alphabetical(museum.cell.short))
    return result


def _posts(shown) -> QuerySet:
    """A row a post, and one for an opening that has none."""
    here = Q(posts__assignments__cancelled_at=None)
    known = Q(posts__assignments__published_at__isnull=False)
    sure = Q(posts__assignments__confirmed_at__isnull=False) | Q(posts__assignments__arrived_at__isnull=False)
    gone = Q(posts__assignments__absent_at__isnull=False)
    counted = {
        "confirmed": here & ~gone & known & sure,
        "unconfirmed": here & ~gone & known & ~sure,
        "draft": here & ~gone & ~known,
        "absent": here & gone,
    }
    rows = Opening.objects.filter(evening__in=shown).annotate(
        live=FilteredRelation("posts__searches", condition=Q(posts__searches__ended_at=None)),
        short=column("museum__short"),
        name=column("museum__name"),
        role=column("posts__role__name"),
        **{kind: Count("posts__assignments", filter=condition) for kind, condition in counted.items()},
    )
    return rows.order_by("pk", "posts__role__position", "posts__report_at", "posts__pk").values_list(
        *("pk", "evening_id", "called_off_at", "short", "name", "role", *counted),
        *("posts__pk", "posts__places", "posts__needed", "posts__report_at", "posts__ends_at"),
        *("live__pk", "live__next_wave_at", "live__nobody_left_at"),
        named=True,
    )


def _museum(evening, rows, lacking, now):
    first = rows[0]
    is_called_off = first.called_off_at is not None or evening.called_off_at is not None
    posts = [_post(row, is_over=is_called_off or row.posts__ends_at <= now) for row in rows if row.posts__pk]
    cell = Cell(
        opening=first.pk,
        short=first.short,
        name=first.name,
        places=together(post.places for post in posts),
        is_called_off=is_called_off,
        is_published=evening.is_published,
        asks_in_vain=tuple(lacking.get(first.pk, ())),
    )
    return Museum(cell, posts)


def _post(row, *, is_over):
    return PostLine(
        pk=row.posts__pk,
        role=row.role,
        report_at=row.posts__report_at,
        is_over=is_over,
        places=places(
            total=row.posts__places,
            needed=row.posts__needed,
            confirmed=row.confirmed,
            unconfirmed=row.unconfirmed,
            draft=row.draft,
            absent=row.absent,
            is_searched=row.live__pk is not None,
        ),
        absent=row.absent,
        search=row.live__pk,
        next_wave_at=row.live__next_wave_at,
        nobody_left_at=row.live__nobody_left_at,
    )


def _asked_in_vain(shown):
    """The languages that an opening asks for and nobody speaks who is there, by the opening's id."""
    here = Assignment.objects.active().filter(absent_at=None, post__opening=OuterRef("opening_id"))
    spoken = here.filter(volunteer__languages=OuterRef("language_id"))
    asked = Opening.languages.through.objects.filter(~Exists(spoken), opening__evening__in=shown)
    result = defaultdict(list)
    rows = asked.order_by("language__position", "language__code").values_list(
        "opening_id", "language__code", "language__short", column("language__name")
    )
    for opening, *tongue in rows:
        result[opening].append(Tongue(*tongue))
    return result
