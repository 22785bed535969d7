"""Moving the time of a rehearsal (design.md 7): forward only, and through every moment at which something is due.

At each such moment the clock stands still there and does what the workers do on the real site: searches ask, what may
be kept no longer is deleted, messages leave (to the mailbox page). So a jump of three days sends what three days would
have sent, in the same order.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import clock, hours
from nocturnes.background import hushed
from nocturnes.models import Edition, Installation
from nocturnes.refusals import Refusal
from volunteers import actions as volunteers

from . import actions, pace
from .actions.digest import KIND as DIGEST
from .models import Search

# A worker may hold a message at the moment at which we pass; it is done within this many seconds of machine time.
PATIENCE = 3.0
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


class NotARehearsal(Refusal):
    sentence = _("Only a rehearsal has a time that can be moved.")


class OnlyForward(Refusal):
    sentence = _("The time of a rehearsal moves forward only.")


class MovedMeanwhile(Refusal):
    sentence = _("The time has moved already. Look where it stands now, and press again if you like.")


class NothingToCome(Refusal):
    sentence = _("No message is to come. Do something first, or move the time by an hour or a day.")


@dataclass(frozen=True)
class Moved:
    """From when to when the time moved, and how many messages left on the way."""

    start: datetime
    now: datetime
    sent: int


def advance(to: datetime, *, seen: int | None = None) -> Moved:
    """Move the time to `to`, through every due moment in between.

    `seen` is the time, in whole seconds, that stood on the page whose button was pressed. Raises NotARehearsal,
    OnlyForward, and MovedMeanwhile where somebody else moved since `seen` or moves at this moment.
    """
    start = _start(seen)
    if to <= start:
        raise OnlyForward
    return _travel(start, to, until_a_message=False)


def next_message(*, seen: int | None = None) -> Moved:
    """Move the time to the next moment at which a message leaves. Raises what `advance` does, and NothingToCome."""
    start = _start(seen)
    horizon = _horizon()
    moved = _travel(start, max(start, horizon), until_a_message=True) if horizon else None
    if moved is None or not moved.sent:
        raise NothingToCome
    return moved


def a_quarter_later(now: datetime) -> datetime:
    return now + QUARTER


def an_hour_later(now: datetime) -> datetime:
    return now + HOUR


def a_day_later(now: datetime) -> datetime:
    """The same hour on the wall, a calendar day later."""
    edition = Edition.objects.newest()
    local = now.astimezone(edition.zone) if edition else now
    return hours.instant(local.date() + timedelta(days=1), local.time(), local.tzinfo)


def _start(seen):
    if not settings.REHEARSAL:
        raise NotARehearsal
    start = clock.now()
    if seen is not None and seen != int(start.timestamp()):
        raise MovedMeanwhile
    return start


def _travel(start, to, *, until_a_message):
    before = _sent()
    now = start
    # The workers are not woken: what they would do is done here, at the right moment.
    with hushed():
        _sweep(now)
        for moment in _moments(start, to):
            if until_a_message and _sent() > before:
                break
            _set_clock(now, moment)
            now = moment
            _sweep(now)
    return Moved(start, now, _sent() - before)


def _moments(start, to) -> Iterator[datetime]:
    """Every moment after `start` and up to `to` at which something is due, found anew after each; `to` is the last."""
    now = start
    while now < to:
        due = Message.objects.pending().by_mail().filter(due__gt=now).order_by("due").values_list("due", flat=True)
        freed = min((moment for moment in actions.freeings() if moment > now), default=None)
        moments = [due.first(), actions.next_due(now), freed, _next_look(now)]
        now = min([to, *(moment for moment in moments if moment is not None)])
        yield now


def _next_look(now):
    """Who may be asked can change at any time, and the real site looks every few seconds; here, at each full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + HOUR if Search.objects.live().exists() else None


def _horizon():
    """The moment after which nothing more can happen by itself; None where nothing is under way."""
    pending = Message.objects.pending().by_mail()
    last = pending.exclude(kind=DIGEST).aggregate(last=Max("due"))["last"]
    searches = Search.objects.live().select_related("post__opening__evening__edition")
    moments = [last, *_digests(pending), *actions.freeings(), *(pace.frame(search.post).over_at for search in searches)]
    return max(moments, key=_or_never, default=None)


def _digests(pending):
    """When the digests leave that have something to say as things stand: there is always a next one."""
    digests = pending.filter(kind=DIGEST).select_related("user")
    return [message.due for message in digests if messaging.reason_to_skip(message, message.due) is None]


def _or_never(moment):
    return moment.timestamp() if moment else float("-inf")


def _set_clock(old, new):
    """One conditional update is the lock: of two who move at once, the second finds another time and stops."""
    if not Installation.objects.filter(pk=1, rehearsal=True, rehearsal_now=old).update(rehearsal_now=new):
        raise MovedMeanwhile


def _sweep(now):
    actions.sweep(now=now)
    volunteers.purge_sign_ups(now=now)
    volunteers.forget_arrangements(now=now)
    messaging.sweep(now)
    _let_workers_finish(now)


def _let_workers_finish(now):
    """What a worker has in hand belongs to this moment: wait for it, so that nothing later overtakes it."""
    patience = time.monotonic() + PATIENCE
    in_hand = Message.objects.due(now).filter(leased_until__gt=clock.machine_now())
    while in_hand.exists() and time.monotonic() < patience:
        time.sleep(0.05)


def _sent():
    return Message.objects.exclude(sent_at=None).count()
