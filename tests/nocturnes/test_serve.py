"""`manage.py serve` as a whole, with real processes; its parts are in test_supervisor.py."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from nocturnes.scratch.processes import wait_until
from nocturnes.serve.broker import socket_path
from nocturnes.serve.supervisor import listens

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent.parent
CHILDREN = ["gunicorn", "worker", "beat", "valkey-server"]
# Seconds: the machine may be slow and busy; whatever is waited for comes long before.
PATIENCE = 120


def free_port():
    """Below those that systems hand out by themselves, so that it stays free while the site is down between tests."""
    for port in random.sample(range(20_000, 32_000), 100):
        with contextlib.suppress(OSError), socket.socket() as trial:
            trial.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


def alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def text_of(path):
    return path.read_text() if path.exists() else ""


class Site:
    """One installation in a folder of its own, started and looked at from outside."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.log = folder / "serve.log"
        self.process = None
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")} | {
            "DJANGO_SETTINGS_MODULE": "tests.nocturnes.serving",
            "DATA_DIR": str(folder / "var"),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "REHEARSAL": "",
            "PORT": str(self.port),
            "SECRET_KEY": "only-for-tests-and-not-a-secret-at-all",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "BASE_URL": f"http://127.0.0.1:{self.port}",
            "EMAIL_URL": "dummymail://",
            "DEFAULT_FROM_EMAIL": "nocturnes@example.org",
        }

    def run(self, *arguments):
        """Runs a command of manage.py to its end; returns (status, output)."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        return done.returncode, done.stdout + done.stderr

    def start(self, *arguments):
        """Starts the site and waits until it has said its address and has all its children."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(lambda: "Ctrl-C ends it" in self.output() or self.process.poll() is not None, PATIENCE, "the site")
        assert self.process.poll() is None, self.output()
        wait_until(lambda: all(self.child(word) for word in CHILDREN), PATIENCE, "every child")

    def output(self):
        return self.log.read_text()

    def processes(self):
        """Returns every process of this site, found by its data folder, whoever its parent is by now."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("DATA_DIR") == self.environment["DATA_DIR"]:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def child(self, word):
        """Returns the child of the supervisor whose command line has `word`."""
        for process in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                if any(argument.endswith(word) for argument in " ".join(process.cmdline()).split()):
                    return process
        return None

    def publish(self, path, seconds):
        """Queues a task that takes `seconds` and reports in the file `path`."""
        # One that was started again may be on its way yet.
        wait_until(lambda: listens(socket_path(self.environment["DATA_DIR"])), PATIENCE, "the broker")
        code = f"from tests.nocturnes.slow_task import write_slowly as t; t.delay({str(path)!r}, {seconds})"
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup(); {code}"], cwd=ROOT, env=self.environment, check=True
        )

    def clear(self):
        """Kills every process, and waits until they are gone with the port and the lock that they held."""
        found = self.processes()
        for process in found:
            # One may end with another.
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        wait_until(lambda: not any(map(alive, found)), PATIENCE, "the end of every process")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site whose database is ready, so that each test starts in a second."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.start("--prepare")
    site.process.terminate()
    assert site.process.wait(PATIENCE) == 0
    yield site
    site.clear()


@pytest.fixture
def running(site):
    site.start()
    yield site
    site.clear()


def test_web_worker_beat_and_broker_are_processes_of_their_own(running):
    answer = urllib.request.urlopen(f"http://127.0.0.1:{running.port}/static/admin/css/base.css")

    assert answer.status == 200
    assert len({running.child(word).pid for word in CHILDREN}) == 4
    assert f"http://127.0.0.1:{running.port}/" in running.output()


def test_ctrl_c_ends_everything_and_the_task_in_hand_is_finished(running, tmp_path):
    running.publish(tmp_path / "task", 3)
    wait_until((tmp_path / "task").exists, PATIENCE, "the task")

    running.process.send_signal(signal.SIGINT)

    assert running.process.wait(PATIENCE) == 0
    assert (tmp_path / "task").read_text() == "ended"
    # Nobody is left who would end them.
    wait_until(lambda: running.processes() == [], PATIENCE, "the end of every process")


@pytest.mark.parametrize("word", CHILDREN)
def test_a_child_that_is_killed_is_started_again(running, word, tmp_path):
    old = running.child(word)
    below = old.children(recursive=True)

    old.kill()

    wait_until(lambda: (new := running.child(word)) and new.pid != old.pid, PATIENCE, word)
    wait_until(lambda: not any(map(alive, below)), PATIENCE, "the end of what the child had started")
    running.publish(tmp_path / "task", 0)
    wait_until(lambda: text_of(tmp_path / "task") == "ended", PATIENCE, "the task")


def test_nothing_stays_when_the_supervisor_is_killed(running):
    assert len(running.processes()) > 6

    running.process.kill()

    running.process.wait()
    wait_until(lambda: running.processes() == [], PATIENCE, "the end of every process")


def test_a_task_that_waited_survives_the_death_of_everything(running, tmp_path):
    # A supervisor that stands still does not start its worker again, so that the task waits.
    psutil.Process(running.process.pid).suspend()
    worker = running.child("worker")
    for process in [*worker.children(), worker]:
        process.kill()
    running.publish(tmp_path / "task", 0)
    # What Valkey has written it has handed to the system at once; only the disk is up to a second behind.
    running.clear()
    running.process.wait()
    assert not (tmp_path / "task").exists()

    running.start()

    wait_until((tmp_path / "task").exists, PATIENCE, "the task")


def test_a_taken_port_gets_one_line(running):
    status, output = running.run("serve")

    assert status == 1
    assert output == f"CommandError: Port {running.port} is taken. Choose another one: PORT={running.port + 1}\n"


def test_production_says_what_is_missing_without_a_traceback(site):
    environment = site.environment | {"SECRET_KEY": "", "BASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Nocturnes cannot start:\n  - SECRET_KEY is missing")
    assert "BASE_URL is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_ready_gets_a_sentence(site, tmp_path):
    other = Site(tmp_path)

    status, output = other.run("serve")

    assert status == 1
    assert output == "CommandError: The database is not up to date. Run: manage.py serve --prepare\n"


def test_a_rehearsal_refuses_the_database_of_the_real_site(site):
    real = site.environment
    site.environment = real | {"REHEARSAL": "1"}
    try:
        status, output = site.run("serve")
    finally:
        site.environment = real

    assert status == 1
    assert "This database belongs to the real site" in output


def test_the_web_of_a_rehearsal_refuses_the_database_of_the_real_site(site):
    environment = site.environment | {"REHEARSAL": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "import nocturnes.wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "This database belongs to the real site" in done.stderr
