"""What is said about the reserve: the proposal, that it was taken back, that her evening is free; and to the desk."""

from datetime import datetime, timedelta

from django.db.models import Min, QuerySet

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import Actor
from nocturnes.models import Evening
from shifts.actions.duty import on_duty
from shifts.actions.telling import about_evening, announce, with_items
from shifts.models import Post, Reserve

PROPOSED, TAKEN_BACK = "reserve_proposed", "reserve_taken_back"
FREED, GIVEN_BACK = "reserve_freed", "reserve_given_back"
# Who agrees and gives back time and again is not told of every time.
GIVEN_BACK_AGAIN_AFTER = timedelta(hours=1)


def tell_proposed(reserve: Reserve, *, by: Actor, now: datetime) -> None:
    """Ask her, once for all evenings proposed together, within the time in which it may be undone."""
    _announce(PROPOSED, reserve, by=by, now=now)


def tell_taken_back(reserve: Reserve, *, by: Actor, now: datetime) -> None:
    """She need not be on call: said to who had read the question, or had agreed."""
    if reserve.accepted_at or messaging.have_left(telling(PROPOSED, [reserve.pk], reserve.evening)):
        _announce(TAKEN_BACK, reserve, by=by, now=now)


def _announce(kind, reserve, *, by, now):
    edition = reserve.evening.edition
    due = now + edition.rules.undo
    announce(kind, edition, reserve.volunteer.user, reserve.pk, due=due, by=by, now=now)


def telling(kind: str, reserves: list[int], evening: Evening) -> QuerySet[Message]:
    """The messages of `kind` that are, or were, about one of these agreements of `evening`, by their ids."""
    rows = Message.objects.about(evening.edition).filter(kind=kind)
    return with_items(rows, lambda reserve: reserve in reserves)


def tell_freed(reserve: Reserve, *, by: Actor, now: datetime) -> None:
    """Her evening is free: at once, for she keeps it free until she hears so."""
    evening, user = reserve.evening, reserve.volunteer.user
    word = about_evening(FREED, f"{FREED}:{reserve.pk}", evening, about=reserve, to=user, due=now, urgent=True)
    messaging.plan_all([word], by=by, now=now)


def tell_given_back(reserve: Reserve, *, by: Actor, now: datetime) -> None:
    """Who is on duty hears at once that the reserve has one person less, where the evening is near; else the digest."""
    evening = reserve.evening
    if not evening.edition.rules.is_near(begins(evening), now):
        return
    for user in on_duty(evening):
        if Actor.user(user) != by and not _was_told_lately(user, reserve, now):
            key = f"{GIVEN_BACK}:{reserve.pk}:{user.pk}:{int(now.timestamp())}"
            word = about_evening(GIVEN_BACK, key, evening, about=reserve, to=user, due=now)
            messaging.plan_all([word], by=by, now=now)


def _was_told_lately(user, reserve, now):
    told = Message.objects.about(reserve).filter(kind=GIVEN_BACK, user=user, skipped_at=None)
    return told.filter(created_at__gt=now - GIVEN_BACK_AGAIN_AFTER).exists()


def given_back(evening: Evening, volunteer: int) -> QuerySet[Message]:
    """What tells who is on duty that this volunteer, by her id, is on call no more."""
    hers = Reserve.objects.filter(evening=evening, volunteer=volunteer).values("pk")
    return Message.objects.filter(kind=GIVEN_BACK, about_type=Reserve._meta.label_lower, about_id__in=hers)


def begins(evening: Evening) -> datetime:
    """When the first team meets; without a post, when the doors of the edition open."""
    first = Post.objects.filter(opening__evening=evening).aggregate(first=Min("report_at"))["first"]
    return first or hours.instant(evening.date, evening.edition.opens_at, evening.edition.zone)
