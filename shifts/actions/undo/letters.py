"""A coordinator's own words to everybody of an evening do not leave."""

from datetime import datetime

from django.db.models import QuerySet

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Entry, Evening
from shifts.actions.letters import KIND, VERB
from shifts.actions.locks import lock_evening
from shifts.actions.telling import leave_out, with_items

from . import publishing
from .deeds import Deed, hold_back


def _is_of(entry):
    return lambda item: item["letter"] == entry.data["letter"]


def _telling(evening, entry) -> QuerySet[Message]:
    return with_items(Message.objects.about(evening).filter(kind=KIND), _is_of(entry))


def _write_nothing(evening: Evening, entry: Entry, *, by: Actor, now: datetime) -> None:
    lock_evening(evening.pk)
    hold_back(_telling(evening, entry))
    leave_out(_telling(evening, entry), _is_of(entry), by=by, now=now)


DEEDS = {VERB: Deed(publishing.row_of, publishing.edition_of, _telling, _write_nothing)}
