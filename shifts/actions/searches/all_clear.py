"""The word to everybody who was asked and has not answered: nobody is needed any more."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import Actor
from shifts.models import Ask, Assignment, Offer, Search

from . import duty

KIND = "all_clear"


def give_all_clear(search: Search, *, by: Actor, now: datetime) -> None:
    """`search` ended because every place is filled, or nothing takes place: tell who was told of it.

    One message a person and evening, to who has an unanswered offer and has heard of it, where every place that she was
    offered is gone, and who has none of her own that evening; outside quiet hours. Whoever said no, or yes too late,
    has had her answer already. The post is locked.
    """
    evening = search.post.opening.evening
    edition = evening.edition
    asks = Ask.objects.filter(pk__in=search.offers.unanswered().values("ask")).select_related("volunteer__user")
    told, waiting = _told(asks), _waiting(asks)
    due = hours.after_quiet(duty.after_undo(search, by=by, now=now), edition.rules, edition.zone)
    plans = [
        messaging.Plan(
            KIND,
            f"{KIND}:{ask.pk}:{search.pk}:{now:%Y%m%d%H%M%S%f}",
            about=ask,
            to=ask.volunteer.user,
            language=edition.language_for(ask.volunteer.user.language),
            facts={"edition": edition.pk, "evening": evening.pk},
            due=due,
        )
        for ask in asks.order_by("pk")
        if ask.pk in told - waiting and not open_to(ask)
    ]
    messaging.plan_all(plans, by=by, now=now)


def open_to(ask: Ask) -> bool:
    """Whether something that she was offered that evening, and has not answered, is open still, or is her own place."""
    hers = Offer.objects.filter(volunteer=ask.volunteer_id, ask__evening=ask.evening_id).unanswered()
    offers = hers.select_related("search__post__opening__evening")
    if any(offer.search.post.open_places and not offer.search.post.is_called_off for offer in offers):
        return True
    return Assignment.objects.active().of_evening(ask.evening_id).filter(volunteer=ask.volunteer_id).exists()


def _told(asks):
    """Of `asks` those of which somebody heard: an earlier message of the evening may have told of it."""
    heard = Q(sent_at__isnull=False) | Q(phoned_at__isnull=False)
    about = Message.objects.filter(heard, kind="offer", about_type=Ask._meta.label_lower)
    of = {(ask.volunteer_id, ask.evening_id): ask.pk for ask in asks}
    evenings, volunteers = {evening for _, evening in of}, {volunteer for volunteer, _ in of}
    before = Ask.objects.filter(evening__in=evenings, volunteer__in=volunteers, pk__in=about.values("about_id"))
    return {of[pair] for pair in before.values_list("volunteer_id", "evening_id") if pair in of}


def _waiting(asks):
    """Those who hear it anyhow, because a message about it waits."""
    messages = Message.objects.pending().filter(kind=KIND, about_type=Ask._meta.label_lower)
    return set(messages.filter(about_id__in=[ask.pk for ask in asks]).values_list("about_id", flat=True))


def forget_all_clear(search: Search, *, by: Actor, now: datetime) -> None:
    """A place is open again: who has not heard yet that she is not needed does not hear it."""
    asks = search.offers.unanswered().values("ask")
    waiting = Message.objects.filter(kind=KIND, about_type=Ask._meta.label_lower, about_id__in=asks)
    messaging.skip(waiting, reason=_("A place is open again."), by=by, now=now)
