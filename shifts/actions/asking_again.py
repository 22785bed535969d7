"""Asking somebody again to confirm, by a coordinator's click: not more often than once a day."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts.models import Assignment

from . import places
from .locks import lock_post
from .telling import about_evening, urgency

KIND = "reminder_unconfirmed"
# What asks her to confirm: the question itself, and the briefing, which has the same two buttons.
ASKING = (KIND, "reminder_briefing")


class HasConfirmed(Refusal):
    sentence = _("%(name)s has confirmed already.")


class HasNoPlace(Refusal):
    sentence = _("%(name)s is no longer on this post, or does not know of it yet.")


class CannotBeWritten(Refusal):
    sentence = _("%(name)s has no e-mail address: call instead.")


class AskedToday(Refusal):
    sentence = _("%(name)s is asked once a day at most, and was asked today or will be: call instead.")


@transaction.atomic
def ask_again(assignment: Assignment, *, by: Actor, now: datetime) -> Message:
    """Send the question "are you coming?" once more, after the undo minutes.

    Raises PostIsOver once she would be there, HasNoPlace, HasConfirmed, CannotBeWritten, and AskedToday where a mail
    of this day of the edition's zone asks her already; of two clicks the second gets that.
    """
    lock_post(assignment.post_id)
    assignment = Assignment.objects.for_pages().select_related("volunteer__user").get(pk=assignment.pk)
    _refuse(assignment, now)
    evening, user = assignment.post.opening.evening, assignment.volunteer.user
    due = now + evening.edition.rules.undo
    # Not by the day: what was taken back before it left may be asked the same day all the same.
    key = f"{KIND}:{assignment.pk}:again:{_asking([assignment.pk]).count()}"
    # By a click: the list of what waits because of clicks has it.
    what = {"about": assignment, "by_click": True, **urgency(assignment, due)}
    question = about_evening(KIND, key, evening, to=user, due=due, **what)
    (message,) = messaging.plan_all([question], by=by, now=now)
    history.record("asked_again", assignment, by=by, now=now, message=message.pk)
    return message


def _refuse(assignment, now):
    name = assignment.volunteer.short_name
    if now >= assignment.report_at:
        raise places.PostIsOver
    if not assignment.is_active or assignment.is_draft:
        raise HasNoPlace(name=name)
    if assignment.is_confirmed:
        raise HasConfirmed(name=name)
    if not assignment.volunteer.user.email:
        raise CannotBeWritten(name=name)
    if asked_today([assignment], now=now):
        raise AskedToday(name=name)


def asked_today(assignments: Iterable[Assignment], *, now: datetime) -> set[int]:
    """The ids of those whom a mail of this day asks to confirm: it was sent, or waits for an hour of today."""
    rows = {assignment.pk: assignment for assignment in assignments}
    mails = _asking(rows).filter(skipped_at=None, failed_at=None).values_list("about_id", "sent_at", "due")
    return {pk for pk, sent, due in mails if _is_today(sent or due, rows[pk], now)}


def _is_today(moment, assignment, now):
    zone = assignment.post.opening.evening.edition.zone
    return hours.local_day(moment, zone) == hours.local_day(now, zone)


def _asking(assignments: Iterable[int]) -> QuerySet[Message]:
    about = {"about_type": Assignment._meta.label_lower, "about_id__in": list(assignments)}
    return Message.objects.filter(kind__in=ASKING, **about)
