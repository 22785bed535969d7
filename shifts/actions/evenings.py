"""What happens to an evening, an opening or a post, and to everybody on it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Opening
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening, User
from nocturnes.refusals import Refusal
from shifts.models import Assignment, Post
from volunteers.models import Availability, Volunteer

from . import places, searches
from .reminders import plan_reminders, plan_reserve_reminder
from .telling import announce, tell, urgency


class AlreadyPublished(Refusal):
    sentence = _("This evening is already published.")


class EveningIsOver(Refusal):
    sentence = _("This evening is over.")


class TooManyAssigned(Refusal):
    sentence = ngettext_lazy(
        "%(taken)d person is on this post: remove somebody first.",
        "%(taken)d people are on this post: remove somebody first.",
        "taken",
    )


class NeededAreWanted(Refusal):
    sentence = _("No more places can be needed than there are.")


class MoveOverlaps(Refusal):
    sentence = _("At those hours %(names)s would be in two places. Remove them from one first.")


class HoursInOrder(Refusal):
    sentence = _("The report time comes first, then the start, then the end.")


@transaction.atomic
def publish(evening: Evening, *, by: Actor, now: datetime) -> int:
    """Publish `evening`: every draft on it becomes known, in one mail a person with all her evenings.

    Returns how many assignments were published. Raises AlreadyPublished for the second click, EveningIsOver.
    """
    evening = Evening.objects.select_for_update(no_key=True, of=("self",)).select_related("edition").get(pk=evening.pk)
    if evening.is_past(now):
        raise EveningIsOver
    if evening.is_published:
        raise AlreadyPublished
    Evening.objects.filter(pk=evening.pk).update(published_at=now)
    history.record("published", evening, by=by, now=now)
    drafts = Assignment.objects.active().filter(published_at=None).of_evening(evening)
    mine = list(drafts.for_pages().select_related("volunteer__user").order_by("volunteer__user_id", "pk"))
    waiting = list(without_place(evening).select_related("registration__volunteer__user"))
    _lock_who_is_told([a.volunteer.user_id for a in mine] + [a.registration.volunteer.user_id for a in waiting])
    Assignment.objects.active().filter(pk__in=[assignment.pk for assignment in mine]).update(published_at=now)
    for assignment in mine:
        assignment.published_at = now
        plan_reminders(assignment, by=by, now=now)
        _tell_published(assignment, by=by, now=now)
    for availability in Availability.objects.filter(evening=evening).exclude(on_call_at=None):
        plan_reserve_reminder(availability, by=by, now=now)
    _tell_no_place(evening, waiting, by=by, now=now)
    return len(mine)


def _lock_who_is_told(users):
    """Everybody at once, in the order of their ids: another evening may be published at this moment, to the same."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=users).order_by("pk"))


def without_place(evening: Evening) -> QuerySet[Availability]:
    """The answers of those who could come on `evening`, are welcomed, and have neither a post nor the reserve.

    Who withdrew from a post there, a draft even, said that she can no longer come.
    """
    could = (Availability.Answer.YES, Availability.Answer.IF_NEEDED)
    withdrew = Q(cause=Assignment.Cause.WITHDREW)
    placed = Assignment.objects.of_evening(evening).filter(Q(cancelled_at=None) | withdrew).values("volunteer")
    answers = evening.availabilities.filter(answer__in=could, on_call_at=None)
    answers = answers.filter(registration__volunteer__in=Volunteer.objects.accepted())
    return answers.exclude(registration__volunteer__in=placed)


def _tell_no_place(evening, waiting, *, by, now):
    """Who could come and got nothing hears so, once for all the evenings published together (design.md 5)."""
    due = now + evening.edition.rules.undo
    for availability in waiting:
        user = availability.registration.volunteer.user
        announce("no_place", evening.edition, user, evening.pk, due=due, by=by, now=now)


def _tell_published(assignment, *, by, now):
    evening, user = assignment.post.opening.evening, assignment.volunteer.user
    due = now + evening.edition.rules.undo
    announce("published", evening.edition, user, evening.pk, due=due, by=by, now=now)


