"""Whom the next wave of a search would ask, before it does: for the coordinator to see, leave out or agree to."""

from datetime import datetime

from shifts import pace
from shifts.models import Search
from shifts.ranking import Candidate

from .choosing import choose
from .due import waits_for_consent
from .waves import live_searches, turns_of


def next_wave_at(search: Search, *, now: datetime) -> datetime | None:
    """When the next wave of a live search would ask, as things stand; None where nobody is asked any more.

    Of one that is held, or waits for consent: at once, were it released or agreed to now.
    """
    frame = pace.frame(search.post)
    if frame.is_over(now):
        return None
    planned = search.next_wave_at
    if planned is None or planned <= now:
        return frame.soonest(now)
    return planned


def _is_due(search, moment):
    waits = search.is_held or waits_for_consent(search, pace.frame(search.post), moment)
    return not waits and search.next_wave_at is not None and search.next_wave_at <= moment


def next_asked(search: Search, *, now: datetime) -> list[Candidate]:
    """The people whom the next wave of `search` would ask at its next moment, first first, with the reasons.

    As far as one knows now: by what they said and were asked until now, beside the other searches of the evening that
    are due at the same moment. Nothing is written. A search that has ended asks nobody.
    """
    evening = search.post.opening.evening
    live = live_searches(evening.pk)
    mine = next((one for one in live if one.pk == search.pk), None)
    moment = next_wave_at(mine, now=now) if mine else None
    if moment is None:
        return []
    due = {one.pk for one in live if _is_due(one, moment)} | {mine.pk}
    # A pause is over by then.
    mine.held_at = None
    turns = turns_of(evening, live, due, moment)
    chosen = choose(turns)
    turn = next(turn for turn in turns if turn.search is mine)
    return [Candidate(turn.ranking, pk, rank) for pk, rank in turn.ranks.items() if pk in chosen]
