"""Whom a coordinator may have asked by hand in a search: the ranked list, with who was asked already."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from nocturnes.alphabet import folded
from shifts import ranking
from shifts.models import LeftOut, Offer, Post, Search
from shifts.pages.panel import Choice, Panel, panel
from shifts.pages.phone_list import called_words

from .told import answer


@dataclass(frozen=True)
class AskingPage:
    """`choices` are (a choice of the panel, her answer as (state, word), or None where she was not asked).

    The `notes` of a choice are what was done about her by hand: left out of this search, called.
    """

    post: Post
    choices: list[tuple[Choice, tuple[str, str] | None]]
    panel: Panel
    name: str

    @property
    def has_more(self):
        return self.panel.has_more and not self.name


def asking(
    post: Post, search: Search, *, now: datetime, name: str = "", tick: str = "", everybody: bool = False
) -> AskingPage:
    """Who may be asked for `post`, best first, then who was: whose name begins with `name`, where one is given.

    A number of queries that does not grow with the people.
    """
    offers = Offer.objects.filter(search=search)
    asked = {offer.volunteer_id: answer(offer) for offer in offers}
    shown = panel(post, now=now, tick_for=tick, everybody=everybody or bool(name))
    choices = [choice for choice in shown.choices if _is_called(choice.volunteer, name)]
    # Who was asked already comes after whom a click can still ask.
    choices.sort(key=lambda choice: choice.volunteer.pk in asked)
    notes = _notes(post, search)
    choices = [replace(choice, notes=notes[choice.volunteer.pk]) for choice in choices]
    return AskingPage(post, [(choice, asked.get(choice.volunteer.pk)) for choice in choices], shown, name)


def _notes(post, search):
    notes = defaultdict(list)
    for row in LeftOut.objects.filter(search=search):
        notes[row.volunteer_id].append(ranking.warning_words(["left_out"]))
    for call in post.calls.select_related("called_by"):
        notes[call.volunteer_id].append(called_words(call))
    return notes


def _is_called(volunteer, name):
    wanted = folded(name)
    return any(folded(part).startswith(wanted) for part in _names(volunteer))


def _names(volunteer):
    whole = volunteer.full_name
    return [whole, *whole.split()]
