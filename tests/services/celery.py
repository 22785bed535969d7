"""Real Celery processes over the test database and the test's broker."""

import os
import signal
import sys
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4

from django.db import connection

from nocturnes.scratch.processes import spawn, stop, wait_until


def database_url(settings_dict):
    """Returns the URL of the database that a connection's `settings_dict` describes."""
    name, host = str(settings_dict["NAME"]), settings_dict["HOST"]
    if settings_dict["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{quote(name)}"
    user = quote(settings_dict["USER"])
    if settings_dict["PASSWORD"]:
        user += ":" + quote(settings_dict["PASSWORD"], safe="")
    if host.startswith("/"):
        return f"postgres://{user}@/{name}?{urlencode({'host': host})}"
    return f"postgres://{user}@{host}:{settings_dict['PORT'] or 5432}/{name}"


class Processes:
    """Starts `celery worker` and `celery beat`; ends those that it started.

    `environment` of the start functions adds TEST_… variables that tests/settings.py knows, such as
    TEST_EMAIL_URL="smtp://127.0.0.1:2525" or TEST_REHEARSAL="1".
    """

    def __init__(self, database, broker, folder):
        self.name = f"nocturnes-{uuid4().hex}"
        self.environment = os.environ | {
            "TEST_DATABASE_URL": database,
            "TEST_REDIS_URL": broker,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_CLOCK": str(Path(folder) / "clock"),
            # How PostgreSQL calls their sessions.
            "PGAPPNAME": self.name,
            # No tester itself: the settings would choose another database of the broker for it.
            "PYTEST_XDIST_WORKER": "",
        }
        self.folder = Path(folder)
        self.started = []

    def worker(self, **environment):
        """Starts a worker and waits until it listens; returns the process."""
        return self.workers(1, **environment)[0]

    def workers(self, number, **environment):
        """Starts that many workers side by side, of one process each, and waits until they all listen."""
        command = ["worker", "--concurrency", 1, "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        started = [self.start([*command, "--hostname", f"{uuid4()}@tests"], environment) for _ in range(number)]
        for process, log in started:
            wait_until(
                lambda p=process, text=log: " ready." in text.read_text() or p.poll() is not None, 90, "a worker"
            )
            if process.poll() is not None:
                raise RuntimeError(log.read_text())
        return [process for process, _log in started]

    def beat(self, **environment):
        """Starts beat; returns the process. TEST_BEAT="1" lets it knock every second instead of every fifteen."""
        schedule = self.folder / f"beat-{len(self.started)}"
        return self.start(["beat", "--schedule", schedule, "--loglevel", "INFO"], environment)[0]

    def start(self, arguments, environment):
        log = self.folder / f"celery-{len(self.started)}.log"
        command = [sys.executable, "-m", "celery", "-A", "nocturnes", *arguments]
        with log.open("wb") as file:
            process = spawn(command, env=self.environment | environment, log=file)
        self.started.append(process)
        return process, log

    def kill(self, process):
        """Kills a process and its children at once, as a power cut would."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def output(self):
        """Returns what all processes wrote."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("celery-*.log")))

    def stop(self):
        # Nobody waits for their last words: asking politely takes three seconds each.
        for process in self.started:
            stop(process, signal.SIGKILL)
        wait_until(self.nobody_writes, 60, "the end of what they had asked the database for")

    def nobody_writes(self):
        """Whether no session is left: PostgreSQL ends the statement in hand before it notices that somebody is gone.

        What that writes would be there in the next test.
        """
        if connection.vendor != "postgresql":
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE application_name = %s", [self.name])
            return cursor.fetchone() is None
