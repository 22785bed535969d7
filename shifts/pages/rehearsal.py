"""Whom one may be in a rehearsal, with what makes it interesting to be her now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from museums.models import Museum
from nocturnes.alphabet import folded
from nocturnes.models import User
from shifts.models import Assignment, Offer
from volunteers.models import Volunteer

from .facts import coordinators

AT_FIRST = 10
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Role:
    """A volunteer: her next place, or None, and whether somebody waits for her answer to an offer."""

    volunteer: Volunteer
    next: Assignment | None
    is_asked: bool
    is_new: bool

    @property
    def interest(self):
        """Small first: asked, to confirm, expected, the others."""
        if self.is_asked:
            return 0
        if self.next is None:
            return 3
        return 2 if self.next.is_confirmed else 1


@dataclass(frozen=True)
class Cast:
    """`first` are the volunteers with whom something happens, `others` the rest of them."""

    coordinators: list[User]
    first: list[Role]
    others: list[Role]
    museums: list[Museum]


def cast(*, now: datetime) -> Cast:
    """Everybody whom one may be, in a constant number of queries."""
    volunteers = Volunteer.objects.filter(user__is_active=True).select_related("user")
    coming = Assignment.objects.active().published().filter(ends_at__gt=now).for_pages().order_by("-report_at")
    nexts = {row.volunteer_id: row for row in coming}
    asked = set(Offer.objects.live().filter(search__post__ends_at__gt=now).values_list("volunteer", flat=True))
    roles = [
        Role(one, nexts.get(one.pk), is_asked=one.pk in asked, is_new=one.accepted_at is None) for one in volunteers
    ]
    roles.sort(key=lambda role: (role.interest, folded(role.volunteer.first_name), role.volunteer.pk))
    museums = Museum.objects.filter(openings__ends_at__gt=now - A_DAY).distinct()
    return Cast(
        coordinators=list(coordinators()),
        first=roles[:AT_FIRST],
        others=roles[AT_FIRST:],
        museums=sorted(museums, key=lambda museum: folded(museum.name)),
    )
