"""How people are told of what happens to an evening: one message for all changes to hers, or one about one thing."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import Actor
from nocturnes.models import Edition, Evening, User
from shifts import pace
from shifts.models import Assignment

# Why a message does not leave: what it was to tell was taken back.
TAKEN_BACK = _("Taken back before it left.")


def tell(
    assignment: Assignment, what: str, *, was: list[str] | None = None, due: datetime, by: Actor, now: datetime
) -> Message:
    """Merge into the one message "changed" that this volunteer gets.

    `what` is "assigned", "removed", "moved" (other hours) or "details" (another place or task, at the same hours).

    What it says in the end is the difference between what she knew and what is true when it leaves; `was` are the hours
    of the post (report, start, end) before a move, or its details before another change.
    """
    item = {"assignment": assignment.pk, "what": what}
    evening = assignment.post.opening.evening
    # Whoever does not hear of the new hour is there at the old one.
    sets_off = [assignment.report_at] + ([datetime.fromisoformat(was[0])] if was and what == "moved" else [])
    return announce(
        "changed",
        evening.edition,
        assignment.volunteer.user,
        {**item, "was": was, "at": now.isoformat()} if was else item,
        facts={"evening": evening.pk, **urgent_before(min(sets_off), evening.edition, due)},
        due=due,
        by=by,
        now=now,
    )


def announce(
    kind: str,
    about: Edition | Evening,
    user: User,
    item,
    *,
    facts: dict | None = None,
    due: datetime,
    by: Actor,
    now: datetime,
) -> Message:
    """Merge `item` into the one message of `kind` that waits for `user`, in her language.

    There is one for the edition, or one for each evening: `about` says which.
    """
    is_evening = isinstance(about, Evening)
    edition = about.edition if is_evening else about
    where = {"edition": edition.pk, "evening": about.pk} if is_evening else {"edition": edition.pk}
    language = edition.language_for(user.language)
    what = {"about": about, "to": user, "language": language, "item": item, "facts": {**where, **(facts or {})}}
    return messaging.merge(kind, **what, due=due, by=by, now=now)


def announce_to_all(
    kind: str, edition: Edition, users: Iterable[User], item, *, due: datetime, by: Actor, now: datetime
) -> None:
    """`announce` the same `item` to several people, whose rows are locked: one message for the edition each."""
    people = [(user, edition.language_for(user.language)) for user in users]
    facts = {"edition": edition.pk}
    messaging.merge_for_all(kind, people, about=edition, item=item, facts=facts, due=due, by=by, now=now)


def about_evening(
    kind: str, key: str, evening: Evening, *, about: Model, to: User, due: datetime, **facts
) -> messaging.Plan:
    """The message `key` to `to` about one thing of `evening`, in her language; `messaging.plan_all` writes it down."""
    return messaging.Plan(
        kind,
        key,
        about=about,
        to=to,
        language=evening.edition.language_for(to.language),
        facts={"edition": evening.edition_id, "evening": evening.pk, **facts},
        due=due,
    )


def with_items(messages: QuerySet[Message], is_meant: Callable[..., bool]) -> QuerySet[Message]:
    """Those of these merged messages that have an item of which `is_meant` is true."""
    return Message.objects.filter(pk__in=[one.pk for one in messages if any(map(is_meant, one.facts["items"]))])


def leave_out(messages: QuerySet[Message], is_gone: Callable[..., bool], *, by: Actor, now: datetime) -> None:
    """Take the items of which `is_gone` is true out of the `messages` that wait; one that says nothing else is skipped.

    `messages` were written by `messaging.merge`.
    """
    for message in messages.pending().order_by("pk").select_for_update(no_key=True):
        others = [item for item in message.facts["items"] if not is_gone(item)]
        if others:
            message.facts = {**message.facts, "items": others}
            message.save(update_fields=["facts"])
        else:
            messaging.skip(Message.objects.filter(pk=message.pk), reason=TAKEN_BACK, by=by, now=now)


def urgency(assignment: Assignment, due: datetime) -> dict:
    """The fact that lifts the quiet hours, where a message due at `due` would wait in them until she is on her way."""
    return urgent_before(assignment.report_at, assignment.post.opening.evening.edition, due)


def urgent_before(moment: datetime, edition: Edition, due: datetime) -> dict:
    """The same for what has to be known before `moment`."""
    leaves = hours.after_quiet(due, edition.rules, edition.zone)
    return {"urgent": True} if leaves > due and moment <= leaves else {}


def soonest(assignment: Assignment, now: datetime) -> datetime:
    """When an answer to what she just did leaves: at once, but in quiet hours only if the morning is too late."""
    frame = pace.frame(assignment.post)
    waits = frame.is_quiet(now) and not urgency(assignment, now)
    return hours.after_quiet(now, frame.rules, frame.zone) if waits else now
