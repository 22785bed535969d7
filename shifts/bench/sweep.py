"""A hundred searches that are due in one sweep: how long it takes, and how many queries."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from shifts.actions import advance_searches
from shifts.models import Post, Search

from .roster import Loaded

SEARCHES = 100
# The row of the table that asks most people by their number (design.md 6): from half a day to two days before.
BEFORE = timedelta(hours=30)


def measure(loaded: Loaded) -> dict:
    """The figures of one sweep, with the searches on one evening (a strike), and on as many evenings as there are."""
    report_at = min(post.report_at for post in loaded.posts.values())
    return {
        "one_evening": _sweep(_posts(loaded, [0]), now=report_at - BEFORE),
        "all_evenings": _sweep(_posts(loaded, loaded.roster.open), now=report_at - BEFORE),
    }


def _posts(loaded: Loaded, evenings: Iterable[int]) -> list[Post]:
    """Posts with open places, in turn one of each of these evenings; fewer than a hundred where there are no more."""
    numbers = [sorted(set(loaded.roster.open[evening])) for evening in evenings]
    turns = max(map(len, numbers))
    keys = [
        (evening, *places[turn])
        for turn in range(turns)
        for evening, places in zip(evenings, numbers, strict=True)
        if turn < len(places)
    ]
    return [loaded.posts[key] for key in keys[:SEARCHES]]


def _sweep(posts: list[Post], *, now: datetime) -> dict:
    """What one sweep over a search for each of `posts` takes; the rows are as before it afterwards."""
    queries = 0

    def counted(execute, *args):
        nonlocal queries
        queries += 1
        return execute(*args)

    with transaction.atomic():
        Search.objects.bulk_create(Search(post=post, opened_at=now, next_wave_at=now) for post in posts)
        start = time.perf_counter()
        with connection.execute_wrapper(counted):
            asked = advance_searches(now=now)
        taken = time.perf_counter() - start
        transaction.set_rollback(True)
    return {"searches": len(posts), "asked": asked, "queries": queries, "ms": round(taken * 1000, 1)}
