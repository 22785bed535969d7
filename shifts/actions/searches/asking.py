"""What a wave writes: who is asked, every place that she is offered, and the one message that tells her of them."""

import json
from datetime import datetime

from django.db.models import F

from messaging import actions as messaging
from nocturnes import bulk
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Evening, User
from nocturnes.prepared import Among, Many, Prepared
from shifts import ranking
from shifts.models import Ask, Offer

from .choosing import Turn

# What is written of an offer (`_offers`).
OFFER = ("search_id", "ask_id", "volunteer_id", "wave", "rank", "reasons", "asked_at", "answer", "by_hand")


def ask(
    offers: dict[int, list[Turn]], people: ranking.People, users: dict[int, User], *, evening: Evening, now: datetime
) -> list[Ask]:
    """One ask and one message for each person of `offers` (`choosing.offers_for`); what she was offered before and may
    still take stands in it too.

    `people` and `users` are those of the volunteers, read once their rows were locked.
    """
    asks = Ask.objects.bulk_create(
        Ask(volunteer_id=pk, evening=evening, asked_at=now, reserve=rows[0].people[pk].on_call)
        for pk, rows in sorted(offers.items())
    )
    # Most were never asked before.
    _move_earlier_offers(evening, [one for one in asks if people[one.volunteer_id].asked.ever])
    bulk.insert(Offer, OFFER, _offers(asks, offers, now))
    messages = [_message(one, evening, users[one.volunteer_id], offers[one.volunteer_id], now) for one in asks]
    messaging.plan_all(messages, by=SYSTEM, now=now, first=True)
    return asks


def _move_earlier_offers(evening, asks):
    """Nobody has two live offers that overlap but as choices in one message (design.md 3.4): they join the new one."""
    by_volunteer = {ask.volunteer_id: ask for ask in asks}
    earlier = _live_offers(evening=evening.pk, volunteers=Many(by_volunteer))
    moved = [Offer(pk=pk, ask=by_volunteer[volunteer]) for pk, volunteer in earlier]
    Offer.objects.bulk_update(moved, ["ask"])


@Prepared
def _live_offers(evening, volunteers):
    offers = Offer.objects.live().filter(Among(F("volunteer"), volunteers), ask__evening=evening)
    return offers.values_list("pk", "volunteer_id")


def _offers(asks, offers, now):
    """The rows of `OFFER`: fifty thousand on the day of a strike, so reasons that many share are written once."""
    written = {}
    for ask in asks:
        for turn in offers[ask.volunteer_id]:
            search, reasons = turn.search, turn.ranking.reasons(ask.volunteer_id)
            if id(reasons) not in written:
                written[id(reasons)] = json.dumps(reasons)
            wave, rank = search.waves + turn.is_due, turn.ranks[ask.volunteer_id]
            yield search.pk, ask.pk, ask.volunteer_id, wave, rank, written[id(reasons)], now, "", False


def _message(ask, evening, user, rows, now):
    urgent = any(not turn.hole.frame.pace(now).keeps_quiet_hours for turn in rows)
    return _offer_message(ask, evening, user, urgent=urgent, due=now)


def plan_offer(ask: Ask, evening: Evening, user: User, *, urgent: bool, due: datetime, by: Actor, now: datetime):
    """The one message that tells of `ask`."""
    messaging.plan_all([_offer_message(ask, evening, user, urgent=urgent, due=due)], by=by, now=now)


def _offer_message(ask, evening, user, *, urgent, due):
    return messaging.Plan(
        "offer",
        f"offer:{ask.pk}",
        about=ask,
        to=user,
        language=evening.edition.language_for(user.language),
        facts={"edition": evening.edition_id, "evening": evening.pk, "urgent": urgent},
        due=due,
    )
