"""In which order people are asked, with the reasons as data (design.md 6): reserve, fit, fairness, reliability."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from shifts.models import Post
from volunteers.models import Availability

from .eligibility import Standing, standing, unmet_by_each
from .holes import Hole, read_hole
from .people import Person, read_people

ANSWERS = {Availability.Answer.YES: 0, Availability.Answer.IF_NEEDED: 1, "": 2, Availability.Answer.NO: 3}


def stands_by(person: Person, hole: Hole) -> bool:
    """Said yes when the place had just been taken, so is asked first when one opens again."""
    return person.stands_by


def is_on_call(person, hole):
    return person.on_call


def brings_languages(person, hole):
    """The languages that nobody at the opening would speak without her."""
    return sorted(hole.missing & person.languages) if hole.missing else []


def likes_role(person, hole):
    return person.likes(hole.post.role_id)


def knows_museum(person, hole):
    return person.knows(hole.museum_id)


def answered(person, hole):
    return ANSWERS[person.answer]


def evenings(person, hole):
    return person.history.evenings


def last_asked(person, hole):
    return person.last_asked or date.min


def absences(person, hole):
    return person.history.absences


@dataclass(frozen=True)
class Criterion:
    """One thing that ranking looks at: `value` sorts, small first; `reason` is None, or facts for the words."""

    code: str
    value: Callable[[Person, Hole], object]
    reason: Callable[[Person, Hole], dict | None]


def _if_true(fact):
    return lambda person, hole: {} if fact(person, hole) else None


# Who fits best, by what is known of everybody ...
FIT = (
    Criterion("stands_by", lambda p, h: not stands_by(p, h), _if_true(stands_by)),
    Criterion("on_call", lambda p, h: not is_on_call(p, h), _if_true(is_on_call)),
    Criterion(
        "language",
        lambda p, h: -len(brings_languages(p, h)),
        lambda p, h: {"languages": brings_languages(p, h)} if brings_languages(p, h) else None,
    ),
    Criterion("role", lambda p, h: not likes_role(p, h), _if_true(likes_role)),
    Criterion("museum", lambda p, h: not knows_museum(p, h), _if_true(knows_museum)),
    Criterion("answer", answered, lambda p, h: {"answer": str(p.answer)}),
)
# ... and among equals who did least, which takes the history of each.
FAIRNESS = (
    Criterion("evenings", evenings, lambda p, h: {"count": evenings(p, h)}),
    Criterion("asked", last_asked, lambda p, h: {"last": last_asked(p, h).isoformat() if p.last_asked else None}),
    Criterion("absences", absences, lambda p, h: {"count": absences(p, h)} if absences(p, h) else None),
)
ORDER = (*FIT, *FAIRNESS)


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
        """`[[code, facts], ...]`, fit to be stored."""
        found = ((criterion.code, criterion.reason(self.person, self.hole)) for criterion in ORDER)
        return [[code, facts] for code, facts in found if facts is not None]

    @property
    def ticks(self) -> list[str]:
        """The codes of the warnings that the coordinator has to tick."""
        return [code for code, hand in self.warnings.items() if hand == Standing.TICK]


def ranked(people: Iterable[Person], hole: Hole) -> list[Candidate]:
    """These people as candidates for `hole`, first first; the same people give the same order every time."""
    return [Candidate(person, hole, rank) for rank, person in enumerate(_sorted(people, hole), start=1)]


def may_be_offered(people: Iterable[Person], hole: Hole, now: datetime) -> list[Candidate]:
    """Who may be asked for `hole` at `now` without anybody's doing, first first."""
    return ranked([person for person in people if standing(person, hole, now) < Standing.HELD], hole)


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

    With `most` only so many. Of everybody else then only what decides who comes first is read.
    """
    post = Post.objects.for_pages().get(pk=post.pk)
    hole = read_hole(post)
    people = read_people(post.opening.evening, now=now)
    if not people:
        return Suggestions([], 0)
    crowd = next(iter(people.values())).crowd
    crowd.read_histories([pk for pk, person in people.items() if person.most_evenings is not None])
    against = unmet_by_each(people.values(), hole, now)
    worst = {pk: max(unmet.values()) for pk, unmet in against.items()}
    possible = [person for pk, person in people.items() if worst.get(pk) != Standing.REFUSED]
    most = len(possible) if most is None else most
    free = _fitting_best([person for person in possible if worst.get(person.pk) != Standing.TICK], hole, most)
    wanting = [person for person in possible if worst.get(person.pk) == Standing.TICK]
    wanting = _fitting_best(wanting, hole, most - len(free))
    crowd.read_histories([person.pk for person in (*free, *wanting)])
    best = [*_sorted(free, hole), *_sorted(wanting, hole)][:most]
    crowd.show([person.pk for person in best])
    chosen = [Candidate(person, hole, rank, against.get(person.pk, {})) for rank, person in enumerate(best, start=1)]
    return Suggestions(chosen, len(possible))


def _fitting_best(people, hole, most):
    """Those of `people` who may be among the first `most`, in no order: who fits as well as the last one is too."""
    if most >= len(people):
        return people
    groups = {}
    fits = zip(*([criterion.value(person, hole) for person in people] for criterion in FIT), strict=True)
    for person, fit in zip(people, fits, strict=True):
        groups.setdefault(fit, []).append(person)
    best = []
    for fit in sorted(groups):
        if len(best) >= most:
            break
        best += groups[fit]
    return best


def _sorted(people, hole):
    return sorted(people, key=lambda person: (*(criterion.value(person, hole) for criterion in ORDER), person.pk))
