"""Lend somebody to another museum of the same evening: one click moves her, and tells her and both museums."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from museums.models import Contact
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts import ranking
from shifts.models import Assignment, Post

from . import disruptions, places, searches
from .assignments import forget_messages
from .locks import lock_evening_of, lock_posts, lock_volunteers
from .reminders import plan_reminders
from .telling import tell, urgency


class NotThisEvening(Refusal):
    sentence = _("Only somebody who helps on the same evening can be lent.")


class NotThereAnyMore(Refusal):
    sentence = _("%(name)s is not on that post any more.")


# From so long before the hour of a place, who is lent to it is called and sent off.
SET_OFF = timedelta(hours=3)
# The codes of the rules that differ from one place of an evening to the next.
OF_THE_PLACE = {"languages", "not_there"}


def is_tonight(post: Post, now: datetime) -> bool:
    """Whether somebody lent to `post` has to set off: its hour is past, or near."""
    return post.report_at - SET_OFF <= now < post.ends_at


@transaction.atomic
def lend(
    assignment: Assignment,
    post: Post,
    *,
    then: str = "leave_open",
    accept: Collection[str] = (),
    by: Actor,
    now: datetime,
) -> Assignment:
    """Move somebody to an open place of `post`, at another museum of the same evening.

    `then` is what becomes of the place that she leaves: "leave_open", or "search". She and both museums hear of it once
    the coordinator cannot undo it any more. She stays confirmed if she was. A second click returns the assignment that
    the first one made. Raises NotThisEvening, NotThereAnyMore, NeedsTick where a rule that a coordinator may overrule
    stands against the new place and its code is not in `accept`, and the refusals of `places`.
    """
    evening = lock_evening_of(post.pk)
    lock_posts({assignment.post_id, post.pk})
    lock_volunteers([assignment.volunteer_id])
    old = Assignment.objects.for_pages().select_related("volunteer__user").get(pk=assignment.pk)
    again = post.assignments.active().filter(volunteer=old.volunteer_id).first()
    if again and old.cause == Assignment.Cause.MOVED:
        return again
    _refuse(old, post, evening, now)
    warnings = warnings_for(old, post, now=now)
    if set(warnings) - set(accept):
        raise places.NeedsTick(old.volunteer, warnings)
    places.free_place(old, cause=Assignment.Cause.MOVED, now=now)
    new = places.take_place(post, old.volunteer, now=now, published_at=now)
    places.keep_confirmed(new, as_in=old)
    disruptions.follow(old, new)
    data = {"lent_from": old.pk, "posts": [old.post_id, post.pk], "then": then, "accepted": warnings}
    history.record("lent", new, by=by, now=now, **data)
    history.record("lent_away", old, by=by, now=now, to=new.pk)
    _tell(old, new, by=by, now=now)
    searches.settle(new.post, by=by, now=now)
    if then == "search":
        searches.open_search(old.post, by=by, now=now)
    return new


def _refuse(old, post, evening, now):
    if old.post.opening.evening_id != evening.pk or old.post_id == post.pk or not evening.is_published:
        raise NotThisEvening
    if not old.is_active or old.is_draft or old.absent_at:
        raise NotThereAnyMore(name=old.volunteer.short_name)
    if old.post.has_ended(now):
        raise places.PostIsOver


def warnings_for(assignment: Assignment, post: Post, *, now: datetime) -> list[str]:
    """The codes of the rules that want a tick before she is lent to `post`.

    That she comes on this evening she said already: only what the other place asks for counts.
    """
    return [code for code in ranking.warnings_for(post, assignment.volunteer, now=now) if code in OF_THE_PLACE]


def _tell(old, new, *, by, now):
    """Her, in one message; and whoever we can write to at both museums."""
    due = now + new.post.opening.evening.edition.rules.undo
    new = Assignment.objects.for_pages().select_related("volunteer__user").get(pk=new.pk)
    tell(old, "removed", due=due, by=by, now=now)
    tell(new, "assigned", due=due, by=by, now=now)
    forget_messages(old, by=by, now=now)
    plan_reminders(new, by=by, now=now)
    if old.post.opening_id != new.post.opening_id:
        messaging.plan_all(_to_museums(old, new, due), by=by, now=now)


def _to_museums(old, new, due):
    evening = new.post.opening.evening
    for opening, comes in ((old.post.opening, False), (new.post.opening, True)):
        for contact in Contact.objects.filter(museum=opening.museum_id).exclude(email="").order_by("pk"):
            yield messaging.Plan(
                "lent",
                f"lent:{new.pk}:{contact.pk}",
                about=new,
                address=contact.email,
                language=evening.edition.language_for(contact.language),
                facts={
                    "edition": evening.edition_id,
                    "evening": evening.pk,
                    "opening": opening.pk,
                    "comes": comes,
                    **urgency(new, due),
                },
                due=due,
            )
