"""A hundred searches that are due in one sweep: how long it takes, and how many queries."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from shifts.actions import advance_searches
from shifts.models import Offer, Post, Search

from .roster import Loaded

SEARCHES = 100
# The row of the table that asks most people by their number (design.md 6): from half a day to two days before.
BEFORE = timedelta(hours=30)


def measure(loaded: Loaded) -> dict:
    """The figures of one sweep, with the searches on one evening (a strike), on ten, and on all that there are.

    On one evening everybody who is asked is offered every place that fits her, in one message.
    """
    report_at = min(post.report_at for post in loaded.posts.values())
    return {
        "one_evening": _sweep(_posts(loaded, [0]), now=report_at - BEFORE),
        "ten_evenings": _sweep(_posts(loaded, [*loaded.roster.open][:10]), now=report_at - BEFORE),
        "all_evenings": _sweep(_posts(loaded, loaded.roster.open), now=report_at - BEFORE),
    }


def _posts(loaded: Loaded, evenings: Iterable[int]) -> list[Post]:
    """A hundred posts of these evenings, one of each in turn; fewer where there are no more."""
    keys = sorted(loaded.posts, key=lambda key: (key[1:], key[0]))
    evenings = set(evenings)
    return [loaded.posts[key] for key in keys if key[0] in evenings][:SEARCHES]


def _sweep(posts: list[Post], *, now: datetime) -> dict:
    """What one sweep takes over a search for one more place of each of `posts`; it leaves the rows as they were."""
    queries = 0

    def counted(execute, *args):
        nonlocal queries
        queries += 1
        return execute(*args)

    with transaction.atomic():
        more = F("taken") + 1
        Post.objects.filter(pk__in=[post.pk for post in posts]).update(places=more, needed=more)
        Search.objects.bulk_create(Search(post=post, opened_at=now, next_wave_at=now) for post in posts)
        start = time.perf_counter()
        with connection.execute_wrapper(counted):
            asked = advance_searches(now=now)
        taken = time.perf_counter() - start
        offers = Offer.objects.filter(search__post__in=posts).count()
        transaction.set_rollback(True)
    return {"searches": len(posts), "asked": asked, "offers": offers, "queries": queries, "ms": round(taken * 1000, 1)}
