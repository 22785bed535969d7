"""Many at once, for real: threads with connections of their own, by chance or at one point of the first one's deed."""

import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from unittest import mock

from django.db import connection, connections, transaction

from nocturnes.refusals import Refusal

ROUNDS = 20
# A test never waits so long, nor does it fail by the clock: a deadlock ends after a second, and is raised.
LONGEST = 20


def at_once(calls: Iterable[Callable[[], object]]) -> list:
    """Run `calls` in threads that start together; their results in order, a Refusal standing for who was refused.

    Any other exception is raised here: a deadlock or an IntegrityError is never an answer.
    """
    calls = list(calls)
    barrier = threading.Barrier(len(calls))
    results: list = [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait(LONGEST)
            results[number] = call()
        except Refusal as refusal:
            results[number] = refusal
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refusal):
            raise result
    return results


class _Meeting:
    def __init__(self):
        self.place = threading.Event()
        self.over = threading.Event()
        self.first = self.second = None

    def hold(self):
        """In the first one's transaction: let the second go, until it is over or waits for what the first one has."""
        self.place.set()
        for _ in range(LONGEST * 100):
            if self.over.wait(0.01) or self._is_waited_for():
                return
        raise AssertionError("The second one neither ended nor waited for the first one.")

    def _is_waited_for(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid() = ANY(pg_blocking_pids(%s))", [self.second])
            return cursor.fetchone()[0]

    def before(self, step):
        """The function `step`, which lets the second one go where the first one comes to it for the first time."""

        def hold_and_step(*args, **words):
            if threading.get_ident() == self.first and not self.place.is_set():
                self.hold()
            return step(*args, **words)

        return hold_and_step


def meet(first: Callable[[], object], second: Callable[[], object], *, before: tuple | None = None) -> list:
    """Run `second` while `first` has locked and written what it does until `before`; their results as of `at_once`.

    `before` is a module and the name of a function that `first` calls there; without it `first` has done all and is
    about to commit. `first` goes on as soon as `second` is over or waits for one of its locks. Whoever comes too late
    for that waits, whoever locks too little does not: both ways the result is the same each time.
    """
    meeting, knows = _Meeting(), threading.Event()

    def do_first():
        meeting.first = threading.get_ident()
        try:
            knows.wait(LONGEST)
            with transaction.atomic():
                result = first()
                if not meeting.place.is_set():
                    assert before is None, f"The first one never came to {before[1]}."
                    meeting.hold()
                return result
        finally:
            meeting.place.set()

    def do_second():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                meeting.second = cursor.fetchone()[0]
            knows.set()
            meeting.place.wait(LONGEST)
            return second()
        finally:
            knows.set()
            meeting.over.set()

    with ExitStack() as steps:
        if before:
            steps.enter_context(mock.patch.object(*before, meeting.before(getattr(*before))))
        return at_once([do_first, do_second])


def refused(results: list) -> list:
    return [result for result in results if isinstance(result, Refusal)]
