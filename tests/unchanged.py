"""For tests of what must change nothing: every row as it was, and no table read where nothing was written at all."""

from contextlib import contextmanager

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection

# With these a statement begins that changes no row, or takes a change back.
READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET")
OF_A_VISIT = f'"{Session._meta.db_table}"'


def rows():
    """Every row of the database but those that a visit itself needs: sessions."""
    models = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: sorted(model._base_manager.values_list(), key=repr) for model in models}


class Watch:
    """Stands before every statement; reads all rows when the first one comes that may change some."""

    def __init__(self):
        self.before = None

    def __call__(self, execute, sql, params, many, context):
        if self.before is None and not sql.startswith(READS) and OF_A_VISIT not in sql:
            self.before = rows()
        return execute(sql, params, many, context)


@contextmanager
def nothing_changes(where=""):
    """Fails where a row is another one at the end; `where` says of what, in a test of many things."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield
    assert watch.before is None or rows() == watch.before, where
