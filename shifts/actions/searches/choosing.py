"""Whom a wave asks, for all the searches of one evening together. Decides from what was read; writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from shifts.models import Search
from shifts.ranking import Hole, People, Ranking, Standing, standings


@dataclass
class Turn:
    """A search in this wave: who may be asked for its hole, by id, with the rank of each, and how many it wants.

    `is_due` says that it asks people of its own; the others only stand in the messages of who is asked anyhow.
    `wanted` None is everybody. `reserve_only` leaves everybody alone for now but the reserve, and who speaks a language
    that is missing; `speakers_only` all but these speakers. `held` says that there are people who may be asked later,
    when the budget of the week or the day that they named is over.
    """

    search: Search
    ranking: Ranking
    is_due: bool
    ranks: dict[int, int] = field(default_factory=dict)
    wanted: int | None = None
    reserve_only: bool = False
    speakers_only: bool = False
    held: bool = False

    @property
    def hole(self) -> Hole:
        return self.ranking.hole

    @property
    def people(self) -> People:
        return self.ranking.people

    def asks_others(self, volunteers: Collection[int]) -> bool:
        """Whether asking these asks others than who speaks a language that is missing, with nobody left alone."""
        missing = self.hole.missing
        if self.reserve_only or self.speakers_only or not missing:
            return False
        speakers = self.people.those(lambda person: bool(missing & person.languages), self.hole)
        return any(pk in self.ranks and pk not in speakers for pk in volunteers)


def take_turn(search: Search, hole: Hole, people: People, *, is_due: bool, begun: bool, now: datetime) -> Turn:
    """What `search` would ask at `now`, by the row of the table that holds now.

    `begun`: somebody was asked since this row holds. In the row that asks everybody, the reserve and who speaks a
    missing language are asked alone first, where somebody of them has not been asked yet.
    """
    pace = hole.frame.pace(now)
    stands = standings(people, hole, now)
    turn, free = Turn(search, Ranking(people, hole), is_due, held=bool(stands[Standing.HELD])), stands[Standing.FREE]
    if pace.asked is not None:
        turn.wanted = pace.asked * hole.post.open_places
        free = _speakers_first(turn, free)
    elif pace.reserve_first is not None and not begun:
        ahead = free & people.those(lambda person: person.is_ready or _speaks(person, hole), hole)
        turn.reserve_only = bool(ahead)
        free = ahead or free
    turn.ranks = {pk: rank for rank, pk in enumerate(turn.ranking.order(free), start=1)}
    return turn


def _speakers_first(turn, free):
    """Of `free` who speaks a missing language, in the first waves; all of them once no speaker is left for a wave."""
    search, hole, waves = turn.search, turn.hole, turn.hole.frame.rules.language_waves
    if not (waves and hole.missing) or search.others_asked_at:
        return free
    speakers = free & turn.people.those(lambda person: _speaks(person, hole), hole)
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
    hungry = [(iter(turn.ranks), turn.wanted) for turn in turns if turn.is_due]
    while hungry:
        still = []
        for candidates, wanted in hungry:
            pick = next((pk for pk in candidates if pk not in chosen), None)
            if wanted == 0 or pick is None:
                continue
            chosen.add(pick)
            still.append((candidates, wanted if wanted is None else wanted - 1))
        hungry = still
    return chosen


def offers_for(turns: list[Turn], chosen: set[int]) -> dict[int, list[Turn]]:
    """What each chosen volunteer is offered: every hole of the evening that fits her, not only the one she was for."""
    offers: dict[int, list[Turn]] = {}
    for turn in turns:
        for pk in turn.ranks:
            if pk in chosen:
                offers.setdefault(pk, []).append(turn)
    return offers
