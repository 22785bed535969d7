"""What is known of the volunteers of an edition, seen from one evening: read when it is asked for, for all at once.

An edition may have thousands of volunteers and years of places. To rank them for one place takes a few facts of each,
and the others only of those who come first; so nothing is read before somebody wants to know it, and then by one query.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from nocturnes.hours import instant, local_day
from nocturnes.models import Evening
from shifts.models import Assignment, Offer
from volunteers.models import Registration

from . import rows
from .season import Season, frozen

# Who gave her place back, or handed it to somebody else, cannot come that evening.
GAVE_UP = (Assignment.Cause.WITHDREW, Assignment.Cause.SWAPPED)
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)


class Past(NamedTuple):
    """What somebody was asked in the edition, and what became of it.

    `asks` counts our messages that asked her, `yes` those of them to which she said yes, in time or too late.
    """

    absences: int = 0
    last_asked: date | None = None
    asks: int = 0
    yes: int = 0


class Facts(NamedTuple):
    """What somebody is and said, as far as this evening goes: of whom one of these differs, something else may hold.

    Those of `rows.FACTS`, then her answer for the evening and whether she is on call.
    """

    age_group: str
    has_consent: bool
    is_accepted: bool
    is_blocked: bool
    most_evenings: int | None
    may_be_asked: bool
    no_asks_until: date | None
    was_paused: bool
    paused_until: date | None
    answer: str | None
    on_call: bool


class Day(NamedTuple):
    """The day of the evening: who is busy when, on this or on any edition, who is here, and who cannot be any more."""

    busy: dict[int, tuple[tuple[datetime, datetime], ...]]
    here: set[int]
    withdrew: set[int]


class Asked(NamedTuple):
    """How often somebody was asked, lately and for this evening not counting the reserve; how often she stands by."""

    this_week: int = 0
    this_evening: int = 0
    stands_by: int = 0
    ever: int = 0
    last: datetime | None = None


NEVER = Asked()


class Offered(NamedTuple):
    """The searches of the evening in which each was asked, or is left out by a coordinator, and who said no to one."""

    searches: dict[int, frozenset[int]]
    left_out: dict[int, frozenset[int]]
    declined: set[int]


class Crowd:
    """The facts by the volunteer's id. `only` restricts what is read to these volunteers."""

    def __init__(self, evening: Evening, now: datetime, only: Collection[int] | None, season: Season | None = None):
        self.evening = evening
        self.now = now
        self.season = season or Season(evening.edition_id, now, only)
        self.only = self.season.only
        self.shown = None

    def people(self) -> Iterable[tuple[Facts, set[int]]]:
        """Everybody who is registered, but whom the coordinator did not welcome: the ids of those who are alike."""
        found = rows.answers(evening=self.evening.pk, **self.only)
        answers = [(answer, on_call, rows.numbers(ids)) for answer, on_call, ids in found]
        for facts, silent in self.season.registered:
            for answer, on_call, ids in answers:
                if theirs := silent & ids:
                    yield Facts(*facts, answer, on_call), theirs
                    silent = silent - theirs
            if silent:
                yield Facts(*facts, None, False), silent

    def show(self, volunteers: Collection[int]) -> None:
        """Read the whole rows of these volunteers only, when somebody asks for one."""
        self.shown = list(volunteers)

    @cached_property
    def rows(self) -> dict[int, Registration]:
        """Her registration with her volunteer, user and languages."""
        found = rows.registrations(self.evening.edition_id, **self.only)
        found = found.select_related("volunteer__user").prefetch_related("volunteer__languages")
        if self.shown is not None:
            found = found.filter(volunteer__in=self.shown)
        return {row.volunteer_id: row for row in found}

    @cached_property
    def day(self) -> Day:
        day = instant(self.evening.date, datetime.min.time(), self.evening.edition.zone)
        # No post lasts two days, and an index finds what begins in a few.
        found = rows.days(since=day - 3 * A_DAY, until=day + 2 * A_DAY, ended=day - A_DAY, **self.only)
        busy, here, withdrew = defaultdict(list), set(), set()
        for report_at, ends_at, is_active, cause, was_absent, evening, ids in found:
            people, is_tonight = rows.numbers(ids), evening == self.evening.pk
            if is_active:
                for volunteer in people:
                    busy[volunteer].append((report_at, ends_at))
                here |= people if is_tonight else set()
            # Whose place was freed because she was not there is not asked to fill it.
            elif is_tonight and (cause in GAVE_UP or was_absent):
                withdrew |= people
        return Day({pk: tuple(sorted(hours)) for pk, hours in busy.items()}, here, withdrew)

    @cached_property
    def asked(self) -> dict[int, Asked]:
        """Of whom was asked anything in the edition."""
        lately = self.now - A_WEEK
        found = rows.asks(edition=self.evening.edition_id, evening=self.evening.pk, lately=lately, **self.only)
        return {pk: Asked(*numbers) for pk, *numbers in found}

    @cached_property
    def offered(self) -> Offered:
        searches, left_out, declined = [], [], set()
        for volunteer, search, answer in rows.offers(evening=self.evening.pk, **self.only):
            (left_out if answer == rows.LEFT_OUT else searches).append((volunteer, search))
            if answer == Offer.Answer.NO:
                declined.add(volunteer)
        return Offered(frozen(searches), frozen(left_out), declined)

    @cached_property
    def past(self) -> dict[int, Past]:
        """Of whom there is something to know: most were never asked and never missing."""
        asked, absences, said_yes = self.asked, self.season.absences, self.season.said_yes
        # A wave asks many at one moment.
        days = {last: local_day(last, self.evening.edition.zone) for last in {one.last for one in asked.values()}}
        return {
            pk: Past(absences.get(pk, 0), days.get(last), times, said_yes.get(pk, 0))
            for pk in asked.keys() | absences.keys()
            for *_lately, times, last in [asked.get(pk, NEVER)]
        }
