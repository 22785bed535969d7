"""Many at once, for real: threads with connections of their own, let go at the same moment."""

import threading
import time
from collections.abc import Callable, Iterable

from django.db import connections, transaction

from nocturnes.refusals import Refusal

ROUNDS = 20


def at_once(calls: Iterable[Callable[[], object]]) -> list:
    """Run `calls` in threads that start together; their results in order, a Refusal standing for who was refused.

    Any other exception is raised here: a deadlock or an IntegrityError is never an answer.
    """
    calls = list(calls)
    barrier = threading.Barrier(len(calls))
    results: list = [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait(timeout=20)
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


def one_into_the_other(first: Callable[[], object], second: Callable[[], object]) -> list:
    """Run `second` while `first` has done its work and not committed yet; their results as of `at_once`.

    For races whose moment is too short to be met by chance. Where `second` has to wait it waits the time that is given
    to it here.
    """
    done = threading.Event()

    def hold():
        try:
            with transaction.atomic():
                result = first()
                done.set()
                time.sleep(0.4)
                return result
        finally:
            done.set()

    def meet():
        done.wait(timeout=20)
        return second()

    return at_once([hold, meet])


def refused(results: list) -> list:
    return [result for result in results if isinstance(result, Refusal)]
