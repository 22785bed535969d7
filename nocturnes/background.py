"""Asking the workers to look now, from a request that must not notice whether anybody listens."""

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

# After a broker that did not answer, nobody knocks again for this long: a commit that queues fifty tasks waits once.
SILENCE = 15.0
_silent_until = 0.0

_hushed = ContextVar("hushed", default=False)


def soon(task, *args) -> None:
    """Queue the Celery `task` with `args` once the transaction is committed (at once where there is none).

    Nothing is raised and hardly anything waited for when the broker is down: what is due stands in the database, and
    the next sweep, fifteen seconds later, does the same (design.md 3.3). So only tasks that a sweep repeats go here.
    """
    if not _hushed.get():
        transaction.on_commit(partial(_knock, task, args))


@contextmanager
def hushed():
    """Queue nothing within: for loading a past in which everything that was due is sent by the time of the commit."""
    token = _hushed.set(True)
    try:
        yield
    finally:
        _hushed.reset(token)


def _knock(task, args):
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        task.apply_async(args, expires=60)
    except (OperationalError, OSError) as error:
        _silent_until = time.monotonic() + SILENCE
        log.warning("The broker does not answer (%s); the next sweep does the work.", type(error).__name__)
