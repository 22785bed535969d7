"""Taking back what happened to several people with one click: an opening or an evening called off, hours moved."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Opening
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from nocturnes.refusals import Refusal
from shifts.models import Assignment, Post, Reserve
from volunteers.models import Availability

from . import evenings, on_call, searches
from .evenings import Hours
from .locks import lock_evening, lock_posts, lock_volunteers
from .requests import reopen_requests

# What was called off is an opening or an evening; that its people lost their places is a part of it.
PARTS = Q(verb="called_off", about_type=Assignment._meta.label_lower)


class MessageHasLeft(Refusal):
    sentence = _("The message has left, so this cannot be undone any more. Change it by hand instead.")


class ChangedSince(Refusal):
    sentence = _("It was changed again in the meantime, so this cannot be undone. Change it by hand instead.")


def is_part(entry: Entry) -> bool:
    return Entry.objects.filter(PARTS, pk=entry.pk).exists()


def row_of(entry: Entry) -> Opening | Post | Evening:
    """The opening, post or evening that `entry` is about."""
    if entry.about_type == Evening._meta.label_lower:
        return Evening.objects.select_related("edition").get(pk=entry.about_id)
    if entry.about_type == Post._meta.label_lower:
        return Post.objects.for_pages().get(pk=entry.about_id)
    return Opening.objects.select_related("museum", "evening__edition").get(pk=entry.about_id)


def edition_of(entry: Entry) -> Edition:
    row = row_of(entry)
    if isinstance(row, Post):
        row = row.opening
    return row.edition if isinstance(row, Evening) else row.evening.edition


def telling(entry: Entry) -> QuerySet[Message]:
    """The messages that tell people of `entry`, or have told them."""
    kind = "changed" if entry.verb == "moved" else "called_off"
    since = Message.objects.about(edition_of(entry)).filter(kind=kind)
    since = since.exclude(sent_at__lt=entry.at).exclude(skipped_at__lt=entry.at)
    tells = _tells_of(entry)
    return Message.objects.filter(pk__in=[m.pk for m in since if any(tells(item) for item in m.facts["items"])])


def _tells_of(entry) -> Callable:
    """Whether an item of a message is about `entry`."""
    pks = set((_moved(entry) if entry.verb == "moved" else _called_off(entry)).values_list("pk", flat=True))
    if entry.verb == "moved":
        return lambda item: item["what"] == "moved" and item["assignment"] in pks
    on_call = set()
    if entry.verb == "called_off_evening":
        on_call = set(Availability.objects.filter(evening=entry.about_id).values_list("pk", flat=True))
    return lambda item: item["on_call"] in on_call if isinstance(item, dict) else item in pks


def _moved(entry) -> QuerySet[Assignment]:
    return Assignment.objects.active().filter(post__in=entry.data.get("posts", [entry.about_id]))


def _called_off(entry) -> QuerySet[Assignment]:
    # By the lines that follow it: in a rehearsal the clock stands still, and it may be called off twice at one moment.
    parts = Entry.objects.filter(PARTS, at=entry.at, pk__gt=entry.pk)
    gone = Assignment.objects.filter(cause=Assignment.Cause.CALLED_OFF, pk__in=parts.values("about_id"))
    return gone.filter(post__opening__in=_openings(entry))


def _openings(entry):
    return entry.data["openings"] if entry.verb == "called_off_evening" else [entry.about_id]


def open_again(row: Opening | Evening, entry: Entry, *, put_back: Callable, by: Actor, now: datetime) -> None:
    """It takes place after all: everybody is on her post again. Refused where somebody has another one by now.

    Raises MessageHasLeft, and what `put_back` raises, which puts one person back.
    """
    # The locks come in their usual order: the evening, posts, then people, then their messages.
    if isinstance(row, Evening):
        lock_evening(row.pk)
    posts = lock_posts(Post.objects.filter(opening__in=_openings(entry)).values_list("pk", flat=True))
    gone = list(_called_off(entry).for_pages().order_by("volunteer_id", "pk"))
    lock_volunteers(assignment.volunteer_id for assignment in gone)
    _hold_back(entry)
    if isinstance(row, Evening):
        _open_evening(row, entry, by=by, now=now)
    Opening.objects.filter(pk__in=_openings(entry), called_off_at=entry.at).update(called_off_at=None)
    for assignment in gone:
        put_back(assignment, entry, by=by, now=now)
    for post in posts:
        searches.resume_search(post, filled_at=entry.at, by=by, now=now)
        reopen_requests(post, ended_at=entry.at, by=by, now=now)


def _open_evening(evening, entry, *, by, now):
    """With the words that its reserve was to get."""
    Evening.objects.filter(pk=evening.pk, called_off_at=entry.at).update(called_off_at=None)
    reserve = Message.objects.filter(about_type=Availability._meta.label_lower, skipped_at=entry.at)
    messaging.resume(reserve.filter(about_id__in=evening.availabilities.values("pk")), by=by, now=now)
    ended = Reserve.objects.filter(ended_at=entry.at, ended_because=Reserve.Because.CALLED_OFF, evening=evening.pk)
    on_call.call_again(ended, by=by, now=now)


def _hold_back(entry):
    """A worker that takes one of the messages up now waits for the end of this, and then finds nothing to tell."""
    messages = telling(entry)
    list(messages.pending().order_by("pk").select_for_update(no_key=True))
    if messaging.have_left(messages):
        raise MessageHasLeft


def move_back(row: Opening | Post, entry: Entry, *, by: Actor, now: datetime) -> None:
    """To the hours before; the message that waits finds that in the end nothing changed.

    Raises ChangedSince, MessageHasLeft, and what moving raises.
    """
    messages = telling(entry)
    if not isinstance(row, Post):
        _move_together_back(row, entry, by=by, now=now)
    elif Hours.of(row).as_texts() == entry.data["new"]:
        evenings.move_hours(row, **Hours.of_texts(entry.data["old"])._asdict(), undoing=True, by=by, now=now)
    else:
        raise ChangedSince
    if messaging.have_left(messages):
        raise MessageHasLeft


def _move_together_back(row, entry, *, by, now):
    posts = {int(pk): hours for pk, hours in entry.data["posts"].items()}
    now_at = {post.pk: Hours.of(post).as_texts() for post in Post.objects.filter(pk__in=posts)}
    if now_at != {pk: new for pk, (_old, new) in posts.items()}:
        raise ChangedSince
    back = {pk: Hours.of_texts(old) for pk, (old, _new) in posts.items()}
    if isinstance(row, Evening):
        evenings.move_posts(row, back, undoing=True, by=by, now=now)
        return
    starts_at, ends_at = (datetime.fromisoformat(text) for text in entry.data["old"])
    evenings.move_opening(row, starts_at=starts_at, ends_at=ends_at, posts=back, undoing=True, by=by, now=now)
