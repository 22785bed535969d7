"""In which order people are asked, with the reasons as data (design.md 6).

Who said yes too late, then who is on call, comes before everybody. Among equals the sum of the criteria decides.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from operator import itemgetter

from shifts.models import Post

from .criteria import weights_of
from .eligibility import Standing, unmet
from .holes import Hole, read_hole
from .people import People, Person, read_people

# Sums of the same numbers in another order differ by less.
TINY = 1e-6


class Ranking:
    """The order of `people` for `hole`, with the reasons. What holds for all who are alike is worked out once."""

    def __init__(self, people: People, hole: Hole):
        self.people, self.hole = people, hole
        self.weights = weights_of(hole)
        self._alike = people.alike(hole, wishes=True)
        # By what they depend on.
        self._reasons: dict[tuple, list] = {}

    def order(self, ids: Collection[int], most: int | None = None) -> list[int]:
        """The first `most` of these ids, first first: greatest sum, and the oldest row among equals."""
        ids = set(ids)
        most = len(ids) if most is None else most
        if most <= 0 or not ids:
            return []
        if most < len(ids):
            ids = self._worth_counting(ids, most)
        season = self.people.crowd.season
        season.count_evenings(ids)
        equals = defaultdict(list)
        for known, same in self._sums(ids):
            counted = defaultdict(list)
            for pk in same:
                counted[season.evenings[pk]].append(pk)
            for those in counted.values():
                equals[self._score(known, those[0])] += those
        return [pk for score in sorted(equals, reverse=True) for pk in sorted(equals[score])][:most]

    def reasons(self, pk: int) -> list:
        """`[[code, facts], ...]`, fit to be stored: the weightiest first. One list for all of whom it says the same."""
        crowd = self.people.crowd
        like = self._kinds[pk], crowd.past.get(pk), crowd.season.evenings_of(pk, self.people)
        if like not in self._reasons:
            self._reasons[like] = self.weights.reasons(self.people[pk], self.hole)
        return self._reasons[like]

    @cached_property
    def _kinds(self):
        """The number of her kind."""
        found = {}
        for number, ids in enumerate(self._alike):
            found |= dict.fromkeys(ids, number)
        return found

    def _sums(self, ids):
        """What is known of `ids` without counting their evenings: whether they come before everybody, and the sum of
        the criteria; each with those of whom it is the same."""
        past, weights = self.people.crowd.past, self.weights
        for kind in self._alike:
            here = kind & ids
            if not here:
                continue
            # What fits is the same for the whole kind, and many have the same past: none at all.
            one = self.people[next(iter(here))]
            first, fit = (one.stands_by, one.on_call), weights.sum_of(weights.fit, one, self.hole)
            same = defaultdict(list)
            for pk in here:
                same[past.get(pk)].append(pk)
            for pks in same.values():
                yield (first, fit + weights.sum_of(weights.past, self.people[pks[0]], self.hole)), pks

    def _worth_counting(self, ids, most):
        """Those of `ids` who may be among the first `most`, whatever their evenings, which are not counted yet."""
        sums = sorted(self._sums(ids), key=itemgetter(0), reverse=True)
        so_far = accumulate(len(same) for _sum, same in sums)
        first, known = next(found for (found, _same), number in zip(sums, so_far, strict=True) if number >= most)
        # Her evenings add nothing at worst to the last of the first, and everything at best to whoever is behind.
        needed = (first, known - self.weights.most_counted - TINY)
        return set().union(*(same for found, same in sums if found >= needed))

    def _score(self, known_sum, pk):
        """What is known of her together with her evenings."""
        first, known = known_sum
        # Rounded, so that equals are equal in whatever order it was summed.
        return first, round(known + self.weights.sum_of(self.weights.counted, self.people[pk], self.hole), 6)


@dataclass
class Candidate:
    """A person for a hole, in her place of the order."""

    ranking: Ranking
    pk: int
    rank: int
    warnings: dict[str, Standing] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        return self.ranking.people[self.pk]

    @property
    def volunteer(self):
        return self.person.volunteer

    @property
    def hole(self) -> Hole:
        return self.ranking.hole

    @property
    def post(self):
        return self.hole.post

    @property
    def reasons(self) -> list:
        """`[[code, facts], ...]`: the weightiest first."""
        return self.ranking.reasons(self.pk)

    @property
    def ticks(self) -> list[str]:
        """The codes of the warnings that the coordinator has to tick."""
        return [code for code, hand in self.warnings.items() if hand == Standing.TICK]


def ranked(people: Iterable[Person], hole: Hole) -> list[Candidate]:
    """These people as candidates for `hole`, first first; the same people give the same order every time."""
    people = list(people)
    if not people:
        return []
    ranking = Ranking(people[0].everybody, hole)
    order = ranking.order([person.pk for person in people])
    return [Candidate(ranking, pk, rank) for rank, pk in enumerate(order, start=1)]


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
    worst = people.parted(lambda person: max(against[person.pk].values(), default=Standing.FREE), hole)
    free, wanting = worst[Standing.FREE] | worst[Standing.WARNED], worst[Standing.TICK]
    total = len(free) + len(wanting)
    most = total if most is None else most
    ranking = Ranking(people, hole)
    best = ranking.order(free, most)
    best += ranking.order(wanting, most - len(best))
    people.crowd.show(best)
    chosen = [Candidate(ranking, pk, rank, against[pk]) for rank, pk in enumerate(best, start=1)]
    return Suggestions(chosen, total)
