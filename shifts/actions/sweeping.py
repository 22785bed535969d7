"""What the workers look for again and again, and a rehearsal at every moment that its time goes through."""

from datetime import datetime

from .digest import plan_digests
from .requests import end_stale_requests
from .reserve import free_reserve
from .searches import advance_searches
from .swaps import end_stale_swaps

STEPS = (advance_searches, end_stale_requests, end_stale_swaps, free_reserve, plan_digests)


def sweep(*, now: datetime) -> None:
    """Do what is due at `now`: searches ask, what came to nothing ends, the reserve is freed, digests are planned.

    A step that fails holds up no other. Raises what failed once all are done, so that it does not pass for a sweep that
    came to its end.
    """
    failed = []
    for step in STEPS:
        try:
            step(now=now)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("A step of the sweep failed.", failed)
