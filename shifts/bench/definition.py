"""The made-up rosters, the same on every machine and the same on which other systems were measured.

Pure numbers, from one seed: evenings, museums, posts and volunteers are counted from 0. The order in which the seed is
drawn from is part of the definition.
"""

import random
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
# A Thursday.
FIRST = date(2027, 1, 7)
BEGINS, ENDS = time(18), time(22)
SEED = 20270107

POSTS = ["Entrance", "Cloakroom", "Gallery guide", "Bookshop", "Late bar"]
TREES = ["Alder", "Birch", "Cedar", "Elm", "Fir", "Gorse"]
MUSEUMS = [f"Museum {tree} {side}" for side in ("North", "South", "East", "West", "Hafen") for tree in TREES]
FIRST_NAMES = ["Ada", "Bo", "Cleo", "Dara", "Eike", "Finn", "Gül", "Hana", "Ivo", "Jule"]
LAST_NAMES = ["Albers", "Brandt", "Celik", "Dorn", "Ehlers", "Frank", "Graf", "Huber", "Ito", "Jansen"]


@dataclass(frozen=True)
class Size:
    """`places` are those of one post; `fill` is the share of every evening's places that are taken."""

    evenings: int
    museums: int
    posts: int
    places: int
    volunteers: int
    fill: float


SIZES = {
    # To try the bench itself.
    "tiny": Size(evenings=2, museums=2, posts=2, places=5, volunteers=50, fill=0.8),
    "season": Size(evenings=7, museums=5, posts=4, places=2, volunteers=50, fill=0.8),
    "big": Size(evenings=60, museums=30, posts=5, places=3, volunteers=2000, fill=0.8),
}


@dataclass
class Roster:
    """Who is where. `taken` has the volunteers of (evening, museum, post); a volunteer has one post an evening.

    `free` are the volunteers without a post on an evening, `open` its open places as (museum, post), one entry a place.
    """

    size: Size
    taken: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)
    free: dict[int, list[int]] = field(default_factory=dict)
    open: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def date(self, evening: int, first: date = FIRST) -> date:
        return first + timedelta(weeks=evening)

    @property
    def museums(self) -> list[str]:
        return MUSEUMS[: self.size.museums]

    @property
    def posts(self) -> list[str]:
        return POSTS[: self.size.posts]

    def name(self, volunteer: int) -> tuple[str, str]:
        return FIRST_NAMES[volunteer % 10], f"{LAST_NAMES[(volunteer // 10) % 10]} {volunteer:04d}"

    def wishes(self) -> list[tuple[int, int, int, int]]:
        """(evening, museum, post, volunteer): an open place for somebody who is free, evening by evening in turn."""
        pairs = {evening: list(zip(self.open[evening], self.free[evening], strict=False)) for evening in self.open}
        rounds = max(map(len, pairs.values()))
        return [
            (evening, *pairs[evening][turn][0], pairs[evening][turn][1])
            for turn in range(rounds)
            for evening in pairs
            if turn < len(pairs[evening])
        ]


def roster(name: str) -> Roster:
    """The roster of that name: `SIZES` has them."""
    size = SIZES[name]
    made = Roster(size)
    # Not a secret: the same figures everywhere are what it is for.
    chance = random.Random(SEED)  # noqa: S311
    for evening in range(size.evenings):
        places = [(m, p) for m in range(size.museums) for p in range(size.posts) for _ in range(size.places)]
        chance.shuffle(places)
        people = list(range(size.volunteers))
        chance.shuffle(people)
        filled = round(len(places) * size.fill)
        for (museum, post), volunteer in zip(places[:filled], people, strict=False):
            made.taken.setdefault((evening, museum, post), []).append(volunteer)
        made.open[evening] = places[filled:]
        made.free[evening] = people[filled:]
    return made
