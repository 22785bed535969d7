"""Active assignments as far as an evening shows them: there may be hundreds, and whole rows are slow to make."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shifts.models import Assignment
from shifts.models.assignments import AssignmentQuerySet
from volunteers.models import Volunteer


class Name(NamedTuple):
    """What a line of an evening says of a volunteer."""

    first_name: str
    last_name: str

    short_name = Volunteer.short_name


@dataclass(slots=True)
class OnPost:
    """An assignment, with the columns that COLUMNS names."""

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


COLUMNS = (
    *("pk", "post_id", "volunteer_id", "published_at", "confirmed_at", "cancelled_at", "arrived_at", "absent_at"),
    *("volunteer__first_name", "volunteer__last_name"),
)


def on_posts(rows: AssignmentQuerySet) -> list[OnPost]:
    return [OnPost(*facts, Name(first, last)) for *facts, first, last in rows.values_list(*COLUMNS)]
