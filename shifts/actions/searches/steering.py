"""A coordinator's hand on a search: hold it, let it go on, widen it, agree to a wave, leave somebody out (design.md 6).

What asks people leaves once she can undo it no more (`pace.at_once`). Each of these does nothing to a search that has
ended, and a second click changes nothing.
"""

from datetime import datetime

from django.db import transaction

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import pace, ranking
from shifts.models import LeftOut, Search
from volunteers.models import Volunteer

from .opening import NOT_HELD, ask_soon, locked_live, not_before, release
from .waves import note_others


@transaction.atomic
def hold_search(search: Search, *, held: Search.Hold, by: Actor, now: datetime) -> None:
    """Pause it, or take it over: no wave asks until it is released.

    A yes to an offer that was made stays good, and the search ends as always: filled, called off, too late. What is
    planned stays planned: `next_wave_at` says when it would ask.
    """
    live = locked_live(search)
    if live is None or live.held == held:
        return
    held_by = by.id if by.kind == Actor.USER else None
    history.change(live, {"held": held, "held_at": now, "held_by_id": held_by})
    history.record("held_search", live, by=by, now=now, post=live.post_id, held=str(held))


@transaction.atomic
def release_search(search: Search, *, by: Actor, now: datetime) -> None:
    """Let it go on: its next wave is where the pace had it, but not before she can undo this click no more."""
    live = locked_live(search)
    if live and live.is_held:
        release(live, by=by, now=now)
        ask_soon(live, now=now)


@transaction.atomic
def widen_now(search: Search, *, by: Actor, now: datetime) -> datetime | None:
    """Ask the next wave at once, and return when it leaves; None where there is nothing to ask for any more.

    Where only speakers of a language that is missing were asked, others are asked too. A search that is held is
    released with the same click. The click is her consent. A second one within the undo minutes changes nothing.
    """
    live = locked_live(search)
    frame = pace.frame(live.post) if live else None
    leaves = pace.at_once(now, frame) if live else None
    if leaves is None:
        return None
    before = _clicked_before(live, "widened", frame.rules.undo, now)
    if before and not live.is_held:
        return datetime.fromisoformat(before.data["leaves"])
    facts = {**NOT_HELD, "agreed_wave": max(live.agreed_wave, live.waves + 1), "wave_proposed_at": None}
    # Not sooner either: whom it asks, and that it asks at all, may come of this click.
    facts |= {"next_wave_at": leaves, **_others_too(live, now)}
    _change("widened", live, facts, leaves=leaves.isoformat(), by=by, now=now)
    return live.next_wave_at


def _clicked_before(search, verb, within, now):
    clicks = Entry.objects.about(search).filter(verb=verb, at__gt=now - within, at__lte=now)
    return clicks.not_undone().order_by("pk").last()


def _others_too(search, now):
    missing = only_speakers_so_far(search)
    return {"others_asked_at": now, "without_languages": missing} if missing else {}


def only_speakers_so_far(search: Search) -> list[str]:
    """The missing languages whose speakers alone were asked so far: `widen_now` has others asked from then on."""
    return sorted(ranking.read_hole(search.post).missing) if search.waves and search.others_asked_at is None else []


@transaction.atomic
def agree_to_wave(search: Search, *, wave: int, by: Actor, now: datetime) -> datetime | None:
    """Let the wave of this number ask, where the edition wants a coordinator's consent; returns when it leaves.

    `wave` is the number that she saw: where another one is next by now, nothing changes, and it is not hers to send.
    """
    live = locked_live(search)
    if live is None:
        return None
    if wave == live.waves + 1 and live.agreed_wave < wave:
        leaves = pace.at_once(now, pace.frame(live.post))
        facts = {"agreed_wave": wave, "wave_proposed_at": None, **not_before(live, leaves)}
        if live.wave_proposed_at and live.next_wave_at is None:
            # Everybody had been asked, and then there was somebody again.
            facts["next_wave_at"] = leaves
        _change("agreed_to_wave", live, facts, wave=wave, by=by, now=now)
    return live.next_wave_at


def _change(verb, search, facts, *, by, now, **data):
    """Set `facts`, and record what undoing needs; nothing is recorded where nothing changed."""
    changed = history.change(search, facts)
    if not changed:
        return
    changed.pop("without_languages", None)
    history.record(verb, search, by=by, now=now, post=search.post_id, waves=search.waves, changed=changed, **data)
    if "others_asked_at" in changed:
        note_others(search, by=by, now=now)
    ask_soon(search, now=now)


@transaction.atomic
def leave_out(search: Search, volunteer: Volunteer, *, by: Actor, now: datetime) -> None:
    """Do not ask her in this search; a coordinator may still put her there, or ask her, by hand."""
    live = locked_live(search)
    if live is None or live.offers.filter(volunteer=volunteer).exists():
        return
    _row, is_new = LeftOut.objects.get_or_create(search=live, volunteer=volunteer, defaults={"at": now})
    if is_new:
        history.record("left_out", live, by=by, now=now, post=live.post_id, volunteer=volunteer.pk)


@transaction.atomic
def let_in(search: Search, volunteer: Volunteer, *, by: Actor, now: datetime) -> None:
    """Take back that she is left out."""
    live = locked_live(search)
    if live and LeftOut.objects.filter(search=live, volunteer=volunteer).delete()[0]:
        history.record("let_in", live, by=by, now=now, post=live.post_id, volunteer=volunteer.pk)
