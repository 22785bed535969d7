"""What whoever is on duty hears of a search, each thing once."""

from datetime import datetime

from messaging import actions as messaging
from nocturnes import hours
from nocturnes.history import Actor
from shifts import pace
from shifts.actions.duty import on_duty
from shifts.models import Search


def tell_filled(search: Search, *, by: Actor, now: datetime) -> None:
    """The search found somebody for every place. Whoever filled the last one herself needs no mail about it."""
    _tell("place_filled", search, by=by, now=now)


def tell_nobody_left(search: Search, *, by: Actor, now: datetime) -> None:
    """There is nobody any more whom the search could ask: somebody has to call."""
    _tell("nobody_left", search, by=by, now=now)


def _tell(kind, search, *, by, now):
    evening = search.post.opening.evening
    edition = evening.edition
    urgent = not pace.frame(search.post).pace(now).keeps_quiet_hours
    for user in on_duty(evening):
        if by.kind == Actor.USER and by.id == user.pk:
            continue
        messaging.plan(
            kind,
            f"{kind}:{search.pk}:{user.pk}",
            about=search,
            to=user,
            language=edition.language_for(user.language),
            facts={"edition": edition.pk, "evening": evening.pk, "urgent": urgent},
            due=now if urgent else hours.after_quiet(now, edition.rules, edition.zone),
            by=by,
            now=now,
        )
