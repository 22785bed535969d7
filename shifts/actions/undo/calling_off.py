"""An opening or a whole evening called off takes place after all."""

from datetime import datetime

from django.db.models import Q, QuerySet

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Opening
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from shifts.actions import on_call, searches
from shifts.actions.locks import lock_evening, lock_posts, lock_volunteers
from shifts.actions.requests import reopen_requests
from shifts.actions.telling import with_items
from shifts.models import Assignment, Post, Reserve
from volunteers.models import Availability

from . import publishing
from .assignments import put_back
from .deeds import Deed, hold_back, since

# What was called off is an opening or an evening; that its people lost their places is a part of it.
PARTS = Q(verb="called_off", about_type=Assignment._meta.label_lower)


def _is_whole(entry):
    return entry.about_type != Assignment._meta.label_lower


def opening_of(entry: Entry) -> Opening:
    return Opening.objects.select_related("museum", "evening__edition").get(pk=entry.about_id)


def _edition_of_opening(opening) -> Edition:
    return opening.evening.edition


def _telling_of_opening(opening, entry) -> QuerySet[Message]:
    pks = set(_called_off(entry).values_list("pk", flat=True))
    mails = Message.objects.about(opening.evening.edition).filter(kind="called_off")
    return with_items(since(entry, mails), lambda item: not isinstance(item, dict) and item in pks)


def _telling_of_evening(evening, entry) -> QuerySet[Message]:
    """Who had a place, and who was on call."""
    pks = set(_called_off(entry).values_list("pk", flat=True))
    answers = set(evening.availabilities.values_list("pk", flat=True))
    mails = Message.objects.about(evening.edition).filter(kind="called_off")
    return with_items(
        since(entry, mails), lambda item: item["on_call"] in answers if isinstance(item, dict) else item in pks
    )


def _called_off(entry) -> QuerySet[Assignment]:
    # By the lines that follow it: in a rehearsal the clock stands still, and it may be called off twice at one moment.
    parts = Entry.objects.filter(PARTS, at=entry.at, pk__gt=entry.pk)
    gone = Assignment.objects.filter(cause=Assignment.Cause.CALLED_OFF, pk__in=parts.values("about_id"))
    return gone.filter(post__opening__in=_openings(entry))


def _openings(entry):
    return entry.data["openings"] if entry.verb == "called_off_evening" else [entry.about_id]


def _open_opening(opening: Opening, entry: Entry, *, by: Actor, now: datetime) -> None:
    """Everybody is on her post again. Raises MessageHasLeft, and what `put_back` raises for somebody."""
    posts, gone = _locked(entry)
    hold_back(_telling_of_opening(opening, entry))
    _open(posts, gone, entry, by=by, now=now)


def _open_evening(evening: Evening, entry: Entry, *, by: Actor, now: datetime) -> None:
    """The same for all that was called off with it, its reserve too, with the words that it was to get."""
    lock_evening(evening.pk)
    posts, gone = _locked(entry)
    hold_back(_telling_of_evening(evening, entry))
    Evening.objects.filter(pk=evening.pk, called_off_at=entry.at).update(called_off_at=None)
    reserve = Message.objects.filter(about_type=Availability._meta.label_lower, skipped_at=entry.at)
    messaging.resume(reserve.filter(about_id__in=evening.availabilities.values("pk")), by=by, now=now)
    ended = Reserve.objects.filter(ended_at=entry.at, ended_because=Reserve.Because.CALLED_OFF, evening=evening.pk)
    on_call.call_again(ended, by=by, now=now)
    _open(posts, gone, entry, by=by, now=now)


def _locked(entry) -> tuple[list[Post], list[Assignment]]:
    """The posts that were called off, and who lost her place on them; posts and people are locked."""
    posts = lock_posts(Post.objects.filter(opening__in=_openings(entry)).values_list("pk", flat=True))
    gone = list(_called_off(entry).for_pages().order_by("volunteer_id", "pk"))
    lock_volunteers(assignment.volunteer_id for assignment in gone)
    return posts, gone


def _open(posts, gone, entry, *, by, now):
    Opening.objects.filter(pk__in=_openings(entry), called_off_at=entry.at).update(called_off_at=None)
    for assignment in gone:
        put_back(assignment, entry, by=by, now=now)
    for post in posts:
        searches.resume_search(post, filled_at=entry.at, by=by, now=now)
        reopen_requests(post, ended_at=entry.at, by=by, now=now)


DEEDS = {
    "called_off": Deed(opening_of, _edition_of_opening, _telling_of_opening, _open_opening, is_click=_is_whole),
    "called_off_evening": Deed(publishing.row_of, publishing.edition_of, _telling_of_evening, _open_evening),
}
