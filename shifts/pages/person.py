"""Everything that concerns one person in one edition, as its coordinator sees it, in a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from messaging import pages as messaging
from nocturnes.hours import local_day
from nocturnes.models import Evening
from shifts.models import Ask, Assignment, Offer, PlaceRequest, Reserve
from volunteers.models import Acknowledgement, Note, Notice, Registration, Volunteer

from . import people, searches
from . import waiting as waiting_pages
from .asks import Asks, asks
from .person_history import Line, of_person
from .waiting import WaitingList

# The newest of what has left; the page of messages has them all.
LATEST_MESSAGES = 10


@dataclass(frozen=True)
class Place:
    """One of her places. `state` is a state of look.md; once she was ticked, that is the news."""

    assignment: Assignment
    state: str

    @property
    def post(self):
        return self.assignment.post


@dataclass(frozen=True)
class Answered:
    """One evening and her answer; `places` are those that she has on it and that are not over."""

    evening: Evening
    answer: str
    words: str
    is_on_call: bool
    is_open: bool
    places: list[Place] = field(default_factory=list)

    @property
    def name(self):
        """The field's name in the form of answers."""
        return f"evening_{self.evening.pk}"

    @property
    def then(self):
        """The field that says what becomes of her place."""
        return f"then_{self.evening.pk}"


@dataclass(frozen=True)
class Asked:
    """One message that asked her: what it offered, each with her answer as a state and its word."""

    ask: Ask
    offers: list[tuple[Offer, str, str]]


@dataclass(frozen=True)
class Read:
    """A notice that holds now, and when she acknowledged this version or an earlier one; None where never."""

    notice: Notice
    acknowledgement: Acknowledgement | None

    @property
    def is_current(self):
        return self.acknowledgement is not None and self.acknowledgement.notice_id == self.notice.pk


@dataclass(frozen=True)
class PersonPage:
    """`registration` comes with its volunteer and user. The lists are in the order in which they are read.

    `waiting` are the messages that a click caused and that may still be held back, `to_come` the other planned ones.
    """

    registration: Registration
    places: list[Place]
    answers: list[Answered]
    asked: list[Asked]
    asks: Asks
    reserves: list[Reserve]
    requests: list[PlaceRequest]
    waiting: WaitingList
    to_come: list[messaging.Line]
    left: list[messaging.Line]
    notices: list[Read]
    notes: list[Note]
    others: list[Registration]
    history: list[Line]
    badges: list[tuple[str, str]]
    now: datetime

    @property
    def volunteer(self) -> Volunteer:
        return self.registration.volunteer

    @property
    def today(self):
        return local_day(self.now, self.registration.edition.zone)

    @cached_property
    def languages(self):
        return list(self.volunteer.languages.all())

    @property
    def coming(self):
        return [place for place in self.places if self._is_active(place) and place.assignment.ends_at > self.now]

    @property
    def past(self):
        """Newest first."""
        places = reversed(self.places)
        return [place for place in places if self._is_active(place) and place.assignment.ends_at <= self.now]

    @property
    def cancelled(self):
        return [place for place in reversed(self.places) if not self._is_active(place)]

    @property
    def evenings(self):
        """On how many evenings she has or had a place."""
        return len({place.post.opening.evening_id for place in self.places if self._is_active(place)})

    @property
    def kept_free(self):
        """On how many evenings she was on call and not needed: each counts as one on which she helped."""
        free = {one.evening_id for one in self.reserves if one.counts_as_attended}
        return len(free - {place.post.opening.evening_id for place in self.places if self._is_active(place)})

    @property
    def came(self):
        return sum(place.assignment.arrived_at is not None for place in self.places)

    @property
    def missed(self):
        return sum(place.assignment.absent_at is not None for place in self.places)

    @property
    def open_answers(self):
        return [one for one in self.answers if one.is_open]

    @property
    def past_answers(self):
        return [one for one in self.answers if not one.is_open and (one.words or one.is_on_call)]

    @property
    def about_her(self):
        """What the page of messages is narrowed to for her."""
        return self.volunteer.user.email or self.volunteer.user.first_name

    @staticmethod
    def _is_active(place):
        return place.assignment.is_active


