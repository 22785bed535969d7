"""What ranking looks at: each criterion gives a value from 0 to 1, and a reason (design.md 6).

The rules of the edition say how much each counts (`nocturnes.rules.PRESETS`, or own numbers).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from nocturnes.hours import local_day
from nocturnes.rules import Rules
from volunteers.models import Availability

from .holes import Hole
from .people import Person

ANSWERS = {Availability.Answer.YES: 1.0, Availability.Answer.IF_NEEDED: 0.5, "": 0.25, Availability.Answer.NO: 0.0}
# After so many days half of having been asked is forgotten.
FORGOTTEN = 7


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


@lru_cache(maxsize=64)
def _weights(rules):
    return Weights(rules)


def weights_of(hole: Hole) -> Weights:
    """How much each criterion counts for `hole`, by the rules of its edition."""
    return _weights(hole.frame.rules)
