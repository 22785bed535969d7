"""In which order people are asked, with the reasons as data (design.md 6): reserve, fit, fairness, reliability."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from shifts.models import Post
from volunteers.models import Availability

from .eligibility import Standing, standing, unmet
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
    return sorted(hole.missing & person.languages)


def likes_role(person, hole):
    return hole.post.role_id in person.roles


def knows_museum(person, hole):
    return hole.post.opening.museum_id in person.museums


def answered(person, hole):
    return ANSWERS[person.answer]


def evenings(person, hole):
    return len(person.evenings)


def last_asked(person, hole):
    return person.last_asked or date.min


def absences(person, hole):
    return person.absences


@dataclass(frozen=True)
class Criterion:
    """One thing that ranking looks at: `value` sorts, small first; `reason` is None, or facts for the words."""

    code: str
    value: Callable[[Person, Hole], object]
    reason: Callable[[Person, Hole], dict | None]


def _if_true(fact):
    return lambda person, hole: {} if fact(person, hole) else None


ORDER = (
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
    Criterion("evenings", evenings, lambda p, h: {"count": evenings(p, h)}),
    Criterion("asked", last_asked, lambda p, h: {"last": last_asked(p, h).isoformat() if p.last_asked else None}),
    Criterion("absences", absences, lambda p, h: {"count": absences(p, h)} if absences(p, h) else None),
)


@dataclass
class Candidate:
    """A person for a hole, in her place of the order. `reasons` are `[[code, facts], ...]`, fit to be stored."""

    person: Person
    hole: Hole
    rank: int
    reasons: list = field(default_factory=list)
    warnings: dict[str, Standing] = field(default_factory=dict)

    @property
    def volunteer(self):
        return self.person.volunteer

    @property
    def post(self):
        return self.hole.post

    @property
    def ticks(self) -> list[str]:
        """The codes of the warnings that the coordinator has to tick."""
        return [code for code, hand in self.warnings.items() if hand == Standing.TICK]


def ranked(people: Iterable[Person], hole: Hole) -> list[Candidate]:
    """These people as candidates for `hole`, first first; the same people give the same order every time."""
    order = sorted(people, key=lambda person: _key(person, hole))
    return [Candidate(person, hole, rank, _reasons(person, hole)) for rank, person in enumerate(order, start=1)]


def may_be_offered(people: Iterable[Person], hole: Hole, now: datetime) -> list[Candidate]:
    """Who may be asked for `hole` at `now` without anybody's doing, first first."""
    return ranked([person for person in people if standing(person, hole, now) < Standing.HELD], hole)


def suggestions(post: Post, *, now: datetime) -> list[Candidate]:
    """Whom a coordinator may put on `post`, first first: who needs no tick, then the others, each with the warnings."""
    post = Post.objects.for_pages().get(pk=post.pk)
    hole = read_hole(post)
    people = read_people(post.opening.evening, now=now).values()
    against = {person.volunteer.pk: unmet(person, hole, now) for person in people}
    possible = [p for p in people if Standing.REFUSED not in against[p.volunteer.pk].values()]
    candidates = ranked(possible, hole)
    for candidate in candidates:
        candidate.warnings = against[candidate.volunteer.pk]
    candidates.sort(key=lambda candidate: bool(candidate.ticks))
    for rank, candidate in enumerate(candidates, start=1):
        candidate.rank = rank
    return candidates


def _key(person, hole):
    return (*(criterion.value(person, hole) for criterion in ORDER), person.volunteer.pk)


def _reasons(person, hole):
    found = ((criterion.code, criterion.reason(person, hole)) for criterion in ORDER)
    return [[code, facts] for code, facts in found if facts is not None]
