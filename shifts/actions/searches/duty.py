"""What whoever is on duty hears of a search, each thing once, at once near its post; the digest tells the rest."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import Actor
from nocturnes.models import User
from shifts import pace
from shifts.actions.duty import alert_at, is_alert, on_duty
from shifts.actions.telling import about_evening
from shifts.models import Search


def tell_filled(search: Search, *, by: Actor, now: datetime) -> None:
    """The search found somebody for every place. Whoever filled the last one herself needs no mail about it.

    What another coordinator filled by hand is told when she can undo it no more.
    """
    if is_alert(search.post, now):
        _tell("place_filled", search, due=after_undo(search, by=by, now=now), by=by, now=now)


def after_undo(search: Search, *, by: Actor, now: datetime) -> datetime:
    """`now`, or when a coordinator who did it by hand can undo it no more."""
    by_hand = by.kind == Actor.USER and User.objects.filter(pk=by.id, is_coordinator=True).exists()
    return now + (search.post.opening.evening.edition.rules.undo if by_hand else timedelta(0))


def forget_filled(search: Search, *, by: Actor, now: datetime) -> None:
    """A place is open again: what has not been told yet of its being filled is not told."""
    waiting = Message.objects.about(search).filter(kind="place_filled")
    messaging.skip(waiting, reason=_("A place is open again."), by=by, now=now)


def tell_nobody_left(search: Search, *, by: Actor, now: datetime) -> None:
    """There is nobody any more whom the search could ask: somebody has to call."""
    alert = alert_at(search.post, now)
    if alert is not None:
        _tell("nobody_left", search, due=alert, by=by, now=now)


def tell_not_filled(search: Search, *, by: Actor, now: datetime) -> None:
    """It is too late for anybody to come, and a place that is needed stays open: nobody looks for it any more."""
    if search.post.missing:
        _tell("not_filled", search, due=now, by=by, now=now)


def tell_wave_waits(search: Search, *, by: Actor, now: datetime) -> None:
    """The next wave asks nobody before a coordinator agrees: at once, and once a wave, however far the post is."""
    wave = search.waves + 1
    told = Message.objects.about(search).filter(kind="wave_waits", facts__wave=wave)
    if not told.exists():
        _tell("wave_waits", search, due=now, wave=wave, by=by, now=now)


def _tell(kind, search, *, due, by, now, **facts):
    evening = search.post.opening.evening
    edition = evening.edition
    urgent = not pace.frame(search.post).pace(now).keeps_quiet_hours
    due = due if urgent else hours.after_quiet(due, edition.rules, edition.zone)
    what = {"about": search, "due": due, "urgent": urgent, **facts}
    for user in on_duty(evening):
        if Actor.user(user) == by:
            continue
        # A search that was taken up again is filled again; the lock of its post keeps count.
        before = Message.objects.about(search).filter(kind=kind, user=user).count()
        word = about_evening(kind, f"{kind}:{search.pk}:{user.pk}:{before + 1}", evening, to=user, **what)
        messaging.plan_all([word], by=by, now=now)
