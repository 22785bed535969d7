"""Taking back what a coordinator just did, before anybody was told (design.md 3.9)."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from nocturnes.refusals import Refusal
from shifts.models import Assignment, PlaceRequest
from volunteers.doors import kept
from volunteers.models import Volunteer

from . import disruptions, invitations, on_call, people, phoning, places, searches, undo_welcome
from . import undo_together as together
from .reminders import plan_reminders
from .requests import reopen_requests
from .telling import tell
from .undo_deeds import DEEDS, Deed, register
from .undo_together import ChangedSince, MessageHasLeft

# The mails that a deed about an evening begins.
_OF_EVENINGS = {"published": ("published", "no_place"), "asked_unanswered": (invitations.KIND,)}

# After these nothing older is offered: it was taken back or sent, or two records became one for good.
_CLOSE_THE_BAR = ("undid", "sent_now", "merged_into")


class TooLateToUndo(Refusal):
    sentence = _("The time to undo it is over, and the message may have left. Change it by hand instead.")


class NotYoursToUndo(Refusal):
    sentence = _("Only the person who did this can undo it.")


class AlreadyUndone(Refusal):
    sentence = _("This is already undone.")


class SomebodyElseIsThere(Refusal):
    sentence = _("The place was filled in the meantime, so this cannot be undone.")


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
    hers = Entry.objects.filter(actor_kind=by.kind, actor_id=by.id, verb__in=[*_UNDO, *DEEDS, *_CLOSE_THE_BAR])
    recent = hers.filter(at__gt=now - edition.rules.undo, at__lte=now)
    clicks = recent.exclude(together.PARTS).order_by("-at", "-pk")[:5]
    entry = next((click for click in clicks if _has_a_bar(click)), None)
    return entry if entry and _is_undoable(entry) and not _is_undone(entry) and _nobody_was_told(entry) else None


def _is_undoable(entry):
    return entry.verb in _UNDO or entry.verb in DEEDS


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
    return not by_herself and not entry.data.get("together") and not entry.data.get("undoing")


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
    if entry.verb in _OF_EVENINGS:
        return Message.objects.pending().about(edition).filter(kind__in=_OF_EVENINGS[entry.verb])
    if entry.verb in DEEDS:
        return DEEDS[entry.verb].telling(entry).pending()
    waiting = Message.objects.pending().filter(kind__in=("published", "changed", "welcome"))
    if entry.verb == "accepted_all":
        return waiting.filter(kind="welcome", user__volunteer__in=entry.data["volunteers"])
    volunteer = row if isinstance(row, Volunteer) else row.volunteer
    return waiting.filter(user=volunteer.user_id)


def _is_undone(entry):
    return Entry.objects.about(entry).filter(verb="undid").exists()


def _was_told(entry, row, edition):
    """Whether somebody was told of `entry` already, because its message was sent at once."""
    if entry.verb in DEEDS:
        return messaging.have_left(DEEDS[entry.verb].telling(entry))
    since = Message.objects.about(edition).exclude(sent_at__lt=entry.at).exclude(skipped_at__lt=entry.at)
    if entry.verb in _OF_EVENINGS:
        messages, item = since.filter(kind__in=_OF_EVENINGS[entry.verb]), row.pk
    elif entry.verb in ("assigned", "removed"):
        messages = since.filter(kind="changed", user=row.volunteer.user_id)
        item = {"assignment": row.pk, "what": entry.verb}
    elif entry.verb == "blocked":
        return any(_was_told(removed, *_row(removed)) for removed in people.removals(entry))
    else:
        return False
    telling = [message.pk for message in messages if item in message.facts["items"]]
    return messaging.have_left(Message.objects.filter(pk__in=telling))


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


def _unassign(assignment, entry, *, by, now):
    if not places.free_place(assignment, cause=Assignment.Cause.REMOVED, now=now):
        raise ChangedSince
    phoning.forget_yes(assignment, said_at=entry.at)
    if not assignment.is_draft:
        tell(assignment, "removed", due=now, by=by, now=now)
    searches.resume_search(assignment.post, filled_at=entry.at, by=by, now=now)
    reopen_requests(assignment.post, ended_at=entry.at, granted=assignment.volunteer, by=by, now=now)
    evening = assignment.post.opening.evening_id
    on_call.call_again(on_call.ended_with(entry, evening=evening, volunteer=assignment.volunteer), by=by, now=now)


def _put_back(assignment, entry, *, by, now):
    """The same person on the same post, as she was: what she knew before is true again."""
    try:
        back = places.take_place(assignment.post, assignment.volunteer, now=now, published_at=assignment.published_at)
    except places.PostFull:
        raise SomebodyElseIsThere from None
    if back.volunteer.blocked_at and back.volunteer.blocked_at >= entry.at:
        raise ChangedSince
    back.confirmed_at, back.confirmed_how = assignment.confirmed_at, assignment.confirmed_how
    back.save(update_fields=["confirmed_at", "confirmed_how"])
    history.record("put_back", back, by=by, now=now, instead_of=assignment.pk)
    if not back.is_draft:
        plan_reminders(back, by=by, now=now)
        if entry.verb == "removed":
            tell(back, "assigned", due=now, by=by, now=now)
    # Before the search finds its place filled: it found nobody, and nobody is told that it did.
    if entry.verb == "recorded_withdrawal" or entry.data.get("then") == "search":
        disruptions.forget_answers(assignment, back, answered_at=entry.at)
        _stop_what_it_began(assignment.post, entry, by=by, now=now)
    searches.settle(assignment.post, by=by, now=now)


def _stop_what_it_began(post, entry, *, by, now):
    """End the search that `entry` began for a place that is taken again, unless it looks for somebody else's too."""
    search = post.searches.live().filter(opened_at=entry.at).first()
    if search and not Entry.objects.about(search).filter(verb="place_added_to_search").exists():
        searches.stop_search(search, by=by, now=now)


