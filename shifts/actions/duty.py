from datetime import datetime

from nocturnes.models import Evening, User
from shifts.models import Post


def on_duty(evening: Evening) -> list[User]:
    """Who hears of what happens to `evening`: the coordinator on duty, or all of them where nobody is named."""
    if evening.lead and evening.lead.is_active:
        return [evening.lead]
    return list(User.objects.filter(is_coordinator=True, is_active=True).order_by("pk"))


def is_alert(post: Post, now: datetime) -> bool:
    """Whether what happens to `post` at `now` is told at once: so near its report time; else the digest tells it."""
    return post.report_at - now < post.opening.evening.edition.rules.alert_within