@transaction.atomic
def call_off(opening: Opening, *, by: Actor, now: datetime) -> int:
    """An opening does not take place: everybody on it is freed and told once. Returns how many. Twice does nothing.

    Raises EveningIsOver once it is over.
    """
    if opening.ends_at <= now:
        raise EveningIsOver
    posts = places.lock_posts(opening.posts.values_list("pk", flat=True))
    if not Opening.objects.filter(pk=opening.pk, called_off_at=None).update(called_off_at=now):
        return 0
    opening.refresh_from_db()
    history.record("called_off", opening, by=by, now=now)
    active = Assignment.objects.active().filter(post__opening=opening).for_pages()
    active = active.select_related("volunteer__user").order_by("volunteer__user_id", "pk")
    freed = [a for a in active if places.free_place(a, cause=Assignment.Cause.CALLED_OFF, now=now)]
    for assignment in freed:
        history.record("called_off", assignment, by=by, now=now)
        # Telling locks the person, who comes before her messages everywhere.
        if not assignment.is_draft:
            _tell_called_off(assignment, by=by, now=now)
        reason = _("This opening does not take place.")
        messaging.skip(Message.objects.about(assignment).pending(), reason=reason, by=by, now=now)
    for post in posts:
        searches.settle(post, by=by, now=now)
    return len(freed)


def _tell_called_off(assignment, *, by, now):
    edition, user = assignment.post.opening.evening.edition, assignment.volunteer.user
    due = now + edition.rules.undo
    announce("called_off", edition, user, assignment.pk, facts=urgency(assignment, due), due=due, by=by, now=now)


@transaction.atomic
def change_places(
    post: Post, *, places_wanted: int, needed: int, then: str = "leave_open", by: Actor, now: datetime
) -> None:
    """Want more or fewer places on `post`. Raises PostIsOver, TooManyAssigned, NeededAreWanted.

    `then` "search" looks for people for what is open at once.
    """
    post = places.lock_post(post.pk)
    if post.has_ended(now):
        raise places.PostIsOver
    if places_wanted < post.taken:
        raise TooManyAssigned(taken=post.taken)
    if needed > places_wanted:
        raise NeededAreWanted
    history.record("changed_places", post, by=by, now=now, old=[post.places, post.needed], new=[places_wanted, needed])
    Post.objects.filter(pk=post.pk).update(places=places_wanted, needed=needed)
    post.refresh_from_db()
    if then == "search" and post.open_places:
        searches.open_search(post, by=by, now=now)
    searches.settle(post, by=by, now=now)


@transaction.atomic
def move_hours(
    post: Post, *, report_at: datetime, starts_at: datetime, ends_at: datetime, by: Actor, now: datetime
) -> None:
    """Move a post, with everybody on it, who are told once. Raises HoursInOrder, MoveOverlaps."""
    if not report_at <= starts_at < ends_at:
        raise HoursInOrder
    post = places.lock_post(post.pk)
    old, new = [post.report_at, post.starts_at, post.ends_at], [report_at, starts_at, ends_at]
    Post.objects.filter(pk=post.pk).update(report_at=report_at, starts_at=starts_at, ends_at=ends_at)
    post.refresh_from_db()
    history.record("moved", post, by=by, now=now, old=[str(at) for at in old], new=[str(at) for at in new])
    on_post = list(post.assignments.active().select_related("volunteer__user").order_by("volunteer__user_id"))
    _refuse_overlaps(post, on_post)
    for assignment in on_post:
        assignment.report_at, assignment.ends_at = report_at, ends_at
        assignment.save(update_fields=["report_at", "ends_at"])
        if not assignment.is_draft:
            tell(assignment, "moved", due=now + post.opening.evening.edition.rules.undo, by=by, now=now)
            plan_reminders(assignment, by=by, now=now)
    searches.settle(post, by=by, now=now)


def _refuse_overlaps(post, on_post):
    places.lock_volunteers(assignment.volunteer_id for assignment in on_post)
    elsewhere = Assignment.objects.active().exclude(post=post).overlapping(post)
    busy = elsewhere.filter(volunteer__in=[a.volunteer_id for a in on_post]).select_related("volunteer")
    if busy:
        raise MoveOverlaps(names=", ".join(sorted({a.volunteer.short_name for a in busy})))
