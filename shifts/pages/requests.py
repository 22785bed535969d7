"""Who asked for an open place and waits for an answer, evening by evening; and who got a no, as long as it can turn."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from nocturnes.models import Edition
from shifts import ranking
from shifts.models import Assignment, PlaceRequest
from volunteers.models import Availability, Volunteer

from .facts import Facts


@dataclass(frozen=True)
class Request(Facts):
    """One person who would like one place. `answer` is what she said for the evening, `evenings` how many she has.

    `ticks` are the codes of what stands against it and wants a tick, `why` the words for them: read for one alone.
    """

    row: PlaceRequest | None = None
    answer: str = ""
    evenings: int = 0
    ticks: tuple[str, ...] = ()
    why: str = ""

    @property
    def volunteer(self) -> Volunteer:
        return self.row.volunteer


@dataclass(frozen=True)
class RequestsPage:
    """`waiting` asks for an answer, the evening that comes first on top; `declined` may still get a yes."""

    waiting: list[Request]
    declined: list[Request]


def requests_page(edition: Edition, *, tick_for: str = "", now: datetime) -> RequestsPage:
    """The requests of `edition`, in a constant number of queries; `tick_for`, as typed, wants a tick."""
    rows = _rows(edition, now)
    waiting = [_request(row, tick_for, now) for row in rows.waiting()]
    # Who was put on the post otherwise since has her answer.
    there = Assignment.objects.active().filter(post=OuterRef("post"), volunteer=OuterRef("volunteer"))
    no = rows.filter(~Exists(there), answer=PlaceRequest.Answer.NO, post__taken__lt=F("post__places"))
    return RequestsPage(waiting, [_request(row, tick_for, now) for row in no])


def _rows(edition, now):
    """With her answer for the evening, and on how many evenings of the edition she is."""
    answers = Availability.objects.filter(
        registration__volunteer=OuterRef("volunteer"), evening=OuterRef("post__opening__evening")
    )
    hers = Q(volunteer__assignments__cancelled_at=None, volunteer__assignments__post__opening__evening__edition=edition)
    evenings = Count("volunteer__assignments__post__opening__evening", filter=hers, distinct=True)
    rows = PlaceRequest.objects.filter(post__opening__evening__edition=edition, post__report_at__gt=now)
    rows = rows.select_related("volunteer", "post__role", "post__opening__museum", "post__opening__evening__edition")
    rows = rows.prefetch_related("volunteer__languages")
    rows = rows.annotate(said=Subquery(answers.values("answer")[:1]), evenings=evenings)
    return rows.order_by("post__report_at", "post", "asked_at", "pk")


def _request(row, tick_for, now):
    ticks = tuple(ranking.warnings_for(row.post, row.volunteer, now=now)) if str(row.pk) == tick_for else ()
    return Request(
        row.post,
        row=row,
        answer=Availability.Answer(row.said).label if row.said else "",
        evenings=row.evenings,
        ticks=ticks,
        why=", ".join(str(ranking.WARNINGS[code]) for code in ticks),
    )
