"""Every post of an evening at once: report times and places, all of them or none."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes.history import Actor
from nocturnes.models import Evening, User
from nocturnes.refusals import Refusal
from shifts.actions import evenings, places
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


@transaction.atomic
def change_posts(evening: Evening, rows: list[Row], *, by: Actor, now: datetime) -> int:
    """Change the posts that `rows` name; returns how many changed. Who is on a post that moves is told once.

    Raises TableRefused with everything that is wrong, and then nothing is changed.
    """
    wanted = {row.post: row for row in rows}
    mine = Post.objects.filter(opening__evening=evening, pk__in=wanted)
    posts = places.lock_posts(mine.values_list("pk", flat=True))
    _lock_people([post for post in posts if _moves(post, wanted[post.pk])])
    wrong: dict[tuple[int, str], str] = {}
    changed = {post.pk for post in posts if _change_places(post, wanted[post.pk], wrong, by=by, now=now)}
    for post in sorted(posts, key=lambda one: _first_out_of_the_way(one, wanted[one.pk])):
        if _move(post, wanted[post.pk], wrong, by=by, now=now):
            changed.add(post.pk)
    if wrong:
        raise TableRefused(wrong)
    return len(changed)


def _lock_people(posts):
    """People, then the rows that messages to them lock, each in the order of their ids and before any post moves."""
    on_them = Assignment.objects.active().filter(post__in=[post.pk for post in posts])
    volunteers = places.lock_volunteers(on_them.values_list("volunteer", flat=True))
    users = User.objects.select_for_update(no_key=True).filter(pk__in=[one.user_id for one in volunteers])
    list(users.order_by("pk"))


def _moves(post, row):
    return row.report_at is not None and row.report_at != post.report_at


def _first_out_of_the_way(post, row):
    """Posts that move later are moved from the last one on, the others from the first: nobody meets herself."""
    if not _moves(post, row):
        return (0, 0.0)
    seconds = post.report_at.timestamp()
    return (1, -seconds) if row.report_at > post.report_at else (2, seconds)


def _change_places(post, row, wrong, *, by, now):
    wanted = post.places if row.places is None else row.places
    needed = post.needed if row.needed is None else row.needed
    if (wanted, needed) == (post.places, post.needed):
        return False
    try:
        evenings.change_places(post, places_wanted=wanted, needed=needed, by=by, now=now)
    except evenings.NeededAreWanted as refusal:
        wrong[post.pk, "needed"] = str(refusal)
    except Refusal as refusal:
        wrong[post.pk, "places" if wanted != post.places else "needed"] = str(refusal)
    return True


def _move(post, row, wrong, *, by, now):
    if not _moves(post, row):
        return False
    if post.has_ended(now):
        wrong[post.pk, "report_at"] = str(places.PostIsOver())
        return True
    try:
        evenings.move_hours(
            post, report_at=row.report_at, starts_at=post.starts_at, ends_at=post.ends_at, by=by, now=now
        )
    except Refusal as refusal:
        wrong[post.pk, "report_at"] = str(refusal)
    return True
