"""A coordinator asks somebody of her own choice, beside the waves of a search."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts import pace, ranking
from shifts.actions import places
from shifts.actions.locks import lock_her_offers, lock_volunteers
from shifts.actions.telling import TAKEN_BACK
from shifts.models import Ask, Offer, Search
from volunteers.models import Volunteer

from .asking import plan_offer
from .opening import locked_live


class SearchIsOver(Refusal):
    sentence = _("This search is over: nobody is asked any more.")


class AlreadyAnswered(Refusal):
    sentence = _("%(name)s was asked in this search and has answered. Phone, or assign the place yourself.")


class NotRegistered(Refusal):
    sentence = _("%(name)s is not registered for this season: do that first.")


@transaction.atomic
def ask_by_hand(
    search: Search, volunteer: Volunteer, *, accept: Collection[str] = (), by: Actor, now: datetime
) -> Offer:
    """Ask her for the place of `search`, also while it is held; her message leaves once this can be undone no more.

    She is bound as by `actions.assign`: raises NeedsTick for what a coordinator may overrule and `accept` does not
    name, and then what was ticked does not stand against her yes. She is told of everything that she was offered that
    evening, and it counts in her budget. Whoever was asked already and has not answered is not asked again: her offer
    is returned. Raises SearchIsOver, AlreadyAnswered, NotRegistered and the refusals of `places`, AskedByPhoneOnly too.
    """
    # Her other offers of the evening come into the new message: their posts guard them, and are locked in their order.
    lock_her_offers(volunteer, search.post.opening.evening_id, search.post_id)
    live = locked_live(search)
    if live is None:
        raise SearchIsOver
    post = live.post
    (volunteer,) = lock_volunteers([volunteer.pk])
    known = live.offers.filter(volunteer=volunteer).first()
    if known and known.is_answered:
        raise AlreadyAnswered(name=volunteer.short_name)
    if known:
        return known
    person = _refuse(post, volunteer, now)
    accepted = places.refuse_unticked(post, volunteer, accept, now=now)
    (candidate,) = ranking.ranked([person], ranking.read_hole(post, search_id=live.pk))
    return _ask(live, candidate, accepted, by=by, now=now)


def _refuse(post, volunteer, now):
    places.refuse_impossible(post, volunteer, now=now)
    places.refuse_busy(post, volunteer)
    person = ranking.read_people(post.opening.evening, now=now, only=[volunteer.pk]).get(volunteer.pk)
    if person is None:
        raise NotRegistered(name=volunteer.short_name)
    if volunteer.blocked_at:
        raise places.AskedByPhoneOnly(name=volunteer.short_name)
    return person


def _ask(search, candidate, accepted, *, by, now):
    evening = search.post.opening.evening
    ask = Ask.objects.create(volunteer_id=candidate.pk, evening=evening, asked_at=now, reserve=candidate.person.on_call)
    earlier = Offer.objects.live().filter(ask__evening=evening, volunteer=candidate.pk)
    came_from = dict(earlier.values_list("pk", "ask"))
    earlier.update(ask=ask)
    offer = Offer.objects.create(
        search=search,
        ask=ask,
        volunteer_id=candidate.pk,
        wave=search.waves,
        rank=candidate.rank,
        reasons=[*candidate.reasons, ["by_hand", {"accepted": accepted}]],
        asked_at=now,
        by_hand=True,
    )
    frame = pace.frame(search.post)
    urgent = not frame.pace(now).keeps_quiet_hours
    due = now + frame.rules.undo
    due = due if urgent else hours.after_quiet(due, frame.rules, frame.zone)
    plan_offer(ask, evening, candidate.volunteer.user, urgent=urgent, due=due, by=by, now=now)
    facts = {"volunteer": candidate.pk, "offer": offer.pk, "ask": ask.pk, "accepted": accepted, "earlier": came_from}
    history.record("asked_by_hand", search, by=by, now=now, post=search.post_id, **facts)
    return offer


def messages_of(*asks: int) -> QuerySet[Message]:
    """The messages that tell of these asks."""
    return Message.objects.filter(kind="offer", about_type=Ask._meta.label_lower, about_id__in=asks)


def take_back(*, offer: int, ask: int, earlier: dict[str, int], since: datetime, by: Actor, now: datetime) -> bool:
    """Take back an offer that was made by hand at `since`, before she was told; False where something came of it.

    The caller has locked the posts of her offers, and holds the message. What she was offered before stands in its own
    message again.
    """
    mine = Offer.objects.filter(pk=offer, ask=ask, answered_at=None)
    others = Offer.objects.filter(ask=ask).exclude(pk=offer)
    if not mine.exists() or others.exclude(pk__in=[int(pk) for pk in earlier]).exists():
        return False
    for pk, before in earlier.items():
        others.filter(pk=int(pk)).update(ask=before)
    mine.delete()
    # One that found nothing left to tell meanwhile has its offers again.
    stayed_at_home = messages_of(*earlier.values()).filter(skipped_at__gte=since)
    messaging.resume(stayed_at_home, overdue=True, by=by, now=now)
    messaging.skip(messages_of(ask), reason=TAKEN_BACK, by=by, now=now)
    Ask.objects.filter(pk=ask).delete()
    return True