def person_page(registration: Registration, *, now: datetime) -> PersonPage:
    """The page of `registration`, which was read with its edition, volunteer and user."""
    edition, volunteer = registration.edition, registration.volunteer
    places = _places(volunteer, edition, now)
    waiting = waiting_pages.waiting(edition, now=now, user=volunteer.user)
    to_come, left = _messages(volunteer, edition, {line.message.pk for line in waiting.lines})
    return PersonPage(
        registration=registration,
        places=places,
        answers=_answers(registration, places, now),
        asked=_asked(volunteer, edition),
        asks=asks(registration, now=now),
        reserves=_reserves(volunteer, edition),
        requests=_requests(volunteer, edition),
        waiting=waiting,
        to_come=to_come,
        left=left,
        notices=_notices(volunteer, now),
        notes=list(volunteer.notes.select_related("written_by")),
        others=list(volunteer.registrations.exclude(pk=registration.pk).select_related("edition")),
        history=of_person(volunteer, edition),
        badges=people.badges(registration, today=local_day(now, edition.zone)),
        now=now,
    )


def _places(volunteer, edition, now):
    rows = Assignment.objects.filter(volunteer=volunteer, post__opening__evening__edition=edition).for_pages()
    return [Place(row, _state(row, now)) for row in rows.order_by("report_at", "made_at", "pk")]


def _state(assignment, now):
    if not assignment.is_active:
        return "called_off"
    if assignment.arrived_at:
        return "arrived"
    if assignment.absent_at:
        return "absent"
    return "past" if assignment.ends_at <= now else assignment.state


def _answers(registration, places, now):
    answers = {row.evening_id: row for row in registration.availabilities.all()}
    on_it = defaultdict(list)
    for place in places:
        if place.assignment.is_active and place.assignment.ends_at > now:
            on_it[place.post.opening.evening_id].append(place)
    evenings = registration.edition.evenings.filter(called_off_at=None).select_related("edition").order_by("date")
    return [_answered(evening, answers.get(evening.pk), on_it[evening.pk], now) for evening in evenings]


def _answered(evening, row, places, now):
    return Answered(
        evening=evening,
        answer=row.answer if row else "",
        words=row.get_answer_display() if row else "",
        is_on_call=bool(row and row.on_call_at),
        is_open=not evening.is_past(now),
        places=places,
    )


def _asked(volunteer, edition):
    """Newest first."""
    offers = defaultdict(list)
    hers = Offer.objects.filter(volunteer=volunteer, ask__evening__edition=edition)
    for offer in hers.select_related("search__post__role", "search__post__opening__museum").order_by("pk"):
        offers[offer.ask_id].append((offer, *searches.answer(offer)))
    asks = Ask.objects.filter(volunteer=volunteer, evening__edition=edition).select_related("evening")
    return [Asked(ask, offers[ask.pk]) for ask in asks.order_by("-asked_at", "-pk")]


def _reserves(volunteer, edition):
    """Her agreements to be on call, and what became of them; newest first."""
    rows = Reserve.objects.filter(volunteer=volunteer, evening__edition=edition).select_related("evening")
    return list(rows.order_by("-evening__date", "-pk"))


def _requests(volunteer, edition):
    rows = PlaceRequest.objects.filter(volunteer=volunteer, post__opening__evening__edition=edition)
    rows = rows.select_related("post__role", "post__opening__museum", "post__opening__evening")
    return list(rows.order_by("-asked_at", "-pk"))


def _messages(volunteer, edition, waiting):
    """What waits, the next first, and the newest of what has left or will not leave; those to a parent too."""
    label = Volunteer._meta.label_lower
    hers = Q(user=volunteer.user_id) | Q(about_type=label, about_id=volunteer.pk)
    rows = messaging.of_edition(edition).filter(hers)
    left = rows.exclude(messaging.PENDING).order_by(messaging.SETTLED_AT.desc(), "-pk")
    both = messaging.lines([*rows.filter(messaging.PENDING).order_by("due", "pk"), *left[:LATEST_MESSAGES]])
    to_come = [one for one in both if one.message.is_pending and one.message.pk not in waiting]
    return to_come, [one for one in both if not one.message.is_pending]


def _notices(volunteer, now):
    given = volunteer.acknowledgements.select_related("notice").order_by("notice__version")
    latest = {row.notice.kind: row for row in given}
    return [Read(notice, latest.get(notice.kind)) for notice in Notice.objects.current(now)]
