"""A database for the bench alone, on a PostgreSQL that is there or one that is started for it."""

import contextlib
import os
import secrets
import tempfile
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from nocturnes.scratch.postgresql import postgresql

VARIABLE = "BENCH_DATABASE_URL"


@contextlib.contextmanager
def server():
    """Yields the address of a database on the server to use: the one that the variable names, else a new server's.

    Raises nocturnes.scratch.processes.NotThere with one sentence where there is no PostgreSQL.
    """
    address = os.environ.get(VARIABLE, "").strip()
    if address:
        yield address
        return
    with tempfile.TemporaryDirectory(prefix="nocturnes-bench-server-") as folder, postgresql(folder) as address:
        yield address


@contextlib.contextmanager
def database(address: str):
    """Creates a database beside the one at `address`, yields its own address, and drops it whatever happened."""
    name = f"nocturnes_bench_{os.getpid()}_{secrets.token_hex(3)}"
    _execute(address, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(address)._replace(path=f"/{name}").geturl()
    finally:
        _execute(address, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(address, statement):
    connection = psycopg2.connect(address)
    # A database is neither created nor dropped inside a transaction.
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)
