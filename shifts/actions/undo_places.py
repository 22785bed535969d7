"""Taking back what was done about one place: assigned, removed, freed, confirmed (design.md 3.9)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Entry
from nocturnes.refusals import Refusal
from shifts.models import Assignment

from . import disruptions, on_call, phoning, places, searches
from .assignments import forget_messages
from .locks import lock_evening
from .reminders import plan_reminders
from .requests import reopen_requests
from .telling import tell
from .undo_together import ChangedSince


class SomebodyElseIsThere(Refusal):
    sentence = _("The place was filled in the meantime, so this cannot be undone.")


def unassign(assignment: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
    """She is not there, and what she was before she is again: asked, on call, somebody who would like a place.

    Raises ChangedSince where she confirmed meanwhile, on her page or on the phone: she would come.
    """
    evening = lock_evening(assignment.post.opening.evening_id)
    freed = places.free_place(assignment, cause=Assignment.Cause.REMOVED, now=now)
    if not freed or Entry.objects.about(assignment).filter(verb="confirmed", pk__gt=entry.pk).exists():
        raise ChangedSince
    phoning.forget_yes(assignment, said_at=entry.at)
    if not assignment.is_draft:
        tell(assignment, "removed", due=now, by=by, now=now)
    forget_messages(assignment, by=by, now=now)
    searches.resume_search(assignment.post, filled_at=entry.at, by=by, now=now)
    reopen_requests(assignment.post, ended_at=entry.at, granted=assignment.volunteer, by=by, now=now)
    on_call.call_again(on_call.ended_with(entry, evening=evening.pk, volunteer=assignment.volunteer), by=by, now=now)


def put_back(assignment: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
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
    disruptions.forget_answers(assignment, answered_at=entry.at)
    disruptions.follow(assignment, back)
    if not back.is_draft:
        plan_reminders(back, by=by, now=now)
        if entry.verb == "removed":
            tell(back, "assigned", due=now, by=by, now=now)
    # Before the search finds its place filled: it found nobody, and nobody is told that it did.
    if entry.verb == "recorded_withdrawal" or entry.data.get("then") == "search":
        _stop_what_it_began(assignment.post, entry, by=by, now=now)
    searches.settle(assignment.post, by=by, now=now)


def _stop_what_it_began(post, entry, *, by, now):
    """End the search that `entry` began for a place that is taken again, unless it looks for somebody else's too."""
    search = post.searches.live().filter(opened_at=entry.at).first()
    if search and not Entry.objects.about(search).filter(verb="place_added_to_search").exists():
        searches.stop_search(search, by=by, now=now)


def unfree(assignment: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
    """She has her place again, and is not marked any more."""
    Assignment.objects.filter(pk=assignment.pk).update(absent_at=None)
    put_back(assignment, entry, by=by, now=now)


def unconfirm(assignment: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
    Assignment.objects.active().filter(pk=assignment.pk).update(confirmed_at=None, confirmed_how="")
    phoning.forget_yes(assignment, said_at=entry.at)
    question = Message.objects.about(assignment).filter(kind="reminder_unconfirmed", skipped_at=entry.at)
    messaging.resume(question, by=by, now=now)
