"""The word to everybody who was asked and has not answered: nobody is needed any more."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import Actor
from nocturnes.models import Evening
from shifts import pace
from shifts.actions.telling import about_evening
from shifts.models import Ask, Assignment, Offer, Search

from . import duty

KIND = "all_clear"


def give_all_clear(search: Search, *, by: Actor, now: datetime) -> None:
    """Every place of the post of `search` is filled, or nothing takes place: tell who was told of it.

    One message a person and evening, to who has an unanswered offer of that post, in this search or one before, and has
    heard of it, where every place that she was offered is gone, and who has none of her own that evening; outside quiet
    hours. Whoever said no, or yes too late, has had her answer already. The post is locked.
    """
    evening = search.post.opening.evening
    edition = evening.edition
    unanswered = unanswered_offers(search.post_id).filter(volunteer__blocked_at=None)
    asks = Ask.objects.filter(pk__in=unanswered.values("ask")).select_related("volunteer__user")
    asks = {ask.volunteer_id: ask for ask in asks.order_by("pk")}
    if not asks or pace.frame(search.post).is_over(now):
        return
    needless = _told(evening, asks) - _hears(asks.values()) - has_something(evening, asks)
    due = hours.after_quiet(duty.after_undo(search, by=by, now=now), edition.rules, edition.zone)
    told = [ask for pk, ask in asks.items() if pk in needless]
    key = f"{search.pk}:{now:%Y%m%d%H%M%S%f}"
    words = [
        about_evening(KIND, f"{KIND}:{ask.pk}:{key}", evening, about=ask, to=ask.volunteer.user, due=due)
        for ask in told
    ]
    messaging.plan_all(words, by=by, now=now)


def unanswered_offers(post: int) -> QuerySet[Offer]:
    """What anybody was offered of this post, by whichever of its searches, and has not answered."""
    return Offer.objects.unanswered().filter(search__post=post)


def has_something(evening: Evening, volunteers: Collection[int]) -> set[int]:
    """Of these ids who was offered a place of `evening` that is open still, and has not answered, or has one there."""
    offers = Offer.objects.filter(ask__evening=evening, volunteer__in=volunteers).unanswered()
    offers = offers.filter(search__post__taken__lt=F("search__post__places"), search__post__opening__called_off_at=None)
    offers = offers.exclude(search__post__opening__evening__called_off_at__isnull=False)
    places = Assignment.objects.active().of_evening(evening).filter(volunteer__in=volunteers)
    return {*offers.values_list("volunteer_id", flat=True), *places.values_list("volunteer_id", flat=True)}


def _told(evening, volunteers):
    """Who heard of a place of that evening: an earlier message than her latest may have told of it."""
    heard = Q(sent_at__isnull=False) | Q(phoned_at__isnull=False)
    heard = Message.objects.filter(heard, kind="offer", about_type=Ask._meta.label_lower)
    asks = Ask.objects.filter(evening=evening, volunteer__in=volunteers, pk__in=heard.values("about_id"))
    return set(asks.values_list("volunteer_id", flat=True))


def _hears(asks):
    """Of who was asked so: who hears it of that evening anyhow, because a message waits, or has heard it since."""
    evenings = {ask.evening_id for ask in asks}
    messages = Message.objects.filter(kind=KIND, facts__evening__in=evenings, skipped_at=None, failed_at=None)
    messages = messages.filter(user__volunteer__in=[ask.volunteer_id for ask in asks])
    rows = messages.values_list("user__volunteer", Coalesce("sent_at", "phoned_at"))
    asked = {ask.volunteer_id: ask.asked_at for ask in asks}
    return {pk for pk, told_at in rows if told_at is None or told_at >= asked[pk]}


def forget_all_clear(search: Search, *, by: Actor, now: datetime) -> None:
    """A place is open again: who has not heard yet that she is not needed does not hear it."""
    asks = unanswered_offers(search.post_id).values("ask")
    waiting = Message.objects.filter(kind=KIND, about_type=Ask._meta.label_lower, about_id__in=asks)
    messaging.skip(waiting, reason=_("A place is open again."), by=by, now=now)
