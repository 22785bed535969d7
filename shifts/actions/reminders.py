"""Planned messages about an assignment (design.md 5), by one function that can be called again and again."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging import reasons
from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.models import Edition, Evening
from nocturnes.rules import ReminderRule, Rules
from shifts.models import Assignment
from volunteers.models import Availability

from .locks import lock_users
from .telling import about_evening

NOT_PUBLISHED = _("The evening is not published any more.")
# The kinds that a rule of the same meaning plans, and whether they go to who is on a post or on call.
OF_POSTS = {"reminder_briefing": "briefing", "reminder_unconfirmed": "unconfirmed", "reminder_eve": "eve"}
OF_RESERVE = {"reminder_reserve": "reserve"}


def plan_reminders(assignment: Assignment, *, by: Actor, now: datetime) -> None:
    """Plan what this published assignment still needs: full briefing, question if unconfirmed, short word on the eve.

    On publish, on a move and on a change of the edition's offsets; a message that is still to come moves, one whose
    moment is past is not planned. Whether it is still true is asked when it leaves.
    """
    messaging.plan_all(reminders_of(assignment, now=now), by=by, now=now)


def reminders_of(assignment: Assignment, *, now: datetime) -> list[messaging.Plan]:
    """The same, not written down yet: for who plans another message with them."""
    evening = assignment.post.opening.evening
    rules = evening.edition.rules
    wanted = {"reminder_briefing": rules.briefing, "reminder_eve": rules.eve}
    if not assignment.is_confirmed:
        wanted["reminder_unconfirmed"] = rules.unconfirmed
    user = assignment.volunteer.user
    return [
        # Not by the moment of publishing: what is published again must not be said twice.
        about_evening(kind, f"{kind}:{assignment.pk}", evening, about=assignment, to=user, due=due)
        for kind, rule in wanted.items()
        if (due := moment(evening, rule)) > now
    ]


def plan_reserve_reminder(availability: Availability, *, by: Actor, now: datetime) -> None:
    """Plan the word to somebody on call, on the day itself."""
    evening = availability.evening
    user = availability.registration.volunteer.user
    due = moment(evening, evening.edition.rules.reserve)
    if due > now:
        kind = "reminder_reserve"
        word = about_evening(kind, f"{kind}:{availability.pk}", evening, about=availability, to=user, due=due)
        messaging.plan_all([word], by=by, now=now)


def hold_reminders(evening: Evening, *, by: Actor, now: datetime) -> None:
    """Leave out what waits to remind people of an evening that is a draft again; publishing it takes that up."""
    messaging.skip(_of_drafts(evening), reason=NOT_PUBLISHED, by=by, now=now)


def take_up_reminders(evening: Evening, *, by: Actor, now: datetime) -> None:
    """What was left out because the evening was a draft again is to come, as far as its time is not past."""
    left_out = _of_drafts(evening).filter(reason=reasons.stored(NOT_PUBLISHED))
    messaging.resume(left_out, by=by, now=now)


def _of_drafts(evening):
    drafts = Assignment.objects.active().of_evening(evening).filter(published_at=None).order_by()
    of_posts = Q(about_type=Assignment._meta.label_lower, about_id__in=drafts.values("pk"), kind__in=OF_POSTS)
    on_call = evening.availabilities.exclude(on_call_at=None).order_by()
    of_reserve = Q(about_type=Availability._meta.label_lower, about_id__in=on_call.values("pk"), kind__in=OF_RESERVE)
    return Message.objects.filter(of_posts | of_reserve)


def moment(evening: Evening, rule: ReminderRule) -> datetime:
    """When a reminder leaves: whole calendar days before the evening, at its hour on the wall, in no quiet hour."""
    return _moment(evening, rule, evening.edition.rules)


def _moment(evening, rule, rules):
    zone = evening.edition.zone
    due = hours.instant(evening.date - timedelta(days=rule.days), rule.at, zone)
    return hours.after_quiet(due, rules, zone)


def replan_reminders(edition: Edition, old: Rules, *, by: Actor, now: datetime) -> int:
    """After the edition's rules changed from `old`: what has not left yet moves to its new moment.

    What was too late by the old rule and is not by the new one is planned now; what is too late by the new one leaves
    when it was to. Returns how many messages move or are new.
    """
    moved = 0
    evenings = edition.coming_evenings(now).published().filter(called_off_at=None)
    _lock_waiting(evenings, now)
    for evening in evenings.order_by("date"):
        evening.edition = edition
        for kind, name in {**OF_POSTS, **OF_RESERVE}.items():
            due = moment(evening, getattr(edition.rules, name))
            if due > now and due != _moment(evening, getattr(old, name), old):
                moved += _move_waiting(evening, kind, due, by=by, now=now) + _plan_new(evening, kind, by=by, now=now)
    return moved


def _lock_waiting(evenings, now):
    """Lock what may move in the order of everybody else who locks several messages: their people, then by their ids."""
    kinds, these = [*OF_POSTS, *OF_RESERVE], list(evenings.values_list("pk", flat=True))
    waiting = Message.objects.pending().filter(kind__in=kinds, facts__evening__in=these, due__gt=now)
    lock_users(waiting.values_list("user", flat=True))
    list(waiting.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _move_waiting(evening, kind, due, *, by, now):
    waiting = Message.objects.pending().filter(kind=kind, facts__evening=evening.pk, due__gt=now).exclude(due=due)
    moved = waiting.update(due=due)
    if moved:
        history.record("replanned", evening, by=by, now=now, kind=kind, due=due.isoformat(), messages=moved)
    return moved


def _plan_new(evening, kind, *, by, now):
    """The message for whom there is none of that kind: how many are new."""
    before = Message.objects.filter(kind=kind).values("about_id")
    if kind in OF_RESERVE:
        answers = evening.availabilities.exclude(on_call_at=None).exclude(pk__in=before)
        rows = list(answers.select_related("evening__edition", "registration__volunteer__user"))
        plan = plan_reserve_reminder
    else:
        active = Assignment.objects.active().published().of_evening(evening).exclude(pk__in=before)
        active = active.filter(confirmed_at=None) if kind == "reminder_unconfirmed" else active
        rows, plan = list(active.for_pages().select_related("volunteer__user")), plan_reminders
    for row in rows:
        plan(row, by=by, now=now)
    return len(rows)
