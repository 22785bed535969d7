"""What a deed is: how one kind of click is taken back; and what several of them need for that."""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.models import Edition, Entry
from nocturnes.refusals import Refusal


class MessageHasLeft(Refusal):
    sentence = _("The message has left, so this cannot be undone any more. Change it by hand instead.")


class ChangedSince(Refusal):
    sentence = _("It was changed again in the meantime, so this cannot be undone. Change it by hand instead.")


class Deed(NamedTuple):
    """How what an entry of history records is taken back.

    `row_of` gives what the entry is about (ObjectDoesNotExist where it was taken away), and `edition_of` of that row
    the edition whose rules say how long. `telling` gives of both the messages that tell people of it, or have told
    them: not what else waits for them. `take_back` is called with both, `by` and `now`, and raises a Refusal.
    `is_click` says of an entry whether it is a click by itself.
    """

    row_of: Callable[[Entry], Model]
    edition_of: Callable[[Model], Edition]
    telling: Callable[[Model, Entry], QuerySet[Message]]
    take_back: Callable
    is_click: Callable[[Entry], bool] = lambda entry: True


def nobody(row: Model, entry: Entry) -> QuerySet[Message]:
    """The messages of a click that tells nobody anything."""
    return Message.objects.none()


def since(entry: Entry, messages: QuerySet[Message]) -> QuerySet[Message]:
    """Those of `messages` that can tell of `entry`: they were not over before it."""
    return messages.exclude(sent_at__lt=entry.at).exclude(skipped_at__lt=entry.at)


def hold_back(messages: QuerySet[Message], *, also: QuerySet[Message] | None = None) -> None:
    """A worker that takes one of these up now waits for the end of this, and then finds nothing to tell.

    To be called after posts and people are locked; `also` is what else is to be locked, in one order with them. Raises
    MessageHasLeft.
    """
    waiting = messages if also is None else messages | also
    list(waiting.pending().order_by("pk").select_for_update(no_key=True))
    if messaging.have_left(messages):
        raise MessageHasLeft
