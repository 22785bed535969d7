"""Proposals that can come to nothing any more end by themselves."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from nocturnes import history
from nocturnes.history import SYSTEM
from shifts.actions.telling import soonest
from shifts.models import Swap

from . import fitting, telling
from .answering import end
from .locking import locked


def end_stale_swaps(*, now: datetime) -> int:
    """End the live swaps of which nothing can come; returns how many.

    A place of theirs ended in another way, or the team meets; or its hours moved since both said yes. Accepting looks
    at the same under the same locks, so that nothing depends on how soon this comes.
    """
    return sum(_end(swap, now) for swap in _to_look_at(now))


def _to_look_at(now):
    place = [Q(**{f"{one}__isnull": False}) & _is_gone(one, now) for one in ("assignment", "theirs")]
    return Swap.objects.live().filter(place[0] | place[1] | Q(accepted_at__isnull=False)).order_by("pk")


def _is_gone(one, now):
    return (
        Q(**{f"{one}__cancelled_at__isnull": False})
        | Q(**{f"{one}__published_at": None})
        | Q(**{f"{one}__report_at__lte": now})
    )


@transaction.atomic
def _end(swap, now):
    swap = locked(swap)
    if not swap.is_live or not fitting.is_stale(swap, now):
        return False
    end(swap, Swap.Because.GONE, now=now)
    history.record("swap_gone", swap, by=SYSTEM, now=now, assignment=swap.assignment_id)
    telling.forget(swap, "swap_asked", "swap_waits", by=SYSTEM, now=now)
    telling.ended(swap, _to_tell(swap, now), due=soonest(swap.assignment, now), by=SYSTEM, now=now)
    return True


def _to_tell(swap, now):
    """Who still has the place that was to change hands, and would count on it; who lost hers heard so already."""
    if any(now >= place.report_at for place in swap.places):
        return []
    mine, theirs = swap.assignment, swap.theirs
    users = [mine.volunteer.user] if mine.is_active and not mine.is_draft else []
    if swap.accepted_at and (theirs is None or theirs.is_active):
        users.append(swap.volunteer.user)
    return users
