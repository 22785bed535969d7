""" "Can you still come?", as the volunteer reads it: each of her places of the evening, with what she said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from nocturnes import links
from nocturnes.dates import date_format
from nocturnes.models import Evening
from shifts.models import Assignment, Disruption, StillComing
from volunteers.models import Volunteer

from . import facts
from .facts import Facts


@dataclass(frozen=True)
class Place(Facts):
    """`state` is open, yes, no, called_off, gone or over (see `state_of`)."""

    question: StillComing | None = None
    state: str = ""

    @property
    def can_come_back(self):
        return self.state == "no" and self.post.open_places > 0


@dataclass(frozen=True)
class StillComingPage:
    """`texts` say what is the matter, each once; `state` is that of her places together: open while one is."""

    volunteer: Volunteer
    disruption: Disruption
    texts: list[str]
    places: list[Place]
    at_museum: str

    @property
    def state(self):
        states = [place.state for place in self.places]
        return next((state for state in ("open", "yes", "no") if state in states), states[0])

    @property
    def one(self) -> Place | None:
        """Her only place that evening."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def open(self) -> list[Place]:
        return [place for place in self.places if place.state == "open"]

    @property
    def date(self):
        return self.disruption.evening.date

    @property
    def is_long(self):
        words = _("Can you still come on %(date)s %(museum)s?")
        words %= {"date": date_format(self.date, "l j F"), "museum": self.at_museum}
        return facts.is_long_question(words, self.date)


def still_coming_page(question: StillComing, *, now: datetime) -> StillComingPage:
    """Her places of that evening that she is asked about, by the hour; a constant number of queries."""
    volunteer, evening = question.assignment.volunteer, question.disruption.evening
    hers = StillComing.objects.filter(disruption__evening=evening, assignment__volunteer=volunteer)
    hers = hers.filter(disruption__taken_back_at=None) | StillComing.objects.filter(pk=question.pk)
    rows = list(hers.distinct().for_pages().order_by("assignment__report_at", "pk"))
    latest = list({row.assignment.post_id: row for row in rows}.values())
    there = who_is_there(latest)
    mates = facts.teams({row.assignment.post.opening_id for row in latest}, without=volunteer.pk)
    first = facts.coordinators().first()
    museums = {row.assignment.post.opening.museum_id: row.assignment.post.opening.museum for row in latest}
    return StillComingPage(
        volunteer=volunteer,
        disruption=question.disruption,
        texts=list(dict.fromkeys(row.disruption.text for row in rows)),
        places=[_place(row, there, mates, first, now) for row in latest],
        at_museum=facts.at_museum(*museums.values()) if len(museums) == 1 else "",
    )


def _place(row, there, mates, first, now):
    post = row.assignment.post
    return Place(
        post,
        team=mates.get(post.opening_id, []),
        call=facts.call(post.opening.evening, first),
        question=row,
        state="over" if post.has_ended(now) else state_of(row, there.get(key_of(row))),
    )


def key_of(question: StillComing) -> tuple[int, int]:
    """The post that it is about, and whose place: she may have had it more than once."""
    return question.assignment.post_id, question.assignment.volunteer_id


def who_is_there(questions: Iterable[StillComing]) -> dict[tuple[int, int], Assignment]:
    """Who has her place now, or again, by post and volunteer; one query."""
    keys = {key_of(question) for question in questions}
    rows = Assignment.objects.active().published().filter(post__in={post for post, _volunteer in keys})
    return {(row.post_id, row.volunteer_id): row for row in rows if (row.post_id, row.volunteer_id) in keys}


def state_of(question: StillComing, there: Assignment | None) -> str:
    """What became of the question: open, yes or no; called_off or gone where the place is not hers for another reason.

    `there` is her place as it is now. Whoever came back after a No, or was put back, has a newer one: taking it was her
    Yes, and else the question is open again.
    """
    if there is None:
        cause = question.assignment.cause
        return {Assignment.Cause.WITHDREW: "no", Assignment.Cause.CALLED_OFF: "called_off"}.get(cause, "gone")
    if there.arrived_at:
        return "yes"
    if there.pk == question.assignment_id:
        return "yes" if question.answer == StillComing.Answer.YES else "open"
    return "yes" if there.confirmed_how == Assignment.How.TOOK else "open"


@dataclass(frozen=True)
class Asked(Facts):
    """A place that she is asked about, on her own page."""

    question: StillComing | None = None

    @property
    def url(self) -> str:
        """The page where she answers: that of the mail's own link."""
        return reverse("still_coming", args=[links.token("still-coming", self.question)])


def waiting(volunteer: Volunteer, *, now: datetime) -> list[Asked]:
    """What she has not answered yet, one line an evening; nothing that may still be taken back. One query."""
    rows = StillComing.objects.unanswered().filter(assignment__volunteer=volunteer, assignment__ends_at__gt=now)
    rows = rows.filter(disruption__evening__called_off_at=None, assignment__post__opening__called_off_at=None)
    evenings = {}
    for row in rows.for_pages().order_by("assignment__report_at", "pk"):
        if row.disruption.asked_at + row.disruption.evening.edition.rules.undo <= now:
            evenings.setdefault(row.disruption.evening_id, Asked(row.assignment.post, question=row))
    return list(evenings.values())


@dataclass(frozen=True)
class Running:
    """A question about an evening, and how many answered; on the evening's own page."""

    disruption: Disruption
    asked: int
    answered: int


def of_evening(evening: Evening) -> list[Running]:
    """The questions about `evening`, the latest first; two queries at most."""
    rows = list(evening.disruptions.filter(taken_back_at=None).select_related("museum"))
    if not rows:
        return []
    asked = list(StillComing.objects.filter(disruption__in=rows).values_list("disruption_id", "answer"))
    counted = [[answer for pk, answer in asked if pk == row.pk] for row in rows]
    return [
        Running(row, len(answers), sum(bool(answer) for answer in answers))
        for row, answers in zip(rows, counted, strict=True)
    ]
