"""Sending what is due, once (design.md 3.3).

A message is claimed by one conditional UPDATE that sets a lease, in machine time. Whoever holds the lease checks,
renders and sends, outside any transaction, and marks the row. A worker that is killed leaves a lease that runs out;
then the next sweep sends.

The one window that nothing closes is in `_send`: between the mail server's "accepted" and our commit.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet

from nocturnes import clock, hours
from nocturnes.history import SYSTEM

from .. import kinds, reasons, transport
from ..models import Message
from . import rendering
from .planning import forget_secrets, skip

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
LATE = timedelta(minutes=2)
AT_MOST = 500

# The wait after the first, second, ... failed attempt; the last one holds for all that follow.
WAITS = [timedelta(seconds=30), *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15))]
# About a day. Only an address that is put off again and again is given up; a server that is down is waited for.
GIVES_UP_AFTER = 100

# A database that restarts while a mail server says yes gets this many seconds to note it.
PATIENCE = (0.2, 1, 3, 10, 30)
DATABASE_IS_AWAY = (OperationalError, InterfaceError)

SENT, SKIPPED, FAILED, WAITS_FOR_SERVER, WAITS_FOR_MORNING = "sent", "skipped", "failed", "later", "quiet"


@dataclass
class _InHand:
    """A message, and the lease under which this process holds it; the time of the lease says whose it is."""

    message: Message
    until: datetime
    accepted: bool = False

    def mine(self):
        return Message.objects.filter(pk=self.message.pk, leased_until=self.until)


def deliver(message_id: int, *, now: datetime) -> str | None:
    """Send the message if it is due at the product time `now` and nobody else has it in hand.

    Returns what came of it, or None where there was nothing to do. Nothing that is wrong with one message is raised:
    the row keeps the reason. Only a database that fails is raised, and then the lease runs out. Raises RuntimeError
    inside a transaction.
    """
    held = _claim(message_id, now)
    if held is None:
        return None
    try:
        return _check_and_send(held, now)
    except DATABASE_IS_AWAY:
        _release(held)
        raise
    except Exception as error:
        # Templates, checks and contexts belong to the apps: one that is broken must not hold up the others' mails.
        log.exception("Message %s of kind %s could not be written.", message_id, held.message.kind)
        return _fail(held, now, reasons.CANNOT_WRITE, type(error).__name__)


def sweep(now: datetime) -> int:
    """Deliver, in this process and in the order of their time, all that is due at `now`; how many were sent.

    Calls that are of no use any more are dropped as well.
    """
    drop_calls(now)
    sent = 0
    while ids := due_ids(now):
        outcomes = [deliver(pk, now=now) for pk in ids]
        sent += outcomes.count(SENT)
        if not any(outcomes):
            break
    return sent


def due_ids(now: datetime) -> list[int]:
    """The messages to be sent at `now` that no worker has in hand and that do not wait for a second try."""
    free = Message.objects.due(now).to_be_tried(clock.machine_now())
    return list(free.order_by("due", "pk").values_list("pk", flat=True)[:AT_MOST])


def overdue(now: datetime) -> QuerySet[Message]:
    """What should have left two minutes before `now` or earlier and has not: every page then says so in red."""
    return Message.objects.due(overdue_since(now))


def overdue_since(now: datetime) -> datetime:
    """Whatever was due by then is overdue at `now`: for who counts it in a query of her own."""
    return now - LATE


def drop_calls(now: datetime) -> int:
    """Skip the calls to make at `now` that tell nothing any more, or too late; how many they were.

    Nobody has such a message in hand: without this it would wait for a call until somebody read it through.
    """
    dropped = 0
    for message in Message.objects.to_phone().filter(due__lte=now).select_related("user")[:AT_MOST]:
        try:
            if reason := reason_to_skip(message, now):
                dropped += skip(Message.objects.filter(pk=message.pk), reason=reason, by=SYSTEM, now=now)
        except DATABASE_IS_AWAY:
            raise
        except Exception:
            # It stays a call to make: whoever opens it reads that it cannot be written.
            log.exception("Message %s of kind %s could not be checked.", message.pk, message.kind)
    return dropped


@transaction.atomic
def record_as_sent(message: Message, *, now: datetime) -> None:
    """Take `message` as sent at `now`, with its text, without any transport: the past of an edition that is loaded.

    Its check holds: what was not true is skipped.
    """
    reason = reason_to_skip(message, now)
    if reason:
        Message.objects.pending().filter(pk=message.pk).update(skipped_at=now, reason=reason)
    else:
        kept = _kept(message, rendering.render(message, now=now), rendering.files(message, now=now))
        Message.objects.pending().filter(pk=message.pk).update(sent_at=now, **kept)
    message.refresh_from_db()


def _claim(message_id, now):
    """Take the lease, or return None. Durable: a lease that is not committed keeps nobody else from sending."""
    message = Message.objects.select_related("user").filter(pk=message_id).first()
    if message is None or not message.recipient:
        return None
    machine = clock.machine_now()
    until = machine + LEASE
    with transaction.atomic(durable=True):
        # On its own columns only: with a join, PostgreSQL would not look again at a row that it had to wait for.
        free = Message.objects.pending().to_be_tried(machine).filter(pk=message_id, due__lte=now)
        if free.update(leased_until=until, attempts=F("attempts") + 1) != 1:
            return None
    message.refresh_from_db(fields=["attempts", "facts", "due", "language", "address"])
    return _InHand(message, until)


def _check_and_send(held, now):
    message = held.message
    if reason := reason_to_skip(message, now):
        return _finish(held, SKIPPED, skipped_at=now, reason=reason)
    edition = rendering.edition_of(message)
    if edition and not kinds.is_urgent(message) and hours.is_quiet(now, edition.rules, edition.zone):
        morning = hours.after_quiet(now, edition.rules, edition.zone)
        return _finish(held, WAITS_FOR_MORNING, due=morning, attempts=F("attempts") - 1)
    try:
        text, files = rendering.render(message, now=now), rendering.files(message, now=now)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        # What it tells of may have ended since the check above: then nothing is broken.
        if reason := reason_to_skip(message, now):
            return _finish(held, SKIPPED, skipped_at=now, reason=reason)
        raise
    letter = transport.compose(message, text, edition, files)
    return _send(held, letter, _kept(message, text, files), now)


def reason_to_skip(message: Message, now: datetime) -> str | None:
    """Why `message` is not to be sent at `now`, as it is stored (see `reasons`); None if it is."""
    kind = kinds.get(message.kind)
    if message.user and not message.user.is_active:
        return reasons.stored(reasons.INACTIVE)
    limit = kind.too_late(message)
    if limit is not None and now >= limit:
        return reasons.stored(reasons.TOO_LATE)
    reason = kind.check(message, now)
    return reasons.stored(reason) if reason else None


def _send(held, letter, kept, now):
    """Renew the lease, hand the mail over, and mark the row the moment the server has it.

    A process that dies between the server's "accepted" and this commit repeats that one mail when the lease has run
    out. No order of the two steps avoids it, so the repeated mail carries the same Message-ID.
    """
    renewed = clock.machine_now() + LEASE
    with transaction.atomic(durable=True):
        if held.mine().pending().update(leased_until=renewed) != 1:
            return None
    held.until = renewed
    try:
        transport.hand_over(letter, accepted=lambda: _mark_sent(held, kept, now))
    except transport.Later as later:
        return _later(held, now, later)
    except transport.Never as never:
        return _fail(held, now, never.reason, str(never))
    return SENT


def _mark_sent(held, kept, now):
    """Whatever happened to the row meanwhile, the mail is on its way: cancelled too late is sent."""
    held.accepted = True
    values = {"sent_at": now, "skipped_at": None, "failed_at": None, "phoned_at": None, "leased_until": None}
    for wait in (*PATIENCE, None):
        try:
            Message.objects.filter(pk=held.message.pk).update(**values, retry_at=None, reason="", **kept)
            return
        except DATABASE_IS_AWAY:
            if wait is None:
                raise
            connection.close()
            time.sleep(wait)


def _kept(message, text, files):
    """What the row keeps of a mail that is sent: all of it, but a secret only where the mailbox page is the mailbox."""
    values = {"language": rendering.language_of(message)}
    secret = kinds.is_secret(message.kind)
    if secret:
        values["facts"] = rendering.without_secrets(message.facts)
    if not secret or settings.REHEARSAL:
        values |= {"subject": text.subject[:200], "text": text.text, "html": text.html}
        values["files"] = [file for file in files if isinstance(file[1], str)]
    return values


def _later(held, now, later):
    attempts = held.message.attempts
    if later.about_mail and attempts >= GIVES_UP_AFTER:
        return _fail(held, now, reasons.GAVE_UP, str(later))
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    reason = reasons.stored(reasons.TRYING_AGAIN, str(later))
    return _finish(held, WAITS_FOR_SERVER, retry_at=clock.machine_now() + wait, reason=reason)


def _fail(held, now, reason, detail):
    return _finish(held, FAILED, failed_at=now, reason=reasons.stored(reason, detail))


def _finish(held, outcome, **values):
    """Write the outcome and let the message go, unless it was cancelled or the lease was lost meanwhile."""
    if held.mine().pending().update(leased_until=None, **values) != 1:
        return None
    if outcome in (SKIPPED, FAILED):
        forget_secrets(held.message)
    return outcome


def _release(held):
    """Let the next sweep try at once, if the database listens again; else, or once it is sent, the lease runs out."""
    if held.accepted:
        return
    try:
        held.mine().update(leased_until=None)
    except DATABASE_IS_AWAY:
        log.warning("Message %s keeps its lease until it runs out.", held.message.pk)
