"""The swaps on the coordinator's desk: what waits for her yes, what waits between volunteers, what was done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nocturnes.models import Edition, Language
from shifts.actions.swaps import fitting
from shifts.models import Swap

from .facts import Facts

SHOWN = timedelta(days=7)
MOST = 20


@dataclass(frozen=True)
class Line:
    """One swap: her place, theirs where they exchange, and the languages that nobody would speak any more."""

    swap: Swap
    lost: list[Language]

    @property
    def hers(self):
        return Facts(self.swap.assignment.post)

    @property
    def theirs(self):
        return Facts(self.swap.theirs.post) if self.swap.theirs else None

    @property
    def gives(self):
        return self.swap.assignment.volunteer

    @property
    def takes(self):
        """Who is meant; None for an address that we do not know."""
        return self.swap.volunteer


@dataclass(frozen=True)
class SwapsPage:
    """`to_agree` wait for her, `waiting` between volunteers; `done` are the latest."""

    to_agree: list[Line]
    waiting: list[Line]
    done: list[Line]


def swaps_page(edition: Edition, *, now: datetime) -> SwapsPage:
    """The swaps of `edition`, the next evening first; a constant number of queries."""
    rows = Swap.objects.filter(assignment__post__opening__evening__edition=edition).for_pages()
    ahead = rows.filter(assignment__report_at__gt=now).order_by("assignment__report_at", "pk")
    to_agree = list(ahead.to_agree())
    waiting = [Line(one, []) for one in ahead.live().filter(accepted_at=None)]
    done = rows.filter(ended_because=Swap.Because.DONE, ended_at__gt=now - SHOWN).order_by("-ended_at", "-pk")
    lost = fitting.languages_lost(to_agree)
    return SwapsPage(
        [Line(one, lost.get(one.pk, [])) for one in to_agree], waiting, [Line(one, []) for one in done[:MOST]]
    )
