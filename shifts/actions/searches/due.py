"""Whether a search asks at a moment: from its own row and the pace of its post alone, without a query."""

from datetime import datetime

from shifts import pace
from shifts.models import Search
from shifts.pace import Frame


def wants_turn(search: Search, now: datetime) -> bool:
    """Whether `search` asks at `now`: its wave is due, or it is in a row of the table that asks everybody.

    There everybody means also who becomes free after the wave: each sweep looks again. One that a coordinator holds, or
    whose wave waits for her consent, does not.
    """
    frame = pace.frame(search.post)
    if search.is_held or frame.is_quiet(now) or waits_for_consent(search, frame, now):
        return False
    if search.next_wave_at is not None and search.next_wave_at <= now:
        return True
    return frame.pace(now).asked is None and not _waits_in_this_row(search, frame, now)


def needs_consent(search: Search, frame: Frame, now: datetime) -> bool:
    """Whether a coordinator has to agree before the next wave of `search` asks, were that at `now`.

    In a row of the table that asks everybody she has not: so near the evening a wave that waited for her click would
    come after the doors.
    """
    return frame.wants_consent(now) and search.agreed_wave <= search.waves


def waits_for_consent(search: Search, frame: Frame, now: datetime) -> bool:
    """Whether the next wave is due, and a coordinator has not agreed yet."""
    return search.wave_proposed_at is not None and needs_consent(search, frame, now)


def _waits_in_this_row(search, frame, now):
    """Whether the next wave comes before the next row begins: the reserve was asked, the others wait their minutes."""
    return search.next_wave_at is not None and search.next_wave_at < frame.row_until(now)


def may_be_added(search: Search, now: datetime) -> bool:
    """Whether somebody who is asked for another hole may be offered this one too: those who come first were asked."""
    frame = pace.frame(search.post)
    waits_for_reserve = frame.pace(now).asked is None and _waits_in_this_row(search, frame, now)
    waits = search.is_held or waits_for_consent(search, frame, now) or waits_for_reserve
    return bool(search.waves) and not waits


def has_begun(search: Search, frame: Frame, now: datetime) -> bool:
    """Whether somebody was asked since the row of the table holds that holds at `now`.

    `search.last_asked` is the moment of its last wave, None before the first.
    """
    if search.last_asked is None:
        return False
    since = frame.row_since(now)
    return since is None or search.last_asked >= since
