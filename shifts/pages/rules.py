"""What the page of rules shows beside the rules themselves: what waits by them, and what a search by them would do."""

from dataclasses import dataclass
from datetime import datetime

from messaging.models import Message
from nocturnes.models import Edition
from shifts import pace
from shifts.models import Post

REMINDERS = ("reminder_briefing", "reminder_unconfirmed", "reminder_eve", "reminder_reserve")


@dataclass(frozen=True)
class Preview:
    """The rounds of a search for `post` that somebody would begin now; `waves` are (moment, how many are asked)."""

    post: Post
    waves: list[tuple[datetime, int | None]]
    over_at: datetime


def reminders_waiting(edition: Edition, *, now: datetime) -> int:
    """How many reminders have not left yet."""
    waiting = Message.objects.pending().filter(kind__in=REMINDERS, facts__edition=edition.pk, due__gt=now)
    return waiting.count()


def preview(edition: Edition, *, now: datetime) -> Preview | None:
    """What would happen if somebody withdrew at `now` from the next post of a published evening; None without one."""
    coming = Post.objects.filter(opening__evening__edition=edition, report_at__gt=now, opening__called_off_at=None)
    coming = coming.exclude(opening__evening__published_at=None).filter(opening__evening__called_off_at=None)
    post = coming.for_pages().order_by("report_at", "pk").first()
    if post is None:
        return None
    frame = pace.frame(post)
    waves = [(at, row.asked) for at, row in pace.preview(now, frame)]
    return Preview(post, waves, frame.over_at)
