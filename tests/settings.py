"""The product's own settings over a temporary data folder; whatever the developer's environment says is not read.

`python -m tests.services` names a PostgreSQL and a Redis that it started; without it the tests run on SQLite. The other
TEST_… variables are for processes that a test starts.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

OURS = "TEST_DATA_DIR"
PROXY = ["PROXY_SSL_HEADER", "PROXY_HOST_HEADER", "PROXY_COUNT", "SSL_REDIRECT", "HSTS_SECONDS"]


def _data_folder():
    """Returns the folder that a parent process of this run made, else makes it and removes it at the end."""
    if OURS not in os.environ:
        os.environ[OURS] = tempfile.mkdtemp(prefix="nocturnes-test-")
        creator = os.getpid()
        atexit.register(lambda: os.getpid() == creator and shutil.rmtree(os.environ[OURS], ignore_errors=True))
    return os.environ[OURS]


def _broker():
    """Returns the address of this run's Redis; testers side by side (`pytest -n 2`) have a database each there."""
    address, tester = os.environ.get("TEST_REDIS_URL", ""), os.environ.get("PYTEST_XDIST_WORKER", "")
    if address and tester and "virtual_host" not in address:
        os.environ["TEST_REDIS_URL"] = address = f"{address}?virtual_host={int(tester.removeprefix('gw')) + 1}"
    return address


for _name in ["DEBUG", "PORT", "TRUSTED_ORIGINS", "REHEARSAL_URL", *PROXY]:
    os.environ.pop(_name, None)
os.environ |= {
    "DATA_DIR": _data_folder(),
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "REDIS_URL": _broker(),
    "REHEARSAL": os.environ.get("TEST_REHEARSAL", ""),
    "SECRET_KEY": "only-for-tests-and-not-a-secret-at-all",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "BASE_URL": "http://testserver",
    "EMAIL_URL": os.environ.get("TEST_EMAIL_URL", "dummymail://"),
    "DEFAULT_FROM_EMAIL": "Nocturnes <nocturnes@example.org>",
}

from nocturnes.settings import *  # noqa: E402, F403
from nocturnes.settings import CELERY_BEAT_SCHEDULE, DATABASES, EMAIL_TIMEOUT, STORAGES, TEMPLATES  # noqa: E402
from tests.strict_templates import Complaint  # noqa: E402

# SQLite in memory is neither WAL nor IMMEDIATE, and no second process could see it.
DATABASES["default"]["TEST"] = {}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"]["NAME"] = str(Path(os.environ["DATA_DIR"]) / "test.sqlite3")
if "TEST_REDIS_URL" not in os.environ:
    # Nobody listens on SQLite but the workers that a test starts, which bring a broker.
    CELERY_BROKER_URL = "memory://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {}
CELERY_IMPORTS = ["tests.services.tasks"]
if "TEST_BEAT" in os.environ:
    for _task in CELERY_BEAT_SCHEDULE.values():
        _task["schedule"] = float(os.environ["TEST_BEAT"])
EMAIL_TIMEOUT = float(os.environ.get("TEST_EMAIL_TIMEOUT", EMAIL_TIMEOUT))
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Complaint()
(Path(os.environ["DATA_DIR"]) / "static").mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Playwright runs a loop in the tests' own thread, where Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
