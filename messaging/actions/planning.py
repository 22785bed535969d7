"""Writing messages down, and changing those that have not left yet."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from nocturnes import clock, history
from nocturnes.background import soon
from nocturnes.history import Actor
from nocturnes.models import User
from nocturnes.refusals import Refusal

from .. import kinds, reasons
from ..models import Message, about_columns
from . import rendering


class AlreadyGone(Refusal):
    sentence = _("This message has left already, or was cancelled: nothing more can be done with it.")


@dataclass(frozen=True)
class Plan:
    """A message as it shall be written down; the fields are those of `plan`."""

    kind: str
    key: str
    about: models.Model
    language: str
    due: datetime
    to: User | None = None
    address: str = ""
    facts: dict = field(default_factory=dict)

    @property
    def may_change(self):
        """What a message that waits takes over from a plan with the same key."""
        return {"due": self.due, "facts": self.facts, "language": self.language}


def plan(
    kind: str,
    key: str,
    *,
    about: models.Model,
    to: User | None = None,
    address: str = "",
    language: str,
    facts: dict | None = None,
    due: datetime,
    by: Actor,
    now: datetime,
) -> Message:
    """Write down the message `key`, to be sent at the product time `due`; idempotent by `key`.

    Goes to the user `to`, or to a plain `address`. `facts` are ids and plain values; `facts["edition"]` is the
    edition's id, `facts["evening"]` (where there is one) decides who signs, `facts["urgent"]` lifts the quiet hours.
    A message that is there and pending gets the new `due`, `facts` and `language`; one that was sent, skipped, failed
    or phoned stays as it is. What is due is sent right after the commit (design.md 3.3).
    """
    one = Plan(kind, key, about, language, due, to=to, address=address, facts=facts or {})
    return plan_all([one], by=by, now=now)[0]


def plan_all(plans: Iterable[Plan], *, by: Actor, now: datetime, first: bool = False) -> list[Message]:
    """`plan` for several messages with different keys, in as many queries as for one.

    `first` says that nobody can have planned them before: they are about a row that this transaction made.
    """
    plans = list(plans)
    for one in plans:
        kinds.get(one.kind)
    # No savepoint: nothing that fails in here is caught by a caller whose transaction then goes on.
    with transaction.atomic(savepoint=False):
        known, new = _all_new(plans, now) if first else _known_and_new(plans, now)
        changed = [one for one in plans if one.key not in new and _change(known[one.key], one)]
        told = [known[one.key] for one in plans if one.key in new or one in changed]
        about_all = [(message, {"due": message.due.isoformat(), "kind": message.kind}) for message in told]
        history.record_all("planned", about_all, by=by, now=now)
        for message in told:
            _send_soon(message, now)
    return [known[one.key] for one in plans]


def _all_new(plans, now):
    messages = {message.key: message for message in Message.objects.bulk_create(_message(one, now) for one in plans)}
    return messages, set(messages)


def _known_and_new(plans, now):
    """The messages of `plans` by key, written where they were not there, and the keys of those that were not."""
    known = _by_key(plans)
    missing = [_message(one, now) for one in plans if one.key not in known]
    if not missing:
        return known, set()
    try:
        with transaction.atomic():
            Message.objects.bulk_create(missing)
    except IntegrityError:
        # Somebody else wrote one of them down since we looked: what is there now is known, the rest is new.
        known = _by_key(plans)
        missing = [message for message in missing if message.key not in known]
        Message.objects.bulk_create(missing)
    return known | {message.key: message for message in missing}, {message.key for message in missing}


def _by_key(plans):
    return {message.key: message for message in Message.objects.filter(key__in=[one.key for one in plans])}


def _message(one, now):
    fields = {"kind": one.kind, "key": one.key, "user": one.to, "address": one.address, "created_at": now}
    return Message(**about_columns(one.about), **fields, **one.may_change)


def _change(message, one):
    """Take over the new `due`, `facts` and `language`, where the message is pending; False where nothing changed."""
    if all(getattr(message, name) == value for name, value in one.may_change.items()):
        return False
    if not Message.objects.pending().filter(pk=message.pk).update(**one.may_change):
        return False
    message.refresh_from_db()
    return True


@transaction.atomic
def merge(
    kind: str,
    *,
    about: models.Model,
    to: User,
    language: str,
    item,
    due: datetime,
    by: Actor,
    now: datetime,
    facts: dict | None = None,
) -> Message:
    """Add `item` to the one message of `kind` about `about` that waits for `to`, or begin it (design.md 3.9).

    The items are in `facts["items"]`, each once, in the order in which they came; `due` only moves later. A message
    that a worker has in hand is left alone, and a new one begins. Locks the row of `to`: a transaction that merges for
    several people does so in the order of their ids.
    """
    User.objects.select_for_update(no_key=True).get(pk=to.pk)
    waiting = Message.objects.pending().unleased(clock.machine_now()).about(about).filter(kind=kind, user=to)
    message = waiting.select_for_update(no_key=True).order_by("pk").last()
    if message is None:
        return plan_all([_first_of(kind, about, to, language, item, facts, due)], by=by, now=now)[0]
    items = message.facts.get("items", [])
    message.facts = {**message.facts, **(facts or {}), "items": items if item in items else [*items, item]}
    message.due = max(message.due, due)
    message.language = language
    message.save(update_fields=["facts", "due", "language"])
    history.record("merged", message, by=by, now=now, due=message.due.isoformat(), kind=kind)
    _send_soon(message, now)
    return message


def _first_of(kind, about, to, language, item, facts, due):
    key = f"{kind}:{to.pk}:{secrets.token_hex(8)}"
    return Plan(kind, key, about, language, due, to=to, facts={**(facts or {}), "items": [item]})


@transaction.atomic
def merge_for_all(
    kind: str,
    people: Iterable[tuple[User, str]],
    *,
    about: models.Model,
    item,
    due: datetime,
    by: Actor,
    now,
    facts: dict,
) -> None:
    """`merge` the same `item` for several people, each (person, language); for whom none waits in one go.

    Their rows are locked by the caller, in the order of their ids.
    """
    people = list(people)
    waiting = Message.objects.pending().unleased(clock.machine_now()).about(about).filter(kind=kind)
    has_one = set(waiting.filter(user__in=[to.pk for to, _language in people]).values_list("user_id", flat=True))
    new = {to.pk: (to, language) for to, language in people if to.pk not in has_one}
    what = {"about": about, "item": item, "facts": facts, "due": due}
    first = [_first_of(kind, to=to, language=language, **what) for to, language in new.values()]
    plan_all(first, by=by, now=now, first=True)
    for to, language in people:
        if to.pk in has_one:
            merge(kind, to=to, language=language, **what, by=by, now=now)


@transaction.atomic
def skip(messages: QuerySet[Message], *, reason, by: Actor, now: datetime) -> int:
    """Cancel those of `messages` that are pending, and return how many they were; `reason` is a translatable sentence.

    One that a worker has in hand is cancelled too, if the mail server has not got it yet.
    """
    chosen = Message.objects.pending().filter(pk__in=messages.order_by().values("pk")).order_by("pk")
    skipped = list(chosen.select_for_update(no_key=True))
    text = reasons.stored(reason)
    Message.objects.filter(pk__in=[message.pk for message in skipped]).update(skipped_at=now, reason=text)
    for message in skipped:
        forget_secrets(message)
    history.record_all("skipped", [(message, {"kind": message.kind}) for message in skipped], by=by, now=now)
    return len(skipped)


@transaction.atomic
def resume(messages: QuerySet[Message], *, overdue: bool = False, by: Actor, now: datetime) -> int:
    """Take back that `messages` were skipped, as far as their time is still to come; returns how many they were.

    With `overdue` also those that were due before: the next sweep sends them.
    """
    chosen = messages.exclude(skipped_at=None).order_by("pk")
    chosen = chosen if overdue else chosen.filter(due__gt=now)
    resumed = list(chosen.select_for_update(no_key=True))
    Message.objects.filter(pk__in=[message.pk for message in resumed]).update(skipped_at=None, reason="")
    history.record_all("resumed", [(message, {"kind": message.kind}) for message in resumed], by=by, now=now)
    return len(resumed)


@transaction.atomic
def send_now(message: Message, *, by: Actor, now: datetime) -> None:
    """Send `message` at once: one that waits, or once more one that failed.

    Quiet hours still hold (design.md 3.7): a message that is not urgent then leaves at their end. Raises AlreadyGone.
    """
    changed = Message.objects.filter(pk=message.pk, sent_at=None, skipped_at=None, phoned_at=None).update(
        due=now, failed_at=None, retry_at=None, attempts=0, reason=""
    )
    if not changed:
        raise AlreadyGone
    message.refresh_from_db()
    history.record("sent_by_hand", message, by=by, now=now, kind=message.kind)
    _send_soon(message, now)


@transaction.atomic
def phoned(message: Message, *, by: Actor, now: datetime) -> None:
    """Somebody told `message` to a person who has no e-mail; the text is kept as it read.

    Raises AlreadyGone, also for one that is not true any more: there is nothing left to read.
    """
    if not Message.objects.to_phone().filter(pk=message.pk).exists() or kinds.get(message.kind).check(message, now):
        raise AlreadyGone
    text = rendering.render(message, now=now)
    changed = (
        Message.objects.pending()
        .filter(pk=message.pk)
        .update(phoned_at=now, subject=text.subject[:200], text=text.text)
    )
    if not changed:
        raise AlreadyGone
    history.record("told_by_phone", message, by=by, now=now, kind=message.kind)


def have_left(messages: QuerySet[Message]) -> bool:
    """Whether one of `messages` was sent or told by phone, or is in the hands of a worker at this moment."""
    in_hand = Q(leased_until__gte=clock.machine_now())
    return messages.filter(in_hand | Q(sent_at__isnull=False) | Q(phoned_at__isnull=False)).exists()


def _send_soon(message, now):
    """Wake a worker for a message that is due; imported here, because the tasks call the actions."""
    from ..tasks import send_message

    if message.due <= now and message.recipient:
        soon(send_message, message.pk)


def forget_secrets(message: Message) -> None:
    """What only its reader was to know is erased, once it has left or will not leave."""
    if kinds.is_secret(message.kind):
        Message.objects.filter(pk=message.pk).update(facts=rendering.without_secrets(message.facts))
