"""What is known of the volunteers of an edition, seen from one evening: read when it is asked for, for all at once.

An edition may have thousands of volunteers and years of places. To rank them for one place takes a few facts of each,
and the others only of those who come first; so nothing is read before somebody wants to know it, and then by one query.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, F, FilteredRelation, Max, Q
from django.db.models.lookups import IsNull

from nocturnes.hours import instant, local_day
from nocturnes.models import Evening
from shifts.models import Ask, Assignment, LeftOut, Offer
from volunteers.models import Registration

from .season import Among, Ids, Season, frozen, numbers

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
    """What somebody is and said, as far as this evening goes: of whom one of these differs, something else may hold."""

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


# Where each of these stands, seen from a registration; `theirs` is her answer for the evening.
FACTS = {
    "age_group": F("volunteer__age_group"),
    "has_consent": IsNull(F("volunteer__parent_consented_at"), False),
    "is_accepted": IsNull(F("volunteer__accepted_at"), False),
    "is_blocked": IsNull(F("volunteer__blocked_at"), False),
    "most_evenings": F("most_evenings"),
    "may_be_asked": F("may_be_asked"),
    "no_asks_until": F("no_asks_until"),
    "was_paused": IsNull(F("paused_at"), False),
    "paused_until": F("paused_until"),
    "answer": F("theirs__answer"),
    "on_call": IsNull(F("theirs__on_call_at"), False),
}


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
        self.only = only
        self.season = season or Season(evening.edition_id, now, only)
        self.shown = None

    def people(self) -> Iterable[tuple["Facts", list[int]]]:
        """Everybody who is registered, but whom the coordinator did not welcome: the ids of those who are alike.

        The database sorts them: of thousands most gave one of a few answers, and nothing else is known of them.
        """
        theirs = FilteredRelation("availabilities", condition=Q(availabilities__evening=self.evening.pk))
        rows = self._registrations().annotate(theirs=theirs).order_by()
        rows = rows.values_list(*FACTS.values()).annotate(ids=Ids("volunteer"))
        return [(Facts(*facts), numbers(ids)) for *facts, ids in rows]

    def _registrations(self):
        rows = Registration.objects.filter(edition=self.evening.edition_id)
        return self._of(rows.filter(volunteer__declined_at=None, volunteer__user__is_active=True))

    def show(self, volunteers: Collection[int]) -> None:
        """Read the whole rows of these volunteers only, when somebody asks for one."""
        self.shown = list(volunteers)

    @cached_property
    def rows(self) -> dict[int, Registration]:
        """Her registration with her volunteer, user and languages."""
        rows = self._registrations().select_related("volunteer__user").prefetch_related("volunteer__languages")
        if self.shown is not None:
            rows = rows.filter(volunteer__in=self.shown)
        return {row.volunteer_id: row for row in rows}

    @cached_property
    def day(self) -> Day:
        day = instant(self.evening.date, datetime.min.time(), self.evening.edition.zone)
        # No post lasts two days, and an index finds what begins in a few.
        rows = Assignment.objects.filter(
            report_at__gt=day - 3 * A_DAY, report_at__lt=day + 2 * A_DAY, ends_at__gt=day - A_DAY
        )
        columns = ("volunteer_id", "report_at", "ends_at", "cancelled_at", "cause", "absent_at")
        rows = self._of(rows).order_by().values_list(*columns, "post__opening__evening_id")
        busy, here, withdrew = defaultdict(list), set(), set()
        for volunteer, report_at, ends_at, cancelled_at, cause, absent_at, evening in rows:
            if cancelled_at is None:
                busy[volunteer].append((report_at, ends_at))
                if evening == self.evening.pk:
                    here.add(volunteer)
            # Whose place was freed because she was not there is not asked to fill it.
            elif evening == self.evening.pk and (cause in GAVE_UP or absent_at):
                withdrew.add(volunteer)
        return Day({pk: tuple(sorted(hours)) for pk, hours in busy.items()}, here, withdrew)

    @cached_property
    def asked(self) -> dict[int, Asked]:
        """Of whom was asked anything in the edition."""
        rows = self._of(Ask.objects.filter(evening__edition=self.evening.edition_id)).order_by()
        # What the reserve is asked is agreed, and does not count (design.md 6).
        lately, ours = Q(asked_at__gt=self.now - A_WEEK, reserve=False), Q(evening=self.evening.pk)
        rows = rows.values_list("volunteer_id").annotate(
            lately=Count("pk", filter=lately),
            ours=Count("pk", filter=ours & Q(reserve=False)),
            stand_by=Count("pk", filter=ours & Q(stands_by_at__isnull=False)),
            ever=Count("pk"),
            last=Max("asked_at"),
        )
        return {pk: Asked(*numbers) for pk, *numbers in rows}

    @cached_property
    def offered(self) -> Offered:
        rows = self._of(Offer.objects.filter(search__post__opening__evening=self.evening.pk)).order_by()
        rows = list(rows.values_list("volunteer_id", "search_id", "answer"))
        declined = {volunteer for volunteer, _search, answer in rows if answer == Offer.Answer.NO}
        left_out = self._of(LeftOut.objects.filter(search__post__opening__evening=self.evening.pk)).order_by()
        left_out = frozen(left_out.values_list("volunteer_id", "search_id"))
        return Offered(frozen(row[:2] for row in rows), left_out, declined)

    @cached_property
    def past(self) -> dict[int, Past]:
        """Of whom there is something to know: most were never asked and never missing."""
        asked, absences, said_yes = self.asked, self.season.absences, self.season.said_yes
        zone = self.evening.edition.zone
        return {
            pk: Past(absences.get(pk, 0), local_day(last, zone) if last else None, times, said_yes.get(pk, 0))
            for pk in asked.keys() | absences.keys()
            for *_lately, times, last in [asked.get(pk, NEVER)]
        }

    def _of(self, rows):
        return rows if self.only is None else rows.filter(Among(F("volunteer"), list(self.only)))
