"""What the workers look for again and again, and a rehearsal at every moment that its time goes through."""

from datetime import datetime

from .digest import plan_digests
from .requests import end_stale_requests
from .reserve import free_reserve
from .searches import advance_searches
from .swaps import end_stale_swaps


def sweep(*, now: datetime) -> None:
    """Do what is due at `now`: searches ask, what came to nothing ends, the reserve is freed, digests are planned."""
    advance_searches(now=now)
    end_stale_requests(now=now)
    end_stale_swaps(now=now)
    free_reserve(now=now)
    plan_digests(now=now)
