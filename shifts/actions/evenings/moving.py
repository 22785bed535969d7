"""Posts and openings take place at other hours, with everybody on them."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from museums.models import Opening
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.refusals import Refusal
from shifts.actions import places, searches
from shifts.actions.locks import lock_posts, lock_volunteers
from shifts.actions.reminders import plan_reminders
from shifts.actions.telling import tell
from shifts.models import Assignment, Post

from .refusals import EveningIsOver


class MoveOverlaps(Refusal):
    sentence = _("At those hours %(names)s would be in two places. Remove them from one first.")


class HoursInOrder(Refusal):
    sentence = _("The report time comes first, then the start, then the end.")


class HoursAreOver(Refusal):
    sentence = _("At those hours it would be over already.")


class Hours(NamedTuple):
    """When a post is: three instants."""

    report_at: datetime
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, post: Post) -> "Hours":
        return cls(post.report_at, post.starts_at, post.ends_at)

    @classmethod
    def of_texts(cls, texts: list[str]) -> "Hours":
        return cls(*(datetime.fromisoformat(text) for text in texts))

    def as_texts(self) -> list[str]:
        return _texts(*self)


def _texts(*moments):
    return [moment.astimezone(UTC).isoformat() for moment in moments]


@transaction.atomic
def move_hours(
    post: Post,
    *,
    report_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    undoing: bool = False,
    by: Actor,
    now: datetime,
) -> int:
    """Move a post, with everybody on it, who are told once. Returns how many of them know of their place.

    Hours that it has already change nothing and tell nobody. `undoing` says that it takes an earlier move back, and is
    no click that could be taken back itself. Raises HoursInOrder, HoursAreOver, MoveOverlaps, and PostIsOver and
    CalledOff of `places`.
    """
    return len(_move({post.pk: Hours(report_at, starts_at, ends_at)}, undoing=undoing, by=by, now=now))


@transaction.atomic
def move_posts(
    evening: Evening,
    wanted: Mapping[int, Hours],
    *,
    resized: bool = False,
    undoing: bool = False,
    by: Actor,
    now: datetime,
) -> int:
    """Move several posts of `evening`, by their ids, each to its own hours; who is on several of them is told once.

    One click, so one line of history that takes all of it back; `resized` says in it that the same click changed
    places too. Returns how many people are told. Raises what `move_hours` raises.
    """
    ours = {post.pk: Hours.of(post) for post in lock_posts(wanted)}
    moves = {pk: hours for pk, hours in wanted.items() if pk in ours and hours != ours[pk]}
    moved = _move(moves, together=True, undoing=undoing, by=by, now=now)
    if moves:
        posts = _changes(ours, moves)
        history.record("moved", evening, by=by, now=now, posts=posts, resized=resized, undoing=undoing)
    return len({assignment.volunteer_id for assignment in moved})


@transaction.atomic
def move_opening(
    opening: Opening,
    *,
    starts_at: datetime,
    ends_at: datetime,
    posts: Mapping[int, Hours],
    undoing: bool = False,
    by: Actor,
    now: datetime,
) -> int:
    """Move an opening and those of its `posts` that are named by their id, together: each person is told once.

    Returns how many people are told. Raises EveningIsOver for an opening that is over, and what `move_hours` raises.
    """
    locked = lock_posts(opening.posts.values_list("pk", flat=True))
    opening = Opening.objects.select_related("evening__edition").get(pk=opening.pk)
    refuse_moving_opening(opening, now=now)
    if not starts_at < ends_at:
        raise HoursInOrder
    if ends_at <= now:
        raise HoursAreOver
    ours = {post.pk: Hours.of(post) for post in locked}
    wanted = {pk: hours for pk, hours in posts.items() if pk in ours and hours != ours[pk]}
    old, new = _texts(opening.starts_at, opening.ends_at), _texts(starts_at, ends_at)
    Opening.objects.filter(pk=opening.pk).update(starts_at=starts_at, ends_at=ends_at)
    moved = _move(wanted, together=True, undoing=undoing, by=by, now=now)
    if wanted or old != new:
        with_it = _changes(ours, wanted)
        history.record("moved", opening, by=by, now=now, old=old, new=new, posts=with_it, undoing=undoing)
    return len({assignment.volunteer_id for assignment in moved})


def _changes(old, new):
    """What a line of history keeps of posts that moved together."""
    return {str(pk): [old[pk].as_texts(), hours.as_texts()] for pk, hours in new.items()}


def bump_sequence(assignments: QuerySet[Assignment]) -> None:
    """Where or when these take place has changed: their calendar events are newer than the ones given out before."""
    assignments.update(sequence=F("sequence") + 1)


def overlapping(wanted: Mapping[int, Hours], on_posts: Collection[Assignment]) -> list[tuple[Assignment, Assignment]]:
    """Who of `on_posts` would be in two places if these posts moved so: (on the moved post, the other), one query."""
    hers: dict[int, list[Assignment]] = {}
    everything = Assignment.objects.active().filter(volunteer__in={a.volunteer_id for a in on_posts}).for_pages()
    for assignment in everything.order_by("report_at", "pk"):
        hers.setdefault(assignment.volunteer_id, []).append(assignment)
    return [
        (assignment, other)
        for assignment in on_posts
        for other in hers[assignment.volunteer_id]
        if other.pk != assignment.pk and _meet(_busy(assignment, wanted), _busy(other, wanted))
    ]


def _busy(assignment, wanted):
    hours = wanted.get(assignment.post_id)
    return (hours.report_at, hours.ends_at) if hours else (assignment.report_at, assignment.ends_at)


def _meet(one, other):
    return one[0] < other[1] and other[0] < one[1]


def _move(wanted, *, by, now, together=False, undoing=False) -> list[Assignment]:
    """Move the posts of `wanted` whose hours differ; the published assignments on them, whose people are told."""
    for hours in wanted.values():
        _refuse_hours(hours, now)
    lock_posts(wanted)
    posts = [post for post in Post.objects.for_pages().filter(pk__in=wanted) if Hours.of(post) != wanted[post.pk]]
    for post in posts:
        refuse_moving_post(post, now=now)
    active = Assignment.objects.active().filter(post__in=posts)
    on_posts = list(active.select_related("volunteer__user").order_by("volunteer__user_id", "pk"))
    lock_volunteers(assignment.volunteer_id for assignment in on_posts)
    clashes = overlapping(wanted, on_posts)
    if clashes:
        raise MoveOverlaps(names=", ".join(sorted({one.volunteer.short_name for one, _other in clashes})))
    old = {post.pk: Hours.of(post) for post in posts}
    for post in sorted(posts, key=lambda one: one.pk):
        new = wanted[post.pk]
        Post.objects.filter(pk=post.pk).update(**new._asdict())
        active.filter(post=post).update(report_at=new.report_at, ends_at=new.ends_at)
        hours = {"old": old[post.pk].as_texts(), "new": new.as_texts()}
        history.record("moved", post, by=by, now=now, **hours, together=together, undoing=undoing)
    bump_sequence(active)
    known = [assignment for assignment in on_posts if not assignment.is_draft]
    _tell_moved(known, old, by=by, now=now)
    for post in posts:
        searches.settle(post, repaced=True, by=by, now=now)
    return known


def _refuse_hours(hours, now):
    if not hours.report_at <= hours.starts_at < hours.ends_at:
        raise HoursInOrder
    if hours.ends_at <= now:
        raise HoursAreOver


def refuse_moving_opening(opening: Opening, *, now: datetime) -> None:
    """Its hours stay once it is over, or does not take place. Raises `places.CalledOff`, EveningIsOver."""
    if opening.is_called_off:
        raise places.CalledOff
    if opening.ends_at <= now:
        raise EveningIsOver


def refuse_moving_post(post: Post, *, now: datetime) -> None:
    """The same for a post, whose end counts. Raises CalledOff and PostIsOver of `places`."""
    if post.is_called_off:
        raise places.CalledOff
    if post.has_ended(now):
        raise places.PostIsOver


def _tell_moved(assignments, old, *, by, now):
    fresh = Assignment.objects.for_pages().select_related("volunteer__user").in_bulk([a.pk for a in assignments])
    for assignment in (fresh[one.pk] for one in assignments):
        due = now + assignment.post.opening.evening.edition.rules.undo
        tell(assignment, "moved", was=old[assignment.post_id].as_texts(), due=due, by=by, now=now)
        plan_reminders(assignment, by=by, now=now)
