"""A volunteer's evenings, as she reads them: the next one in full, then one line an evening, then the past."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from nocturnes import hours
from nocturnes.models import Edition, Evening
from nocturnes.prepared import Prepared
from shifts.models import Assignment, Reserve
from volunteers.models import Registration, Volunteer

from . import facts, reserve
from .facts import Facts

CAUSES = {
    Assignment.Cause.WITHDREW: "withdrew",
    Assignment.Cause.REMOVED: "removed",
    Assignment.Cause.MOVED: "removed",
    Assignment.Cause.SWAPPED: "removed",
    Assignment.Cause.CALLED_OFF: "called_off",
}


@dataclass(frozen=True)
class Shift(Facts):
    """One published assignment. `state` is confirmed, unconfirmed, withdrew, called_off, removed or over."""

    assignment: Assignment | None = None
    state: str = ""
    days: int = 0

    @property
    def pk(self):
        return self.assignment.pk

    @property
    def is_ahead(self):
        return self.state in ("confirmed", "unconfirmed")

    @property
    def is_long(self):
        return facts.is_long_head(self.date, self.starts)

    @property
    def can_come_back(self):
        """Whether "I can come after all" is worth a button; whether it still works is said by the click."""
        return self.state == "withdrew" and self.post.open_places > 0


@dataclass(frozen=True)
class Line:
    """One coming evening in a line: a place of hers, or an evening on which she is on call."""

    evening: Evening
    shift: Shift | None = None
    reserve: Reserve | None = None

    @property
    def date(self) -> date:
        return self.evening.date

    @property
    def reach(self) -> dict[str, str]:
        """From when to when she can be reached while she is on call."""
        rules = self.evening.edition.rules
        return {"start": f"{rules.reserve_from:%H:%M}", "end": f"{rules.reserve_until:%H:%M}"}


@dataclass(frozen=True)
class Mine:
    """Everything on "my evenings": one evening in full, the others in a line.

    `asked_on_call` waits for her answer, `kept_free` are evenings on which nobody needed her.

    `signer` is the first name that "as soon as Léa publishes" needs, or empty.
    """

    volunteer: Volunteer
    next: Shift | None
    is_first: bool
    then: list[Line]
    asked_on_call: list[Reserve]
    kept_free: list[Reserve]
    past: list[Shift]
    signer: str

    @property
    def helped(self):
        """On how many evenings behind us she helped, or was ready to."""
        return len({one.evening.pk for one in self.past} | {one.evening_id for one in self.kept_free})


def state(assignment: Assignment, *, now: datetime) -> str:
    """How an assignment is to be told to the volunteer at `now`."""
    if not assignment.is_active:
        over = assignment.post.has_ended(now) and assignment.withdrew
        return "over" if over else CAUSES[assignment.cause]
    if assignment.post.is_called_off:
        return "called_off"
    if assignment.post.has_ended(now):
        return "over"
    return "confirmed" if assignment.is_confirmed else "unconfirmed"


def current(assignment: Assignment) -> Assignment:
    """The assignment that an old link is about today: who gave a place back and took it again has a newer one."""
    if assignment.is_active:
        return assignment
    same = Assignment.objects.active().published().filter(post=assignment.post_id, volunteer=assignment.volunteer_id)
    return same.for_pages().select_related("post__opening__evening__lead").first() or assignment


def shift(assignment: Assignment, *, now: datetime) -> Shift:
    """One assignment with its team, for a page of its own."""
    return _in_full(_shift(assignment, now=now), facts.coordinators().first())


def assignments(volunteer: Volunteer) -> list[Assignment]:
    """All that she was ever assigned to, drafts too, by the hour; one query."""
    return _assignments(volunteer=volunteer.pk)


@Prepared
def _assignments(volunteer):
    rows = Assignment.objects.filter(volunteer=volunteer).for_pages().select_related("post__opening__evening__lead")
    return rows.order_by("report_at", "made_at", "pk")


def mine(
    volunteer: Volunteer, hers: Sequence[Assignment], edition: Edition | None, *, now: datetime, chosen: str = ""
) -> Mine:
    """Her evenings of all editions out of `hers` (`assignments`), those of `edition` first; three queries at most.

    The one in full is the next, or the coming one whose assignment has the id `chosen`, as it stands in an address.
    """
    shifts = [_shift(row, now=now) for row in _newest_of_each_post(hers)]
    on_call = reserve.hers(volunteer, hers, now=now)
    coming = [one for one in shifts if not one.post.has_ended(now) and one.state in SHOWN]
    coming.sort(key=lambda one: (one.edition != edition, one.post.report_at))
    ahead = [one for one in coming if one.is_ahead]
    next_one = next((one for one in ahead if str(one.pk) == chosen), ahead[0] if ahead else None)
    first = None if next_one and next_one.evening.lead else facts.coordinators().first()
    then = [Line(one.evening, shift=one) for one in coming if one is not next_one]
    then += [Line(one.evening, reserve=one) for one in on_call.agreed]
    return Mine(
        volunteer=volunteer,
        next=_in_full(next_one, first) if next_one else None,
        is_first=not ahead or next_one is ahead[0],
        # What is sorted already keeps its order within a day.
        then=sorted(then, key=lambda line: (line.evening.edition != edition, line.date)),
        asked_on_call=on_call.asked,
        kept_free=on_call.kept_free,
        past=[one for one in reversed(shifts) if one.assignment.is_active and one.state == "over"],
        signer=first.first_name if first else "",
    )


SHOWN = {"confirmed", "unconfirmed", "withdrew", "called_off"}


def latest_registration(volunteer: Volunteer) -> Registration | None:
    """That in the edition which she joined last, or None."""
    return volunteer.registrations.select_related("edition").order_by("-created_at", "-pk").first()


def _newest_of_each_post(hers):
    """Of what was published, for she knows of nothing else."""
    newest = {row.post_id: row for row in hers if not row.is_draft}
    return sorted(newest.values(), key=lambda row: (row.report_at, row.pk))


def _in_full(shift, first_coordinator):
    """With its team, and the number to call; one query."""
    opening = shift.post.opening_id
    team = facts.teams([opening], without=shift.assignment.volunteer_id).get(opening, [])
    return replace(shift, team=team, call=facts.call(shift.evening, first_coordinator))


def _shift(assignment, *, now):
    evening = assignment.post.opening.evening
    return Shift(
        post=assignment.post,
        assignment=assignment,
        state=state(assignment, now=now),
        days=(evening.date - hours.local_day(now, evening.edition.zone)).days,
    )
