"""What changed since a coordinator was last here: withdrawals by name, confirmations and sign-ups counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from nocturnes.models import Edition, User, Visit
from nocturnes.prepared import Prepared
from shifts.models import Assignment, PlaceRequest, Swap
from volunteers.models import Registration

from .season_rows import EveningLine, People

A_WEEK = timedelta(days=7)
MOST_NAMED = 6


@dataclass(frozen=True)
class Desk:
    """What waits on a coordinator's desk: until when she has read, who signed up since, who would like a place, and
    which swaps wait for her yes."""

    since: datetime
    newcomers: int
    requests: int
    swaps: int = 0


@dataclass(frozen=True)
class Since:
    """The news. `confirmed` and `took` are pairs of an evening and a number; `more_withdrew` are not named."""

    at: datetime
    withdrew: list[Assignment]
    more_withdrew: int
    confirmed: list[tuple[EveningLine, int]]
    took: list[tuple[EveningLine, int]]
    newcomers: int

    @property
    def confirmations(self):
        return sum(number for _evening, number in self.confirmed)

    @property
    def taken(self):
        return sum(number for _evening, number in self.took)

    @property
    def is_empty(self):
        return not (self.withdrew or self.confirmed or self.took or self.newcomers)


def desk(user: User, edition: Edition, *, now: datetime) -> Desk:
    """Reads all of it in one query.

    Who never said "I have read this" is told of what happened since she signed in, and of the last seven days at
    least: the sign-in that brought her here is one of these moments.
    """
    a_week_ago = now - A_WEEK
    baseline = min(user.last_login or a_week_ago, a_week_ago)
    (row,) = _desk(user=user.pk, edition=edition.pk, baseline=baseline)
    return Desk(*row)


@Prepared
def _desk(user, edition, baseline):
    read = Visit.objects.filter(user=user, edition=OuterRef("pk")).values("read_until")
    since = Coalesce(Subquery(read), Value(baseline, output_field=DateTimeField()))
    joined = Registration.objects.filter(edition=OuterRef("pk"), created_at__gt=OuterRef("since"))
    asked = PlaceRequest.objects.waiting().filter(post__opening__evening__edition=OuterRef("pk"))
    swaps = Swap.objects.to_agree().filter(assignment__evening__edition=OuterRef("pk"))
    swaps = swaps.filter(assignment__cancelled_at=None)
    counts = {
        "newcomers": _number(joined, "edition"),
        "requests": _number(asked, "post__opening__evening__edition"),
        "swaps": _number(swaps, "assignment__evening__edition"),
    }
    row = Edition.objects.filter(pk=edition).annotate(since=since).annotate(**counts)
    return row.values_list("since", *counts)


def _number(rows, by):
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def since(desk: Desk, evenings: list[EveningLine], counts: dict[int, People], edition: Edition) -> Since:
    """The news since `desk.since`; `counts` are the people of `evenings`, by id. One query at most."""
    withdrew = list(_withdrew(edition, desk.since)) if any(one.withdrew_since for one in counts.values()) else []
    return Since(
        at=desk.since,
        withdrew=withdrew[:MOST_NAMED],
        more_withdrew=len(withdrew[MOST_NAMED:]),
        confirmed=_pairs(evenings, counts, "confirmed_since"),
        took=_pairs(evenings, counts, "took_since"),
        newcomers=desk.newcomers,
    )


def _withdrew(edition, since) -> QuerySet[Assignment]:
    rows = Assignment.objects.withdrawn().filter(cancelled_at__gt=since, evening__edition=edition).not_back()
    return rows.select_related("volunteer", "post__opening__museum", "post__opening__evening").order_by(
        "-cancelled_at", "-pk"
    )


def _pairs(evenings, counts, name):
    pairs = [(evening, getattr(counts.get(evening.pk), name, 0)) for evening in evenings]
    return [(evening, number) for evening, number in pairs if number]
