"""Swaps on the pages of volunteers (design.md 3.6): team mates by first name and initial, and nothing of who cannot."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from nocturnes import links
from nocturnes.alphabet import folded
from shifts.actions.swaps import fitting
from shifts.models import Assignment, Swap
from volunteers.models import Volunteer

from . import facts
from .facts import Facts


@dataclass(frozen=True)
class Exchange(Facts):
    """A place that she could get for hers."""

    place: Assignment | None = None

    @property
    def value(self):
        return f"place-{self.place.pk}"


@dataclass(frozen=True)
class TeamMate:
    """Somebody with whom she shares an opening; `exchanges` are the places there that she could get for hers.

    `is_free` is False where she sees that her mate has a place at the hour of hers: only an exchange can be asked for.
    """

    volunteer: Volunteer
    exchanges: list[Exchange] = field(default_factory=list)
    is_free: bool = True

    @property
    def value(self):
        return f"mate-{self.volunteer.pk}"

    @property
    def name(self):
        return self.volunteer.short_name


def team_mates(assignment: Assignment, *, everywhere: bool, now: datetime) -> list[TeamMate]:
    """Whom she may ask by name: who is at the opening of `assignment` too; `everywhere` adds who is, or was, at another
    opening of this edition where she is. Two queries.

    Who can neither take her place nor exchange it, as far as she sees, is left out. Of their places she learns those
    that she sees on her evenings anyway, at these openings. The link of one place shows nothing of her others
    (design.md 3.5): it is not `everywhere`.
    """
    edition = assignment.post.opening.evening.edition_id
    rows = Assignment.objects.active().published().filter(post__opening__evening__edition=edition)
    hers = list(rows.filter(volunteer=assignment.volunteer).select_related("post"))
    openings = {row.post.opening_id for row in hers} if everywhere else {assignment.post.opening_id}
    there = rows.filter(post__opening__in=openings).exclude(volunteer=assignment.volunteer).for_pages()
    there = there.filter(volunteer__user__is_active=True).order_by("volunteer", "report_at")
    there = sorted(there, key=lambda row: (folded(row.volunteer.short_name), row.volunteer_id))
    busy = {row.volunteer_id for row in there if row.overlaps(assignment)}
    mates: dict[int, TeamMate] = {}
    for row in there:
        mate = mates.setdefault(row.volunteer_id, TeamMate(row.volunteer, is_free=row.volunteer_id not in busy))
        meets = any(row.overlaps(one) for one in hers if one != assignment)
        if row.post_id != assignment.post_id and row.report_at > now and not meets:
            mate.exchanges.append(Exchange(row.post, place=row))
    return [mate for mate in mates.values() if mate.is_free or mate.exchanges]


@dataclass(frozen=True)
class Proposed(Facts):
    """A swap that waits, as one of the two sees it; `who` is empty for somebody whose address she typed."""

    swap: Swap | None = None
    who: str = ""

    @property
    def theirs(self) -> Facts | None:
        return Facts(self.swap.theirs.post) if self.swap.theirs else None

    @property
    def url(self) -> str:
        """The page where who is asked answers: that of the mail's own link."""
        return reverse("swap", args=[links.token("swap", self.swap)])


def waiting(volunteer: Volunteer, *, now: datetime) -> tuple[list[Proposed], list[Proposed]]:
    """What she proposed, and what others asked her, that waits for an answer, or for a coordinator's; one query."""
    asked = Q() if volunteer.blocked_at else Q(volunteer=volunteer, asked_at__isnull=False)
    rows = list(_ahead(now).filter(Q(assignment__volunteer=volunteer) | asked))
    hers = [row for row in rows if row.assignment.volunteer_id == volunteer.pk]
    return [_hers(row) for row in hers], [_theirs(row) for row in rows if row not in hers]


def proposed_for(assignment: Assignment, *, now: datetime) -> list[Proposed]:
    """The same of one place: one, or none."""
    return [_hers(row) for row in _ahead(now).filter(assignment=assignment)]


def _hers(swap):
    return Proposed(swap.assignment.post, swap=swap, who="" if swap.by_address else swap.volunteer.short_name)


def _theirs(swap):
    return Proposed(swap.assignment.post, swap=swap, who=swap.assignment.volunteer.short_name)


def _ahead(now) -> QuerySet[Swap]:
    rows = Swap.objects.live().filter(assignment__cancelled_at=None, assignment__report_at__gt=now)
    rows = rows.exclude(assignment__published_at=None).exclude(theirs__cancelled_at__isnull=False)
    return rows.exclude(theirs__report_at__lte=now).for_pages().order_by("assignment__report_at", "pk")


@dataclass(frozen=True)
class SwapPage(Facts):
    """The question behind the link of a swap. `state` is open, waits (for a coordinator), done, instead (she proposed
    an exchange), declined, or over; `instead` are her own places that she may offer for it, `mine` what she has now."""

    swap: Swap | None = None
    state: str = "over"
    instead: list[Facts] = field(default_factory=list)
    mine: Assignment | None = None

    @property
    def name(self):
        return self.swap.assignment.volunteer.short_name

    @property
    def theirs(self):
        return Facts(self.swap.theirs.post) if self.swap.theirs else None


def swap_page(swap: Swap, *, now: datetime) -> SwapPage:
    """What `swap.volunteer` reads: who asks, which place, and what came of it."""
    post = swap.assignment.post
    state = _state(swap, now)
    team = facts.teams([post.opening_id], without=swap.volunteer_id).get(post.opening_id, [])
    mine = Assignment.objects.active().published().filter(post=post, volunteer=swap.volunteer).for_pages().first()
    return SwapPage(
        post,
        team=[mate for mate in team if mate.name != swap.assignment.volunteer.short_name],
        call=facts.call(post.opening.evening, facts.coordinators().first()),
        swap=swap,
        state=state,
        instead=_instead(swap, now) if state == "open" and not swap.theirs_id else [],
        mine=mine if state == "done" else None,
    )


def _state(swap, now):
    if swap.is_done:
        return "done"
    # Who is blocked is shown no place and no names any more.
    if swap.is_live and not swap.volunteer.blocked_at and not fitting.is_stale(swap, now):
        return "waits" if swap.accepted_at else "open"
    if swap.ended_because == Swap.Because.DECLINED:
        back = Swap.objects.live().filter(assignment__volunteer=swap.volunteer, theirs=swap.assignment)
        return "instead" if back.exists() else "declined"
    return "over"


def _instead(swap, now):
    """Her places ahead that the other one may take, as far as she can know: not the same post."""
    rows = Assignment.objects.active().published().filter(volunteer=swap.volunteer, report_at__gt=now)
    edition = swap.assignment.post.opening.evening.edition_id
    rows = rows.filter(post__opening__evening__edition=edition).exclude(post=swap.assignment.post)
    return [Exchange(row.post, place=row) for row in rows.for_pages().order_by("report_at", "pk")]
