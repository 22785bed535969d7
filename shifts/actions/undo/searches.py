"""A coordinator's click on a search, before anybody was asked because of it."""

from datetime import datetime

from django.db.models import QuerySet

from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from shifts.actions.locks import lock_her_offers
from shifts.actions.searches import by_hand
from shifts.actions.searches.opening import PATH, locked_live
from shifts.models import Offer, Search

from .deeds import ChangedSince, Deed, MessageHasLeft, hold_back

_MOMENTS = {"next_wave_at", "held_at", "wave_proposed_at", "others_asked_at"}


def row_of(entry: Entry) -> Search:
    return Search.objects.select_related(*PATH).get(pk=entry.about_id)


def edition_of(search: Search) -> Edition:
    return search.post.opening.evening.edition


def _of_its_waves(search, entry) -> QuerySet[Message]:
    """What the wave that was asked for has sent, and will send."""
    offers = search.offers.filter(by_hand=False, wave__gt=entry.data["waves"])
    return by_hand.messages_of(*offers.values_list("ask", flat=True))


def _not_so_soon(search: Search, entry: Entry, *, by: Actor, now: datetime) -> None:
    """The wave comes when it would have come, and asks whom it would have asked; what was changed again stays so."""
    live = locked_live(search)
    if live is None:
        raise ChangedSince
    if live.waves != entry.data["waves"]:
        raise MessageHasLeft
    changed = {name: (_read(name, old), _read(name, new)) for name, (old, new) in entry.data["changed"].items()}
    facts = {name: old for name, (old, new) in changed.items() if getattr(live, name) == new}
    history.change(live, facts | ({"without_languages": []} if "others_asked_at" in facts else {}))


def _read(name, value):
    return datetime.fromisoformat(value) if value and name in _MOMENTS else value


def _of_her(search, entry) -> QuerySet[Message]:
    return by_hand.messages_of(entry.data["ask"])


def _ask_her_not(search: Search, entry: Entry, *, by: Actor, now: datetime) -> None:
    offer = Offer.objects.select_related("volunteer").filter(pk=entry.data["offer"]).first()
    if offer is None:
        raise ChangedSince
    lock_her_offers(offer.volunteer, search.post.opening.evening_id, search.post_id)
    hold_back(_of_her(search, entry))
    said = {name: entry.data[name] for name in ("offer", "ask", "earlier")}
    if not by_hand.take_back(**said, since=entry.at, by=by, now=now):
        raise ChangedSince


DEEDS = {
    "widened": Deed(row_of, edition_of, _of_its_waves, _not_so_soon),
    "agreed_to_wave": Deed(row_of, edition_of, _of_its_waves, _not_so_soon),
    "asked_by_hand": Deed(row_of, edition_of, _of_her, _ask_her_not),
}
