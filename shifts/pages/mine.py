"""A volunteer's evenings, as she reads them: the next one in full, then one line an evening, then the past."""

from dataclasses import dataclass
from datetime import datetime

from nocturnes import hours
from nocturnes.models import Edition
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
    def can_come_back(self):
        """Whether "I can come after all" is worth a button; whether it still works is said by the click."""
        return self.state == "withdrew" and self.post.open_places > 0


@dataclass(frozen=True)
class Mine:
    """Everything on "my evenings": one evening in full, the others in a line.

    `on_call` she agreed to, `asked_on_call` waits for her answer, `kept_free` are evenings on which nobody needed her.

    `signer` is the first name that "as soon as Léa publishes" needs, or empty.
    """

    volunteer: Volunteer
    next: Shift | None
    is_first: bool
    then: list[Shift]
    on_call: list[Reserve]
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
    opening = assignment.post.opening_id
    team = facts.teams([opening], without=assignment.volunteer_id).get(opening, [])
    return _shift(assignment, team, facts.coordinators().first(), now=now)


def mine(volunteer: Volunteer, edition: Edition | None, *, now: datetime, chosen: str = "") -> Mine:
    """Her evenings of all editions, those of `edition` first, in a constant number of queries.

    The one in full is the next, or the coming one whose assignment has the id `chosen`, as it stands in an address.
    """
    rows = _newest_of_each_post(volunteer)
    mates = facts.teams({row.post.opening_id for row in rows if row.is_active}, without=volunteer.pk)
    first, on_call = facts.coordinators().first(), reserve.hers(volunteer, now=now)
    shifts = [_shift(row, mates.get(row.post.opening_id, []), first, now=now) for row in rows]
    coming = [one for one in shifts if not one.post.has_ended(now) and one.state in SHOWN]
    coming.sort(key=lambda one: (one.edition != edition, one.post.report_at))
    ahead = [one for one in coming if one.is_ahead]
    next_one = next((one for one in ahead if str(one.pk) == chosen), ahead[0] if ahead else None)
    return Mine(
        volunteer=volunteer,
        next=next_one,
        is_first=not ahead or next_one is ahead[0],
        then=[one for one in coming if one is not next_one],
        on_call=[one for one in on_call if one.is_agreed],
        asked_on_call=[one for one in on_call if not one.is_agreed],
        kept_free=reserve.kept_free(volunteer),
        past=[one for one in reversed(shifts) if one.assignment.is_active and one.state == "over"],
        signer=first.first_name if first else "",
    )


SHOWN = {"confirmed", "unconfirmed", "withdrew", "called_off"}


def latest_registration(volunteer: Volunteer) -> Registration | None:
    return volunteer.registrations.select_related("edition").order_by("-created_at", "-pk").first()


def _newest_of_each_post(volunteer):
    rows = Assignment.objects.published().filter(volunteer=volunteer).for_pages()
    rows = rows.select_related(
        "volunteer",
        "post__role",
        "post__opening__museum",
        "post__opening__evening__lead",
        "post__opening__evening__edition",
    ).order_by("report_at", "made_at", "pk")
    return sorted({row.post_id: row for row in rows}.values(), key=lambda row: (row.report_at, row.pk))


def _shift(assignment, team, first_coordinator, *, now):
    evening = assignment.post.opening.evening
    return Shift(
        post=assignment.post,
        team=team,
        call=facts.call(evening, first_coordinator),
        assignment=assignment,
        state=state(assignment, now=now),
        days=(evening.date - hours.local_day(now, evening.edition.zone)).days,
    )
