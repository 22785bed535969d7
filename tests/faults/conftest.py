import os
import tempfile

import pytest
from django.core.management import call_command
from django.db import connection, connections

from nocturnes.scratch.postgresql import Server
from tests.conftest import point_broker_at
from tests.faults.scene import BEFORE
from tests.services.celery import Processes, database_url
from tests.services.standing_clock import StandingClock
from tests.services.valkey import Valkey

DEEP = "DEEP" in os.environ


@pytest.fixture
def moved(tmp_path, monkeypatch):
    """The product time of this process and of those that it starts: Wednesday, 10:00, until the test moves it."""
    standing = StandingClock(tmp_path / "clock", BEFORE)
    monkeypatch.setattr("nocturnes.clock.now", standing.now)
    return standing


@pytest.fixture
def own_broker(settings):
    """A Valkey that only this test uses, so that it may crash: `crash`, `start`."""
    with tempfile.TemporaryDirectory(prefix="nocturnes-valkey-") as folder:
        server = Valkey(folder)
        server.start()
        point_broker_at(server.address)
        yield server
        point_broker_at(settings.CELERY_BROKER_URL)
        server.stop()


@pytest.fixture
def own_postgresql(django_db_blocker):
    """A PostgreSQL that only this test uses, with the product's tables: `crash`, `start`.

    It keeps what was committed, as a real one does: a crash of the server is not one of the machine.
    """
    before = dict(connection.settings_dict)
    with tempfile.TemporaryDirectory(prefix="nocturnes-pg-") as folder, django_db_blocker.unblock():
        server = Server(folder, ["synchronous_commit=on"])
        server.start()
        connections.close_all()
        connection.settings_dict.update(NAME="postgres", HOST=str(server.home), USER="nocturnes", PASSWORD="", PORT="")
        try:
            call_command("migrate", verbosity=0)
            yield server
        finally:
            connections.close_all()
            connection.settings_dict.update(before)
            server.stop()


def _processes(address, tmp_path):
    processes = Processes(database_url(connection.settings_dict), address, tmp_path)
    processes.environment["TEST_BEAT"] = "1"
    return processes


@pytest.fixture
def processes(transactional_db, moved, own_broker, mail_server, tmp_path):
    """Starts workers and beats, which knock every second, on the test's database and a broker of its own."""
    processes = _processes(own_broker.address, tmp_path)
    processes.environment["TEST_EMAIL_URL"] = mail_server.url
    yield processes
    mail_server.let_go()
    processes.stop()


@pytest.fixture
def processes_on_own_postgresql(own_postgresql, moved, own_broker, mail_server, tmp_path):
    processes = _processes(own_broker.address, tmp_path)
    processes.environment["TEST_EMAIL_URL"] = mail_server.url
    yield processes
    processes.stop()
