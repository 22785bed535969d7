"""What a change to her evenings tells a volunteer: one message for all of it."""

from datetime import datetime

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import Actor
from nocturnes.models import Edition, User
from shifts.models import Assignment


def tell(assignment: Assignment, what: str, *, due: datetime, by: Actor, now: datetime) -> Message:
    """Merge into the one message "changed" that this volunteer gets; `what` is "assigned", "removed" or "moved".

    What it says in the end is the difference between what she knew and what is true when it leaves.
    """
    evening = assignment.post.opening.evening
    return announce(
        "changed",
        evening.edition,
        assignment.volunteer.user,
        {"assignment": assignment.pk, "what": what},
        facts={"evening": evening.pk, **urgency(assignment, due)},
        due=due,
        by=by,
        now=now,
    )


def announce(
    kind: str, edition: Edition, user: User, item, *, facts: dict | None = None, due: datetime, by: Actor, now: datetime
) -> Message:
    """Merge `item` into the one message of `kind` about `edition` that waits for `user`, in her language."""
    return messaging.merge(
        kind,
        about=edition,
        to=user,
        language=edition.language_for(user.language),
        item=item,
        facts={"edition": edition.pk, **(facts or {})},
        due=due,
        by=by,
        now=now,
    )


def urgency(assignment: Assignment, due: datetime) -> dict:
    """The fact that lifts the quiet hours, where a message due at `due` would wait in them until she is on her way."""
    edition = assignment.post.opening.evening.edition
    leaves = hours.after_quiet(due, edition.rules, edition.zone)
    return {"urgent": True} if leaves > due and assignment.report_at <= leaves else {}
