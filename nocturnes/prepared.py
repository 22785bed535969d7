"""Queries that are put together once: for a long one Django needs longer to write it than the database to answer it.

The query is built with stand-ins for the values that it depends on and translated into SQL, which is kept; each call
only puts its values in their places. What comes out is what the query itself gives: instances, with what
`select_related` reads of other rows, or the tuples of `values_list`.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from itertools import count
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.lookups import In
from django.db.models.query import ModelIterable, get_related_populators
from django.db.transaction import TransactionManagementError
from django.utils.translation import get_language

# Numbers and moments that no row has.
FIRST_NUMBER = 9_000_000_000_000_000_001
FIRST_MOMENT = datetime(9000, 1, 1, tzinfo=UTC)


class Many(tuple):
    """Ids for `Among`: the SQL is the same for however many there are."""

    __slots__ = ()


class Among(In):
    """`IN` as one parameter: for hundreds Django needs longer to write them down than the database to find them."""

    def get_prep_lookup(self):
        return self.rhs

    def as_sql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        among = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
        return f"{column} {among}", [*parameters, _as_one(self.rhs)]


Value = int | datetime | Sequence[int] | Many


class _Written(NamedTuple):
    """SQL with its parameters, where the values belong in them, what columns become, and what a row of them makes.

    `places` is {position: (name, index)}; without an index all the values of that name belong there.
    """

    sql: str
    parameters: tuple
    places: dict[int, tuple[str, int | None]]
    converters: dict
    make: Callable[[tuple], Model] | None
    locks: bool


class Prepared:
    """A function that returns a QuerySet, called with ids, moments and lists of ids; gives its rows as a list.

    The function may look at the language that is active, and at nothing else but its arguments: it is called once for
    each language and each length of its lists. Without anything in a list there is nothing to find. An argument that
    has a default may be left out: that is another query. What a QuerySet prefetches is not read.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        update_wrapper(self, build)
        self._build = build
        self._written: dict[tuple, _Written] = {}

    def __call__(self, **values: Value) -> list:
        listed = {name: value if isinstance(value, list | tuple) else (value,) for name, value in values.items()}
        if not all(listed.values()):
            return []
        shape = (connection.vendor, get_language(), *((name, _length(several)) for name, several in listed.items()))
        written = self._written.get(shape)
        if written is None:
            written = self._written[shape] = self._write(values)
        # Django says so where it writes a query that locks, and this one may have been written long ago.
        if written.locks and connection.get_autocommit():
            raise TransactionManagementError(f"{self.__name__} locks rows, which holds in a transaction alone.")
        parameters = list(written.parameters)
        for position, (name, index) in written.places.items():
            parameters[position] = _as_one(listed[name]) if index is None else _adapted(listed[name][index])
        with connection.cursor() as cursor:
            try:
                cursor.execute(written.sql, parameters)
            except OverflowError:
                # SQLite refuses a number, typed in an address perhaps, that is too long to be anybody's.
                return []
            rows = cursor.fetchall()
        rows = _converted(rows, written.converters) if written.converters else rows
        return list(map(written.make, rows) if written.make else rows)

    def _write(self, values):
        stand_ins, known, number = {}, {}, count()
        for name, value in values.items():
            if isinstance(value, Many):
                stand_ins[name] = Many([_stand_in(0, next(number))])
                known[_key(_as_one(stand_ins[name]))] = (name, None)
                continue
            several = [_stand_in(one, next(number)) for one in (value if isinstance(value, list | tuple) else [value])]
            known |= {_adapted(one): (name, index) for index, one in enumerate(several)}
            stand_ins[name] = several if isinstance(value, list | tuple) else several[0]
        queryset = self._build(**stand_ins)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        places = {at: known[one] for at, one in enumerate(map(_key, parameters)) if one in known}
        if {name for name, _index in places.values()} != set(values):
            raise ValueError(f"{self.__name__} does not hand all of its arguments to the database.")
        converters = compiler.get_converters([one for one, *_ in compiler.select])
        make = _maker(compiler) if queryset._iterable_class is ModelIterable else None
        return _Written(sql, tuple(parameters), places, converters, make, queryset.query.select_for_update)


def _maker(compiler):
    """What makes an instance of a row, as `ModelIterable` does for a query of its own."""
    info, select = compiler.klass_info, compiler.select
    model, columns = info["model"], slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    names = [one.target.attname for one, *_ in select[columns]]
    related = get_related_populators(info, select, DEFAULT_DB_ALIAS)
    annotated = compiler.annotation_col_map.items()

    def make(row):
        one = model.from_db(DEFAULT_DB_ALIAS, names, row[columns])
        for populator in related:
            populator.populate(row, one)
        for name, at in annotated:
            setattr(one, name, row[at])
        return one

    return make


def _length(several):
    return None if isinstance(several, Many) else len(several)


def _as_one(ids):
    """Ids as one parameter, as `Among` has it."""
    return list(ids) if connection.vendor == "postgresql" else json.dumps(list(ids))


def _stand_in(value, number):
    if isinstance(value, datetime):
        return FIRST_MOMENT + timedelta(days=number)
    return FIRST_NUMBER + number


def _key(parameter):
    """What may be looked up; a parameter may be anything."""
    if isinstance(parameter, list):
        return tuple(parameter)
    return parameter if isinstance(parameter, int | str | datetime) else None


def _adapted(value):
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _converted(rows, converters):
    for row in map(list, rows):
        for at, (several, expression) in converters.items():
            for convert in several:
                row[at] = convert(row[at], expression, connection)
        yield tuple(row)
