"""What a search that goes on does next: whom its next wave asks, and when the ones after it and the end come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from nocturnes.models import Language
from shifts import actions, ranking
from shifts.models import LeftOut, Search
from shifts.pace import Frame, frame
from shifts.pages.coming import silences, waves
from volunteers.models import Availability, Volunteer

from .moments import Asked, Moment

# More than these are a number: in the last hours a wave asks everybody.
MOST_ASKED = 12
LATER = 2
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Next:
    """The next wave: when, whom it would ask, and what it waits for: "", "held" or "consent".

    `asked` are the first of `total`; `left_out` whom a coordinator left out of this search. `moments` are
    this wave in the timeline, and what comes before and after it. `will_wait` says that at its hour it waits for a yes.
    """

    at: datetime
    number: int
    asked: list[Asked]
    total: int
    waits_for: str
    left_out: list[Volunteer]
    moments: list[Moment]
    will_wait: bool = False

    @property
    def more(self):
        return self.total - len(self.asked)

    def mark(self) -> tuple:
        """What tells it from one that shows something else."""
        asked = [(one.volunteer.pk, one.why) for one in self.asked]
        return self.waits_for, self.will_wait, self.total, asked, [volunteer.pk for volunteer in self.left_out]

    def minutes(self, now: datetime) -> int | None:
        """How many are left to it, where it is soon; 0 is now."""
        left = self.at - now
        return max(0, round(left / timedelta(minutes=1))) if left < SOON else None


def next_wave(search: Search, spoken: dict[str, Language], *, now: datetime) -> Next | None:
    """None where nobody is asked any more: the last useful moment has passed."""
    here = frame(search.post)
    at = actions.next_wave_at(search, now=now)
    if at is None:
        return None
    candidates = actions.next_asked(search, now=now)
    waits_for = _waits_for(search, here, now)
    return Next(
        at=at,
        number=search.waves + 1,
        asked=[_proposed(candidate, spoken) for candidate in candidates[:MOST_ASKED]],
        total=len(candidates),
        waits_for=waits_for,
        left_out=[row.volunteer for row in _left_out(search)],
        moments=_held(search, at, here, len(candidates))
        if waits_for
        else list(_moments(search, at, here, len(candidates), now)),
        will_wait=not waits_for and bool(candidates) and actions.needs_consent(search, here, at),
    )


def _waits_for(search, here, now):
    if search.is_held:
        return "held"
    return "consent" if search.wave_proposed_at and actions.needs_consent(search, here, now) else ""


def _proposed(candidate, spoken):
    why = ranking.for_the_coordinator(candidate.reasons, candidate.post, spoken)
    return Asked(candidate.volunteer, why, arch="you")


def _left_out(search):
    return LeftOut.objects.filter(search=search).select_related("volunteer").order_by("at", "pk")


def _held(search, at, here, total):
    return [Moment(at, "next", search, search.waves + 1, total), Moment(here.over_at, "over", search)]


def _moments(search, at, here: Frame, total, now) -> Iterator[Moment]:
    """The wave at `at`, the next ones, the nights between them, and the last useful moment."""
    quiet = silences(now, here)
    silence = next(quiet, None)
    coming = waves(
        at, here, number=search.waves + 1, with_reserve=_has_some_first(search), last_asked=_last_asked(search)
    )
    for number, wave in enumerate(islice(coming, LATER + 1)):
        while silence and silence.at < wave.at:
            yield Moment(silence.at, "quiet", search, until=silence.until)
            silence = next(quiet, None)
        if number:
            people = wave.people(search.post.open_places)
            yield Moment(wave.at, "later", search, wave.number, people, reserve_only=wave.reserve_only)
        else:
            yield Moment(wave.at, "next", search, wave.number, total)
    more = next(coming, None)
    if silence and (more is None or silence.at < more.at):
        yield Moment(silence.at, "quiet", search, until=silence.until)
    if more:
        yield Moment(more.at, "more", search, more.number)
    yield Moment(here.over_at, "over", search)


def _has_some_first(search):
    """Whether somebody comes before everybody: on call that evening and not asked yet, or for a missing language."""
    hole = ranking.read_hole(search.post)
    if hole.missing and hole.frame.rules.language_waves:
        return True
    on_call = Availability.objects.filter(evening=search.post.opening.evening_id, on_call_at__isnull=False)
    return on_call.exclude(registration__volunteer__offers__search=search).exists()


def _last_asked(search):
    offers = search.offers.filter(by_hand=False).order_by("asked_at")
    return offers.values_list("asked_at", flat=True).last()
