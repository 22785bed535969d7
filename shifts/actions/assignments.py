"""What happens to one volunteer on one post."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts.models import Assignment, Post, Search
from volunteers.models import Volunteer

from . import her_word, on_call, places, searches
from .duty import alert_at, on_duty
from .locks import lock_evening_of, lock_post
from .places import PlaceTaken
from .reminders import plan_reminders
from .telling import about_evening, tell


class NotGivenBack(Refusal):
    sentence = _("This place is no longer kept for you. Call us if you would like to come.")


@transaction.atomic
def assign(
    post: Post,
    volunteer: Volunteer,
    *,
    by: Actor,
    now: datetime,
    accept: Collection[str] = (),
    confirmed_how: str = "",
) -> Assignment:
    """Put `volunteer` on `post`: a draft before the evening is published, told in two minutes after it.

    Raises the refusals of `places.take_place`, and NeedsTick where a rule that a coordinator may overrule stands
    against it and its code is not in `accept`; what she accepted is recorded.
    """
    warnings = places.refuse_unticked(post, volunteer, accept, now=now)
    # The evening's lock keeps "published" true until the commit: an assignment made during `publish` is not forgotten.
    evening = lock_evening_of(post.pk)
    published_at = now if evening.is_published else None
    assignment = places.take_place(post, volunteer, now=now, published_at=published_at, confirmed_how=confirmed_how)
    history.record("assigned", assignment, by=by, now=now, post=post.pk, volunteer=volunteer.pk, accepted=warnings)
    if published_at:
        on_call.came([assignment], by=by, now=now)
        plan_reminders(assignment, by=by, now=now)
        tell(assignment, "assigned", due=now + evening.edition.rules.undo, by=by, now=now)
    searches.settle(post, by=by, now=now)
    return assignment


@transaction.atomic
def withdraw(
    assignment: Assignment, *, reason: str = "", by: Actor, now: datetime, recorded: bool = False
) -> Search | None:
    """Give the place back and look for somebody else, in one transaction (design.md 3.2).

    Always works until the post's end, and a second click changes nothing. `recorded` says that the coordinator
    wrote it down for her. Returns the search, or None where there is none. Raises PostIsOver.
    """
    post = lock_post(assignment.post_id)
    if post.has_ended(now):
        raise places.PostIsOver
    if not places.free_place(assignment, cause=Assignment.Cause.WITHDREW, reason=reason, now=now):
        if not recorded:
            edition = assignment.post.opening.evening.edition
            her_word.repeat("withdrew", assignment, edition=edition, by=by, now=now, reason=reason)
        return post.searches.live().first()
    verb = "recorded_withdrawal" if recorded else "withdrew"
    history.record(verb, assignment, by=by, now=now, reason=reason)
    forget_messages(assignment, by=by, now=now)
    if assignment.is_draft:
        history.record("no_search", post, by=by, now=now, because="draft")
        return None
    search = searches.open_search(post, withdrawn=assignment, by=by, now=now)
    _tell_duty(assignment, recorded=recorded, by=by, now=now)
    return search


def _tell_duty(assignment, *, recorded, by, now):
    """Tell who is on duty (`duty.alert_at`); not who wrote it down, and the others once she cannot undo it any more."""
    alert = alert_at(assignment.post, now)
    if alert is None:
        return
    evening = assignment.post.opening.evening
    told = [user for user in on_duty(evening) if not (recorded and Actor.user(user) == by)]
    what = {"about": assignment, "while_open": alert > now}
    due = max(alert, now + evening.edition.rules.undo if recorded else now)
    words = [
        about_evening("withdrawn", f"withdrawn:{assignment.pk}:{user.pk}", evening, to=user, due=due, **what)
        for user in told
    ]
    messaging.plan_all(words, by=by, now=now)


@transaction.atomic
def come_back(assignment: Assignment, *, by: Actor, now: datetime) -> Assignment:
    """She can come after all: take the place again while it is open. Counts as confirmed.

    Only what she gave back herself, or had written down for her: who was removed asks the coordinator. A second click
    returns the assignment that the first one made. Raises NotGivenBack, PlaceTaken, and the refusals of
    `places.take_place`.
    """
    # Of two clicks the second waits here, and then finds the place that the first one took.
    post = lock_post(assignment.post_id)
    again = post.assignments.active().filter(volunteer=assignment.volunteer_id).first()
    if again:
        her_word.confirm(again, how=Assignment.How.LINK, by=by, now=now)
        return again
    if not assignment.withdrew:
        raise NotGivenBack
    try:
        back = places.take_place(
            post, assignment.volunteer, now=now, published_at=now, confirmed_how=Assignment.How.TOOK
        )
    except places.PostFull:
        raise PlaceTaken from None
    history.record("came_back", back, by=by, now=now, withdrawn=assignment.pk)
    on_call.came([back], by=by, now=now)
    plan_reminders(back, by=by, now=now)
    searches.settle(post, by=by, now=now)
    return back


@transaction.atomic
def remove(
    assignment: Assignment, *, then: str = "leave_open", together: bool = False, by: Actor, now: datetime
) -> None:
    """The coordinator takes somebody off a post. `then` is "leave_open", "myself" or "search" (design.md 6).

    Told to her in two minutes where she knew of the assignment. `together`: the click did more than this, and has a
    line of its own in the history that takes back all of it. A second click changes nothing. Raises PostIsOver:
    what was is not taken back.
    """
    if lock_post(assignment.post_id).has_ended(now):
        raise places.PostIsOver
    if not places.free_place(assignment, cause=Assignment.Cause.REMOVED, now=now):
        return
    history.record("removed", assignment, by=by, now=now, then=then, together=together)
    # Telling locks the person, who comes before her messages everywhere.
    if not assignment.is_draft:
        edition = assignment.post.opening.evening.edition
        tell(assignment, "removed", due=now + edition.rules.undo, by=by, now=now)
    forget_messages(assignment, by=by, now=now)
    if then == "search" and not assignment.is_draft:
        searches.open_search(assignment.post, by=by, now=now)


def forget_messages(assignment: Assignment, *, by: Actor, now: datetime) -> None:
    """Skip what waits to remind her of a place that is no longer hers."""
    reason = _("This person is no longer on the post.")
    messaging.skip(Message.objects.about(assignment).pending(), reason=reason, by=by, now=now)
