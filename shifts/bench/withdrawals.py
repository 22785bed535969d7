"""From a withdrawal's commit to the mail server's "accepted" for the first offer, by a real worker and broker."""

import time
from datetime import datetime, timedelta

from django.db import transaction

from messaging.models import Message
from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.models import Evening, Heartbeat
from shifts.actions import withdraw
from shifts.models import Assignment, Post
from volunteers.models import Availability

from . import site
from .load import NotServed
from .mail import counting_server
from .pages import percentiles
from .roster import Loaded

TIMES = 30
WARM_UP = 3
# In the row of the table that asks the reserve at once, and everybody else a quarter of an hour later (design.md 6).
AHEAD = timedelta(hours=6)
ON_CALL = 2
PATIENCE = 30
START = 120


def measure(loaded: Loaded, *, times: int = TIMES) -> dict:
    """Median and 95th percentile in milliseconds. One evening of `loaded` begins six hours from now for it."""
    now = clock.now()
    evening = loaded.evenings[-1]
    _begin_soon(evening, now)
    reserve = _put_on_call(evening)
    # One of each post: a second place of the same search is told to people whom it asked before.
    leaving = {one.post_id: one for one in Assignment.objects.active().of_evening(evening).order_by("-volunteer")}
    taken = []
    with counting_server() as mail, site.broker(), site.worker(mail.url):
        _wait_for_the_worker()
        for assignment in [*leaving.values()][: WARM_UP + times]:
            taken.append(_one(assignment, mail, reserve))
            _let_all_leave()
    figures = percentiles(taken[WARM_UP:])
    return {"median": figures["median_ms"], "p95": figures["p95_ms"]}


def _begin_soon(evening: Evening, now: datetime):
    """Move the evening to today, and its posts and people with it: one row after another would take longer."""
    posts = Post.objects.filter(opening__evening=evening)
    report, start, end = now + AHEAD, now + AHEAD + timedelta(minutes=30), now + AHEAD + timedelta(hours=4)
    posts.update(report_at=report, starts_at=start, ends_at=end)
    Assignment.objects.filter(post__in=posts).update(report_at=report, ends_at=end)
    Evening.objects.filter(pk=evening.pk).update(date=report.astimezone(evening.edition.zone).date())


def _put_on_call(evening):
    """The addresses of two people who have no place that evening, and are on call for it now."""
    free = Availability.objects.filter(evening=evening).exclude(
        registration__volunteer__in=Assignment.objects.active().of_evening(evening).values("volunteer")
    )
    chosen = list(free.select_related("registration__volunteer__user").order_by("pk")[:ON_CALL])
    Availability.objects.filter(pk__in=[one.pk for one in chosen]).update(on_call_at=clock.now())
    return {one.registration.volunteer.user.email for one in chosen}


def _wait_for_the_worker():
    """Its first deed is a sweep, which says in the heartbeats when it came to its end."""
    tomorrow = clock.machine_now() + timedelta(days=1)
    Heartbeat.objects.update(at=tomorrow)
    swept = Heartbeat.objects.filter(at__lt=tomorrow)
    if not site.wait_for(lambda: swept.count() == Heartbeat.objects.count(), START):
        raise NotServed(f"The worker did not begin within {START} seconds.")


def _one(assignment, mail, reserve):
    """How many milliseconds after the commit of this withdrawal the server had a mail for somebody on call."""
    committed = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.perf_counter()))
        withdraw(assignment, by=SYSTEM, now=clock.now())

    def arrived():
        return next((at for at, to in list(mail.arrivals) if to in reserve and at > committed[0]), None)

    if not site.wait_for(arrived, PATIENCE, every=0.02):
        raise NotServed(f"No offer arrived within {PATIENCE} seconds of a withdrawal.")
    return (arrived() - committed[0]) * 1000


def _let_all_leave():
    """Whoever else was told is not waited for by the next withdrawal."""
    site.wait_for(lambda: not Message.objects.due(clock.now()).exists(), PATIENCE, every=0.02)
