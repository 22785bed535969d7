"""Asking who has not answered yet whether she could come on an evening."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.models import Evening
from shifts.models import Assignment
from volunteers.models import Registration, Volunteer

from .evenings import EveningIsOver
from .locks import lock_evenings
from .telling import announce

KIND = "ask_answer"
# Nobody is asked again for the same evening sooner than this.
ASKED_AGAIN_AFTER = timedelta(days=5)


@dataclass(frozen=True)
class Unanswered:
    """Who has not answered for an evening: whom a click asks, who was asked lately, who wants no question this week."""

    to_ask: list[Registration]
    asked_lately: list[Registration]
    not_this_week: list[Registration]


def unanswered(evening: Evening, *, now: datetime) -> Unanswered:
    """Everybody welcome in the edition who has neither answered for `evening` nor has a place on it, by first name.

    Who pauses then is in no list. Two queries.
    """
    today, lately = hours.local_day(now, evening.edition.zone), _asked_lately(evening, now)
    lists = Unanswered([], [], [])
    for registration in _without_answer(evening):
        if registration.is_paused(evening.date):
            continue
        if registration.volunteer.user_id in lately:
            lists.asked_lately.append(registration)
        elif registration.no_asks_until and today < registration.no_asks_until:
            lists.not_this_week.append(registration)
        else:
            lists.to_ask.append(registration)
    return lists


def without_answer(evening: Evening, volunteer_user: int) -> bool:
    """Whether this user is still somebody to ask for `evening`: checked again when the message leaves."""
    return _without_answer(evening).filter(volunteer__user=volunteer_user).exists()


def _without_answer(evening) -> QuerySet[Registration]:
    placed = Assignment.objects.of_evening(evening)
    gave_up = Q(cause__in=(Assignment.Cause.WITHDREW, Assignment.Cause.SWAPPED))
    placed = placed.filter(Q(cancelled_at=None) | gave_up).values("volunteer")
    answered = evening.availabilities.exclude(answer="").values("registration")
    registrations = Registration.objects.filter(
        edition=evening.edition_id, volunteer__in=Volunteer.objects.accepted(), volunteer__user__is_active=True
    )
    registrations = registrations.exclude(volunteer__in=placed).exclude(pk__in=answered)
    return registrations.select_related("volunteer__user").order_by("volunteer__first_name", "pk")


def _asked_lately(evening, now):
    """The users whom a message of the last days asked about `evening`, or one that waits will ask."""
    recent = Message.objects.about(evening.edition).filter(kind=KIND, skipped_at=None)
    recent = recent.filter(Q(created_at__gt=now - ASKED_AGAIN_AFTER) | Q(pk__in=Message.objects.pending().values("pk")))
    return {user for user, facts in recent.values_list("user_id", "facts") if evening.pk in facts["items"]}


@transaction.atomic
def ask_unanswered(evenings: Collection[Evening], *, by: Actor, now: datetime) -> int:
    """Ask everybody who has not answered for these evenings, in one message a person, after the undo minutes.

    Nobody is asked twice for the same evening within ASKED_AGAIN_AFTER. Returns how many people are asked. Raises
    EveningIsOver for an evening that is past or called off; then nobody is.
    """
    # Of two coordinators who ask at once the second waits here, and then asks nobody whom the first one asked.
    evenings = sorted(lock_evenings(evening.pk for evening in evenings), key=lambda evening: evening.date)
    asked = {}
    for evening in evenings:
        if evening.is_over(now):
            raise EveningIsOver
        for registration in unanswered(evening, now=now).to_ask:
            asked.setdefault(registration.volunteer.user_id, (registration.volunteer.user, []))[1].append(evening)
    # Announcing locks the person: in the order of their ids, as everywhere.
    for _pk, (user, hers) in sorted(asked.items()):
        for evening in hers:
            due = now + evening.edition.rules.undo
            announce(KIND, evening.edition, user, evening.pk, due=due, by=by, now=now)
    for evening in evenings:
        users = sorted(pk for pk, (_user, hers) in asked.items() if evening in hers)
        if users:
            history.record("asked_unanswered", evening, by=by, now=now, users=users)
    return len(asked)
