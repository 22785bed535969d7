"""A volunteer of an edition, seen from one evening. Facts only; `eligibility` and `order` judge."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple, TypeVar

from nocturnes.models import Evening
from volunteers.models import Registration, Volunteer

from .crowd import NEVER, Asked, Crowd, Facts, Past
from .holes import Hole
from .season import Season

Result = TypeVar("Result")

NOTHING = frozenset()
NO_PAST = Past()


class History(NamedTuple):
    """What somebody did in the edition; `evenings` counts those with a place and those on call."""

    evenings: int
    absences: int
    last_asked: date | None
    asks: int
    yes: int


class Person:
    """A volunteer in an edition, as far as one evening is concerned.

    What she is and said (`Facts`) is read with her; everything else when it is asked for, for all who were read with
    her.
    """

    # There may be thousands.
    __slots__ = ("everybody", "facts", "pk")

    is_minor = Volunteer.is_minor

    def __init__(self, everybody: "People", pk: int, facts: Facts):
        self.everybody, self.pk, self.facts = everybody, pk, facts

    def __getattr__(self, name):
        return getattr(self.facts, name)

    @property
    def crowd(self) -> Crowd:
        return self.everybody.crowd

    @property
    def registration(self) -> Registration:
        return self.crowd.rows[self.pk]

    @property
    def volunteer(self) -> Volunteer:
        return self.registration.volunteer

    @property
    def answer(self) -> str:
        return self.facts.answer or ""

    @property
    def lacks_consent(self) -> bool:
        return self.is_minor and not self.facts.has_consent

    def is_paused(self, day: date) -> bool:
        """Whether she wants nothing new on `day`, a date of the edition's zone (as `Registration.is_paused`)."""
        return self.was_paused and (self.paused_until is None or day < self.paused_until)

    @property
    def stands_by(self) -> bool:
        return self.asked.stands_by > 0

    @property
    def is_ready(self) -> bool:
        """Agreed to be called for this evening, or said yes to a place that somebody else had just taken."""
        return self.facts.on_call or self.stands_by

    @property
    def languages(self) -> Collection[str]:
        return {code for code, speakers in self.crowd.season.speakers.items() if self.pk in speakers}

    @property
    def not_at(self) -> Collection[int]:
        return self.crowd.season.not_at.get(self.pk, NOTHING)

    @property
    def busy(self) -> tuple[tuple[datetime, datetime], ...]:
        """When she has a place that day, in whatever edition."""
        return self.crowd.day.busy.get(self.pk, ())

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
    def left_out_of(self) -> Collection[int]:
        """The searches that a coordinator does not want to ask her."""
        return self.crowd.offered.left_out.get(self.pk, NOTHING)

    @property
    def asked(self) -> Asked:
        return self.crowd.asked.get(self.pk, NEVER)

    @property
    def asks_this_week(self) -> int:
        return self.asked.this_week

    @property
    def asks_this_evening(self) -> int:
        return self.asked.this_evening

    @property
    def history(self) -> History:
        return History(self.evenings, *self.past)

    @property
    def evenings(self) -> int:
        """On how many evenings of the edition she has a place or was on call, past and to come."""
        return self.crowd.season.evenings_of(self.pk, self.everybody)

    @property
    def past(self) -> Past:
        """Her history without the number of her evenings."""
        return self.crowd.past.get(self.pk, NO_PAST)

    @property
    def evenings_elsewhere(self) -> int:
        """On how many other evenings of the edition she has a place; on call for nothing uses up no wish of hers."""
        return self.evenings - self.crowd.season.nights.get(self.pk, 0) - self.is_here

    @property
    def last_asked(self) -> date | None:
        return self.past.last_asked

    def likes(self, role: int) -> bool:
        return self.pk in self.crowd.season.likes.of("role", role)

    def knows(self, museum: int) -> bool:
        """Whether she said that she knows the museum, or was there before."""
        return self.pk in self.crowd.season.knows.of("museum", museum)


# What else the rules look at, as `People` knows it: of most people there is nothing of it to know.
_MORE = ("busy", "is_here", "withdrew", "declined", "asked_in", "asks_this_week", "asks_this_evening", "stands_by")
MORE = (*_MORE, "not_at", "left_out_of")


