"""In which order people are asked, with the reasons as data (design.md 6).

Who said yes too late, then who is on call, comes before everybody. Among equals a sum decides: each criterion gives a
value from 0 to 1, and the rules of the edition say how much it counts (`nocturnes.rules.PRESETS`, or own numbers).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from heapq import nlargest

from nocturnes.hours import local_day
from nocturnes.rules import Rules
from shifts.models import Post
from volunteers.models import Availability

from .eligibility import Standing, standings, unmet
from .holes import Hole, read_hole
from .people import People, Person, read_people

ANSWERS = {Availability.Answer.YES: 1.0, Availability.Answer.IF_NEEDED: 0.5, "": 0.25, Availability.Answer.NO: 0.0}
# After so many days half of having been asked is forgotten.
FORGOTTEN = 7
# Sums of the same numbers in another order differ by less.
TINY = 1e-6


def stands_by(person: Person, hole: Hole) -> bool:
    """Said yes when the place had just been taken, so is asked first when one opens again."""
    return person.stands_by


def is_on_call(person, hole):
    return person.on_call


def brings_languages(person, hole):
    """The languages that nobody at the opening would speak without her."""
    return sorted(hole.missing & person.languages) if hole.missing else []


def language(person: Person, hole: Hole) -> float:
    """The share that she speaks of the languages that are missing."""
    return len(hole.missing & person.languages) / len(hole.missing) if hole.missing else 0.0


def likes_role(person, hole):
    return float(person.likes(hole.post.role_id))


def knows_museum(person, hole):
    return float(person.knows(hole.museum_id))


def answered(person, hole):
    return ANSWERS[person.answer]


def few_evenings(person, hole):
    return 1 / (1 + person.evenings)


def asked_long_ago(person, hole):
    """1 for who was never asked, 0 for who was asked today."""
    days = days_since_asked(person, hole)
    return 1.0 if days is None else days / (days + FORGOTTEN)


def days_since_asked(person, hole):
    last = person.last_asked
    return None if last is None else max(0, (local_day(person.crowd.now, hole.frame.zone) - last).days)


def never_missing(person, hole):
    return 1 / (1 + person.past.absences)


def says_yes(person, hole):
    """The share of yes among what she was asked this season; as if she had answered once yes and once no before."""
    past = person.past
    return (1 + past.yes) / (2 + max(past.asks, past.yes))


@dataclass(frozen=True)
class Criterion:
    """One thing that ranking looks at: `value` is from 0 to 1; `reason` is None, or facts for the words."""

    code: str
    value: Callable[[Person, Hole], float]
    reason: Callable[[Person, Hole], dict | None]


def _if_true(fact):
    return lambda person, hole: {} if fact(person, hole) else None


# Who comes before everybody else, whatever counts for the others.
FIRST = (
    Criterion("stands_by", stands_by, _if_true(stands_by)),
    Criterion("on_call", is_on_call, _if_true(is_on_call)),
)
# Who fits best, by what is known of everybody ...
FIT = (
    Criterion(
        "language",
        language,
        lambda p, h: {"languages": brings_languages(p, h)} if brings_languages(p, h) else None,
    ),
    Criterion("role", likes_role, _if_true(likes_role)),
    Criterion("museum", knows_museum, _if_true(knows_museum)),
    Criterion("answer", answered, lambda p, h: {"answer": str(p.answer)}),
)
# ... what she was asked and did in this season ...
PAST = (
    Criterion("asked", asked_long_ago, lambda p, h: {"last": p.last_asked.isoformat() if p.last_asked else None}),
    Criterion(
        "said_yes",
        says_yes,
        # Who was asked once may not have read it yet.
        lambda p, h: {"yes": p.past.yes, "asked": p.past.asks} if p.past.yes or p.past.asks > 1 else None,
    ),
    # What speaks against her is said last.
    Criterion("absences", never_missing, lambda p, h: {"count": p.past.absences} if p.past.absences else None),
)
# ... and on how many evenings she has a place, which takes counting all of them.
COUNTED = (Criterion("evenings", few_evenings, lambda p, h: {"count": p.evenings}),)


class Weights:
    """How much each criterion counts in an edition: read once for as many people as there are."""

    def __init__(self, rules: Rules):
        self.fit = self._of(FIT, rules)
        self.past = self._of(PAST, rules)
        self.counted = self._of(COUNTED, rules)
        # The most that her evenings can add, and so the most by which they can change an order.
        self.most_counted = sum(weight for _criterion, weight in self.counted)
        self.all = [*self.fit, *self.counted, *self.past]

    @staticmethod
    def _of(criteria, rules):
        weighted = ((criterion, rules.weight(criterion.code)) for criterion in criteria)
        return [(criterion, weight) for criterion, weight in weighted if weight]

    @staticmethod
    def sum_of(weighted: list, person: Person, hole: Hole) -> float:
        return sum(weight * criterion.value(person, hole) for criterion, weight in weighted)

    def reasons(self, person: Person, hole: Hole) -> list:
        """`[[code, facts], ...]`: what lifted her most comes first; what counts for nothing here is no reason."""
        found = [(criterion, None) for criterion in FIRST]
        found += sorted(
            ((criterion, weight * criterion.value(person, hole)) for criterion, weight in self.all),
            key=lambda one: (one[0].code == "absences", -round(one[1], 6)),
        )
        said = ([criterion.code, criterion.reason(person, hole)] for criterion, _lifted in found)
        return [[code, facts] for code, facts in said if facts is not None]


@dataclass
class Candidate:
    """A person for a hole, in her place of the order."""

    person: Person
    hole: Hole
    rank: int
    warnings: dict[str, Standing] = field(default_factory=dict)

    @property
    def pk(self) -> int:
        return self.person.pk

    @property
    def volunteer(self):
        return self.person.volunteer

    @property
    def post(self):
        return self.hole.post

    @cached_property
    def reasons(self) -> list:
        """`[[code, facts], ...]`, fit to be stored: the weightiest first."""
        return weights_of(self.hole).reasons(self.person, self.hole)

    @property
    def ticks(self) -> list[str]:
        """The codes of the warnings that the coordinator has to tick."""
        return [code for code, hand in self.warnings.items() if hand == Standing.TICK]


def ranked(people: Iterable[Person], hole: Hole) -> list[Candidate]:
    """These people as candidates for `hole`, first first; the same people give the same order every time."""
    people = {person.pk: person for person in people}
    if not people:
        return []
    everybody = next(iter(people.values())).everybody
    order = _in_order(everybody, [*people], hole, len(people))
    return [Candidate(people[pk], hole, rank) for rank, pk in enumerate(order, start=1)]


def may_be_offered(people: People, hole: Hole, now: datetime) -> list[Candidate]:
    """Who may be asked for `hole` at `now` without anybody's doing, first first."""
    stands = standings(people, hole, now)
    return ranked([people[pk] for pk, against in stands.items() if against < Standing.HELD], hole)