def _unpublish(evening, entry, *, by, now):
    """Drafts become drafts again, those made since too. What people did themselves since then, by a link, stands."""
    _hold_back(evening, entry)
    Evening.objects.filter(pk=evening.pk, published_at=entry.at).update(published_at=None)
    known = Assignment.objects.active().of_evening(evening)
    known.filter(published_at=entry.at).update(published_at=None)
    since = Entry.objects.filter(verb="assigned", at__gt=entry.at, about_type=Assignment._meta.label_lower)
    rows = known.filter(published_at__gt=entry.at, confirmed_at=None).in_bulk()
    told = {one.about_id for one in since.filter(about_id__in=rows) if _was_told(one, *_row(one))}
    known.filter(pk__in=rows.keys() - told).update(published_at=None)
    on_call.call_again(on_call.ended_with(entry, evening=evening.pk), by=by, now=now)


def _unask(evening, entry, *, by, now):
    _hold_back(evening, entry)
    invitations.take_back(evening, by=by, now=now)


def _hold_back(evening, entry):
    """A worker that takes a message up now waits for the end of this, and then finds nothing to tell."""
    telling = Message.objects.about(evening.edition).pending().filter(kind__in=_OF_EVENINGS[entry.verb])
    list(telling.order_by("pk").select_for_update(no_key=True))
    if _was_told(entry, evening, evening.edition):
        raise MessageHasLeft


def _unfree(assignment, entry, *, by, now):
    """She has her place again, and is not marked any more."""
    Assignment.objects.filter(pk=assignment.pk).update(absent_at=None)
    _put_back(assignment, entry, by=by, now=now)


def _unconfirm(assignment, entry, *, by, now):
    Assignment.objects.active().filter(pk=assignment.pk).update(confirmed_at=None, confirmed_how="")
    phoning.forget_yes(assignment, said_at=entry.at)
    question = Message.objects.about(assignment).filter(kind="reminder_unconfirmed", skipped_at=entry.at)
    messaging.resume(question, by=by, now=now)


def _unblock(volunteer, entry, *, by, now):
    """She has her places back, all of them or none, and her requests wait again."""
    removals = people.removals(entry)
    rows = Assignment.objects.for_pages().in_bulk([removed.about_id for removed in removals])
    places.lock_posts(row.post_id for row in rows.values())
    people.unblock(volunteer, by=by, now=now)
    on_call.call_again(on_call.ended_with(entry, volunteer=volunteer), by=by, now=now)
    PlaceRequest.objects.filter(pk__in=entry.data["requests"], answered_at=entry.at).update(answered_at=None, answer="")
    for removed in removals:
        _put_back(rows[removed.about_id], removed, by=by, now=now)


_UNDO = {
    "assigned": _unassign,
    "removed": _put_back,
    "recorded_withdrawal": _put_back,
    "freed_absent": _unfree,
    "published": _unpublish,
    "asked_unanswered": _unask,
    "confirmed": _unconfirm,
    "accepted": undo_welcome.take_back,
    "accepted_all": undo_welcome.take_back_all,
    "blocked": _unblock,
}
_open_again = partial(together.open_again, put_back=_put_back)
for verb, again in {"called_off": _open_again, "called_off_evening": _open_again, "moved": together.move_back}.items():
    register(verb, Deed(together.row_of, together.edition_of, together.telling, again))
