"""What must be true before the children start: a free port, a data folder of one's own, an up-to-date database."""

import fcntl
import socket
import time
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from nocturnes import catalogues, installation
from nocturnes.models import Edition


def try_port(host, port):
    """Raises CommandError, in one line, when the web server could not listen at `host` and `port`."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = "is taken" if port < 65536 else "is no port"
        if isinstance(error, PermissionError):
            reason = "may not be used by you"
        other = port + 1 if 1024 <= port < 65535 else 8000
        raise CommandError(f"Port {port} {reason}. Choose another one: PORT={other}") from None


def lock(folder, patience=12):
    """Returns an open, locked file: one supervisor a data folder. Raises CommandError while another one runs.

    Waits a little, because a supervisor that was killed leaves a guard that is still clearing up.
    """
    file = (Path(folder) / "serve.lock").open("w")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                file.close()
                raise CommandError(f"Nocturnes already runs over {folder}. End it first, or set DATA_DIR.") from None
            time.sleep(0.2)
        else:
            return file


def prepare(say):
    """Compiles the translations, brings the database up to date, collects the static files.

    A rehearsal gets its edition, once: what was rehearsed since is kept.
    """
    catalogues.compile_all()
    say("Bringing the database up to date…")
    call_command("migrate", verbosity=0, interactive=False)
    if "DatabaseCache" in settings.CACHES["default"]["BACKEND"]:
        call_command("createcachetable", verbosity=0)
    say("Collecting the static files…")
    call_command("collectstatic", verbosity=0, interactive=False)
    if settings.REHEARSAL and not Edition.objects.exists():
        say("Loading the edition to rehearse…")
        call_command("load_edition")


def verify():
    """Raises where the database is not up to date, or belongs to another kind of installation."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database is not up to date. Run: manage.py serve --prepare")
    installation.stamp()
