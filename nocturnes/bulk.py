"""Rows by the thousand: a model instance for each takes Django longer than the database needs for all of them."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO

from django.db import connection, models


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Insert `rows`, in the caller's transaction; of each the values of `columns`, as the database calls them.

    A value is a number, a truth, a moment or a text, which JSON is too; none is None, and a column that is left out is
    empty. Ids are not read back. Where it is one COPY, nobody who counts queries sees it. Raises IntegrityError.
    """
    table, names = connection.ops.quote_name(model._meta.db_table), ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv)", _as_csv(rows))
            return
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  # nothing of it is a value
        cursor.executemany(sql, [tuple(map(_adapted, row)) for row in rows])


def _as_csv(rows):
    """Texts are quoted, so that an empty one is not taken for NULL."""
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    text.seek(0)
    return text


def _adapted(value):
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
