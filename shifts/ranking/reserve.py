"""Who could be on call on an evening, first first, and why: at any museum, so no place decides (design.md 5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from nocturnes.models import Evening
from shifts.models import Assignment, Reserve
from volunteers.models import Availability

from . import eligibility
from .nights import nights_on_call
from .people import Person, read_people

# The rules that say something about anybody, wherever she might be wanted; they ask the hole for its zone alone.
TICKS = {
    "no_consent": eligibility.lacks_consent,
    "blocked": eligibility.is_blocked,
    "paused": eligibility.is_paused,
    "not_accepted": eligibility.is_not_accepted,
    "said_no": eligibility.said_no,
    "withdrew": eligibility.withdrew,
    "enough_evenings": eligibility.has_enough_evenings,
}
NOTES = {"not_now": eligibility.wants_no_asks_now, "no_answer": eligibility.did_not_answer}
ANSWERS = {Availability.Answer.YES: 0, Availability.Answer.IF_NEEDED: 1, "": 2, Availability.Answer.NO: 3}


@dataclass(frozen=True)
class _Frame:
    zone: ZoneInfo


@dataclass(frozen=True)
class _Anywhere:
    """In the place of a hole: who is on call may be wanted at any museum of the evening."""

    frame: _Frame


@dataclass(frozen=True)
class OnCall:
    """A person who may be asked. `ticks` are codes of `WARNINGS` that a coordinator has to accept, `notes` are said."""

    person: Person
    nights: int
    reasons: list
    ticks: list[str]
    notes: list[str]

    @property
    def pk(self) -> int:
        return self.person.pk

    @property
    def volunteer(self):
        return self.person.volunteer


def for_the_reserve(evening: Evening, *, now: datetime, only: Collection[int] | None = None) -> list[OnCall]:
    """Everybody of the edition who has no place on `evening` and is not asked or on call for it yet; first first.

    Who needs no tick comes first; then by answer, by how few evenings she has, and by how long ago she was asked.
    """
    people = read_people(evening, now=now, only=only)
    out = set(Assignment.objects.active().of_evening(evening).values_list("volunteer_id", flat=True))
    out |= set(Reserve.objects.live().filter(evening=evening).values_list("volunteer_id", flat=True))
    nights, anywhere = nights_on_call(evening.edition_id), _Anywhere(_Frame(evening.edition.zone))
    found = [_seen(person, nights.get(pk, 0), anywhere, now) for pk, person in people.items() if pk not in out]
    return sorted(found, key=_order)


def _seen(person, nights, anywhere, now):
    return OnCall(
        person,
        nights,
        _reasons(person),
        ticks=[code for code, stands_against in TICKS.items() if stands_against(person, anywhere, now)],
        notes=[code for code, stands_against in NOTES.items() if stands_against(person, anywhere, now)],
    )


def _reasons(person):
    """As `ranking` has them; what speaks against her stands with the warnings."""
    return [
        *([["answer", {"answer": str(person.answer)}]] if ANSWERS[person.answer] < ANSWERS[""] else []),
        ["evenings", {"count": person.history.evenings}],
        ["asked", {"last": person.last_asked.isoformat() if person.last_asked else None}],
    ]


def _order(one):
    person = one.person
    evenings = person.history.evenings
    return (
        bool(one.ticks),
        "not_now" in one.notes,
        ANSWERS[person.answer],
        evenings,
        person.last_asked or date.min,
        one.pk,
    )
