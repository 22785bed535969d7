"""Taking back what a coordinator just did, before anybody was told (design.md 3.9)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Opening
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from nocturnes.refusals import Refusal
from shifts.models import Assignment, PlaceRequest
from volunteers import actions as volunteers
from volunteers.doors import kept
from volunteers.models import Volunteer

from . import people, places, searches
from .reminders import plan_reminders
from .telling import tell

# What the mails of a publication are: the evenings of who has a place, a word to who has none.
_PUBLISHING = ("published", "no_place")


class TooLateToUndo(Refusal):
    sentence = _("Two minutes are over, and the message may have left. Change it by hand instead.")


class MessageHasLeft(Refusal):
    sentence = _("The message has left, so this cannot be undone any more. Change it by hand instead.")


class NotYoursToUndo(Refusal):
    sentence = _("Only the person who did this can undo it.")


class AlreadyUndone(Refusal):
    sentence = _("This is already undone.")


class SomebodyElseIsThere(Refusal):
    sentence = _("The place was filled in the meantime, so this cannot be undone.")


class ChangedSince(Refusal):
    sentence = _("It was changed again in the meantime, so this cannot be undone. Change it by hand instead.")


@transaction.atomic
def undo(entry: Entry, *, by: Actor, now: datetime) -> None:
    """Take back what `entry` records, within the edition's two minutes of product time, by who did it.

    Raises TooLateToUndo, MessageHasLeft, NotYoursToUndo, AlreadyUndone, SomebodyElseIsThere, ChangedSince, and the
    refusals of `places` and `evenings`.
    """
    # The line of history is the lock: of two clicks the second waits here and then finds the first one's line.
    entry = Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if entry.verb not in _UNDO or _is_part(entry) or (entry.actor_kind, entry.actor_id) != (by.kind, by.id):
        raise NotYoursToUndo
    if _is_undone(entry):
        raise AlreadyUndone
    row, edition = _row(entry)
    if now - entry.at >= edition.rules.undo:
        raise TooLateToUndo
    if _was_told(entry, row, edition):
        raise MessageHasLeft
    _UNDO[entry.verb](row, entry, by=by, now=now)
    history.record("undid", entry, by=by, now=now, undone=entry.verb)


def latest_undoable(by: Actor, *, edition: Edition, now: datetime) -> Entry | None:
    """The last thing that `by` did and may still take back, for the bar at the foot of her pages."""
    recent = Entry.objects.filter(
        actor_kind=by.kind, actor_id=by.id, verb__in=_UNDO, at__gt=now - edition.rules.undo, at__lte=now
    )
    for entry in recent.exclude(_PARTS).order_by("-at", "-pk")[:5]:
        if _has_a_bar(entry) and not _is_undone(entry) and not _was_told(entry, *_row(entry)):
            return entry
    return None


# What was called off is an opening or an evening; that its people lost their places is a part of it.
_PARTS = Q(verb="called_off", about_type=Assignment._meta.label_lower)


def _is_part(entry):
    return Entry.objects.filter(_PARTS, pk=entry.pk).exists()


def _has_a_bar(entry):
    """Not what she did as a volunteer herself; nor each one of a click on "welcome all", which has its own line."""
    by_herself = entry.verb == "confirmed" and entry.data.get("how") != Assignment.How.PHONE
    return not by_herself and not entry.data.get("together")


def waiting_messages(entry: Entry) -> QuerySet[Message]:
    """What still waits to tell people of `entry`: what "send now" sends; nothing for what has no bar."""
    if entry.verb not in _UNDO:
        return Message.objects.none()
    row, edition = _row(entry)
    if entry.verb == "published":
        return Message.objects.pending().about(edition).filter(kind__in=_PUBLISHING)
    if entry.verb in _OF_SEVERAL:
        return Message.objects.pending().filter(pk__in=[message.pk for message in _telling(entry, row, edition)])
    waiting = Message.objects.pending().filter(kind__in=("published", "changed", "welcome"))
    if entry.verb == "accepted_all":
        return waiting.filter(kind="welcome", user__volunteer__in=entry.data["volunteers"])
    volunteer = row if isinstance(row, Volunteer) else row.volunteer
    return waiting.filter(user=volunteer.user_id)


def _is_undone(entry):
    return Entry.objects.about(entry).filter(verb="undid").exists()


def _was_told(entry, row, edition):
    """Whether somebody was told of `entry` already, because its message was sent at once."""
    since = _since(entry, edition)
    if entry.verb in _OF_SEVERAL:
        telling = [message.pk for message in _telling(entry, row, edition)]
        return messaging.have_left(Message.objects.filter(pk__in=telling))
    if entry.verb == "published":
        messages, item = since.filter(kind__in=_PUBLISHING), row.pk
    elif entry.verb in ("assigned", "removed"):
        messages = since.filter(kind="changed", user=row.volunteer.user_id)
        item = {"assignment": row.pk, "what": entry.verb}
    elif entry.verb == "blocked":
        return any(_was_told(removed, *_row(removed)) for removed in people.removals(entry))
    else:
        return False
    telling = [message.pk for message in messages if item in message.facts["items"]]
    return messaging.have_left(Message.objects.filter(pk__in=telling))


def _since(entry, edition):
    return Message.objects.about(edition).exclude(sent_at__lt=entry.at).exclude(skipped_at__lt=entry.at)


def _telling(entry, row, edition):
    """The messages that tell, or told, people that an opening, an evening or a post was called off or moved."""
    moved = entry.verb == "moved"
    hers = _moved_with(entry, row) if moved else _called_off_with(entry, row)
    pks = set(hers.values_list("pk", flat=True))
    answers = set()
    if entry.verb == "called_off_evening":
        answers = set(Availability.objects.filter(evening=row).values_list("pk", flat=True))

    def tells(item):
        if moved:
            return item["what"] == "moved" and item["assignment"] in pks
        return item["on_call"] in answers if isinstance(item, dict) else item in pks

    messages = _since(entry, edition).filter(kind="changed" if moved else "called_off")
    return [message for message in messages if any(tells(item) for item in message.facts["items"])]


def _moved_with(entry, row):
    posts = entry.data["posts"] if isinstance(row, Opening) else [row.pk]
    return Assignment.objects.active().filter(post__in=posts)


def _called_off_with(entry, row):
    openings = [row.pk] if isinstance(row, Opening) else entry.data["openings"]
    gone = Assignment.objects.filter(cause=Assignment.Cause.CALLED_OFF, cancelled_at=entry.at)
    return gone.filter(post__opening__in=openings)


def _row(entry):
    if entry.about_type == Opening._meta.label_lower:
        opening = Opening.objects.select_related("museum", "evening__edition").get(pk=entry.about_id)
        return opening, opening.evening.edition
    if entry.about_type == Post._meta.label_lower:
        post = Post.objects.for_pages().get(pk=entry.about_id)
        return post, post.opening.evening.edition
    if entry.verb in ("published", "called_off_evening"):
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
    if places.free_place(assignment, cause=Assignment.Cause.REMOVED, now=now):
        if not assignment.is_draft:
            tell(assignment, "removed", due=now, by=by, now=now)
        searches.resume_search(assignment.post, filled_at=entry.at, by=by, now=now)


def _put_back(assignment, entry, *, by, now):
    """The same person on the same post, as she was: what she knew before is true again."""
    try:
        back = places.take_place(assignment.post, assignment.volunteer, now=now, published_at=assignment.published_at)
    except places.PostFull:
        raise SomebodyElseIsThere from None
    back.confirmed_at, back.confirmed_how = assignment.confirmed_at, assignment.confirmed_how
    back.save(update_fields=["confirmed_at", "confirmed_how"])
    history.record("put_back", back, by=by, now=now, instead_of=assignment.pk)
    if not back.is_draft:
        plan_reminders(back, by=by, now=now)
        if entry.verb == "removed":
            tell(back, "assigned", due=now, by=by, now=now)
    searches.settle(assignment.post, by=by, now=now)
    if entry.verb == "recorded_withdrawal" or entry.data.get("then") == "search":
        _stop_what_it_began(assignment.post, entry, by=by, now=now)


def _stop_what_it_began(post, entry, *, by, now):
    """End the search that `entry` began for a place that is taken again, unless it looks for somebody else's too."""
    search = post.searches.live().filter(opened_at=entry.at).first()
    if search and not Entry.objects.about(search).filter(verb="place_added_to_search").exists():
        searches.stop_search(search, by=by, now=now)


