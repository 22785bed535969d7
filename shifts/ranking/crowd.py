"""What is known of the volunteers of an edition, seen from one evening: read when it is asked for, for all at once.

An edition may have thousands of volunteers and years of places. To rank them for one place takes a few facts of each,
and the others only of those who come first; so nothing is read before somebody wants to know it, and then by one query.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Aggregate, CharField, Count, F, FilteredRelation, Max, Q
from django.db.models.lookups import In, IsNull

from nocturnes.hours import instant, local_day
from nocturnes.models import Evening
from shifts.models import Ask, Assignment, LeftOut, Offer
from volunteers.models import Registration, Volunteer

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

    def __init__(
        self, evening: Evening, now: datetime, only: Collection[int] | None, counted: dict[int, int] | None = None
    ):
        self.evening = evening
        self.now = now
        self.only = None if only is None else list(only)
        self.shown = None
        self.evenings: dict[int, int] = {} if counted is None else counted
        self.likes = _Links(self._likes)
        self.knows = _Links(self._knows)

    def people(self) -> Iterable[tuple["Facts", list[int]]]:
        """Everybody who is registered, but whom the coordinator did not welcome: the ids of those who are alike.

        The database sorts them: of thousands most gave one of a few answers, and nothing else is known of them.
        """
        theirs = FilteredRelation("availabilities", condition=Q(availabilities__evening=self.evening.pk))
        rows = self._registrations().annotate(theirs=theirs).order_by()
        rows = rows.values_list(*FACTS.values()).annotate(ids=_Ids("volunteer"))
        return [(Facts(*facts), _numbers(ids)) for *facts, ids in rows]

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
    def speakers(self) -> dict[str, set[int]]:
        """Who speaks the language of that code."""
        rows = self._of(Volunteer.languages.through.objects.order_by())
        rows = rows.values_list("language__code").annotate(ids=_Ids("volunteer"))
        return {code: set(_numbers(ids)) for code, ids in rows}

    @cached_property
    def not_at(self) -> dict[int, frozenset[int]]:
        """The museums where she is not placed."""
        rows = self._of(Volunteer.not_at.through.objects.order_by())
        return _frozen(_sets(rows.values_list("volunteer_id", "museum_id")))

    def _likes(self, role):
        rows = Registration.roles.through.objects.filter(registration__edition=self.evening.edition_id, **role)
        return self._of(rows, "registration__volunteer").values_list("role_id", "registration__volunteer_id")

    def _knows(self, museum):
        """Who said that she knows a museum, or was there: ticked, or nobody said that she was not."""
        said = Registration.museums.through.objects.filter(registration__edition=self.evening.edition_id, **museum)
        yield from self._of(said, "registration__volunteer").values_list("museum_id", "registration__volunteer_id")
        was_there = Q(absent_at=None) & (Q(arrived_at__isnull=False) | Q(ends_at__lte=self.now))
        been = self._places().filter(was_there, cancelled_at=None)
        been = been.filter(**{f"post__opening__{name}": value for name, value in museum.items()})
        yield from been.values_list("post__opening__museum_id", "volunteer_id")

    def _places(self):
        return self._of(Assignment.objects.filter(post__opening__evening__edition=self.evening.edition_id)).order_by()

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
        searches, declined = defaultdict(set), set()
        for volunteer, search, answer in rows.values_list("volunteer_id", "search_id", "answer"):
            searches[volunteer].add(search)
            if answer == Offer.Answer.NO:
                declined.add(volunteer)
        left_out = self._of(LeftOut.objects.filter(search__post__opening__evening=self.evening.pk)).order_by()
        left_out = _frozen(_sets(left_out.values_list("volunteer_id", "search_id")))
        return Offered(_frozen(searches), left_out, declined)

    @cached_property
    def past(self) -> dict[int, Past]:
        """Of whom there is something to know: most were never asked and never missing."""
        asked, zone = self.asked, self.evening.edition.zone
        offers = self._of(Offer.objects.filter(ask__evening__edition=self.evening.edition_id)).order_by()
        yes = offers.filter(answer__in=[Offer.Answer.YES, Offer.Answer.LATE]).values_list("volunteer_id")
        said_yes = dict(yes.annotate(Count("ask", distinct=True)))
        absent = self._places().filter(absent_at__isnull=False).values_list("volunteer_id")
        absences = dict(absent.annotate(Count("pk")))
        return {
            pk: Past(absences.get(pk, 0), local_day(last, zone) if last else None, times, said_yes.get(pk, 0))
            for pk in asked.keys() | absences.keys()
            for *_lately, times, last in [asked.get(pk, NEVER)]
        }

    def evenings_of(self, volunteer: int, everybody: Iterable[int]) -> int:
        """On how many evenings she has a place, past and to come.

        Those of `everybody` are counted with hers, where `count_evenings` was not called for her before.
        """
        if volunteer not in self.evenings:
            self.count_evenings(everybody)
        return self.evenings[volunteer]

    def count_evenings(self, volunteers: Iterable[int]) -> None:
        """Count the evenings of these volunteers, in one query: it is the dearest of all that is known of somebody."""
        volunteers = [pk for pk in volunteers if pk not in self.evenings]
        if not volunteers:
            return
        places = self._places().filter(_Among(F("volunteer"), volunteers), cancelled_at=None)
        evenings = Count("post__opening__evening", distinct=True)
        counted = dict(places.values_list("volunteer_id").annotate(evenings))
        self.evenings.update((pk, counted.get(pk, 0)) for pk in volunteers)

    def _of(self, rows, column="volunteer"):
        return rows if self.only is None else rows.filter(_Among(F(column), self.only))


class _Links:
    """Who is linked with what: read for one thing alone, and for all of them as soon as a second one is asked for."""

    def __init__(self, read: Callable[[dict], Iterable[tuple[int, int]]]):
        self.read = read
        self.known: dict[int, set[int]] = {}
        self.is_complete = False

    def of(self, name: str, pk: int) -> set[int]:
        """The volunteers who are linked with the thing `pk`; `name` is that of the column."""
        if pk not in self.known and not self.is_complete:
            self.is_complete = bool(self.known)
            pairs = self.read({} if self.is_complete else {name: pk})
            self.known = {pk: set(), **_sets(pairs)}
        return self.known.get(pk, set())


def _sets(pairs):
    sets = defaultdict(set)
    for key, value in pairs:
        sets[key].add(value)
    return sets


def _frozen(sets):
    return {key: frozenset(values) for key, values in sets.items()}


class _Ids(Aggregate):
    """The ids of a group, as `_numbers` reads them: one row of them is read faster than a row each."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **context)


def _numbers(ids):
    return [int(pk) for pk in ids.split(",")]


class _Among(In):
    """`IN` as one parameter where the database knows arrays: hundreds take Django longer than the query."""

    def get_prep_lookup(self):
        return self.rhs

    def as_postgresql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, self.rhs]
