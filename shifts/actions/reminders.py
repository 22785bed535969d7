"""Planned messages about an assignment (design.md 5), by one function that can be called again and again."""

from datetime import datetime, timedelta

from messaging import actions as messaging
from nocturnes import hours
from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.rules import ReminderRule
from shifts.models import Assignment
from volunteers.models import Availability


def plan_reminders(assignment: Assignment, *, by: Actor, now: datetime) -> None:
    """Plan what this published assignment still needs: full briefing, question if unconfirmed, short word on the eve.

    On publish, on a move and on a change of the edition's offsets; a message that is still to come moves, one whose
    moment is past is not planned. Whether it is still true is asked when it leaves.
    """
    evening = assignment.post.opening.evening
    rules = evening.edition.rules
    wanted = {"reminder_briefing": rules.briefing, "reminder_eve": rules.eve}
    if not assignment.is_confirmed:
        wanted["reminder_unconfirmed"] = rules.unconfirmed
    user = assignment.volunteer.user
    for kind, rule in wanted.items():
        due = moment(evening, rule)
        if due > now:
            messaging.plan(
                kind,
                # Not by the moment of publishing: what is published again must not be said twice.
                f"{kind}:{assignment.pk}",
                about=assignment,
                to=user,
                language=evening.edition.language_for(user.language),
                facts={"edition": evening.edition_id, "evening": evening.pk},
                due=due,
                by=by,
                now=now,
            )


def plan_reserve_reminder(availability: Availability, *, by: Actor, now: datetime) -> None:
    """Plan the word to somebody on call, on the day itself."""
    evening = availability.evening
    user = availability.registration.volunteer.user
    due = moment(evening, evening.edition.rules.reserve)
    if due > now:
        messaging.plan(
            "reminder_reserve",
            f"reminder_reserve:{availability.pk}",
            about=availability,
            to=user,
            language=evening.edition.language_for(user.language),
            facts={"edition": evening.edition_id, "evening": evening.pk},
            due=due,
            by=by,
            now=now,
        )


def moment(evening: Evening, rule: ReminderRule) -> datetime:
    """When a reminder leaves: whole calendar days before the evening, at its hour on the wall, in no quiet hour."""
    edition = evening.edition
    due = hours.instant(evening.date - timedelta(days=rule.days), rule.at, edition.zone)
    return hours.after_quiet(due, edition.rules, edition.zone)
