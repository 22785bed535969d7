"""What moving an opening or a post will do, before anybody clicks."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from messaging.models import Message
from museums.models import Opening
from nocturnes.alphabet import folded
from shifts.actions import Hours, reminders
from shifts.actions.evenings import overlapping
from shifts.models import Assignment, Offer, Post

from .calling_off import late
from .evening import Told, told
from .staffing import Person

REMINDERS = ("reminder_briefing", "reminder_unconfirmed", "reminder_eve")


@dataclass(frozen=True)
class Change:
    """Hours as they are and as they will be, in words: "17:30 · 18:00–22:00". `post` None is the opening itself."""

    was: str
    will_be: str
    post: Post | None = None
    people: int = 0


@dataclass(frozen=True)
class Clash:
    """Somebody who would be in two places: `assignment` is on a post that moves, `other` elsewhere."""

    assignment: Assignment
    other: Assignment


@dataclass(frozen=True)
class BeforeMoving:
    """`told` know of their place, `drafts` do not and hear nothing. `openings` is the one, for its contacts.

    `briefed`: the briefing has left, so the message says everything again. `reminders` wait, and say the new hours.
    """

    changes: list[Change]
    told: Told
    drafts: int = 0
    clashes: list[Clash] = field(default_factory=list)
    confirmed: int = 0
    offered: int = 0
    reminders: int = 0
    briefed: bool = False
    openings: list[Opening] = field(default_factory=list)
    leaves_late: datetime | None = None

    @property
    def is_possible(self):
        return bool(self.changes) and not self.clashes


def before_moving(
    opening: Opening, opening_hours: tuple[datetime, datetime] | None, wanted: dict[int, Hours], *, now: datetime
) -> BeforeMoving:
    """Who is told, and who would be in two places, if `opening` took place at `opening_hours` (None: as now) and its
    posts at `wanted`; a constant number of queries.
    """
    evening = opening.evening
    posts = [p for p in opening.posts.select_related("role").order_by("report_at", "pk") if _moves(p, wanted)]
    active = Assignment.objects.active().filter(post__in=posts)
    people = list(active.select_related("volunteer").order_by("pk"))
    known = [row for row in people if not row.is_draft]
    moved = {post.pk: wanted[post.pk] for post in posts}
    return BeforeMoving(
        changes=[*_of_opening(opening, opening_hours), *_of_posts(posts, wanted, people, evening.edition.zone)],
        told=told([Person(row, []) for row in known]),
        drafts=len(people) - len(known),
        clashes=_clashes(moved, people),
        confirmed=sum(row.is_confirmed for row in known),
        offered=Offer.objects.live().filter(search__post__in=posts).values("volunteer").distinct().count(),
        reminders=_waiting(known).count(),
        briefed=bool(known) and now >= reminders.moment(evening, evening.edition.rules.briefing),
        openings=[opening],
        leaves_late=late(evening.edition, now) if known else None,
    )


def _moves(post, wanted):
    return post.pk in wanted and Hours.of(post) != wanted[post.pk]


def _of_opening(opening, hours):
    if hours is None or hours == (opening.starts_at, opening.ends_at):
        return []
    zone = opening.evening.edition.zone
    return [Change(_span(opening.starts_at, opening.ends_at, zone), _span(*hours, zone))]


def _of_posts(posts: Iterable[Post], wanted, people, zone):
    on_post = Counter(row.post_id for row in people)
    return [Change(words(Hours.of(post), zone), words(wanted[post.pk], zone), post, on_post[post.pk]) for post in posts]


def _clashes(moved, people):
    """Two posts of the same move are named once, from the one that comes first."""
    found = {frozenset((one.pk, other.pk)): Clash(one, other) for one, other in overlapping(moved, people)}
    return sorted(found.values(), key=lambda one: (folded(one.assignment.volunteer.short_name), one.assignment.pk))


def _waiting(known):
    label = Assignment._meta.label_lower
    about = Message.objects.filter(about_type=label, about_id__in=[row.pk for row in known])
    return about.pending().filter(kind__in=REMINDERS)


def words(hours: Hours, zone) -> str:
    """Hours of a post on the clock of the edition: "17:30 · 18:00–22:00", the report time first."""
    return f"{_hour(hours.report_at, zone)} · {_span(hours.starts_at, hours.ends_at, zone)}"


def _span(starts, ends, zone):
    return f"{_hour(starts, zone)}–{_hour(ends, zone)}"


def _hour(moment, zone):
    return f"{timezone.localtime(moment, zone):%H:%M}"
