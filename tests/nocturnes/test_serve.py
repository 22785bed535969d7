"""`manage.py serve` as a whole, with real processes; its parts are in test_supervisor.py."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from nocturnes.scratch.processes import wait_until

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent.parent
CHILDREN = ["gunicorn", "worker", "beat", "valkey-server"]


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def alive(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


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
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=60
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
        wait_until(lambda: "Ctrl-C ends it" in self.output() or self.process.poll() is not None, 60, "the site")
        assert self.process.poll() is None, self.output()
        wait_until(lambda: all(self.child(word) for word in CHILDREN), 20, "every child")

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
        code = f"from tests.nocturnes.slow_task import write_slowly as t; t.delay({str(path)!r}, {seconds})"
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup(); {code}"], cwd=ROOT, env=self.environment, check=True
        )

    def clear(self):
        for process in self.processes():
            process.kill()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site whose database is ready, so that each test starts in a second."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.start("--prepare")
    site.process.terminate()
    # Longer than the supervisor's own patience; how quickly it ends is asked by a test below.
    assert site.process.wait(40) == 0
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
    wait_until((tmp_path / "task").exists, 40, "the task")

    running.process.send_signal(signal.SIGINT)

    assert running.process.wait(15) == 0
    assert (tmp_path / "task").read_text() == "ended"
    assert running.processes() == []


@pytest.mark.parametrize("word", CHILDREN)
def test_a_child_that_is_killed_is_started_again(running, word, tmp_path):
    old = running.child(word)
    below = old.children(recursive=True)

    old.kill()

    wait_until(lambda: (new := running.child(word)) and new.pid != old.pid, 30, word)
    assert [process for process in below if alive(process)] == []
    running.publish(tmp_path / "task", 0)
    wait_until(lambda: (tmp_path / "task").exists() and (tmp_path / "task").read_text() == "ended", 30, "the task")


def test_nothing_stays_when_the_supervisor_is_killed(running):
    assert len(running.processes()) > 6

    running.process.kill()

    running.process.wait()
    wait_until(lambda: running.processes() == [], 15, "the end of every process")


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

    wait_until((tmp_path / "task").exists, 30, "the task")


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