@dataclass(frozen=True)
class Suggestions:
    """Whom a coordinator may put on a post: the `first` of `total`."""

    first: list[Candidate]
    total: int

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self.first)

    def __len__(self) -> int:
        return len(self.first)


def suggestions(post: Post, *, now: datetime, most: int | None = None) -> Suggestions:
    """Whom a coordinator may put on `post`, first first: who needs no tick, then the others, each with the warnings.

    With `most` only so many. Of everybody else then only what decides who comes first is read. `post` comes with what
    `Post.objects.for_pages()` reads.
    """
    hole = read_hole(post)
    people = read_people(post.opening.evening, now=now)
    against = people.each(lambda person: unmet(person, hole, now), hole)
    worst = {pk: max(found.values(), default=Standing.FREE) for pk, found in against.items()}
    possible = [pk for pk, hand in worst.items() if hand != Standing.REFUSED]
    most = len(possible) if most is None else most
    free = _in_order(people, [pk for pk in possible if worst[pk] != Standing.TICK], hole, most)
    wanting = [pk for pk in possible if worst[pk] == Standing.TICK]
    wanting = _in_order(people, wanting, hole, most - len(free))
    best = [*free, *wanting]
    people.crowd.show(best)
    chosen = [Candidate(people[pk], hole, rank, against[pk]) for rank, pk in enumerate(best, start=1)]
    return Suggestions(chosen, len(possible))


def _in_order(people, ids, hole, most):
    """The first `most` of these ids, first first: greatest sum, and the oldest row among equals."""
    if most <= 0 or not ids:
        return []
    weights = weights_of(hole)
    sums = _known_sums(people, ids, hole)
    if most < len(ids):
        first, known = nlargest(most, sums.values())[-1]
        # Her evenings add nothing at worst to the last of the first, and everything at best to whoever is behind.
        needed = (first, known - weights.most_counted - TINY)
        ids = [pk for pk in ids if sums[pk] >= needed]
    people.crowd.season.count_evenings(ids)
    counted, scores = {}, []
    for pk in ids:
        evenings = people.crowd.season.evenings[pk]
        if evenings not in counted:
            counted[evenings] = weights.sum_of(weights.counted, people[pk], hole)
        first, known = sums[pk]
        # Rounded, so that equals are equal in whatever order it was summed.
        scores.append((first, round(known + counted[evenings], 6), -pk))
    return [-pk for _first, _score, pk in sorted(scores, reverse=True)[:most]]


def _known_sums(people, ids, hole):
    """By id who comes before everybody, and the sum of all that is known without counting evenings; the greatest first.

    Worked out once for all who are alike in what it depends on.
    """
    weights = weights_of(hole)

    def fit(person):
        return (person.stands_by, person.on_call), weights.sum_of(weights.fit, person, hole)

    fits = people.each(fit, hole, wishes=True)
    pasts, sums = {}, {}
    for pk in ids:
        past = people.crowd.past.get(pk)
        if past not in pasts:
            pasts[past] = weights.sum_of(weights.past, people[pk], hole)
        first, fitting = fits[pk]
        sums[pk] = first, fitting + pasts[past]
    return sums


@lru_cache(maxsize=64)
def _weights(rules):
    return Weights(rules)


def weights_of(hole: Hole) -> Weights:
    """How much each criterion counts for `hole`, by the rules of its edition."""
    return _weights(hole.frame.rules)
