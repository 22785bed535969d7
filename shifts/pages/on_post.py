"""Posts and active assignments as far as an evening shows them: there may be hundreds, and rows are slow to make."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from museums.models import Opening
from nocturnes.models import Role
from shifts.models import Assignment, Post
from volunteers.models import Volunteer


class Name(NamedTuple):
    """What a line of an evening says of a volunteer."""

    first_name: str
    last_name: str

    short_name = Volunteer.short_name


@dataclass(slots=True)
class OnPost:
    """An active assignment."""

    pk: int
    post_id: int
    volunteer_id: int
    published_at: datetime | None
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    arrived_at: datetime | None
    absent_at: datetime | None
    volunteer: Name

    # The row's own words, about the same facts by the same names.
    is_active = Assignment.is_active
    is_draft = Assignment.is_draft
    is_confirmed = Assignment.is_confirmed
    state = Assignment.state


@dataclass(slots=True)
class ShownPost:
    """A post, with its opening and role, which many have in common."""

    pk: int
    report_at: datetime
    ends_at: datetime
    places: int
    needed: int
    taken: int
    opening: Opening
    role: Role

    open_places = Post.open_places
    missing = Post.missing
    is_called_off = Post.is_called_off
    has_ended = Post.has_ended


ON_POST = (
    *("pk", "post_id", "volunteer_id", "published_at", "confirmed_at", "cancelled_at", "arrived_at", "absent_at"),
    *("volunteer__first_name", "volunteer__last_name"),
)
SHOWN = ("pk", "report_at", "ends_at", "places", "needed", "taken", "opening_id", "role_id")


def on_posts(rows: Iterable[tuple]) -> list[OnPost]:
    """Of `values_list(*ON_POST)`."""
    return [OnPost(*facts, Name(first, last)) for *facts, first, last in rows]


def shown_posts(rows: Iterable[tuple], openings: dict[int, Opening], roles: dict[int, Role]) -> list[ShownPost]:
    """Of `values_list(*SHOWN)`."""
    return [ShownPost(*facts, openings[opening], roles[role]) for *facts, opening, role in rows]
