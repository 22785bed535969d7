"""Taking back what a coordinator just did, before anybody was told (design.md 3.9)."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from nocturnes.prepared import Prepared
from nocturnes.refusals import Refusal
from shifts.models import Assignment, PlaceRequest
from volunteers.doors import kept
from volunteers.models import Volunteer

from . import invitations, on_call, people, reminders, undo_places, undo_welcome
from . import undo_together as together
from .locks import lock_evening, lock_evenings, lock_posts
from .undo_deeds import DEEDS, Deed, register
from .undo_places import SomebodyElseIsThere as SomebodyElseIsThere
from .undo_places import put_back
from .undo_together import ChangedSince, MessageHasLeft

# The mails that a deed about an evening begins.
_OF_EVENINGS = {"published": ("published", "no_place"), "asked_unanswered": (invitations.KIND,)}

_WELCOMES = ("accepted", "accepted_all")

# After these nothing older is offered: it was taken back or sent, or two records became one for good.
_CLOSE_THE_BAR = ("undid", "sent_now", "merged_into")


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
    is_a_click = _is_undoable(entry) and not entry.data.get("undoing") and not together.is_part(entry)
    if not is_a_click or (entry.actor_kind, entry.actor_id) != (by.kind, by.id):
        raise NotYoursToUndo
    if _is_undone(entry):
        raise AlreadyUndone
    row, edition = _row(entry)
    if now - entry.at >= edition.rules.undo:
        raise TooLateToUndo
    if _was_told(entry, row, edition):
        raise MessageHasLeft
    take_back = DEEDS[entry.verb].take_back if entry.verb in DEEDS else _UNDO[entry.verb]
    take_back(row, entry, by=by, now=now)
    history.record("undid", entry, by=by, now=now, undone=entry.verb)


def latest_undoable(by: Actor, *, edition: Edition, now: datetime) -> Entry | None:
    """The last click of `by`, where she may still take it back, for the bar at the foot of her pages.

    Never an older one: a bar that changes its subject once the newest click is over is pressed by mistake.
    """
    clicks = _clicks(by=by.id, since=now - edition.rules.undo, until=now) if by.kind == Actor.USER else []
    entry = next((click for click in clicks if _has_a_bar(click)), None)
    return entry if entry and _is_undoable(entry) and not _is_undone(entry) and _nobody_was_told(entry) else None


@Prepared
def _clicks(by, since, until):
    """The last few of a user, the newest first."""
    hers = Entry.objects.filter(actor_kind=Actor.USER, actor_id=by, verb__in=[*_UNDO, *DEEDS, *_CLOSE_THE_BAR])
    return hers.filter(at__gt=since, at__lte=until).exclude(together.PARTS).order_by("-at", "-pk")[:5]


def _is_undoable(entry):
    return entry.verb in _UNDO or (entry.verb in DEEDS and DEEDS[entry.verb].is_click(entry))


def _nobody_was_told(entry):
    """Whether it can still be taken back; what it was about may be taken away or merged into another record since."""
    try:
        row, edition = _row(entry)
    except ChangedSince:
        return False
    was_merged = isinstance(row, Volunteer) and row.pk != entry.about_id
    return not was_merged and not _was_told(entry, row, edition)


def _has_a_bar(entry):
    """Not what she did as a volunteer herself; nor each one of a click on "welcome all", which has its own line."""
    by_herself = entry.verb == "confirmed" and entry.data.get("how") != Assignment.How.PHONE
    is_one = entry.verb not in DEEDS or DEEDS[entry.verb].is_click(entry)
    return is_one and not by_herself and not entry.data.get("together") and not entry.data.get("undoing")


@transaction.atomic
def send_now(entry: Entry, *, by: Actor, now: datetime) -> list[Message]:
    """Do not wait for the rest of the two minutes: the mails of `entry` that wait are due now, and returned.

    Who has no address is a call to make, and nothing to send.
    """
    waiting = [message for message in waiting_messages(entry) if message.recipient]
    for message in waiting:
        # One that a worker took up at this moment has left already: as she wished.
        with suppress(messaging.AlreadyGone):
            messaging.send_now(message, by=by, now=now)
    if waiting:
        history.record("sent_now", entry, by=by, now=now)
    return waiting


def waiting_messages(entry: Entry) -> QuerySet[Message]:
    """What still waits to tell people of `entry`: what "send now" sends; nothing for what has no bar."""
    if not _is_undoable(entry):
        return Message.objects.none()
    try:
        row, edition = _row(entry)
    except ChangedSince:
        return Message.objects.none()
    return _telling(entry, row, edition).pending()


def _is_undone(entry):
    return Entry.objects.about(entry).filter(verb="undid").exists()


def _was_told(entry, row, edition):
    """Whether somebody was told of `entry` already, because its message was sent at once."""
    # A welcome says itself whether it has left.
    return entry.verb not in _WELCOMES and messaging.have_left(_telling(entry, row, edition))


def _telling(entry, row, edition) -> QuerySet[Message]:
    """The messages that tell people of `entry`, or have told them: not what else waits for them."""
    if entry.verb in DEEDS:
        return DEEDS[entry.verb].telling(entry)
    if entry.verb in _WELCOMES:
        welcomed = entry.data["volunteers"] if entry.verb == "accepted_all" else [row.pk]
        return Message.objects.filter(kind="welcome", user__volunteer__in=welcomed)
    since = Message.objects.about(edition).exclude(sent_at__lt=entry.at).exclude(skipped_at__lt=entry.at)
    telling = []
    if entry.verb in _OF_EVENINGS:
        telling = _with(row.pk, since.filter(kind__in=_OF_EVENINGS[entry.verb]))
    elif entry.verb in ("assigned", "removed"):
        item = {"assignment": row.pk, "what": entry.verb}
        telling = _with(item, since.filter(kind="changed", user=row.volunteer.user_id))
    elif entry.verb == "blocked":
        telling = [one.pk for removed in people.removals(entry) for one in _telling(removed, *_row(removed))]
    return Message.objects.filter(pk__in=telling)


def _with(item, messages):
    return [message.pk for message in messages if item in message.facts["items"]]


def _row(entry):
    """What `entry` is about, and the edition. Raises ChangedSince where it was taken away."""
    try:
        return _row_that_is_there(entry)
    except ObjectDoesNotExist:
        raise ChangedSince from None


def _row_that_is_there(entry):
    if entry.verb in DEEDS:
        return DEEDS[entry.verb].row_of(entry), DEEDS[entry.verb].edition_of(entry)
    if entry.verb in _OF_EVENINGS:
        evening = Evening.objects.select_related("edition").get(pk=entry.about_id)
        return evening, evening.edition
    if entry.verb == "accepted_all":
        edition = Edition.objects.get(pk=entry.about_id)
        return edition, edition
    if entry.verb in ("accepted", "blocked"):
        volunteer = kept(Volunteer.objects.select_related("merged_into").get(pk=entry.about_id))
        return volunteer, volunteer.registrations.select_related("edition").latest("created_at").edition
    assignment = Assignment.objects.for_pages().get(pk=entry.about_id)
    return assignment, assignment.post.opening.evening.edition


def _unpublish(evening, entry, *, by, now):
    """Drafts become drafts again, those made since too. What people did themselves since then, by a link, stands.

    Who confirmed since then knows of her place, and keeps it.
    """
    lock_evening(evening.pk)
    reminding = Q(kind__in=[*reminders.OF_POSTS, *reminders.OF_RESERVE], facts__evening=evening.pk)
    _hold_back(evening, entry, reminding)
    Evening.objects.filter(pk=evening.pk, published_at=entry.at).update(published_at=None)
    known = Assignment.objects.active().of_evening(evening)
    known.filter(published_at=entry.at).exclude(confirmed_at__gte=entry.at).update(published_at=None)
    since = Entry.objects.filter(verb="assigned", at__gt=entry.at, about_type=Assignment._meta.label_lower)
    rows = known.filter(published_at__gt=entry.at, confirmed_at=None).in_bulk()
    told = {one.about_id for one in since.filter(about_id__in=rows) if _was_told(one, *_row(one))}
    known.filter(pk__in=rows.keys() - told).update(published_at=None)
    reminders.hold_reminders(evening, by=by, now=now)
    on_call.call_again(on_call.ended_with(entry, evening=evening.pk), by=by, now=now)


def _unask(evening, entry, *, by, now):
    _hold_back(evening, entry)
    invitations.take_back(evening, by=by, now=now)


def _hold_back(evening, entry, more=None):
    """A worker that takes a message up now waits for the end of this, and then finds nothing to tell.

    `more` is what is locked with it, in the order of everybody else who locks several messages.
    """
    about = {"about_type": Edition._meta.label_lower, "about_id": evening.edition_id}
    telling = Q(kind__in=_OF_EVENINGS[entry.verb], **about)
    waiting = Message.objects.pending().filter(telling | more if more else telling)
    list(waiting.order_by("pk").select_for_update(no_key=True))
    if _was_told(entry, evening, evening.edition):
        raise MessageHasLeft


def _unblock(volunteer, entry, *, by, now):
    """She has her places back, all of them or none, and her requests wait again."""
    removals = people.removals(entry)
    rows = Assignment.objects.for_pages().in_bulk([removed.about_id for removed in removals])
    was_on_call = on_call.ended_with(entry, volunteer=volunteer)
    lock_evenings(was_on_call.values_list("evening", flat=True))
    lock_posts(row.post_id for row in rows.values())
    people.unblock(volunteer, by=by, now=now)
    on_call.call_again(was_on_call, by=by, now=now)
    PlaceRequest.objects.filter(pk__in=entry.data["requests"], answered_at=entry.at).update(answered_at=None, answer="")
    for removed in removals:
        put_back(rows[removed.about_id], removed, by=by, now=now)


_UNDO = {
    "assigned": undo_places.unassign,
    "removed": put_back,
    "recorded_withdrawal": put_back,
    "freed_absent": undo_places.unfree,
    "published": _unpublish,
    "asked_unanswered": _unask,
    "confirmed": undo_places.unconfirm,
    "accepted": undo_welcome.take_back,
    "accepted_all": undo_welcome.take_back_all,
    "blocked": _unblock,
}
_open_again = partial(together.open_again, put_back=put_back)
for verb, again in {"called_off": _open_again, "called_off_evening": _open_again, "moved": together.move_back}.items():
    register(verb, Deed(together.row_of, together.edition_of, together.telling, again))
