"""Taking and freeing a place: the only functions that touch `Post.taken` (design.md 4).

Taking a place locks the post, then the volunteer (`locks`); freeing locks the post only.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from nocturnes.prepared import Prepared
from nocturnes.refusals import Refusal
from shifts import ranking
from shifts.models import Assignment, Post
from volunteers.actions import RecordHasMoved
from volunteers.models import Volunteer

from .locks import lock_post, lock_volunteers

ADULT_AGE = 18


class PostFull(Refusal):
    sentence = _("Every place on this post is taken.")


class PlaceTaken(Refusal):
    sentence = _("The place has just been filled. Thanks for answering.")


class Overlaps(Refusal):
    sentence = _("%(name)s is already on another post at that time.")


class AlreadyThere(Refusal):
    sentence = _("%(name)s is already on this post.")


class TooYoung(Refusal):
    sentence = _("This post is for people of %(age)s or older.")


class CalledOff(Refusal):
    sentence = _("This opening does not take place.")


class PostIsOver(Refusal):
    sentence = _("This post is over.")


class Blocked(Refusal):
    sentence = _("We cannot give you a place from here. Call or write to us: we will gladly look at it with you.")


class AskedByPhoneOnly(Refusal):
    sentence = _("%(name)s is blocked, and gets no offers. Unblock, or phone.")


class NeedsTick(Refusal):
    """The coordinator may, but has to say that she knows: `warnings` are codes of `ranking.WARNINGS`."""

    sentence = _("%(name)s can be assigned, with one more tick: %(why)s.")

    def __init__(self, volunteer, warnings):
        self.warnings = list(warnings)
        super().__init__(
            name=volunteer.short_name, why=", ".join(str(ranking.WARNINGS[code]) for code in self.warnings)
        )


def refuse_unticked(post: Post, volunteer: Volunteer, accept: Collection[str], *, now: datetime) -> list[str]:
    """The codes of the rules that a coordinator overrules by putting her there: all of them are in `accept`.

    Raises NeedsTick where one is not.
    """
    warnings = ranking.warnings_for(post, volunteer, now=now)
    if set(warnings) - set(accept):
        raise NeedsTick(volunteer, warnings)
    return warnings


def refuse_impossible(post: Post, volunteer: Volunteer, *, now: datetime) -> None:
    """What binds everybody, coordinator included: called off, after the end, age (design.md 3, last table)."""
    if post.is_called_off:
        raise CalledOff
    if post.has_ended(now):
        raise PostIsOver
    if volunteer.is_minor and post.minimum_age >= ADULT_AGE:
        raise TooYoung(age=post.minimum_age)


def take_place(
    post: Post, volunteer: Volunteer, *, now: datetime, published_at: datetime | None, confirmed_how: str = ""
) -> Assignment:
    """Put `volunteer` on `post`, inside the caller's transaction.

    `published_at` None makes a draft. Raises PostFull, Overlaps, AlreadyThere, TooYoung, CalledOff, PostIsOver, Blocked
    or RecordHasMoved; the caller's transaction must then end.
    """
    post, volunteer = hold_place(post, volunteer, now=now)
    return fill_place(post, volunteer, now=now, published_at=published_at, confirmed_how=confirmed_how)


def hold_place(post: Post, volunteer: Volunteer, *, now: datetime) -> tuple[Post, Volunteer]:
    """Count a place of `post` as taken, and lock post and person, who are returned as they are now.

    The first half of `take_place`, for who has more to look at under the locks; `fill_place` is the second, and a
    transaction that does not come to it must end. Raises what `take_place` raises.
    """
    # The conditional update is the lock and the check in one: of two that want the last place one changes no row.
    if not Post.objects.filter(pk=post.pk, taken__lt=F("places")).update(taken=F("taken") + 1):
        raise PostFull
    # What was read before the lock may be old by now: hours moved, the opening called off.
    (post,) = _post_for_pages(pk=post.pk)
    (volunteer,) = lock_volunteers([volunteer.pk])
    if volunteer.merged_into_id:
        raise RecordHasMoved
    refuse_impossible(post, volunteer, now=now)
    refuse_busy(post, volunteer)
    return post, volunteer


def fill_place(
    post: Post, volunteer: Volunteer, *, now: datetime, published_at: datetime | None, confirmed_how: str = ""
) -> Assignment:
    """Write down who has the place that `hold_place` counted.

    Raises Blocked for somebody blocked who takes it herself; a coordinator may put her there, with a tick.
    """
    if confirmed_how == Assignment.How.TOOK and volunteer.blocked_at:
        raise Blocked
    return Assignment.objects.create(
        post=post,
        evening_id=post.opening.evening_id,
        volunteer=volunteer,
        report_at=post.report_at,
        ends_at=post.ends_at,
        made_at=now,
        published_at=published_at,
        confirmed_at=now if confirmed_how else None,
        confirmed_how=confirmed_how,
    )


def keep_confirmed(assignment: Assignment, *, as_in: Assignment) -> None:
    """Whoever confirmed the place that she had before has confirmed this one, which she has instead."""
    assignment.confirmed_at, assignment.confirmed_how = as_in.confirmed_at, as_in.confirmed_how
    assignment.save(update_fields=["confirmed_at", "confirmed_how"])


@Prepared
def _post_for_pages(pk):
    return Post.objects.for_pages().filter(pk=pk).order_by()


def refuse_busy(post: Post, volunteer: Volunteer) -> None:
    """Raises AlreadyThere, or Overlaps where she has another post at that time."""
    busy = _overlapping(volunteer=volunteer.pk, report_at=post.report_at, ends_at=post.ends_at)
    if any(assignment.post_id == post.pk for assignment in busy):
        raise AlreadyThere(name=volunteer.short_name)
    if busy:
        raise Overlaps(name=volunteer.short_name)


@Prepared
def _overlapping(volunteer, report_at, ends_at):
    post = Post(report_at=report_at, ends_at=ends_at)
    return Assignment.objects.active().filter(volunteer=volunteer).overlapping(post)


def free_place(assignment: Assignment, *, cause: str, reason: str = "", now: datetime) -> bool:
    """End `assignment` and give its place back; False where it was not active any more, and nothing changed."""
    lock_post(assignment.post_id)
    ended = Assignment.objects.active().filter(pk=assignment.pk)
    if not ended.update(cancelled_at=now, cause=cause, reason=reason):
        return False
    Post.objects.filter(pk=assignment.post_id).update(taken=F("taken") - 1)
    assignment.refresh_from_db()
    return True
