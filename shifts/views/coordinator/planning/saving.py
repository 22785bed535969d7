"""What an action refuses stands beside the field that it is about, and what was typed stays (design.md 3.10)."""

from contextlib import contextmanager

from django import forms

from museums.actions import OpeningEnds, SameMuseum, SameOpening
from nocturnes.refusals import Refusal
from shifts.actions.evenings import HoursAreOver, HoursInOrder, MoveOverlaps, NeededAreWanted, TooManyAssigned
from shifts.actions.planning.evenings import DateIsOver, SameEvening, SameRole
from shifts.actions.planning.openings import HoursAreMoved
from shifts.actions.planning.posts import SamePost, TooYoungThere

# The first of these names that the form has; other refusals stand above the form.
ABOUT = {
    DateIsOver: ("date",),
    HoursAreMoved: ("starts",),
    HoursAreOver: ("ends",),
    HoursInOrder: ("report",),
    MoveOverlaps: ("report",),
    NeededAreWanted: ("needed",),
    OpeningEnds: ("ends",),
    SameEvening: ("date",),
    SameMuseum: ("name_fr", "name_nl", "name_en"),
    SameOpening: ("museum",),
    SamePost: ("role",),
    SameRole: ("name_fr", "name_nl", "name_en"),
    TooManyAssigned: ("places",),
    TooYoungThere: ("minimum_age",),
}


@contextmanager
def refusals_into(form: forms.Form):
    """Within it an action is called; after a refusal the page shows `form` again, with the sentence."""
    try:
        yield
    except Refusal as refusal:
        names = [name for name in ABOUT.get(type(refusal), ()) if name in form.fields]
        form.add_error(names[0] if names else None, str(refusal))
