"""What became of seasons, with 95 % confidence: seasons are drawn again, with replacement, a few hundred times."""

import os
import random
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

import django

from nocturnes.rules import Rules

from .assumptions import HOUR, Assumptions
from .playing import WAYS, play
from .season import make_season
from .site import Site

DRAWN_AGAIN = 400
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Outcome:
    """One season of one way of asking. `hours` are those from each loss to its filling, where it was in time.

    `most_asked` is how often the volunteer was asked who was asked most; `wishes_met` counts the filled places whose
    role she likes, or whose museum she knows.
    """

    places: int
    lost: int
    hours: tuple[float, ...]
    asks: int
    volunteers: int
    minutes: float
    most_asked: int
    wishes_met: int

    @property
    def filled(self) -> int:
        return len(self.hours)


def outcome(site: Site) -> Outcome:
    season = site.season
    filled = [loss for loss in site.losses if loss.is_filled_at_the_start]
    return Outcome(
        places=sum(post.places for post in season.posts.values()),
        lost=len(site.losses),
        hours=tuple((loss.filled_at - loss.at) / HOUR for loss in filled),
        asks=len(site.asks),
        volunteers=len(season.humans),
        minutes=site.minutes,
        most_asked=max((len(asks) for asks in site.asks_of.values()), default=0),
        wishes_met=sum(season.meets_a_wish(loss.filled_by, loss.post) for loss in filled),
    )


def play_seasons(
    ways: Sequence[str], *, seeds: Iterable[int], given: Assumptions, rules: Rules, processes: int | None = None
) -> dict[str, list[Outcome]]:
    """Play the season of each seed in each of `ways`; what became of them, in the order of the seeds.

    On as many processes as the machine has cores, or `processes`.
    """
    seeds = list(seeds)
    processes = min(processes or os.cpu_count() or 1, len(seeds))
    play_one = partial(_play, tuple(ways), given, rules)
    if processes <= 1:
        played = [play_one(seed) for seed in seeds]
    else:
        with ProcessPoolExecutor(processes, initializer=django.setup) as pool:
            played = list(pool.map(play_one, seeds, chunksize=2))
    return {way: [season[number] for season in played] for number, way in enumerate(ways)}


def _play(ways, given, rules, seed):
    played = []
    for way in ways:
        season, people = make_season(seed, given, rules)
        played.append(outcome(play(WAYS[way](season, people), people)))
    return played


@dataclass(frozen=True)
class Estimate:
    """A number, and between which the true one lies with `CONFIDENCE`; None where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None


def _ratio(over: Callable[[Outcome], float], under: Callable[[Outcome], float]):
    """A sum of all seasons by another, as a function of how often each season counts."""

    def of(outcomes):
        overs, unders = [over(one) for one in outcomes], [under(one) for one in outcomes]

        def counted(times):
            total = sum(t * u for t, u in zip(times, unders, strict=True))
            return sum(t * o for t, o in zip(times, overs, strict=True)) / total if total else None

        return counted

    return of


def _quantile(part: float):
    """That part of all filled places took no longer."""

    def of(outcomes):
        rows = sorted((hours, number) for number, one in enumerate(outcomes) for hours in one.hours)

        def counted(times):
            sums = list(accumulate(times[number] for _hours, number in rows))
            return rows[bisect_left(sums, part * sums[-1])][0] if sums and sums[-1] else None

        return counted

    return of


MEASURES = {
    "filled": _ratio(lambda one: one.places - one.lost + one.filled, lambda one: one.places),
    "fill_hours_median": _quantile(0.5),
    "fill_hours_p95": _quantile(0.95),
    "asks_per_filled": _ratio(lambda one: one.asks, lambda one: one.filled),
    "asks_per_volunteer": _ratio(lambda one: one.asks, lambda one: one.volunteers),
    "coordinator_minutes": _ratio(lambda one: one.minutes, lambda one: 1),
}
BESIDE = {
    "refilled": _ratio(lambda one: one.filled, lambda one: one.lost),
    "most_asked": _ratio(lambda one: one.most_asked, lambda one: 1),
    "wishes_met": _ratio(lambda one: one.wishes_met, lambda one: one.filled),
}


def estimates(outcomes: list[Outcome], measures: dict = MEASURES | BESIDE) -> dict[str, Estimate]:
    """Each measure of these seasons."""
    return {name: _estimate(measure(outcomes), len(outcomes)) for name, measure in measures.items()}


def difference(one: list[Outcome], other: list[Outcome], measure: str = "filled") -> Estimate:
    """By how much `measure` of one way is above that of the other, on the same seasons."""
    first, second = MEASURES[measure](one), MEASURES[measure](other)
    return _estimate(lambda times: first(times) - second(times), len(one))


def _estimate(counted, seasons):
    value = counted([1] * seasons)
    if value is None or seasons < 2:
        return Estimate(value, None, None)
    # The same seasons are drawn again for every way of asking.
    chance = random.Random(seasons)  # noqa: S311
    drawn = sorted(v for v in (counted(_again(chance, seasons)) for _ in range(DRAWN_AGAIN)) if v is not None)
    outside = int(len(drawn) * (1 - CONFIDENCE) / 2)
    return Estimate(value, drawn[outside], drawn[-1 - outside])


def _again(chance, seasons):
    times = [0] * seasons
    for number in chance.choices(range(seasons), k=seasons):
        times[number] += 1
    return times
