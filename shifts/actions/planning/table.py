"""Every post of an evening at once: report times and places, all of them or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.refusals import Refusal
from shifts.actions import places
from shifts.actions.evenings import (
    Hours,
    HoursInOrder,
    MoveOverlaps,
    NeededAreWanted,
    change_places,
    move_posts,
    overlapping,
)
from shifts.actions.locks import lock_posts
from shifts.models import Assignment, Post


class TableRefused(Refusal):
    """`cells` says what is wrong where: {(post, "report_at" | "places" | "needed"): sentence}."""

    sentence = _("Nothing is saved yet. Look at the marked cells, then save again.")

    def __init__(self, cells: dict[tuple[int, str], str]):
        super().__init__()
        self.cells = cells


@dataclass(frozen=True)
class Row:
    """What is wanted of one post; None stays as it is."""

    post: int
    report_at: datetime | None = None
    places: int | None = None
    needed: int | None = None


@dataclass(frozen=True)
class Changed:
    """How many posts have other hours or places now, and how many people are told of it."""

    posts: int
    told: int


@transaction.atomic
def change_posts(
    evening: Evening,
    rows: list[Row],
    *,
    then: str = "leave_open",
    unread: Mapping[tuple[int, str], str] | None = None,
    by: Actor,
    now: datetime,
) -> Changed:
    """Change the posts that `rows` name. Who is on posts that move is told once.

    `then` is about places that are added: "search" looks for people at once. `unread` are cells that could not be read,
    with their sentences: they are refused together with the rest. Raises TableRefused with everything that is wrong,
    and then nothing is changed.
    """
    wanted = {row.post: row for row in rows}
    lock_posts(Post.objects.filter(opening__evening=evening, pk__in=wanted).values_list("pk", flat=True))
    posts = list(Post.objects.for_pages().filter(opening__evening=evening, pk__in=wanted).order_by("pk"))
    wrong = dict(unread or {})
    resized = {post.pk for post in posts if _change_places(post, wanted[post.pk], then, wrong, by=by, now=now)}
    moves = {
        post.pk: Hours(wanted[post.pk].report_at, post.starts_at, post.ends_at)
        for post in posts
        if wanted[post.pk].report_at not in (None, post.report_at)
    }
    _refuse_moves([post for post in posts if post.pk in moves], moves, wrong, now=now)
    if wrong:
        raise TableRefused(wrong)
    try:
        told = move_posts(evening, moves, resized=bool(resized), by=by, now=now)
    except Refusal as refusal:
        raise TableRefused({(pk, "report_at"): str(refusal) for pk in moves}) from None
    return Changed(len(resized | moves.keys()), told)


def _change_places(post, row, then, wrong, *, by, now):
    wanted = post.places if row.places is None else row.places
    needed = post.needed if row.needed is None else row.needed
    if (wanted, needed) == (post.places, post.needed):
        return False
    more = then if wanted > post.places else "leave_open"
    try:
        change_places(post, places_wanted=wanted, needed=needed, then=more, by=by, now=now)
    except NeededAreWanted as refusal:
        wrong[post.pk, "needed"] = str(refusal)
    except Refusal as refusal:
        wrong[post.pk, "places" if wanted != post.places else "needed"] = str(refusal)
    return True


def _refuse_moves(posts, moves, wrong, *, now):
    """Say beside each hour what is wrong with it, where the move itself would stop at the first."""
    on_posts = Assignment.objects.active().filter(post__in=moves).select_related("volunteer")
    for assignment, _other in overlapping(moves, list(on_posts)):
        wrong[assignment.post_id, "report_at"] = str(MoveOverlaps(names=assignment.volunteer.short_name))
    for post in posts:
        if post.is_called_off:
            wrong[post.pk, "report_at"] = str(places.CalledOff())
        elif post.has_ended(now):
            wrong[post.pk, "report_at"] = str(places.PostIsOver())
        elif moves[post.pk].report_at > post.starts_at:
            wrong[post.pk, "report_at"] = str(HoursInOrder())
