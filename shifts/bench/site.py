"""The product, served over HTTP by processes of its own: gunicorn, and the worker that sends the mails."""

import contextlib
import os
import socket
import sys
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import get_random_string

from nocturnes.models import User
from nocturnes.scratch.processes import spawn, stop, wait_until
from nocturnes.serve import broker as embedded
from nocturnes.serve import children

# Any secret of this length: the form carries the cookie's.
CSRF = get_random_string(32)
LAST_WORDS = 4000


@contextlib.contextmanager
def web(*, workers: int, threads: int):
    """Runs gunicorn; yields its address."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "nocturnes.wsgi", "--chdir", settings.BASE_DIR, "--no-control-socket"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", workers, "--threads", threads, "--log-level", "warning"]
    with _process("web", command):
        wait_until(lambda: _listens(port), 120, "the web server")
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def broker():
    """Runs the broker, so that whoever knocks finds somebody."""
    if not embedded.valkey_binary():
        embedded.prepare_queue(settings.VAR)
        yield
        return
    with _process("broker", children.valkey().command):
        wait_until(Path(children.broker_socket()).exists, 20, "the broker")
        yield


@contextlib.contextmanager
def worker(mail: str = ""):
    """Runs a worker, as `serve` does; beat is left out, for nothing here waits for a sweep.

    `mail` is the address of another mail server than the command named.
    """
    environment = {**os.environ, "BENCH_SITE_EMAIL_URL": mail} if mail else os.environ
    with _process("worker", children.worker().command, environment):
        yield


@contextlib.contextmanager
def _process(name, command, environment=os.environ):
    with (Path(settings.VAR) / f"{name}.log").open("ab") as log:
        process = spawn(command, env=environment, log=log, cwd=settings.BASE_DIR)
        try:
            yield process
        finally:
            stop(process)


def last_words() -> str:
    """The end of what the web server wrote down."""
    log = Path(settings.VAR) / "web.log"
    return log.read_text(errors="replace")[-LAST_WORDS:] if log.exists() else ""


def _free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def _listens(port):
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def sign_in(user: User) -> dict[str, str]:
    """The cookies of somebody who is signed in, and whose forms are her own."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: session.session_key, **form_cookies()}


def form_cookies() -> dict[str, str]:
    """The cookies of somebody who is not signed in, and whose forms are her own."""
    return {settings.CSRF_COOKIE_NAME: CSRF}


def form(**fields: str) -> dict[str, str]:
    return {"csrfmiddlewaretoken": CSRF, **fields}


def wait_for(condition, seconds: float, *, every: float = 0.2) -> bool:
    """Whether `condition()` came true within `seconds`, looked at `every` so many."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
