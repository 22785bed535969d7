"""Somebody lent to another museum of her evening comes back."""

from datetime import datetime

from django.db.models import QuerySet

from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts.actions import disruptions, places, searches
from shifts.actions.assignments import forget_messages
from shifts.actions.locks import lock_posts, lock_users, lock_volunteers
from shifts.actions.reminders import plan_reminders
from shifts.actions.requests import reopen_requests
from shifts.actions.telling import tell
from shifts.models import Assignment

from . import assignments
from .deeds import ChangedSince, Deed, hold_back


def _telling(new, entry) -> QuerySet[Message]:
    """To the museums, and the one to her that has this in it."""
    to_museums = Message.objects.about(new).filter(kind="lent")
    return assignments.telling(new, entry, what="assigned") | to_museums


def _take_back(new: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
    """She is where she was, as she was; what began with the click ends. Raises ChangedSince, MessageHasLeft."""
    lock_posts(entry.data["posts"])
    lock_volunteers([new.volunteer_id])
    # Telling locks her user, who comes before her messages everywhere.
    lock_users([new.volunteer.user_id])
    hold_back(_telling(new, entry))
    old = Assignment.objects.for_pages().select_related("volunteer__user").get(pk=entry.data["lent_from"])
    if not places.free_place(new, cause=Assignment.Cause.REMOVED, now=now):
        raise ChangedSince
    try:
        back = places.take_place(old.post, old.volunteer, now=now, published_at=old.published_at)
    except places.PostFull:
        raise ChangedSince from None
    places.keep_confirmed(back, as_in=old)
    for before in (new, old):
        disruptions.follow(before, back)
    history.record("put_back", back, by=by, now=now, instead_of=old.pk)
    tell(new, "removed", due=now, by=by, now=now)
    tell(back, "assigned", due=now, by=by, now=now)
    forget_messages(new, by=by, now=now)
    plan_reminders(back, by=by, now=now)
    _settle_again(old.post, new, entry, by=by, now=now)


def _settle_again(left, new, entry, *, by, now):
    """The place that she left is taken, without anybody having been found; the other one is searched for again."""
    if entry.data["then"] == "search":
        assignments.stop_what_it_began(left, entry, by=by, now=now)
    searches.settle(left, by=by, now=now)
    searches.resume_search(new.post, filled_at=entry.at, by=by, now=now)
    reopen_requests(new.post, ended_at=entry.at, granted=new.volunteer, by=by, now=now)


DEEDS = {"lent": Deed(assignments.row_of, assignments.edition_of, _telling, _take_back)}
