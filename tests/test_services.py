"""The tests' own servers do what the tests believe of them."""

import os
import smtplib

import pytest
from django.core import mail
from django.db import connection

from nocturnes import installation
from nocturnes.models import Heartbeat
from nocturnes.scratch.processes import wait_until
from tests.services.celery import database_url
from tests.services.tasks import leave_a_mark


def has_mark(name):
    return Heartbeat.objects.filter(name=name).exists()


def test_a_real_worker_works_in_the_test_database(real_worker):
    leave_a_mark.delay_on_commit("by-a-worker")

    wait_until(lambda: has_mark("by-a-worker"), 90, "the row")
    assert real_worker.pid != os.getpid()


def test_a_killed_worker_leaves_its_task_to_the_next(celery_processes):
    first = celery_processes.worker()
    celery_processes.kill(first)
    leave_a_mark.delay("by-the-next")

    assert not has_mark("by-the-next")
    celery_processes.worker()

    wait_until(lambda: has_mark("by-the-next"), 90, "the row")


def test_an_emptied_broker_forgets(celery_processes, broker):
    leave_a_mark.delay("never")
    assert broker.llen("celery") == 1

    broker.flushdb()
    celery_processes.worker()
    leave_a_mark.delay("later")

    wait_until(lambda: has_mark("later"), 90, "the row")
    assert not has_mark("never")


@pytest.mark.django_db
def test_publishing_fails_at_once_when_the_broker_is_down(broker_down):
    with pytest.raises(leave_a_mark.OperationalError):
        leave_a_mark.delay("never")


def test_the_mail_server_keeps_and_refuses(mail_server, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.server_address
    mail.send_mail("L’été", "Bonjour Zoë\n.\n..", "a@example.org", ["b@example.org"])

    (received,) = mail_server.received
    assert received["subject"] == "L’été"
    assert received.get_content().splitlines() == ["Bonjour Zoë", ".", ".."]

    mail_server.refuse = "550 nobody here"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail.send_mail("x", "y", "a@example.org", ["b@example.org"])
    assert len(mail_server.received) == 1


@pytest.mark.parametrize(
    ("described", "url"),
    [
        ({"ENGINE": "x.sqlite3", "NAME": "/tmp/a b.db", "HOST": ""}, "sqlite:////tmp/a%20b.db"),
        (
            {"ENGINE": "x.postgresql", "NAME": "n", "HOST": "/run/pg", "USER": "me", "PASSWORD": "", "PORT": ""},
            "postgres://me@/n?host=%2Frun%2Fpg",
        ),
        (
            {"ENGINE": "x.postgresql", "NAME": "n", "HOST": "db", "USER": "me", "PASSWORD": "p@/", "PORT": 5433},
            "postgres://me:p%40%2F@db:5433/n",
        ),
    ],
)
def test_a_connection_has_an_address_for_a_child(described, url):
    assert database_url(described) == url


@pytest.mark.postgres
def test_what_is_marked_for_postgresql_runs_there_only():
    assert connection.vendor == "postgresql"


@pytest.mark.browser
def test_the_browser_has_a_phones_width(phone):
    phone.set_content("<p>hello</p>")

    assert phone.evaluate("innerWidth") == 390


def test_a_worker_of_a_rehearsal_refuses_the_real_sites_database(celery_processes):
    installation.stamp()

    with pytest.raises(RuntimeError, match="This database belongs to the real site"):
        celery_processes.worker(TEST_REHEARSAL="1")
