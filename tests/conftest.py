"""What every test can rely on: strict templates, compiled translations, no error in the log, real servers on demand."""

import copy
import logging
import os
from collections import Counter, defaultdict
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import translation

from nocturnes import background, catalogues
from tests import emptying, in_hand, strict_templates
from tests.services import chromium as chromium_service
from tests.services.celery import Processes, database_url
from tests.services.mail import mail_server as run_mail_server
from tests.services.valkey import valkey as run_valkey

ROOT = Path(__file__).parent.parent
LEFT_OUT = ["once", "browser"] if "TEST_DATABASE_URL" in os.environ else ["postgres"]
NO_BROWSER = "no Chromium on this machine: browser stories are skipped (on Debian: apt-get install chromium)"


def pytest_configure(config):
    strict_templates.install()
    emptying.install()
    in_hand.install()
    catalogues.compile_all(ROOT / "locale")


def pytest_collection_modifyitems(config, items):
    leave_out_what_the_other_run_has(config, items)
    if chromium_service.path() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_xdist_auto_num_workers(config):
    """Testers side by side: one more than there are processors, for some wait for a browser or for another process."""
    return (os.cpu_count() or 1) + 1


def leave_out_what_the_other_run_has(config, items):
    """Deselects races on SQLite, where they would prove nothing; and on PostgreSQL what no database has to do with."""
    out = [item for item in items if any(item.get_closest_marker(name) for name in LEFT_OUT)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]


def pytest_report_header(config):
    return f"left out of this run, the other one has them: tests marked {' or '.join(LEFT_OUT)}"


@pytest.fixture
def counted(request):
    """Says at the end of the run what a test counted, which may be on another tester: `counted("beats", {"sent": 4})`.

    What several tests count under one name is added up.
    """
    return lambda what, counts: request.node.user_properties.append(("counted", [what, counts]))


def pytest_terminal_summary(terminalreporter):
    total = defaultdict(Counter)
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "counted":
                total[value[0]].update(value[1])
    if total:
        terminalreporter.section("counted")
    for what, counts in sorted(total.items()):
        terminalreporter.line(f"{what}: " + ", ".join(f"{name} {number}" for name, number in counts.items()))


class ErrorKeeper(logging.Handler):
    """Keeps the formatted records of level ERROR and above."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def logged_errors(request):
    """Fails the test when anything logs an error; a test that provokes one says so by `logs_errors`, and reads them."""
    keeper = ErrorKeeper()
    # Django's logger does not hand its records up.
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(keeper)
    yield keeper.lines
    for logger in loggers:
        logger.removeHandler(keeper)
    if keeper.lines and not request.node.get_closest_marker("logs_errors"):
        pytest.fail("An error was logged:\n" + "\n".join(keeper.lines), pytrace=False)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory):
    """The address of a Valkey server for this run."""
    if "TEST_REDIS_URL" in os.environ:
        yield os.environ["TEST_REDIS_URL"]
        return
    import tempfile

    # Not pytest's own folder, whose path is too long for a socket.
    with tempfile.TemporaryDirectory(prefix="nocturnes-valkey-") as folder, run_valkey(folder) as address:
        yield address


def point_broker_at(address):
    """Makes this process publish its tasks at another broker; pools keep connections to the one before."""
    import kombu.pools

    from nocturnes.celery import app

    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = address
    app.amqp._producer_pool = None
    app._pool = None
    kombu.pools.reset()


@pytest.fixture
def broker(valkey):
    """The tests' broker, empty, and this process publishes to it; yields a redis client, to look or to empty it."""
    import redis

    client = redis.Redis.from_url(valkey.replace("redis+socket://", "unix://").replace("virtual_host=", "db="))
    client.flushdb()
    point_broker_at(valkey)
    yield client
    point_broker_at(settings.CELERY_BROKER_URL)
    client.close()


@pytest.fixture
def broker_down(tmp_path):
    """This process publishes to a broker that is not there."""
    point_broker_at(f"redis+socket://{tmp_path}/nobody.sock")
    yield
    point_broker_at(settings.CELERY_BROKER_URL)


@pytest.fixture
def celery_processes(transactional_db, broker, valkey, tmp_path):
    """Starts real workers and beats over the test database: `celery_processes.worker(TEST_EMAIL_URL=…)`."""
    from django.db import connection

    processes = Processes(database_url(connection.settings_dict), valkey, tmp_path)
    yield processes
    processes.stop()


@pytest.fixture
def real_worker(celery_processes):
    """A real Celery worker over the test database; returns its process."""
    return celery_processes.worker()


@pytest.fixture
def mail_server():
    """A mail server on this machine: `received`, `refuse`, `delay`, `url`."""
    with run_mail_server() as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    """The installed Chromium, as Playwright's Browser. Mark the test `browser`."""
    with chromium_service.chromium() as browser:
        yield browser


@pytest.fixture(autouse=True)
def answers_in_its_own_test(request):
    """What a browser asked for last is answered before the database is emptied for the next test."""
    if "live_server" not in request.fixturenames:
        yield
        return
    # Emptied after this fixture, therefore.
    request.getfixturevalue("transactional_db")
    server = request.getfixturevalue("live_server").thread.httpd
    yield
    assert server.all_answered(60), "the live server still answers a request of this test"


@pytest.fixture
def phone(chromium):
    """A page of a phone's width; the test fails when a script does, or when the content policy refuses something."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-BE", has_touch=True, service_workers="block"
    )
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    context.close()
    assert complaints == []


# What htmx says when somebody goes on before an answer came; one that fails says more.
GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")


def complaints_of(page) -> list[str]:
    """What its scripts and the content policy complain of; the list grows while `page` is used."""
    complaints = []

    def hear(message):
        if message.type == "error" and not message.text.startswith(GIVEN_UP):
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", hear)
    return complaints


@pytest.fixture
def at(monkeypatch):
    """Sets the product time of this process: `at(NOW)`."""

    def stand_still(moment):
        monkeypatch.setattr("nocturnes.clock.now", lambda: moment)

    return stand_still


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker):
    """The world of tests/world.py, made once for all tests of a module, in a transaction around theirs."""
    from tests.factories import NOW
    from tests.world import make_world

    with django_db_blocker.unblock(), mock.patch("nocturnes.clock.now", return_value=NOW), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def fresh_world(_world, db, at):
    """The world as it was made, for one test to change: its rows are put back afterwards, and these are copies."""
    from nocturnes import clock
    from nocturnes.models import Heartbeat
    from tests.factories import NOW

    at(NOW)
    cache.clear()
    # A run of the module's tests may take longer than a sweep may be late.
    Heartbeat.objects.update(at=clock.machine_now())
    return copy.deepcopy(_world)


@pytest.fixture(autouse=True)
def first_language():
    """The language of one test's last request is not that of the next test."""
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def nobody_was_silent(monkeypatch):
    """A broker that did not answer in one test is asked again in the next, at once."""
    monkeypatch.setattr(background, "_silent_until", 0.0)
