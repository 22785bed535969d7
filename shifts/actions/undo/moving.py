"""Hours moved: of one post, of an opening with its posts, or of several posts of an evening."""

from datetime import datetime

from django.db.models import QuerySet

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Opening
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from shifts.actions import evenings
from shifts.actions.evenings import Hours
from shifts.actions.telling import with_items
from shifts.models import Assignment, Post

from . import calling_off, publishing
from .deeds import ChangedSince, Deed, MessageHasLeft, since


def row_of(entry: Entry) -> Post | Opening | Evening:
    if entry.about_type == Evening._meta.label_lower:
        return publishing.row_of(entry)
    if entry.about_type == Post._meta.label_lower:
        return Post.objects.for_pages().get(pk=entry.about_id)
    return calling_off.opening_of(entry)


def edition_of(row: Post | Opening | Evening) -> Edition:
    if isinstance(row, Evening):
        return row.edition
    return (row.opening if isinstance(row, Post) else row).evening.edition


def telling(row: Post | Opening | Evening, entry: Entry) -> QuerySet[Message]:
    moved = Assignment.objects.active().filter(post__in=entry.data.get("posts", [entry.about_id]))
    pks = set(moved.values_list("pk", flat=True))
    mails = Message.objects.about(edition_of(row)).filter(kind="changed")
    return with_items(since(entry, mails), lambda item: item["what"] == "moved" and item["assignment"] in pks)


def move_back(row: Post | Opening | Evening, entry: Entry, *, by: Actor, now: datetime) -> None:
    """To the hours before; the message that waits finds that in the end nothing changed.

    Raises ChangedSince, MessageHasLeft, and what moving raises.
    """
    messages = telling(row, entry)
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


DEEDS = {"moved": Deed(row_of, edition_of, telling, move_back)}
