"""Places, offers and requests of somebody who has two records, brought to one of them, under the caller's locks."""

from collections import defaultdict
from datetime import datetime

from shifts.models import Ask, Assignment, Call, LeftOut, Offer, PlaceRequest, Reserve, Swap
from volunteers.models import Volunteer

# Of two answers to one search the one that says more is kept: a place was made of a yes, a late yes makes her stand by.
_SAYS = {
    "": 0,
    Offer.Answer.OTHER: 1,
    Offer.Answer.LATE: 2,
    Offer.Answer.NO: 3,
    Offer.Answer.YES: 4,
}


def move_rows(keep: Volunteer, other: Volunteer, *, now: datetime) -> dict[str, int]:
    """Make everything of `other` that is about posts `keep`'s; returns how many rows of which kind it was."""
    return {
        "assignments": Assignment.objects.filter(volunteer=other).update(volunteer=keep),
        "offers": _move_offers(keep, other),
        "asks": Ask.objects.filter(volunteer=other).update(volunteer=keep),
        "requests": _move_requests(keep, other, now=now),
        "swaps": _move_swaps(keep, other, now=now),
        "reserves": _move_reserves(keep, other, now=now),
        "calls": Call.objects.filter(volunteer=other).update(volunteer=keep),
        "left_out": _move_left_out(keep, other),
    } | {"joined": _join_live_offers(keep)}


def _move_offers(keep, other):
    """A search asks somebody once: of two offers of it the answered one is left."""
    hers = {offer.search_id: offer for offer in Offer.objects.filter(volunteer=keep)}
    moved = 0
    for offer in Offer.objects.filter(volunteer=other).order_by("pk"):
        mine = hers.get(offer.search_id)
        if mine and _SAYS[mine.answer] >= _SAYS[offer.answer]:
            offer.delete()
            continue
        if mine:
            mine.delete()
        offer.volunteer = keep
        offer.save(update_fields=["volunteer"])
        moved += 1
    return moved


def _move_swaps(keep, other, *, now):
    """What one of them proposed to the other one is over: nobody swaps with herself."""
    moved = Swap.objects.filter(volunteer=other).update(volunteer=keep)
    swaps = Swap.objects.live().filter(volunteer=keep, assignment__volunteer=keep)
    swaps.update(ended_at=now, ended_because=Swap.Because.GONE)
    return moved


def _join_live_offers(volunteer):
    """Live offers of one evening are choices in one message, her latest (design.md 3.4); returns how many joined it."""
    asks = defaultdict(dict)
    for offer in Offer.objects.live().filter(volunteer=volunteer).select_related("ask").order_by("ask__asked_at", "pk"):
        asks[offer.ask.evening_id].setdefault(offer.ask_id, []).append(offer)
    joined = 0
    for by_ask in asks.values():
        *earlier, latest = by_ask
        for offer in (offer for ask in earlier for offer in by_ask[ask]):
            offer.ask_id = latest
            offer.save(update_fields=["ask"])
            joined += 1
    return joined


def _move_left_out(keep, other):
    """Whoever is left out of a search under one name is under the other."""
    LeftOut.objects.filter(volunteer=other, search__in=LeftOut.objects.filter(volunteer=keep).values("search")).delete()
    return LeftOut.objects.filter(volunteer=other).update(volunteer=keep)


def _move_requests(keep, other, *, now):
    """A place is requested once at a time: of two requests that wait the earlier one is left, the other taken back."""
    waiting = {request.post_id: request for request in PlaceRequest.objects.waiting().filter(volunteer=keep)}
    for request in PlaceRequest.objects.waiting().filter(volunteer=other).order_by("pk"):
        mine = waiting.get(request.post_id)
        if mine:
            later = max(mine, request, key=lambda one: (one.asked_at, one.pk))
            later.answered_at, later.answer = now, PlaceRequest.Answer.TAKEN_BACK
            later.save(update_fields=["answered_at", "answer"])
    moved = PlaceRequest.objects.filter(volunteer=other).update(volunteer=keep)
    # What one of them asked for and the other one has is had.
    there = Assignment.objects.active().filter(volunteer=keep).values("post")
    had = PlaceRequest.objects.waiting().filter(volunteer=keep, post__in=there)
    had.update(answered_at=now, answer=PlaceRequest.Answer.YES)
    return moved


def _move_reserves(keep, other, *, now):
    """She is on call once an evening: of two agreements that go on the accepted one, else the earlier, is left."""
    hers = {reserve.evening_id: reserve for reserve in Reserve.objects.live().filter(volunteer=keep)}
    for reserve in Reserve.objects.live().filter(volunteer=other):
        mine = hers.get(reserve.evening_id)
        if mine:
            later = max(mine, reserve, key=lambda one: (one.accepted_at is None, one.proposed_at, one.pk))
            later.ended_at, later.ended_because = now, Reserve.Because.TAKEN_BACK
            later.save(update_fields=["ended_at", "ended_because"])
    return Reserve.objects.filter(volunteer=other).update(volunteer=keep)
