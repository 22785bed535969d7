"""A volunteer of an edition, seen from one evening. Facts only; `eligibility` and `order` judge."""

from collections.abc import Collection
from datetime import date, datetime

from nocturnes.models import Evening
from volunteers.models import Registration, Volunteer

from .crowd import Crowd, History

NOTHING = frozenset()


class Person:
    """A volunteer in an edition, as far as one evening is concerned.

    What she is and said is read with her; everything else when it is asked for, for all who were read with her.
    """

    # There may be thousands.
    __slots__ = (
        *("crowd", "everybody", "pk", "age_group", "parent_consented_at", "accepted_at", "blocked_at"),
        *("most_evenings", "may_be_asked", "no_asks_until", "paused_at", "paused_until", "answer", "on_call_at"),
    )

    # The rows' own rules, about the same facts by the same names.
    is_minor = Volunteer.is_minor
    lacks_consent = Volunteer.lacks_consent
    is_paused = Registration.is_paused

    def __init__(self, crowd: Crowd, everybody: "dict[int, Person]", row: tuple):
        self.crowd, self.everybody = crowd, everybody
        self.pk, self.age_group, self.parent_consented_at, self.accepted_at, self.blocked_at, *row = row
        self.most_evenings, self.may_be_asked, self.no_asks_until, self.paused_at, self.paused_until, *row = row
        answer, self.on_call_at = row
        self.answer = answer or ""

    @property
    def registration(self) -> Registration:
        return self.crowd.rows[self.pk]

    @property
    def volunteer(self) -> Volunteer:
        return self.registration.volunteer

    @property
    def on_call(self) -> bool:
        return self.on_call_at is not None

    @property
    def stands_by(self) -> bool:
        return self.pk in self.crowd.asked.stands_by

    @property
    def is_ready(self) -> bool:
        """Agreed to be called for this evening, or said yes to a place that somebody else had just taken."""
        return self.on_call_at is not None or self.stands_by

    @property
    def languages(self) -> Collection[str]:
        return self.crowd.languages.get(self.pk, NOTHING)

    @property
    def not_at(self) -> Collection[int]:
        return self.crowd.not_at.get(self.pk, NOTHING)

    @property
    def busy(self) -> list[tuple[datetime, datetime]]:
        """When she has a place that day, in whatever edition."""
        return self.crowd.day.busy.get(self.pk, [])

    @property
    def is_here(self) -> bool:
        """Whether she has a place on this evening."""
        return self.pk in self.crowd.day.here

    @property
    def withdrew(self) -> bool:
        return self.pk in self.crowd.day.withdrew

    @property
    def declined(self) -> bool:
        """Said no to an offer of this evening. It stays where she already helps: elsewhere her answer says it better,
        and may have changed since."""
        return self.is_here and self.pk in self.crowd.offered.declined

    @property
    def asked_in(self) -> Collection[int]:
        return self.crowd.offered.searches.get(self.pk, NOTHING)

    @property
    def asks_this_week(self) -> int:
        return self.crowd.asked.this_week.get(self.pk, 0)

    @property
    def asks_this_evening(self) -> int:
        return self.crowd.asked.this_evening.get(self.pk, 0)

    @property
    def history(self) -> History:
        return self.crowd.history(self.pk, self.everybody)

    @property
    def evenings_elsewhere(self) -> int:
        """On how many other evenings of the edition she has a place."""
        return self.history.evenings - self.is_here

    @property
    def last_asked(self) -> date | None:
        return self.history.last_asked

    def likes(self, role: int) -> bool:
        return self.pk in self.crowd.likes.of("role", role)

    def knows(self, museum: int) -> bool:
        """Whether she said that she knows the museum, or was there before."""
        return self.pk in self.crowd.knows.of("museum", museum)


# What is read with a person, in the order in which she takes it.
READ = (
    *("volunteer_id", "volunteer__age_group", "volunteer__parent_consented_at", "volunteer__accepted_at"),
    *("volunteer__blocked_at", "most_evenings", "may_be_asked", "no_asks_until", "paused_at", "paused_until"),
    *("theirs__answer", "theirs__on_call_at"),
)


def read_people(evening: Evening, *, now: datetime, only: Collection[int] | None = None) -> dict[int, Person]:
    """Everybody who is registered in the edition of `evening`, by the volunteer's id; `only` these volunteers.

    One query, and one more for each kind of fact that is asked for later, however many people there are. Whom the
    coordinator did not welcome is left out.
    """
    crowd = Crowd(evening, now, only)
    people: dict[int, Person] = {}
    for row in crowd.people(READ):
        people[row[0]] = Person(crowd, people, row)
    return people
