"""What a click on an evening tells many people: it is published, or who has not answered is asked."""

from datetime import datetime

from django.db.models import Q, QuerySet

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from shifts.actions import invitations, on_call, reminders
from shifts.actions.locks import lock_evening, lock_posts
from shifts.actions.telling import leave_out, with_items
from shifts.models import Assignment, Post

from . import assignments
from .deeds import Deed, hold_back, since


def row_of(entry: Entry) -> Evening:
    return Evening.objects.select_related("edition").get(pk=entry.about_id)


def edition_of(evening: Evening) -> Edition:
    return evening.edition


def _telling(evening, entry) -> QuerySet[Message]:
    """Who has a place on it, and who has none."""
    mails = Message.objects.about(evening.edition).filter(kind__in=("published", "no_place"))
    return with_items(since(entry, mails), lambda pk: pk == evening.pk)


def _unpublish(evening: Evening, entry: Entry, *, by: Actor, now: datetime) -> None:
    """Drafts become drafts again, those made since too. What people did themselves since then, by a link, stands.

    Who confirmed since then knows of her place, and keeps it.
    """
    lock_evening(evening.pk)
    lock_posts(Post.objects.filter(opening__evening=evening).values_list("pk", flat=True))
    Evening.objects.filter(pk=evening.pk, published_at=entry.at).update(published_at=None)
    known = Assignment.objects.active().of_evening(evening)
    known.filter(published_at=entry.at).exclude(confirmed_at__gte=entry.at).update(published_at=None)
    made_since = known.filter(published_at__gt=entry.at, confirmed_at=None)
    known.filter(pk__in=_unheard_of(made_since, entry)).update(published_at=None)
    # Messages come last, also after the places: who confirms or withdraws at this moment writes hers, then skips some.
    reminding = Q(kind__in=[*reminders.OF_POSTS, *reminders.OF_RESERVE], facts__evening=evening.pk)
    hold_back(_telling(evening, entry), also=Message.objects.filter(reminding))
    reminders.hold_reminders(evening, by=by, now=now)
    on_call.call_again(on_call.ended_with(entry, evening=evening.pk), by=by, now=now)


def _unheard_of(made_since, entry):
    """The ids of those whose people were not told of them yet."""
    rows = made_since.select_related("volunteer__user").for_pages().in_bulk()
    lines = Entry.objects.filter(verb="assigned", at__gt=entry.at, about_type=Assignment._meta.label_lower)
    lines = lines.filter(about_id__in=rows)
    told = {line.about_id for line in lines if messaging.have_left(assignments.telling(rows[line.about_id], line))}
    return rows.keys() - told


def _asking(evening, entry) -> QuerySet[Message]:
    questions = Message.objects.about(evening.edition).filter(kind=invitations.KIND, user__in=entry.data["users"])
    return with_items(since(entry, questions), lambda pk: pk == evening.pk)


def _ask_nobody(evening: Evening, entry: Entry, *, by: Actor, now: datetime) -> None:
    hold_back(_asking(evening, entry))
    leave_out(_asking(evening, entry), lambda pk: pk == evening.pk, by=by, now=now)


DEEDS = {
    "published": Deed(row_of, edition_of, _telling, _unpublish),
    "asked_unanswered": Deed(row_of, edition_of, _asking, _ask_nobody),
}
