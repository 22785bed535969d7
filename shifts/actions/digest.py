"""The coordinators' digest: on their working days, what happened and what waits, in one mail (design.md 3.9).

It is planned ahead by every sweep, each time the next one only. What it says is read when it leaves (`pages.digest`).
"""

from datetime import datetime, timedelta

from django.db.models import Max

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import SYSTEM
from nocturnes.models import Edition, User

KIND = "digest"
A_WEEK = [timedelta(days=number) for number in range(8)]


def plan_digests(*, now: datetime) -> None:
    """Plan the next digest of every active coordinator, for each edition that has an evening on that day or later.

    One a coordinator, edition and day; called again it changes nothing, but for the hour where the rules moved it.
    """
    editions = [(edition, moment) for edition in _with_evenings() if (moment := _next(edition, now))]
    if not editions:
        return
    coordinators = User.objects.filter(is_coordinator=True, is_active=True).exclude(email=None).order_by("pk")
    wanted = {
        _key(edition, user, moment): (edition, user, moment) for edition, moment in editions for user in coordinators
    }
    planned = dict(Message.objects.filter(key__in=wanted).values_list("key", "due"))
    for key, (edition, user, moment) in wanted.items():
        if planned.get(key) != moment:
            _plan(key, edition, user, moment, now)


def next_moment(edition: Edition, now: datetime) -> datetime | None:
    """The first moment after `now` at which a digest is due: by the clock on the wall, on a working day."""
    return next((moment for moment in _moments(edition, now, A_WEEK) if moment > now), None)


def latest_moment(edition: Edition, now: datetime) -> datetime | None:
    """The last moment, up to `now`, at which a digest was due; None where no day is a working day."""
    return next((moment for moment in _moments(edition, now, [-step for step in A_WEEK]) if moment <= now), None)


def _moments(edition, now, steps):
    """When a digest is due on each working day among the days that are `steps` from today, in their order."""
    rules, today = edition.rules, hours.local_day(now, edition.zone)
    for step in steps:
        if (today + step).weekday() in rules.working_days:
            yield hours.instant(today + step, rules.digest_at, edition.zone)


def _with_evenings():
    taking_place = Edition.objects.filter(evenings__called_off_at=None)
    return taking_place.annotate(last_evening=Max("evenings__date")).exclude(last_evening=None).order_by("pk")


def _next(edition, now):
    moment = next_moment(edition, now)
    return moment if moment and hours.local_day(moment, edition.zone) <= edition.last_evening else None


def _key(edition, user, moment):
    return f"{KIND}:{edition.pk}:{user.pk}:{hours.local_day(moment, edition.zone)}"


def _plan(key, edition, user, moment, now):
    messaging.plan(
        KIND,
        key,
        about=edition,
        to=user,
        language=edition.language_for(user.language),
        facts={"edition": edition.pk, "day": f"{hours.local_day(moment, edition.zone)}"},
        due=moment,
        by=SYSTEM,
        now=now,
    )
