"""A day on which eight people withdraw, and what must be true of it whatever broke meanwhile."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.scratch.processes import wait_until
from shifts import actions
from shifts.models import Ask, Assignment, Offer, Post, Search
from tests.factories import make_assignment, make_coordinator, make_evening, make_museum, make_opening, make_post
from tests.invariants import broken
from tests.shifts.searches import make_many

# Wednesday 25 March 2026, 10:00 in Brussels: thirty-one hours before the report time of the evening of 26 March, where
# a search asks five people after five minutes, and five others ninety minutes later.
BEFORE = datetime(2026, 3, 25, 9, 0, tzinfo=UTC)
FIRST_WAVE, SECOND_WAVE = timedelta(minutes=5), timedelta(minutes=90)


def make_scene(*, places=8, people=90):
    """A published evening with a person on each of `places` posts, and `people` who could come instead."""
    make_coordinator()
    evening = make_evening(published_at=BEFORE - timedelta(days=7))
    posts = [make_post(make_opening(evening, make_museum(f"Musée {n}")), places=1) for n in range(places)]
    for post, volunteer in zip(posts, make_many(evening, places), strict=True):
        make_assignment(post, volunteer, made_at=BEFORE - timedelta(days=7))
    make_many(evening, people)
    return posts


def everybody_withdraws():
    """Each place is given up; their searches."""
    for assignment in Assignment.objects.active():
        actions.withdraw(assignment, reason="transport", by=SYSTEM, now=clock.now())
    return Search.objects.live()


def somebody_says_yes(number):
    """So many of the open places are taken by somebody who was asked for them and has not answered."""
    for post in Post.objects.with_place().order_by("pk")[:number]:
        offer = Offer.objects.live().filter(search__post=post).order_by("pk").first()
        actions.accept_offer(offer, by=SYSTEM, now=clock.now())


def nothing_waits():
    """Whether every message that is due has had its end."""
    return not Message.objects.due(clock.now()).exists()


def nothing_moves(seconds=6):
    """Waits until all that is due has left, or until nobody has got any further for so long."""
    waiting, since = None, time.monotonic()
    while (now := set(Message.objects.due(clock.now()).values_list("pk", flat=True))) and (
        now != waiting or time.monotonic() - since < seconds
    ):
        if now != waiting:
            waiting, since = now, time.monotonic()
        time.sleep(0.1)


def leases_run_out():
    """Two minutes of machine time go by without anybody waiting: leases are over, and so are waits for another try."""
    past = clock.machine_now() - timedelta(seconds=1)
    Message.objects.exclude(leased_until=None).update(leased_until=past)
    Message.objects.exclude(retry_at=None).update(retry_at=past)


def settle_down(mail_server, seconds=180):
    """Waits until all that is due has left, and a moment longer for what would leave twice."""
    wait_until(nothing_waits, seconds, "an end for every message that is due")
    time.sleep(0.5)


def all_is_well(mail_server):
    """Asserts what must be true after any fault; what is counted, for the line that the test prints."""
    now = clock.now()
    assert broken(now) == []
    assert list(messaging.overdue(now)) == []
    arrived = Counter(mail["Message-ID"] for mail in mail_server.received)
    sent = Message.objects.exclude(sent_at=None).count()
    assert (len(arrived), sum(arrived.values())) == (sent, sent)

    live, ended = Search.objects.live(), Search.objects.exclude(ended_at=None)
    stuck = [search for search in live.filter(nobody_left_at=None) if not (search.next_wave_at or now) > now]
    assert stuck == []
    asked = Ask.objects.count()
    told = Message.objects.filter(kind="offer").exclude(sent_at=None, skipped_at=None).count()
    assert told == asked
    return {
        "asked": asked,
        "places filled": Post.objects.filter(taken=1).count(),
        "searches going on": live.count(),
        "searches ended": ended.count(),
        "mails sent": sent,
        "arrived": sum(arrived.values()),
        "twice": sum(number > 1 for number in arrived.values()),
        "lost": sent - len(arrived),
    }
