"""One person on one post: assigned, removed, freed, withdrawn for her, confirmed, asked again."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from nocturnes.refusals import Refusal
from shifts.actions import asking_again, disruptions, on_call, phoning, places, searches
from shifts.actions.assignments import forget_messages
from shifts.actions.locks import lock_evening
from shifts.actions.reminders import plan_reminders
from shifts.actions.requests import reopen_requests
from shifts.actions.telling import TAKEN_BACK, tell, with_items
from shifts.models import Assignment, Post

from .deeds import ChangedSince, Deed, hold_back, nobody, since


class SomebodyElseIsThere(Refusal):
    sentence = _("The place was filled in the meantime, so this cannot be undone.")


def row_of(entry: Entry) -> Assignment:
    return Assignment.objects.for_pages().select_related("volunteer__user").get(pk=entry.about_id)


def edition_of(assignment: Assignment) -> Edition:
    return assignment.post.opening.evening.edition


def telling(assignment: Assignment, entry: Entry, *, what: str = "") -> QuerySet[Message]:
    """The message to her that has in it `what` happened; by itself what `entry` says."""
    item = {"assignment": assignment.pk, "what": what or entry.verb}
    hers = Message.objects.about(edition_of(assignment)).filter(kind="changed", user=assignment.volunteer.user_id)
    return with_items(since(entry, hers), lambda one: one == item)


def unassign(assignment: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
    """She is not there, and what she was before she is again: asked, on call, somebody who would like a place.

    Raises ChangedSince where she is not there any more.
    """
    evening = lock_evening(assignment.post.opening.evening_id)
    freed = places.free_place(assignment, cause=Assignment.Cause.REMOVED, now=now)
    if not freed:
        raise ChangedSince
    phoning.forget_yes(assignment, said_at=entry.at)
    if not assignment.is_draft:
        tell(assignment, "removed", due=now, by=by, now=now)
    forget_messages(assignment, by=by, now=now)
    searches.resume_search(assignment.post, filled_at=entry.at, by=by, now=now)
    reopen_requests(assignment.post, ended_at=entry.at, granted=assignment.volunteer, by=by, now=now)
    on_call.call_again(on_call.ended_with(entry, evening=evening.pk, volunteer=assignment.volunteer), by=by, now=now)


def put_back(assignment: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
    """The same person on the same post, as she was: what she knew before is true again, unless it is a draft by now.

    Raises SomebodyElseIsThere, ChangedSince where she was blocked meanwhile, and the refusals of `places.take_place`.
    """
    try:
        post, volunteer = places.hold_place(assignment.post, assignment.volunteer, now=now)
    except places.PostFull:
        raise SomebodyElseIsThere from None
    # As it is under the post's lock: the evening may become a draft again at this moment.
    is_known = assignment.is_confirmed or post.opening.evening.is_published
    published_at = assignment.published_at if is_known else None
    back = places.fill_place(post, volunteer, now=now, published_at=published_at)
    if back.volunteer.blocked_at and back.volunteer.blocked_at >= entry.at:
        raise ChangedSince
    places.keep_confirmed(back, as_in=assignment)
    history.record("put_back", back, by=by, now=now, instead_of=assignment.pk)
    disruptions.forget_answers(assignment, answered_at=entry.at)
    disruptions.follow(assignment, back)
    if not back.is_draft:
        on_call.came([back], by=by, now=now)
        plan_reminders(back, by=by, now=now)
        if entry.verb == "removed":
            tell(back, "assigned", due=now, by=by, now=now)
    # Before the search finds its place filled: it found nobody, and nobody is told that it did.
    if entry.verb == "recorded_withdrawal" or entry.data.get("then") == "search":
        stop_what_it_began(assignment.post, entry, by=by, now=now)
    searches.settle(assignment.post, by=by, now=now)


def stop_what_it_began(post: Post, entry: Entry, *, by: Actor, now: datetime) -> None:
    """End the search that `entry` began for a place that is taken again, unless it looks for somebody else's too."""
    search = post.searches.live().filter(opened_at=entry.at).first()
    if search and not Entry.objects.about(search).filter(verb="place_added_to_search").exists():
        searches.stop_search(search, by=by, now=now)


def _unfree(assignment, entry, *, by, now):
    """She has her place again, and is not marked any more."""
    Assignment.objects.filter(pk=assignment.pk).update(absent_at=None)
    put_back(assignment, entry, by=by, now=now)


def _unconfirm(assignment, entry, *, by, now):
    Assignment.objects.active().filter(pk=assignment.pk).update(confirmed_at=None, confirmed_how="")
    phoning.forget_yes(assignment, said_at=entry.at)
    question = Message.objects.about(assignment).filter(kind=asking_again.KIND, skipped_at=entry.at)
    messaging.resume(question, by=by, now=now)


def _is_noted(entry):
    """Not what she confirmed herself: by a link, or as a coordinator who helps."""
    return entry.data.get("how") == Assignment.How.PHONE


def _asking_again(assignment, entry):
    return Message.objects.filter(pk=entry.data["message"])


def _do_not_ask(assignment, entry, *, by, now):
    hold_back(_asking_again(assignment, entry))
    messaging.skip(_asking_again(assignment, entry), reason=TAKEN_BACK, by=by, now=now)


DEEDS = {
    "assigned": Deed(row_of, edition_of, telling, unassign),
    "removed": Deed(row_of, edition_of, telling, put_back),
    "recorded_withdrawal": Deed(row_of, edition_of, nobody, put_back),
    "freed_absent": Deed(row_of, edition_of, nobody, _unfree),
    "confirmed": Deed(row_of, edition_of, nobody, _unconfirm, is_click=_is_noted),
    "asked_again": Deed(row_of, edition_of, _asking_again, _do_not_ask),
}
