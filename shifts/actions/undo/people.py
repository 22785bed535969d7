"""One person: welcomed, blocked, phoned, paused."""

from datetime import datetime

from django.db.models import QuerySet

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from shifts.actions import on_call
from shifts.actions.her_word import said_since
from shifts.actions.locks import lock_evening, lock_evenings, lock_posts
from shifts.actions.people import unblock
from shifts.actions.reserve.telling import given_back
from shifts.actions.searches.declining import forget_no
from shifts.actions.telling import with_items
from shifts.models import Ask, Assignment, Call, PlaceRequest, Post
from volunteers import actions as volunteers
from volunteers.doors import kept
from volunteers.models import Registration, Volunteer

from . import assignments
from .deeds import ChangedSince, Deed, hold_back, nobody, since

# Welcomed: one person, or all who waited.


def _volunteer(entry) -> Volunteer:
    """She, or the record into which hers was merged."""
    return kept(Volunteer.objects.select_related("merged_into").get(pk=entry.about_id))


def _her_edition(volunteer) -> Edition:
    return volunteer.registrations.select_related("edition").latest("created_at").edition


def _welcome(volunteer, entry) -> QuerySet[Message]:
    return _welcomes(entry).filter(user__volunteer=volunteer)


def _welcomes_of_all(edition, entry) -> QuerySet[Message]:
    return _welcomes(entry).filter(user__volunteer__in=entry.data["volunteers"])


def _welcomes(entry):
    return Message.objects.filter(kind="welcome", created_at__gte=entry.at)


def _welcome_no_more(volunteer: Volunteer, entry: Entry, *, by: Actor, now: datetime) -> None:
    # Whom she was merged into meanwhile may have been welcomed long before.
    if volunteer.accepted_at == entry.at:
        volunteers.undo_accept(volunteer, by=by, now=now)


def _welcome_none(edition: Edition, entry: Entry, *, by: Actor, now: datetime) -> None:
    for volunteer in Volunteer.objects.filter(pk__in=entry.data["volunteers"]).order_by("pk"):
        volunteers.undo_accept(volunteer, by=by, now=now)


# Blocked, with all that it took from her.


def _telling_her_all(volunteer, entry) -> QuerySet[Message]:
    """The messages that tell her of the places that it took."""
    items = [{"assignment": pk, "what": "removed"} for pk in entry.data["assignments"]]
    hers = Message.objects.filter(kind="changed", user=volunteer.user_id)
    return with_items(since(entry, hers), lambda item: item in items)


def _unblock(volunteer: Volunteer, entry: Entry, *, by: Actor, now: datetime) -> None:
    """She has her places back, all of them or none, and her requests wait again."""
    removals = _removals(entry)
    rows = Assignment.objects.for_pages().in_bulk([removed.about_id for removed in removals])
    was_on_call = on_call.ended_with(entry, volunteer=volunteer)
    lock_evenings(was_on_call.values_list("evening", flat=True))
    lock_posts(row.post_id for row in rows.values())
    unblock(volunteer, by=by, now=now)
    on_call.call_again(was_on_call, by=by, now=now)
    PlaceRequest.objects.filter(pk__in=entry.data["requests"], answered_at=entry.at).update(answered_at=None, answer="")
    for removed in removals:
        assignments.put_back(rows[removed.about_id], removed, by=by, now=now)


def _removals(entry) -> list[Entry]:
    """The lines of history by which the click took her places back."""
    pks = entry.data["assignments"]
    rows = Entry.objects.filter(about_type=Assignment._meta.label_lower, about_id__in=pks, verb="removed", at=entry.at)
    return list(rows.order_by("pk"))


# Phoned: what was noted of a call.


def _post(entry) -> Post:
    return Post.objects.for_pages().get(pk=entry.about_id)


def _edition_of_post(post) -> Edition:
    return post.opening.evening.edition


def _telling_of_no(post, entry) -> QuerySet[Message]:
    """What tells who is on duty that the reserve has one person less."""
    return given_back(post.opening.evening, entry.data["volunteer"]).filter(created_at=entry.at)


def _is_not_a_yes(entry):
    """A yes is taken back with the place that it gave her, or confirmed."""
    return entry.data["answer"] != Call.Answer.YES


def _not_heard(post: Post, entry: Entry, *, by: Actor, now: datetime) -> None:
    """The call is not noted; a no was not said, as far as she has said nothing else since."""
    evening = lock_evening(post.opening.evening_id)
    call = Call.objects.filter(pk=entry.data["call"]).first()
    if call is None:
        raise ChangedSince
    if "said" in entry.data:
        volunteer = Volunteer.objects.select_related("user").get(pk=call.volunteer_id)
        forget_no(volunteer, evening, entry.data["said"], said_at=entry.at, post=post, by=by, now=now)
        hold_back(_telling_of_no(post, entry))
        if said_since(entry, *Ask.objects.filter(volunteer=volunteer, evening=evening)):
            raise ChangedSince
    call.delete()


# Paused, or asked again.


def _registration(entry) -> Registration:
    return Registration.objects.select_related("edition", "volunteer").get(pk=entry.about_id)


def _edition_of_registration(registration) -> Edition:
    return registration.edition


def _has_what_was(entry):
    return "was" in entry.data


def _as_she_stood(registration: Registration, entry: Entry, *, by: Actor, now: datetime) -> None:
    set_then = entry.at if entry.verb == "paused" else None
    if not volunteers.take_back_pause(registration, entry.data["was"], instead_of=set_then, by=by, now=now):
        raise ChangedSince


def _edition(entry) -> Edition:
    return Edition.objects.get(pk=entry.about_id)


def _itself(edition) -> Edition:
    return edition


_PAUSE = Deed(_registration, _edition_of_registration, nobody, _as_she_stood, is_click=_has_what_was)

DEEDS = {
    "accepted": Deed(_volunteer, _her_edition, _welcome, _welcome_no_more),
    "accepted_all": Deed(_edition, _itself, _welcomes_of_all, _welcome_none),
    "blocked": Deed(_volunteer, _her_edition, _telling_her_all, _unblock),
    "phoned": Deed(_post, _edition_of_post, _telling_of_no, _not_heard, is_click=_is_not_a_yes),
    "paused": _PAUSE,
    "pause_ended": _PAUSE,
}
