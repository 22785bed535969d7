"""What is known of each volunteer of an edition, seen from one evening, in a constant number of queries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from nocturnes.hours import instant, local_day
from nocturnes.models import Evening
from shifts.models import Ask, Assignment, Offer
from volunteers.models import Availability, Registration, Volunteer

A_WEEK = timedelta(days=7)


@dataclass
class Person:
    """A volunteer in an edition, as far as one evening is concerned. Facts only; `eligibility` and `order` judge."""

    registration: Registration
    answer: str = ""
    on_call: bool = False
    stands_by: bool = False
    languages: set[str] = field(default_factory=set)
    roles: set[int] = field(default_factory=set)
    museums: set[int] = field(default_factory=set)
    not_at: set[int] = field(default_factory=set)
    evenings: set[int] = field(default_factory=set)
    busy: list[tuple[datetime, datetime]] = field(default_factory=list)
    absences: int = 0
    withdrew: bool = False
    declined: bool = False
    asked_in: set[int] = field(default_factory=set)
    asks_this_week: int = 0
    asks_this_evening: int = 0
    last_asked: date | None = None

    @property
    def volunteer(self) -> Volunteer:
        return self.registration.volunteer

    @property
    def is_ready(self) -> bool:
        """Agreed to be called for this evening, or said yes to a place that somebody else had just taken."""
        return self.on_call or self.stands_by


def read_people(evening: Evening, *, now: datetime, only: Collection[int] | None = None) -> dict[int, Person]:
    """Everybody who is registered in the edition of `evening`, by the volunteer's id; `only` these volunteers.

    Ten queries, however many people there are. Whom the coordinator did not welcome is left out.
    """
    registrations = Registration.objects.filter(
        edition=evening.edition_id, volunteer__declined_at=None, volunteer__user__is_active=True
    )
    if only is not None:
        registrations = registrations.filter(volunteer__in=only)
    registrations = registrations.select_related("volunteer__user").prefetch_related(
        "volunteer__languages", "volunteer__not_at", "roles", "museums"
    )
    people = {registration.volunteer_id: _person(registration) for registration in registrations}
    _read_answers(people, evening)
    _read_assignments(people, evening, now, only)
    _read_asks(people, evening, now, only)
    _read_offers(people, evening, only)
    return people


def _person(registration):
    return Person(
        registration,
        languages={language.code for language in registration.volunteer.languages.all()},
        roles={role.pk for role in registration.roles.all()},
        museums={museum.pk for museum in registration.museums.all()},
        not_at={museum.pk for museum in registration.volunteer.not_at.all()},
    )


def _read_answers(people, evening):
    answers = Availability.objects.filter(evening=evening).order_by()
    for volunteer, answer, on_call_at in answers.values_list("registration__volunteer_id", "answer", "on_call_at"):
        if person := people.get(volunteer):
            person.answer, person.on_call = answer, on_call_at is not None


def _read_assignments(people, evening, now, only):
    """Her places of this edition, past and to come, and what keeps her busy that day in any other."""
    zone = evening.edition.zone
    day = instant(evening.date, datetime.min.time(), zone)
    of_the_day = Q(cancelled_at=None, report_at__lt=day + timedelta(days=2), ends_at__gt=day - timedelta(days=1))
    rows = _of(Assignment.objects.filter(Q(post__opening__evening__edition=evening.edition_id) | of_the_day), only)
    rows = rows.select_related("post__opening__evening").only(
        *("volunteer_id", "report_at", "ends_at", "cancelled_at", "cause", "arrived_at", "absent_at"),
        *("post__opening__museum_id", "post__opening__evening__edition_id"),
    )
    for assignment in rows.order_by():
        if person := people.get(assignment.volunteer_id):
            _add_assignment(person, assignment, evening, now)


def _add_assignment(person, assignment, evening, now):
    opening = assignment.post.opening
    is_of_edition = opening.evening.edition_id == evening.edition_id
    person.absences += is_of_edition and assignment.absent_at is not None
    if not assignment.is_active:
        # Whose place was freed because she was not there is not asked to fill it.
        gone = assignment.withdrew or assignment.absent_at is not None
        person.withdrew |= gone and opening.evening_id == evening.pk
        return
    person.busy.append((assignment.report_at, assignment.ends_at))
    if is_of_edition:
        person.evenings.add(opening.evening_id)
        if not assignment.absent_at and (assignment.arrived_at or assignment.ends_at <= now):
            person.museums.add(opening.museum_id)


def _read_asks(people, evening, now, only):
    """How often she was asked. What the reserve is asked is agreed, and does not count (design.md 6)."""
    zone = evening.edition.zone
    asks = _of(Ask.objects.filter(evening__edition=evening.edition_id), only)
    for volunteer, about, asked_at, reserve, stands_by_at in asks.values_list(
        "volunteer_id", "evening_id", "asked_at", "reserve", "stands_by_at"
    ):
        person = people.get(volunteer)
        if not person:
            continue
        person.last_asked = max(person.last_asked or date.min, local_day(asked_at, zone))
        person.stands_by |= about == evening.pk and stands_by_at is not None
        if not reserve:
            person.asks_this_evening += about == evening.pk
            person.asks_this_week += asked_at > now - A_WEEK


def _read_offers(people, evening, only):
    offers = _of(Offer.objects.filter(search__post__opening__evening=evening), only)
    for volunteer, search, answer in offers.order_by().values_list("volunteer_id", "search_id", "answer"):
        if person := people.get(volunteer):
            person.asked_in.add(search)
            # Her answer for the evening says it better, and may have changed since; it stays where she already helps.
            person.declined |= answer == Offer.Answer.NO and evening.pk in person.evenings


def _of(rows, only):
    return rows if only is None else rows.filter(volunteer__in=only)
