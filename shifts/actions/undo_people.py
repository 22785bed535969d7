"""Taking back what a coordinator noted of a person: what she heard on the phone, a pause (design.md 3.9)."""

from datetime import datetime

from django.db.models import QuerySet

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from shifts.models import Call, Post
from volunteers import actions as volunteers
from volunteers.models import Registration, Volunteer

from .locks import lock_evening
from .reserve.telling import given_back
from .searches.answers import forget_no
from .undo_deeds import Deed, hold_back, register
from .undo_together import ChangedSince


def _post(entry: Entry) -> Post:
    return Post.objects.for_pages().get(pk=entry.about_id)


def _edition_of_post(entry: Entry) -> Edition:
    return _post(entry).opening.evening.edition


def _registration(entry: Entry) -> Registration:
    return Registration.objects.select_related("edition", "volunteer").get(pk=entry.about_id)


def _edition_of_registration(entry: Entry) -> Edition:
    return _registration(entry).edition


def _telling_of_no(entry: Entry) -> QuerySet[Message]:
    """What tells who is on duty that the reserve has one person less."""
    return given_back(_post(entry).opening.evening, entry.data["volunteer"]).filter(created_at=entry.at)


def _nobody(entry: Entry) -> QuerySet[Message]:
    return Message.objects.none()


def _is_not_a_yes(entry: Entry) -> bool:
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
        hold_back(_telling_of_no(entry))
    call.delete()


def _as_she_stood(registration: Registration, entry: Entry, *, by: Actor, now: datetime) -> None:
    set_then = entry.at if entry.verb == "paused" else None
    if not volunteers.take_back_pause(registration, entry.data["was"], instead_of=set_then, by=by, now=now):
        raise ChangedSince


def _has_what_was(entry: Entry) -> bool:
    return "was" in entry.data


register("phoned", Deed(_post, _edition_of_post, _telling_of_no, _not_heard, is_click=_is_not_a_yes))
for verb in ("paused", "pause_ended"):
    register(verb, Deed(_registration, _edition_of_registration, _nobody, _as_she_stood, is_click=_has_what_was))
