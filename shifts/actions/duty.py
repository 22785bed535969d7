"""Who hears of what happens to an evening, and when: at once if it is near, else from the digest (design.md 6)."""

from datetime import datetime

from nocturnes import hours
from nocturnes.models import Evening, User
from shifts.models import Post

from .digest import next_moment


def on_duty(evening: Evening) -> list[User]:
    """Who hears of what happens to `evening`: the coordinator on duty, or all of them where nobody is named."""
    if evening.lead and evening.lead.is_active:
        return [evening.lead]
    return list(User.objects.filter(is_coordinator=True, is_active=True).order_by("pk"))


def is_alert(post: Post, now: datetime) -> bool:
    """Whether what happens to `post` at `now` is told at once: so near its report time; else the digest tells it."""
    return post.opening.evening.edition.rules.is_near(post.report_at, now)


def alert_at(post: Post, now: datetime) -> datetime | None:
    """When to tell of what happened to `post` at `now` and is not mended: at once if it is near; None for the digest.

    What no digest tells before it is near is told at that moment, outside quiet hours: a coordinator who does not work
    on the days between would otherwise read it on the morning itself.
    """
    if is_alert(post, now):
        return now
    edition = post.opening.evening.edition
    near = post.report_at - edition.rules.alert_within
    digest = next_moment(edition, now)
    return hours.after_quiet(near, edition.rules, edition.zone) if digest is None or digest > near else None
