"""What somebody says herself stands, though a coordinator just did or noted the same, and takes that back."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from nocturnes.refusals import Refusal
from shifts.models import Assignment

from .places import PostIsOver

# The verbs of what she says.
WORDS = ("confirmed", "withdrew", "declined_offer", "gave_back_reserve")


class NoLongerAssigned(Refusal):
    sentence = _("This place is no longer yours, so there is nothing to confirm.")


@transaction.atomic
def confirm(assignment: Assignment, *, how: str, by: Actor, now: datetime) -> None:
    """Record that she comes. A second click changes nothing. Raises PostIsOver of `places`, NoLongerAssigned."""
    if assignment.post.has_ended(now):
        raise PostIsOver
    confirmed = Assignment.objects.active().filter(pk=assignment.pk, confirmed_at=None)
    if confirmed.update(confirmed_at=now, confirmed_how=how):
        history.record("confirmed", assignment, by=by, now=now, how=how)
        question = Message.objects.about(assignment).filter(kind="reminder_unconfirmed")
        messaging.skip(question, reason=_("Confirmed in the meantime."), by=by, now=now)
    elif how != Assignment.How.PHONE:
        repeat("confirmed", assignment, edition=assignment.post.opening.evening.edition, by=by, now=now, how=how)
    assignment.refresh_from_db()
    if not assignment.is_active:
        raise NoLongerAssigned


def repeat(verb: str, row: models.Model, *, edition: Edition, by: Actor, now: datetime, **data) -> None:
    """Write down what she says of `row` though it is so already: by what somebody else did within the undo minutes.

    Her second click is no news, and what was longer ago is not undone any more: then nothing is written.
    """
    last = Entry.objects.about(row).order_by("pk").last()
    if last and now - last.at < edition.rules.undo and (last.actor_kind, last.actor_id) != (by.kind, by.id):
        history.record(verb, row, by=by, now=now, **data)


def said_since(entry: Entry, *rows: models.Model) -> bool:
    """Whether she said something of one of `rows`, all of one model, after what `entry` records: herself, or by phone.

    One query, however many they are.
    """
    about = {"about_type__in": {row._meta.label_lower for row in rows}, "about_id__in": [row.pk for row in rows]}
    return Entry.objects.filter(verb__in=WORDS, pk__gt=entry.pk, **about).exists()
