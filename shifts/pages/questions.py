"""What waits for a volunteer's answer, one line each, whatever it is: a date, a sentence, and where she answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nocturnes.hours import NIGHT_ENDS
from shifts.models import Reserve

from .offered import Offered
from .still_coming import Asked
from .swaps import Proposed


@dataclass(frozen=True)
class Question:
    """`about` says which place, or why we ask; `hour` is empty where she is on call. Answered, it waits for us."""

    date: date
    hour: str
    text: str
    about: str
    url: str
    is_answered: bool = False


def questions(
    still_coming: Iterable[Asked],
    offered: Iterable[Offered],
    on_call: Iterable[tuple[Reserve, str]],
    swaps: Iterable[Proposed],
) -> list[Question]:
    """All of them, the next evening first; `on_call` come with the addresses of their pages."""
    found = [_still_coming(one) for one in still_coming]
    asked = {}
    for one in offered:
        asked.setdefault(one.offer.ask_id, []).append(one)
    found += map(_offer, asked.values())
    found += [_on_call(reserve, url) for reserve, url in on_call]
    found += [_swap(one) for one in swaps]
    return sorted(found, key=_in_order)


def _in_order(one):
    """What is typed as 00:30 comes after midnight, last on its evening."""
    is_after_midnight = bool(one.hour) and time.fromisoformat(one.hour) < NIGHT_ENDS
    return one.date, is_after_midnight, one.hour


def _still_coming(one):
    about = f"{one.museum.short}. {one.question.disruption.text}"
    return Question(one.date, one.report, _("Can you still come?"), about, one.url)


def _offer(places):
    """One line for a message that offers several places."""
    first = places[0]
    about = _place(first)
    if others := len(places) - 1:
        about = ngettext("%(place)s, or %(n)s other", "%(place)s, or %(n)s others", others) % {
            "place": first.museum.name,
            "n": others,
        }
    return Question(first.date, first.report, _("Can you help?"), about, first.url)


def _on_call(reserve, url):
    about = _("At any museum: we write or call if somebody drops out.")
    return Question(reserve.evening.date, "", _("Can you be on call?"), about, url)


def _swap(one):
    if one.swap.accepted_at:
        return Question(one.date, one.report, _("You said yes; we still have to agree."), _place(one), one.url, True)
    text = _("%(name)s asks whether you could come instead.") % {"name": one.who}
    return Question(one.date, one.report, text, _place(one), one.url)


def _place(one):
    return f"{one.museum.name} · {capfirst(one.post.role.name)}"
