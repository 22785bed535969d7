"""Messages of somebody who has two accounts, brought together in one."""

from collections import defaultdict
from datetime import datetime

from django.db import models

from nocturnes import clock
from nocturnes.history import Actor
from nocturnes.models import User

from .. import reasons
from ..models import Message, about_columns
from .planning import skip


def hand_over(old: User, new: User, *, by: Actor, now: datetime) -> int:
    """Every message to `old`, sent or waiting, becomes `new`'s; returns how many. Inside the caller's transaction.

    Of two that wait and gather news of the same thing one is left, with the news of both (design.md 3.9). A sign-in
    code of the account that is closed is of no use.
    """
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[old.pk, new.pk]).order_by("pk"))
    skip(Message.objects.filter(user=old, kind="sign_in_code"), reason=reasons.INACTIVE, by=by, now=now)
    moved = Message.objects.filter(user=old).update(user=new)
    _gather(new, by=by, now=now)
    return moved


def about_instead(old: models.Model, new: models.Model, *, by: Actor, now: datetime) -> None:
    """What was written about `old` is about `new` from now on; what is said about `new` already is not said twice."""
    theirs = Message.objects.about(old)
    said = Message.objects.about(new).filter(skipped_at=None).values("kind")
    skip(theirs.filter(kind__in=said), reason=reasons.REPLACED, by=by, now=now)
    theirs.update(**about_columns(new))


def _gather(user, *, by, now):
    """One message a kind and a thing, as `merge` would have made it; one that a worker has in hand is left alone."""
    waiting = Message.objects.pending().unleased(clock.machine_now()).filter(user=user, facts__has_key="items")
    alike = defaultdict(list)
    for message in waiting.select_for_update(no_key=True).order_by("pk"):
        alike[message.kind, message.about_type, message.about_id].append(message)
    for *earlier, last in alike.values():
        if not earlier:
            continue
        items = [item for message in (*earlier, last) for item in message.facts["items"]]
        facts = {name: value for message in (*earlier, last) for name, value in message.facts.items()}
        last.facts = {**facts, "items": [item for n, item in enumerate(items) if item not in items[:n]]}
        last.due = max(message.due for message in (*earlier, last))
        last.save(update_fields=["facts", "due"])
        skip(
            Message.objects.filter(pk__in=[message.pk for message in earlier]), reason=reasons.REPLACED, by=by, now=now
        )
