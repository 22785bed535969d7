"""Whether a draft evening will have enough people: what it needs against what was answered (issue: season overview)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, F, QuerySet, Value

from museums.models import Opening
from nocturnes.localized import column
from nocturnes.prepared import Prepared
from volunteers.models import Availability, Volunteer, paused_on

# What a row of the one query is about, beside an answer.
SPOKEN, ASKED = "spoken", "asked"


class Speakers(NamedTuple):
    """Of who said yes, so many speak a language that the evening's openings ask for."""

    language: str
    n: int


@dataclass
class Answers:
    """What was answered for one evening by people who are welcome and not pausing then."""

    could_come: int = 0
    if_needed: int = 0
    speakers: list[Speakers] = field(default_factory=list)


@dataclass(frozen=True)
class Forecast:
    """What an evening needs, against what was answered; of who said yes, `loss` per cent will not come in the end."""

    needed: int
    answers: Answers
    loss: int

    @property
    def short(self):
        """How many whole people will be missing once the usual share has dropped out."""
        return self._hundredths_missing // 100

    @property
    def has_no_margin(self):
        """Whether what is missing is less than one person: hardly enough, and not to be called enough."""
        return 0 < self._hundredths_missing < 100

    @property
    def _hundredths_missing(self):
        return max(100 * self.needed - (100 - self.loss) * self.answers.could_come, 0)


def said(evenings: Collection[int]) -> QuerySet[Availability]:
    """The answers yes and if needed for these evenings of who may be given a place there: welcome, and not pausing."""
    paused = paused_on(F("evening__date"), "registration__")
    could = [Availability.Answer.YES, Availability.Answer.IF_NEEDED]
    answers = Availability.objects.filter(evening__in=evenings, answer__in=could)
    return answers.filter(~paused, registration__volunteer__in=Volunteer.objects.accepted()).order_by()


def answers(evenings: list[int]) -> dict[int, Answers]:
    """By the evening's id, in one query: it counts the answers, and for each language asked for who speaks it."""
    return _sorted_out(_answers(evenings=evenings))


@Prepared
def _answers(evenings):
    yes = said(evenings).filter(answer=Availability.Answer.YES)
    counted = said(evenings).values_list("evening_id", "answer", Value("")).annotate(n=Count("pk"))
    spoken = "registration__volunteer__languages"
    speaking = yes.filter(**{f"{spoken}__isnull": False})
    speaking = speaking.values_list("evening_id", Value(SPOKEN), column(f"{spoken}__name")).annotate(n=Count("pk"))
    asked = Opening.languages.through.objects.filter(opening__evening__in=evenings, opening__called_off_at=None)
    asked = asked.values_list("opening__evening_id", Value(ASKED), column("language__name"), Value(0))
    return counted.union(speaking, asked.order_by())


def _sorted_out(rows):
    found, numbers, asked = defaultdict(Answers), {}, set()
    for evening, what, language, number in rows:
        numbers[evening, what, language] = number
        if what == ASKED:
            asked.add((evening, language))
    for evening, _what, _language in numbers:
        found[evening].could_come = numbers.get((evening, Availability.Answer.YES, ""), 0)
        found[evening].if_needed = numbers.get((evening, Availability.Answer.IF_NEEDED, ""), 0)
    for evening, language in sorted(asked):
        found[evening].speakers.append(Speakers(language, numbers.get((evening, SPOKEN, language), 0)))
    return found
