"""Who is there, who is not, and what then happens to her place (design.md 3.9 and 6)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museums.models import Opening
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts.models import Assignment, Search

from . import places, searches
from .assignments import forget_messages
from .her_word import NoLongerAssigned
from .locks import lock_post

# So long before her report time somebody may be here already.
SOON = timedelta(hours=1)
# Nobody counts on; a number above this is a slip.
MOST_EXTRA = 99


class NotTheDay(Refusal):
    sentence = _("Attendance is ticked from the day of the evening on.")


def is_the_day(assignment: Assignment, now: datetime) -> bool:
    """Whether it may be ticked: from the midnight with which the day of its evening begins, in the edition's zone."""
    return assignment.post.opening.evening.day_has_come(now)


@transaction.atomic
def mark(assignment: Assignment, *, arrived: bool | None, by: Actor, now: datetime) -> None:
    """Tick who is there: True arrived, False not here, None takes the tick back. Sends nothing (design.md 3.9).

    Raises NotTheDay before the day of the evening, NoLongerAssigned for a place that was given back.
    """
    if not is_the_day(assignment, now):
        raise NotTheDay
    ticked = Assignment.objects.active().filter(pk=assignment.pk)
    if not ticked.update(arrived_at=now if arrived else None, absent_at=now if arrived is False else None):
        raise NoLongerAssigned
    verb = {True: "arrived", False: "absent", None: "unticked"}[arrived]
    history.record(verb, assignment, by=by, now=now)


@transaction.atomic
def mark_all_arrived(opening: Opening, *, by: Actor, now: datetime) -> None:
    """Tick everybody at `opening` as here who has no tick yet and reports by then, or soon (`is_due`).

    Whoever comes for the last hours of the night is not here when the first are. Raises NotTheDay.
    """
    if not opening.evening.day_has_come(now):
        raise NotTheDay
    unticked = Assignment.objects.expected().filter(post__opening=opening, arrived_at=None, absent_at=None)
    for assignment in unticked.for_pages().order_by("pk"):
        if is_due(assignment.report_at, now):
            mark(assignment, arrived=True, by=by, now=now)


def is_due(report_at: datetime, now: datetime) -> bool:
    """Whether who reports at `report_at` may be here at `now`."""
    return report_at <= now + SOON


@transaction.atomic
def mark_absent(assignment: Assignment, *, then: str = "leave_open", by: Actor, now: datetime) -> Search | None:
    """The coordinator marks that somebody is not there. `then` is "leave_open", "myself" or "search" (design.md 6).

    Being absent frees nothing by itself: with "leave_open" the place stays hers, in case she still comes. "myself" and
    "search" free it, so that somebody else can be put there or asked, as long as the post has not ended. Nobody is
    told: she is not there, and whoever called her knows. Returns the search, where one begins. Raises NotTheDay before
    the day of the evening, NoLongerAssigned for a place that was given back.
    """
    # Posts come before everything else that is locked.
    post = lock_post(assignment.post_id)
    mark(assignment, arrived=False, by=by, now=now)
    if then == "leave_open" or post.has_ended(now):
        return None
    places.free_place(assignment, cause=Assignment.Cause.REMOVED, now=now)
    history.record("freed_absent", assignment, by=by, now=now, then=then)
    forget_messages(assignment, by=by, now=now)
    return searches.open_search(post, by=by, now=now) if then == "search" else None


@transaction.atomic
def note_extra(opening: Opening, *, seen: int, come: bool, by: Actor, now: datetime) -> None:
    """Somebody came who was not on the list (`come`), or that is taken back. Sends nothing, and keeps no name.

    `seen` is the number that stood on the page: a second click, or a page that is older, changes nothing. Who it is, a
    coordinator hears by phone and puts on a post. Raises NotTheDay before the day of the evening, CalledOff for an
    opening that does not take place.
    """
    if not opening.evening.day_has_come(now):
        raise NotTheDay
    if opening.is_called_off:
        raise places.CalledOff
    number = seen + 1 if come else seen - 1
    if not 0 <= number <= MOST_EXTRA:
        return
    if Opening.objects.filter(pk=opening.pk, came_extra=seen).update(came_extra=number):
        verb = "extra_came" if come else "extra_taken_back"
        history.record(verb, opening, by=by, now=now, old=seen, new=number)