class People(Mapping):
    """Everybody who was read, by the volunteer's id; a `Person` is made of whom somebody looks at."""

    def __init__(self, crowd: Crowd):
        self.crowd = crowd
        self.groups = list(crowd.people())
        self.made: dict[int, Person] = {}
        self._alike: tuple = (None, {})

    @cached_property
    def facts(self) -> dict[int, Facts]:
        found = {}
        for facts, ids in self.groups:
            found |= dict.fromkeys(ids, facts)
        return found

    def __getitem__(self, pk: int) -> Person:
        if pk not in self.made:
            self.made[pk] = Person(self, pk, self.facts[pk])
        return self.made[pk]

    def __iter__(self) -> Iterator[int]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def each(self, judge: Callable[[Person], Result], hole: Hole) -> dict[int, Result]:
        """`judge` of everybody by the volunteer's id, asked only once for all who are alike.

        It may look at what `Facts` and `MORE` have, at the languages that `hole` asks for, and at `evenings_elsewhere`
        of who named a number. Not at who she is, nor at her history.
        """
        found = {}
        for ids in self.alike(hole):
            found |= dict.fromkeys(ids, judge(self[next(iter(ids))]))
        return found

    def parted(self, judge: Callable[[Person], Result], hole: Hole) -> dict[Result, set[int]]:
        """The same the other way round: the ids of those of whom `judge` says it; of what it never says, nobody's."""
        found = defaultdict(set)
        for ids in self.alike(hole):
            found[judge(self[next(iter(ids))])] |= ids
        return found

    def those(self, judge: Callable[[Person], bool], hole: Hole) -> set[int]:
        """The ids of those of whom `judge` says yes."""
        return self.parted(judge, hole)[True]

    def alike(self, hole: Hole, *, wishes: bool = False) -> list[set[int]]:
        """Those of whom the same holds for `hole`; with `wishes` also who likes its role and knows its museum."""
        known, alike = self._alike
        if known is not hole:
            self._alike = known, alike = hole, {}
        if wishes not in alike:
            kinds = self.alike(hole) if wishes else self.kinds
            alike[wishes] = _split(kinds, self._liking(hole) if wishes else self._spoken(hole))
        return alike[wishes]

    def _spoken(self, hole):
        return [self.crowd.season.speakers.get(code, NOTHING) for code in sorted(hole.languages | hole.missing)]

    def _liking(self, hole):
        season = self.crowd.season
        return season.likes.of("role", hole.post.role_id), season.knows.of("museum", hole.museum_id)

    @cached_property
    def kinds(self) -> list[set[int]]:
        """Those of whom the same is known, whichever place it is about."""
        found = defaultdict(set)
        marks = self._marks()
        self.crowd.season.count_evenings(
            [pk for facts, ids in self.groups if facts.most_evenings is not None for pk in ids]
        )
        for number, (facts, ids) in enumerate(self.groups):
            counts = facts.most_evenings is not None
            marked = ids if counts else ids & marks.keys()
            if len(marked) < len(ids):
                found[number, None, None] = ids - marked
            for pk in marked:
                found[number, marks.get(pk), counts and self[pk].evenings_elsewhere].add(pk)
        return list(found.values())

    def _marks(self):
        """`MORE` of whom there is something of it to know."""
        crowd = self.crowd
        day, offered, asked, not_at = crowd.day, crowd.offered, crowd.asked, crowd.season.not_at
        known = {*day.busy, *day.withdrew, *not_at, *offered.searches, *offered.left_out, *asked} & self.facts.keys()
        marks = {}
        for pk in known:
            is_here = pk in day.here
            this_week, this_evening, stands_by, *_ever = asked.get(pk, NEVER)
            of_the_day = day.busy.get(pk, ()), is_here, pk in day.withdrew, is_here and pk in offered.declined
            of_asks = offered.searches.get(pk), this_week, this_evening, stands_by > 0
            marks[pk] = of_the_day, of_asks, not_at.get(pk), offered.left_out.get(pk)
        return marks


def _split(kinds: list[set[int]], traits: Iterable[Collection[int]]) -> list[set[int]]:
    """`kinds` parted, so that of each everybody or nobody has each trait."""
    for trait in traits:
        kinds = [part for kind in kinds for part in (kind & trait, kind - trait) if part]
    return kinds


def read_people(
    evening: Evening,
    *,
    now: datetime,
    only: Collection[int] | None = None,
    season: Season | None = None,
) -> People:
    """Everybody who is registered in the edition of `evening`, by the volunteer's id; `only` these volunteers.

    One query, and one more for each kind of fact that is asked for later, however many people there are. Whom the
    coordinator did not welcome is left out. `season` has what was read of the same people for another evening already.
    """
    return People(Crowd(evening, now, only, season))
