"""Whom a click will ask for an answer, and whom a coordinator calls because she has not confirmed."""

from dataclasses import dataclass
from datetime import datetime

from messaging import actions as messaging
from messaging.actions import Rendered
from messaging.models import Message
from nocturnes.alphabet import folded
from nocturnes.models import Edition, Evening
from shifts.actions import invitations
from shifts.models import Assignment

from .evening import Told, told_by_name


@dataclass(frozen=True)
class Asking:
    """`example` is the message as the first of them will read it; None where nobody is asked."""

    evening: Evening
    told: Told
    asked_lately: list[str]
    not_this_week: list[str]
    example: Rendered | None
    is_over: bool

    @property
    def days(self):
        """For how long nobody is asked again for the same evening."""
        return invitations.ASKED_AGAIN_AFTER.days


def asking(evening: Evening, *, now: datetime) -> Asking:
    """What asking for `evening` will do, before anybody clicks."""
    lists = invitations.unanswered(evening, now=now)
    return Asking(
        evening=evening,
        told=told_by_name({one.volunteer_id: one.volunteer.short_name for one in lists.to_ask}),
        asked_lately=_names(lists.asked_lately),
        not_this_week=_names(lists.not_this_week),
        example=_example(evening, lists.to_ask[0], now) if lists.to_ask else None,
        is_over=evening.is_over(now),
    )


def _names(registrations):
    return sorted((registration.volunteer.short_name for registration in registrations), key=folded)


def _example(evening, registration, now):
    message = Message(
        kind=invitations.KIND,
        about_type=Edition._meta.label_lower,
        about_id=evening.edition_id,
        user=registration.volunteer.user,
        facts={"edition": evening.edition_id, "items": [evening.pk]},
    )
    return messaging.render(message, now=now)


def unconfirmed(evening: Evening, *, now: datetime) -> list[Assignment]:
    """Who has not said yet that she comes on `evening`, by the hour; not who is there, or whose post is over."""
    waiting = Assignment.objects.unconfirmed().of_evening(evening).filter(ends_at__gt=now)
    waiting = waiting.filter(arrived_at=None, absent_at=None).for_pages()
    return sorted(waiting.order_by("pk"), key=lambda one: (one.report_at, folded(one.volunteer.short_name)))