def _unpublish(evening, entry, *, by, now):
    """Drafts become drafts again. What people did themselves since then, by a link of ours, stands."""
    _hold_back(Message.objects.about(evening.edition).filter(kind__in=_PUBLISHING), entry, evening)
    Evening.objects.filter(pk=evening.pk, published_at=entry.at).update(published_at=None)
    Assignment.objects.active().of_evening(evening).filter(published_at=entry.at).update(published_at=None)


def _hold_back(telling, entry, row):
    """A worker that takes one of these messages up now waits for the end of this, and then finds nothing to tell."""
    list(telling.pending().order_by("pk").select_for_update(no_key=True))
    if _was_told(entry, *_row(entry)):
        raise MessageHasLeft


def _take_place(opening, entry, *, by, now):
    """It takes place after all: everybody is on her post again, if nothing else took her meanwhile."""
    _open_again([opening.pk], entry, opening, by=by, now=now)


def _take_place_all(evening, entry, *, by, now):
    Evening.objects.filter(pk=evening.pk, called_off_at=entry.at).update(called_off_at=None)
    _open_again(entry.data["openings"], entry, evening, by=by, now=now)
    answers = Message.objects.filter(about_type=Availability._meta.label_lower, skipped_at=entry.at)
    messaging.resume(answers.filter(about_id__in=evening.availabilities.values("pk")), by=by, now=now)


