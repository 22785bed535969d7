"""What is known of the volunteers of an edition whatever evening it is about, read when it is asked for.

Searches on many evenings share one: what is read here stays as it is while people are asked.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cached_property

from django.db.models import Aggregate, CharField, Count, F, Q, QuerySet
from django.db.models.lookups import In

from shifts.models import Assignment, Offer
from volunteers.models import Registration, Volunteer

from .nights import nights_on_call


class Season:
    """The facts by the volunteer's id. `only` restricts what is read to these volunteers."""

    def __init__(self, edition: int, now: datetime, only: Collection[int] | None = None):
        self.edition = edition
        self.now = now
        self.only = None if only is None else list(only)
        self.evenings: dict[int, int] = {}
        # Of these evenings, how many she was on call for nothing.
        self.nights: dict[int, int] = {}
        self.likes = _Links(self._likes)
        self.knows = _Links(self._knows)

    @cached_property
    def speakers(self) -> dict[str, set[int]]:
        """Who speaks the language of that code."""
        rows = self.of(Volunteer.languages.through.objects.order_by())
        rows = rows.values_list("language__code").annotate(ids=Ids("volunteer"))
        return {code: set(numbers(ids)) for code, ids in rows}

    @cached_property
    def not_at(self) -> dict[int, frozenset[int]]:
        """The museums where she is not placed."""
        rows = self.of(Volunteer.not_at.through.objects.order_by())
        return frozen(rows.values_list("volunteer_id", "museum_id"))

    def _likes(self, role):
        rows = Registration.roles.through.objects.filter(registration__edition=self.edition, **role)
        return self.of(rows, "registration__volunteer").values_list("role_id", "registration__volunteer_id")

    def _knows(self, museum):
        """Who said that she knows a museum, or was there: ticked, or nobody said that she was not."""
        said = Registration.museums.through.objects.filter(registration__edition=self.edition, **museum)
        yield from self.of(said, "registration__volunteer").values_list("museum_id", "registration__volunteer_id")
        was_there = Q(absent_at=None) & (Q(arrived_at__isnull=False) | Q(ends_at__lte=self.now))
        been = self._places().filter(was_there, cancelled_at=None)
        been = been.filter(**{f"post__opening__{name}": value for name, value in museum.items()})
        yield from been.values_list("post__opening__museum_id", "volunteer_id")

    def _places(self):
        return self.of(Assignment.objects.filter(post__opening__evening__edition=self.edition)).order_by()

    @cached_property
    def absences(self) -> dict[int, int]:
        """How often she was missing without a word."""
        absent = self._places().filter(absent_at__isnull=False).values_list("volunteer_id")
        return dict(absent.annotate(Count("pk")))

    @cached_property
    def said_yes(self) -> dict[int, int]:
        """To how many messages she said yes, in time or too late."""
        offers = self.of(Offer.objects.filter(ask__evening__edition=self.edition)).order_by()
        yes = offers.filter(answer__in=[Offer.Answer.YES, Offer.Answer.LATE]).values_list("volunteer_id")
        return dict(yes.annotate(Count("ask", distinct=True)))

    def evenings_of(self, volunteer: int, everybody: Iterable[int]) -> int:
        """On how many evenings she has a place, past and to come.

        Those of `everybody` are counted with hers, where `count_evenings` was not called for her before.
        """
        if volunteer not in self.evenings:
            self.count_evenings(everybody)
        return self.evenings[volunteer]

    def count_evenings(self, volunteers: Iterable[int]) -> None:
        """Count the evenings of these volunteers, in two queries: it is the dearest of all that is known of somebody.

        On call until an evening was staffed is an evening, too.
        """
        volunteers = [pk for pk in volunteers if pk not in self.evenings]
        if not volunteers:
            return
        places = self._places().filter(Among(F("volunteer"), volunteers), cancelled_at=None)
        evenings = Count("post__opening__evening", distinct=True)
        counted = dict(places.values_list("volunteer_id").annotate(evenings))
        self.nights |= nights_on_call(self.edition, volunteers)
        self.evenings.update((pk, counted.get(pk, 0) + self.nights.get(pk, 0)) for pk in volunteers)

    def of(self, rows: QuerySet, column: str = "volunteer") -> QuerySet:
        """`rows` of the volunteers that are read."""
        return rows if self.only is None else rows.filter(Among(F(column), self.only))


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
            self.known = {pk: frozenset(), **frozen(pairs)}
        return self.known.get(pk, frozenset())


def frozen(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """What belongs to each first one of `pairs`."""
    sets = defaultdict(set)
    for key, value in pairs:
        sets[key].add(value)
    return {key: frozenset(values) for key, values in sets.items()}


class Ids(Aggregate):
    """The ids of a group, as `numbers` reads them: one row of them is read faster than a row each."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **context)


def numbers(ids: str) -> list[int]:
    return [int(pk) for pk in ids.split(",")]


class Among(In):
    """`IN` as one parameter where the database knows arrays: hundreds take Django longer than the query."""

    def get_prep_lookup(self):
        return self.rhs

    def as_postgresql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, self.rhs]
