"""Whom a wave asks, for all the searches of one evening together. Decides from what was read; writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from shifts.models import Search
from shifts.ranking import Candidate, Hole, People, ranked, standings
from shifts.ranking.eligibility import Standing


@dataclass
class Turn:
    """A search in this wave: who may be asked for its hole, first first, and how many it wants.

    `is_due` says that it asks people of its own; the others only stand in the messages of who is asked anyhow.
    `wanted` None is everybody. `reserve_only` leaves everybody alone for now but the reserve, and who speaks a language
    that is missing; `speakers_only` all but these speakers. `held` says that there are people who may be asked later,
    when the budget of the week or the day that they named is over.
    """

    search: Search
    hole: Hole
    is_due: bool
    candidates: list[Candidate] = field(default_factory=list)
    wanted: int | None = None
    reserve_only: bool = False
    speakers_only: bool = False
    held: bool = False

    def asks_others(self, volunteers: Collection[int]) -> bool:
        """Whether asking these asks others than who speaks a language that is missing, with nobody left alone."""
        if self.reserve_only or self.speakers_only or not self.hole.missing:
            return False
        asked = (candidate.person for candidate in self.candidates if candidate.pk in volunteers)
        return any(not self.hole.missing & person.languages for person in asked)


def take_turn(search: Search, hole: Hole, people: People, *, is_due: bool, begun: bool, now: datetime) -> Turn:
    """What `search` would ask at `now`, by the row of the table that holds now.

    `begun`: somebody was asked since this row holds. In the row that asks everybody, the reserve and who speaks a
    missing language are asked alone first, where somebody of them has not been asked yet.
    """
    pace = hole.frame.pace(now)
    stands = standings(people, hole, now)
    free = [people[pk] for pk, against in stands.items() if against < Standing.HELD]
    turn = Turn(search, hole, is_due, held=Standing.HELD in stands.values())
    if pace.asked is not None:
        turn.wanted = pace.asked * hole.post.open_places
        free = _speakers_first(turn, free)
    elif pace.reserve_first is not None and not begun:
        ahead = [person for person in free if person.is_ready or _speaks(person, hole)]
        turn.reserve_only = bool(ahead)
        free = ahead or free
    turn.candidates = ranked(free, hole)
    return turn


def _speakers_first(turn, free):
    """Of `free` who speaks a missing language, in the first waves; all of them once no speaker is left for a wave."""
    search, hole, waves = turn.search, turn.hole, turn.hole.frame.rules.language_waves
    if not (waves and hole.missing) or search.others_asked_at:
        return free
    speakers = [person for person in free if _speaks(person, hole)]
    # Only a wave of its own turns to others: the messages of another hole do not decide it.
    turn.speakers_only = not turn.is_due or (bool(speakers) and search.waves < waves)
    return speakers if turn.speakers_only else free


def _speaks(person, hole):
    return bool(hole.frame.rules.language_waves and hole.missing and hole.missing & person.languages)


def choose(turns: list[Turn]) -> set[int]:
    """The ids of the volunteers to ask: each due search picks in turn the best whom no other has picked yet.

    So two holes ask twice as many people as one, and nobody gets two messages.
    """
    chosen: set[int] = set()
    hungry = [(turn, iter(turn.candidates), turn.wanted) for turn in turns if turn.is_due]
    while hungry:
        still = []
        for turn, candidates, wanted in hungry:
            pick = next((c for c in candidates if c.pk not in chosen), None)
            if wanted == 0 or pick is None:
                continue
            chosen.add(pick.pk)
            still.append((turn, candidates, wanted if wanted is None else wanted - 1))
        hungry = still
    return chosen


def offers_for(turns: list[Turn], chosen: set[int]) -> dict[int, list[tuple[Turn, Candidate]]]:
    """What each chosen volunteer is offered: every hole of the evening that fits her, not only the one she was for."""
    offers: dict[int, list[tuple[Turn, Candidate]]] = {}
    for turn in turns:
        for candidate in turn.candidates:
            if candidate.pk in chosen:
                offers.setdefault(candidate.pk, []).append((turn, candidate))
    return offers
