"""The bar at the foot of a coordinator's pages: her last click, taken back or sent at once."""

from contextlib import suppress
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from nocturnes.prepared import Prepared
from nocturnes.refusals import Refusal
from shifts.actions.her_word import said_since

from . import (
    assignments,
    calling_off,
    disruptions,
    lending,
    letters,
    moving,
    people,
    publishing,
    reserve,
    searches,
    swaps,
)
from .deeds import ChangedSince, Deed, MessageHasLeft

# How each click that can be taken back is taken back, by the verb of its line in the history.
DEEDS: dict[str, Deed] = {
    **assignments.DEEDS,
    **calling_off.DEEDS,
    **disruptions.DEEDS,
    **lending.DEEDS,
    **letters.DEEDS,
    **moving.DEEDS,
    **people.DEEDS,
    **publishing.DEEDS,
    **reserve.DEEDS,
    **searches.DEEDS,
    **swaps.DEEDS,
}

# After these nothing older is offered: it was taken back or sent, or two records became one for good.
CLOSE_THE_BAR = ("undid", "sent_now", "merged_into")


class TooLateToUndo(Refusal):
    sentence = _("The time to undo it is over, and the message may have left. Change it by hand instead.")


class NotYoursToUndo(Refusal):
    sentence = _("Only the person who did this can undo it.")


class AlreadyUndone(Refusal):
    sentence = _("This is already undone.")


@transaction.atomic
def undo(entry: Entry, *, by: Actor, now: datetime) -> None:
    """Take back what `entry` records, within the edition's two minutes of product time, by who did it.

    Raises TooLateToUndo, MessageHasLeft, NotYoursToUndo, AlreadyUndone, SomebodyElseIsThere, ChangedSince, and the
    refusals of `places` and `evenings`.
    """
    # The line of history is the lock: of two clicks the second waits here and then finds the first one's line.
    entry = Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if not _is_click(entry) or (entry.actor_kind, entry.actor_id) != (by.kind, by.id):
        raise NotYoursToUndo
    if _is_undone(entry):
        raise AlreadyUndone
    deed = DEEDS[entry.verb]
    row = _row(deed, entry)
    if now - entry.at >= deed.edition_of(row).rules.undo:
        raise TooLateToUndo
    if messaging.have_left(deed.telling(row, entry)):
        raise MessageHasLeft
    deed.take_back(row, entry, by=by, now=now)
    # Under the locks that this took: what she says at the same moment is written, or comes after.
    if said_since(entry, row):
        raise ChangedSince
    history.record("undid", entry, by=by, now=now, undone=entry.verb)


def latest_undoable(by: Actor, *, edition: Edition, now: datetime) -> Entry | None:
    """The last click of `by`, where she may still take it back, for the bar at the foot of her pages.

    Never an older one: a bar that changes its subject once the newest click is over is pressed by mistake.
    """
    lines = _lines(by=by.id, since=now - edition.rules.undo, until=now) if by.kind == Actor.USER else []
    entry = next((line for line in lines if line.verb in CLOSE_THE_BAR or _is_click(line)), None)
    return entry if entry and _is_click(entry) and not _is_undone(entry) and _nobody_was_told(entry) else None


@Prepared
def _lines(by, since, until):
    """The last few of a user, the newest first; not those that follow one click on several people."""
    hers = Entry.objects.filter(actor_kind=Actor.USER, actor_id=by, verb__in=[*DEEDS, *CLOSE_THE_BAR])
    return hers.filter(at__gt=since, at__lte=until).exclude(calling_off.PARTS).order_by("-at", "-pk")[:5]


def _is_click(entry):
    """Whether it can be taken back by itself: no part of a click that did more, and nothing that an undo did."""
    is_part = entry.data.get("together") or entry.data.get("undoing")
    return entry.verb in DEEDS and not is_part and DEEDS[entry.verb].is_click(entry)


def _is_undone(entry):
    return not Entry.objects.filter(pk=entry.pk).not_undone().exists()


def _nobody_was_told(entry):
    """Whether it can still be taken back; what it was about may be taken away or merged into another record since."""
    deed = DEEDS[entry.verb]
    try:
        row = _row(deed, entry)
    except ChangedSince:
        return False
    return row.pk == entry.about_id and not messaging.have_left(deed.telling(row, entry))


def _row(deed, entry):
    try:
        return deed.row_of(entry)
    except ObjectDoesNotExist:
        raise ChangedSince from None


@transaction.atomic
def send_now(entry: Entry, *, by: Actor, now: datetime) -> list[Message]:
    """Do not wait for the rest of the two minutes: the mails of `entry` that wait are due now, and returned.

    Who has no address is a call to make, and nothing to send.
    """
    # In the order in which everybody locks messages.
    waiting = [message for message in waiting_messages(entry).order_by("pk") if message.recipient]
    for message in waiting:
        # One that a worker took up at this moment has left already: as she wished.
        with suppress(messaging.AlreadyGone):
            messaging.send_now(message, by=by, now=now)
    if waiting:
        history.record("sent_now", entry, by=by, now=now)
    return waiting


def waiting_messages(entry: Entry) -> QuerySet[Message]:
    """What still waits to tell people of `entry`: what "send now" sends; nothing for what has no bar."""
    if not _is_click(entry):
        return Message.objects.none()
    deed = DEEDS[entry.verb]
    try:
        return deed.telling(_row(deed, entry), entry).pending()
    except ChangedSince:
        return Message.objects.none()
