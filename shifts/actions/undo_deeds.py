"""Deeds of a coordinator that modules of their own take back: each registers here what the bar has to know of it."""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Model, QuerySet

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.models import Edition, Entry

from .undo_together import MessageHasLeft


class Deed(NamedTuple):
    """How what an entry of history records is taken back.

    `row_of` is what the entry is about (ObjectDoesNotExist where it was taken away), `edition_of` whose rules say how
    long it may be undone, `telling` the messages that tell people of it, or have told them. `take_back` is called with
    the row, the entry, `by` and `now`, and raises a Refusal.
    """

    row_of: Callable[[Entry], Model]
    edition_of: Callable[[Entry], Edition]
    telling: Callable[[Entry], QuerySet[Message]]
    take_back: Callable
    is_click: Callable[[Entry], bool] = lambda entry: True


DEEDS: dict[str, Deed] = {}


def register(verb: str, deed: Deed) -> None:
    """Make the entries of `verb` a click that can be taken back."""
    DEEDS[verb] = deed


def hold_back(messages: QuerySet[Message]) -> None:
    """A worker that takes one of these up now waits for the end of this, and then finds nothing to tell.

    To be called after posts and people are locked. Raises MessageHasLeft.
    """
    list(messages.pending().order_by("pk").select_for_update(no_key=True))
    if messaging.have_left(messages):
        raise MessageHasLeft
