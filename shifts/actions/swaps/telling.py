"""The messages about a swap: the question, what came of it, and the word to who is on duty."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import User
from shifts.actions.duty import alert_at, on_duty
from shifts.actions.telling import about_evening, soonest, urgency
from shifts.models import Assignment, Swap

OVER = _("This proposal is over.")


def ask(swap: Swap, *, by: Actor, now: datetime) -> None:
    """The question to who is to come; at once, in quiet hours only where the morning is too late."""
    due = soonest(swap.assignment, now)
    messaging.plan_all([_plan("swap_asked", swap, swap.volunteer.user, 1, due)], by=by, now=now)


def done(swap: Swap, new: list[Assignment], *, due: datetime, by: Actor, now: datetime) -> None:
    """What each has now, and has no longer, in one message to each."""
    gets = {one.volunteer_id: one for one in new}
    plans = []
    for place, user in _gives(swap):
        mine = gets.get(place.volunteer_id) if place else gets[swap.volunteer_id]
        facts = {"gives": place.pk if place else None, "gets": mine.pk if mine else None, **_click(swap.agreed_by)}
        # A swap that is taken back and agreed to again is told again.
        plans.append(_plan("swap_done", swap, user, _times("swap_done", swap, user), due, **facts))
    messaging.plan_all(plans, by=by, now=now)


def _gives(swap):
    """Each of the two, with the place that she gives away; None where she gives none."""
    return [(swap.assignment, swap.assignment.volunteer.user), (swap.theirs, swap.volunteer.user)]


def ended(swap: Swap, users: list[User], *, due: datetime, by: Actor, now: datetime) -> None:
    """That nothing came of it, to these."""
    click = _click(swap.ended_because == Swap.Because.REFUSED)
    plans = [_plan("swap_ended", swap, user, _times("swap_ended", swap, user), due, **click) for user in users]
    messaging.plan_all(plans, by=by, now=now)


def forget(swap: Swap, *kinds: str, by: Actor, now: datetime) -> None:
    """What waits to say what is not so any more is not said."""
    waiting = Message.objects.about(swap).filter(kind__in=kinds)
    messaging.skip(waiting, reason=OVER, by=by, now=now)


def duty(swap: Swap, *, by: Actor, now: datetime) -> None:
    """It waits for a coordinator: whoever is on duty hears so where no digest says it in time."""
    post = _first(swap).post
    alert = alert_at(post, now)
    if alert is not None:
        users = on_duty(post.opening.evening)
        messaging.plan_all([_plan("swap_waits", swap, user, 1, alert) for user in users], by=by, now=now)


def of(swap: Swap, *kinds: str):
    """Its messages of these kinds."""
    return Message.objects.about(swap).filter(kind__in=kinds)


def _click(said):
    """The fact that a coordinator's click caused it, who may take it back and reads what waits to leave."""
    return {"by_click": True} if said else {}


def _times(kind, swap, user):
    return Message.objects.about(swap).filter(kind=kind, user=user).count() + 1


def _plan(kind, swap, user, number, due, **facts):
    evening = swap.assignment.post.opening.evening
    what = {"about": swap, **urgency(_first(swap), due), **facts}
    return about_evening(kind, f"{kind}:{swap.pk}:{user.pk}:{number}", evening, to=user, due=due, **what)


def _first(swap):
    return min(swap.places, key=lambda place: place.report_at)
