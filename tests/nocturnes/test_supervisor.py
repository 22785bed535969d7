"""The supervisor with small children that do what a test needs."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from django.core.management import CommandError

from nocturnes.scratch.processes import wait_until
from nocturnes.serve import preparation
from nocturnes.serve.broker import embedded_broker, socket_path
from nocturnes.serve.children import Child
from nocturnes.serve.supervisor import LONGEST_PAUSE, PATIENCE, Supervisor

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent.parent
GUARD = ROOT / "nocturnes" / "serve" / "guard.py"

SLEEPER = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)
# Seconds: the machine may be slow and busy; whatever is waited for comes long before.
SLOW = 60


def python(name, code):
    return Child(name, [sys.executable, "-c", code])


@pytest.fixture
def supervise(tmp_path):
    """Makes supervisors, and ends what they started."""
    made = []

    def make(*children):
        said = []
        supervisor = Supervisor(
            list(children), say=said.append, folder=tmp_path, address="http://x/", listen=("127.0.0.1", 1)
        )
        supervisor.said = said
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        supervisor.signals = 2
        supervisor.end()


def tend_until(supervisor, condition):
    return wait_until(lambda: (supervisor.tend(), condition())[1], SLOW)


def test_a_child_that_dies_is_started_again_later_each_time(supervise):
    child = python("web", "raise SystemExit(3)")
    supervisor = supervise(child)

    tend_until(supervisor, lambda: len(supervisor.said) == 3)

    assert supervisor.said == [
        "web ended by itself (3); it starts again in 0.5 s.",
        "web ended by itself (3); it starts again in 1 s.",
        "web ended by itself (3); it starts again in 2 s.",
    ]


def test_the_pause_has_an_end_and_a_good_life_forgives(supervise):
    child = python("web", "pass")
    supervisor = supervise(child)
    supervisor.tend()
    child.process.wait()
    child.deaths = 40

    supervisor.bury(child)

    assert supervisor.said[-1].endswith(f"again in {LONGEST_PAUSE} s.")
    child.start_at = 0
    supervisor.tend()
    child.process.wait()
    child.started_at -= 3600
    supervisor.bury(child)
    assert supervisor.said[-1].endswith("again in 0.5 s.")


def test_a_child_waits_for_what_it_needs(supervise, tmp_path):
    child = python("worker", SLEEPER)
    child.waits_for = [tmp_path / "nobody.sock"]
    supervisor = supervise(child)

    supervisor.tend()

    assert child.process is None


def test_the_broker_ends_after_those_who_use_it(supervise, tmp_path):
    note = "import pathlib, signal, sys, time\ndef end(*_): time.sleep({pause}); open({path!r}, 'a').write({name!r}); "
    note += "sys.exit()\nsignal.signal(signal.SIGTERM, end); pathlib.Path({path!r} + {name!r}).touch(); time.sleep(60)"
    path = str(tmp_path / "order")
    broker = python("broker", note.format(pause=0, path=path, name="b"))
    broker.last = True
    worker = python("worker", note.format(pause=0.5, path=path, name="w"))
    supervisor = supervise(broker, worker)
    tend_until(supervisor, lambda: Path(path + "b").exists() and Path(path + "w").exists())

    supervisor.signals = 1
    supervisor.end()

    assert Path(path).read_text() == "wb"


def test_a_second_ctrl_c_does_not_wait(supervise, tmp_path):
    child = python("worker", STUBBORN.replace("print('up', flush=True)", f"open({str(tmp_path / 'up')!r}, 'w')"))
    supervisor = supervise(child)
    tend_until(supervisor, (tmp_path / "up").exists)
    supervisor.signals = 2
    began = time.monotonic()

    supervisor.end()

    assert time.monotonic() - began < PATIENCE / 2
    assert child.process.returncode == -signal.SIGKILL


def test_a_guard_that_dies_is_replaced_and_knows_the_children(supervise):
    child = python("web", SLEEPER)
    supervisor = supervise(child)
    supervisor.tend()
    supervisor.guard.kill()
    supervisor.guard.wait()

    supervisor.tend()
    supervisor.guard.stdin.close()

    assert child.process.wait(SLOW) == -signal.SIGTERM
    supervisor.guard.wait(SLOW)


def test_the_guard_kills_whoever_does_not_listen_and_their_children():
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]); {STUBBORN}"
    leader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    leader.stdout.readline()
    leader.stdout.readline()
    below = psutil.Process(leader.pid).children()
    fast = GUARD.read_text().replace("PATIENCE = 8", "PATIENCE = 0.5")
    guard = subprocess.Popen([sys.executable, "-c", fast], stdin=subprocess.PIPE)

    guard.communicate(f"+{leader.pid}\n".encode())

    assert leader.wait(SLOW) == -signal.SIGKILL
    assert len(below) == 1
    wait_until(lambda: not below[0].is_running() or below[0].status() == psutil.STATUS_ZOMBIE, SLOW)
    leader.stdout.close()


def test_the_guard_leaves_alone_whoever_was_taken_off_its_list():
    other = subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
    guard = subprocess.Popen([sys.executable, GUARD], stdin=subprocess.PIPE)

    guard.communicate(f"+{other.pid}\n-{other.pid}\n".encode())

    assert other.poll() is None
    other.kill()
    other.wait()


def test_one_data_folder_has_one_supervisor(tmp_path):
    with (
        preparation.lock(tmp_path),
        pytest.raises(CommandError, match=f"Nocturnes already runs over {tmp_path}"),
    ):
        preparation.lock(tmp_path, patience=0)

    preparation.lock(tmp_path, patience=0).close()


@pytest.mark.parametrize(("port", "says"), [(70000, "Port 70000 is no port"), (99999, "PORT=8000")])
def test_an_impossible_port_gets_a_sentence(port, says):
    with pytest.raises(CommandError, match=says):
        preparation.try_port("127.0.0.1", port)


def test_the_brokers_socket_has_a_short_path_wherever_the_data_lie(tmp_path):
    deep = tmp_path / ("folder" * 20)

    assert socket_path("/srv/var") == Path("/srv/var/valkey.sock")
    assert len(os.fsencode(socket_path(deep))) <= 100
    assert socket_path(deep) == socket_path(deep)
    assert socket_path(deep) != socket_path(deep / "other")


def test_files_carry_the_messages_where_there_is_no_valkey(monkeypatch, tmp_path):
    monkeypatch.setattr("nocturnes.serve.broker.valkey_binary", lambda: None)

    address, options = embedded_broker(tmp_path)

    assert address == "filesystem://localhost"
    assert options["data_folder_in"] == options["data_folder_out"] == str(tmp_path / "queue")
