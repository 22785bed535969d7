"""What calling an opening or a whole evening off will do, before anybody clicks."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch

from museums.models import Contact, Museum, Opening
from nocturnes import hours
from nocturnes.alphabet import folded
from nocturnes.models import Edition, Evening
from shifts.models import Assignment, Offer, Search
from volunteers.models import Availability

from .evening import Told, on_call, told, told_by_name
from .staffing import Person


@dataclass(frozen=True)
class BeforeCallingOff:
    """`told` are those who know of a place or are on call; `leaves_late` is set where quiet hours hold their messages.

    `drafts` end without a word. `contacts` are whom the coordinator calls herself: the product tells no museum.
    """

    openings: list[Opening]
    told: Told
    drafts: int
    reserve: list[str] = field(default_factory=list)
    searches: int = 0
    offered: int = 0
    answers: int = 0
    leaves_late: datetime | None = None

    @property
    def museums(self) -> list[Museum]:
        return [opening.museum for opening in self.openings]

    @property
    def without_contact(self):
        return [museum for museum in self.museums if not museum.contacts.all()]


def before_calling_off(opening: Opening, *, now: datetime) -> BeforeCallingOff:
    """Who loses a place when `opening` is called off."""
    openings = _openings(Opening.objects.filter(pk=opening.pk))
    people = _people(openings, now)
    return BeforeCallingOff(
        openings=openings,
        told=told([person for person in people if not person.assignment.is_draft]),
        drafts=sum(person.assignment.is_draft for person in people),
        leaves_late=late(opening.evening.edition, now),
        **_searched(openings),
    )


def before_calling_evening_off(evening: Evening, *, now: datetime) -> BeforeCallingOff:
    """Who loses a place, or is on call for nothing, when the whole of `evening` is called off."""
    taking_place = evening.openings.filter(called_off_at=None, ends_at__gt=now)
    # Once it is called off, the page still says whom to call.
    openings = _openings(evening.openings.all() if evening.called_off_at else taking_place)
    people = _people(openings, now)
    reserve = on_call(evening) if evening.is_published else []
    known = {person.assignment.volunteer_id: person.name for person in people if not person.assignment.is_draft}
    return BeforeCallingOff(
        openings=openings,
        told=told_by_name(known | {volunteer.pk: volunteer.short_name for volunteer in reserve}),
        drafts=sum(person.assignment.is_draft for person in people),
        reserve=[volunteer.short_name for volunteer in reserve],
        answers=Availability.objects.filter(evening=evening).exclude(answer="").count(),
        leaves_late=late(evening.edition, now),
        **_searched(openings),
    )


def late(edition: Edition, now: datetime) -> datetime | None:
    """When the messages of a click at `now` leave, where that is not at the end of the edition's two minutes."""
    due = now + edition.rules.undo
    leaves = hours.after_quiet(due, edition.rules, edition.zone)
    return leaves if leaves > due else None


def _openings(rows):
    contacts = Prefetch("museum__contacts", Contact.objects.order_by("name"))
    rows = rows.select_related("museum").prefetch_related(contacts)
    return sorted(rows, key=lambda opening: folded(opening.museum.short))


def _people(openings, now):
    rows = Assignment.objects.active().filter(post__opening__in=openings, ends_at__gt=now).select_related("volunteer")
    return [Person(row, []) for row in rows]


def _searched(openings):
    searches = Search.objects.live().filter(post__opening__in=openings)
    waiting = Offer.objects.unanswered().filter(search__in=searches)
    return {"searches": searches.count(), "offered": waiting.values("volunteer").distinct().count()}
