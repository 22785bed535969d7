"""A draft evening becomes known."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.refusals import Refusal
from shifts.actions import on_call
from shifts.actions.locks import lock_evening, lock_posts, lock_users
from shifts.actions.reminders import plan_reserve_reminder, reminders_of, take_up_reminders
from shifts.actions.reserve.telling import tell_proposed
from shifts.actions.telling import announce_to_all
from shifts.models import Assignment, Post, Reserve
from volunteers.models import Availability, Volunteer

from .refusals import EveningIsCalledOff, EveningIsOver


class AlreadyPublished(Refusal):
    sentence = _("This evening is already published.")


@transaction.atomic
def publish(evening: Evening, *, by: Actor, now: datetime) -> int:
    """Publish `evening`: every draft on it becomes known, in one mail a person with all her evenings.

    Returns how many assignments were published. Raises AlreadyPublished for the second click, EveningIsOver,
    EveningIsCalledOff.
    """
    evening = lock_evening(evening.pk)
    if evening.is_past(now):
        raise EveningIsOver
    if evening.called_off_at:
        raise EveningIsCalledOff
    if evening.is_published:
        raise AlreadyPublished
    # Who is taken off a draft at this moment, or goes, is not told of it.
    lock_posts(Post.objects.filter(opening__evening=evening).values_list("pk", flat=True))
    Evening.objects.filter(pk=evening.pk).update(published_at=now)
    history.record("published", evening, by=by, now=now)
    drafts = Assignment.objects.active().filter(published_at=None).of_evening(evening)
    mine = list(drafts.for_pages().select_related("volunteer__user").order_by("volunteer__user_id", "pk"))
    waiting = list(without_place(evening).select_related("registration__volunteer__user"))
    asked = [reserve for reserve in on_call.of_evening(evening) if reserve.accepted_at is None]
    known = [a.volunteer.user_id for a in mine] + [a.registration.volunteer.user_id for a in waiting]
    # Everybody at once: another evening may be published at this moment, to the same.
    lock_users(known + [reserve.volunteer.user_id for reserve in asked])
    take_up_reminders(evening, by=by, now=now)
    Assignment.objects.active().filter(pk__in=[assignment.pk for assignment in mine]).update(published_at=now)
    for assignment in mine:
        assignment.published_at = now
    reminders = [plan for assignment in mine for plan in reminders_of(assignment, now=now)]
    messaging.plan_all(reminders, by=by, now=now)
    _tell("published", evening, [assignment.volunteer.user for assignment in mine], by=by, now=now)
    on_call.came(mine, by=by, now=now)
    for reserve in asked:
        # What was proposed while the evening was a draft is asked now.
        tell_proposed(reserve, by=by, now=now)
    for availability in Availability.objects.filter(evening=evening).exclude(on_call_at=None):
        plan_reserve_reminder(availability, by=by, now=now)
    # Who could come and got nothing hears so, once for all the evenings published together (design.md 5).
    _tell("no_place", evening, [answer.registration.volunteer.user for answer in waiting], by=by, now=now)
    return len(mine)


def without_place(evening: Evening) -> QuerySet[Availability]:
    """The answers of those who could come on `evening`, are welcomed, have no post, and nothing to do with the reserve.

    Who withdrew from a post there, a draft even, said that she can no longer come.
    """
    could = (Availability.Answer.YES, Availability.Answer.IF_NEEDED)
    withdrew = Q(cause__in=(Assignment.Cause.WITHDREW, Assignment.Cause.SWAPPED))
    placed = Assignment.objects.of_evening(evening).filter(Q(cancelled_at=None) | withdrew).values("volunteer")
    answers = evening.availabilities.filter(answer__in=could, on_call_at=None)
    asked = Reserve.objects.live().filter(evening=evening).values("volunteer")
    answers = answers.exclude(registration__volunteer__in=asked)
    answers = answers.filter(registration__volunteer__in=Volunteer.objects.accepted())
    return answers.exclude(registration__volunteer__in=placed)


def _tell(kind, evening, users, *, by, now):
    due = now + evening.edition.rules.undo
    announce_to_all(kind, evening.edition, users, evening.pk, due=due, by=by, now=now)