def _open_again(openings, entry, row, *, by, now):
    # The locks come in their usual order: posts, then people, then their messages.
    posts = places.lock_posts(Post.objects.filter(opening__in=openings).values_list("pk", flat=True))
    gone = list(_called_off_with(entry, row).for_pages().order_by("volunteer_id", "pk"))
    places.lock_volunteers(assignment.volunteer_id for assignment in gone)
    telling = [message.pk for message in _telling(entry, row, _row(entry)[1])]
    _hold_back(Message.objects.filter(pk__in=telling), entry, row)
    Opening.objects.filter(pk__in=openings, called_off_at=entry.at).update(called_off_at=None)
    for assignment in gone:
        _put_back(assignment, entry, by=by, now=now)
    for post in posts:
        searches.resume_search(post, filled_at=entry.at, by=by, now=now)


def _move_back(row, entry, *, by, now):
    """To the hours before; the message that waits finds that in the end nothing changed."""
    telling = [message.pk for message in _telling(entry, row, _row(entry)[1])]
    if isinstance(row, Opening):
        _move_opening_back(row, entry, by=by, now=now)
    elif evenings.Hours.of(row).as_texts() == entry.data["new"]:
        evenings.move_hours(row, **evenings.Hours.of_texts(entry.data["old"])._asdict(), by=by, now=now)
    else:
        raise ChangedSince
    _hold_back(Message.objects.filter(pk__in=telling), entry, row)


def _move_opening_back(opening, entry, *, by, now):
    posts = {int(pk): hours for pk, hours in entry.data["posts"].items()}
    now_at = {post.pk: evenings.Hours.of(post).as_texts() for post in opening.posts.filter(pk__in=posts)}
    if now_at != {pk: new for pk, (_old, new) in posts.items()}:
        raise ChangedSince
    starts_at, ends_at = (datetime.fromisoformat(text) for text in entry.data["old"])
    back = {pk: evenings.Hours.of_texts(old) for pk, (old, _new) in posts.items()}
    evenings.move_opening(opening, starts_at=starts_at, ends_at=ends_at, posts=back, by=by, now=now)


def _unconfirm(assignment, entry, *, by, now):
    Assignment.objects.active().filter(pk=assignment.pk).update(confirmed_at=None, confirmed_how="")
    question = Message.objects.about(assignment).filter(kind="reminder_unconfirmed", skipped_at=entry.at)
    messaging.resume(question, by=by, now=now)


def _unaccept(volunteer, entry, *, by, now):
    # Whom she was merged into meanwhile may have been welcomed long before.
    if volunteer.accepted_at == entry.at:
        volunteers.undo_accept(volunteer, by=by, now=now)


def _unaccept_all(edition, entry, *, by, now):
    for volunteer in Volunteer.objects.filter(pk__in=entry.data["volunteers"]).order_by("pk"):
        volunteers.undo_accept(volunteer, by=by, now=now)


def _unblock(volunteer, entry, *, by, now):
    """She has her places back, all of them or none, and her requests wait again."""
    removals = people.removals(entry)
    rows = Assignment.objects.for_pages().in_bulk([removed.about_id for removed in removals])
    places.lock_posts(row.post_id for row in rows.values())
    people.unblock(volunteer, by=by, now=now)
    PlaceRequest.objects.filter(pk__in=entry.data["requests"], answered_at=entry.at).update(answered_at=None, answer="")
    for removed in removals:
        _put_back(rows[removed.about_id], removed, by=by, now=now)


_UNDO = {
    "assigned": _unassign,
    "removed": _put_back,
    "recorded_withdrawal": _put_back,
    "published": _unpublish,
    "confirmed": _unconfirm,
    "accepted": _unaccept,
    "accepted_all": _unaccept_all,
    "blocked": _unblock,
}
