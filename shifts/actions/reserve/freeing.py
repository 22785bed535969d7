"""On the evening itself: who is on call is free once nobody is wanted any more (design.md 5)."""

import logging
from datetime import datetime

from django.db import transaction

from nocturnes import hours
from nocturnes.history import SYSTEM
from nocturnes.models import Evening
from shifts import pace
from shifts.actions import on_call
from shifts.actions.locks import lock_evening, lock_posts, lock_volunteers
from shifts.actions.on_call import Because, until
from shifts.models import Post, Reserve, Search

from . import telling
from .following import follow_answers

log = logging.getLogger(__name__)


def free_reserve(*, now: datetime) -> int:
    """Let everybody go who need not be on call any more at `now`; returns how many people hear so.

    That is at the edition's hour, unless a place is open that evening: then once it is filled, or its last useful
    moment passed. Before that, whatever no longer goes with people's answers and places ends (`follow_answers`). Each
    evening is a transaction of its own, so that one that fails holds up no other.
    """
    follow_answers(now=now)
    freed = 0
    for evening in _evenings():
        if now < until(evening):
            continue
        try:
            freed += _free(evening, now)
        except Exception:
            log.exception("The reserve of evening %s could not be freed.", evening.pk)
    return freed


def freeings() -> list[datetime]:
    """The moments at which somebody who is on call may be free, or who was asked need not answer any more."""
    moments = []
    for evening in _evenings():
        moments += [until(evening), *(pace.frame(post).over_at for post in _posts(evening))]
    return moments


def _evenings():
    """Those that somebody is, or was asked to be, on call for."""
    rows = Evening.objects.filter(pk__in=Reserve.objects.live().values("evening"))
    return list(rows.select_related("edition").order_by("date", "pk"))


def _posts(evening):
    return Post.objects.for_pages().filter(opening__evening=evening)


@transaction.atomic
def _free(evening, now):
    """Under the locks of its posts: whoever withdraws at this moment comes before, and is seen, or after."""
    evening = lock_evening(evening.pk)
    lock_posts(_posts(evening).values_list("pk", flat=True))
    wanted, late = _open_posts(evening, now)
    if wanted:
        return 0
    rows = on_call.of_evening(evening)
    lock_volunteers(rows.values_list("volunteer_id", flat=True))
    because = Because.OVER if late or not evening.is_published else Because.FREED
    is_tonight = hours.tonight(now, evening.edition.zone) == evening.date
    freed = [reserve for reserve in rows if on_call.end(reserve, because, by=SYSTEM, now=now)]
    told = [reserve for reserve in freed if reserve.accepted_at and is_tonight and evening.is_published]
    for reserve in told:
        telling.tell_freed(reserve, by=SYSTEM, now=now)
    return len(told)


def _open_posts(evening, now):
    """Whether somebody is wanted at `now`, and whether a place stayed open until it was too late."""
    searched = set(Search.objects.live().filter(post__opening__evening=evening).values_list("post_id", flat=True))
    posts = [post for post in _posts(evening) if not post.is_called_off]
    # A search may look for places that are wanted on top, and for a role that nobody replaces by itself.
    posts = [p for p in posts if p.pk in searched or (p.missing and p.role.replace_if_empty)]
    wanted = [post for post in posts if not pace.frame(post).is_over(now)]
    return bool(wanted), bool(posts)
