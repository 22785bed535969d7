"""How long it takes to rank the candidates for one open place, with the reasons."""

import time

from django.db import connection

from nocturnes import clock
from shifts import ranking
from shifts.pages.panel import MOST

from .pages import percentiles
from .roster import Loaded

TIMES = 60
WARM_UP = 3


def measure(loaded: Loaded) -> dict:
    """Median and 95th percentile in milliseconds, over open places of several evenings.

    As the list beside an evening has them: everybody in the edition is read and judged, those who are shown are in
    order, each with every reason why.
    """
    keys = [(evening, *places[0]) for evening, places in loaded.roster.open.items()]
    posts = [loaded.posts[keys[turn % len(keys)]] for turn in range(WARM_UP + TIMES)]
    taken = []
    for post in posts:
        start = time.perf_counter()
        for candidate in ranking.suggestions(post, now=clock.now(), most=MOST):
            assert candidate.reasons  # noqa: S101  # they are made when they are asked for
        taken.append((time.perf_counter() - start) * 1000)
    connection.close()
    figures = percentiles(taken[WARM_UP:])
    return {"median": figures["median_ms"], "p95": figures["p95_ms"]}
