"""Taking back that somebody was welcomed: one person, or all who waited."""

from datetime import datetime

from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from volunteers import actions as volunteers
from volunteers.models import Volunteer


def take_back(volunteer: Volunteer, entry: Entry, *, by: Actor, now: datetime) -> None:
    # Whom she was merged into meanwhile may have been welcomed long before.
    if volunteer.accepted_at == entry.at:
        volunteers.undo_accept(volunteer, by=by, now=now)


def take_back_all(edition: Edition, entry: Entry, *, by: Actor, now: datetime) -> None:
    for volunteer in Volunteer.objects.filter(pk__in=entry.data["volunteers"]).order_by("pk"):
        volunteers.undo_accept(volunteer, by=by, now=now)
