"""What was tried: presets and paces of the product, and other people than those we assume."""

from dataclasses import replace
from datetime import timedelta

from nocturnes.rules import CRITERIA, PACES, RANKINGS, Rules

from .assumptions import Assumptions

A_WEEK_LEFT, DAYS_LEFT, HOURS_LEFT, ON_THE_DAY, AT_THE_END = PACES


def _in_waves(asked, minutes):
    """The day itself in waves, instead of the reserve and then everybody."""
    return replace(ON_THE_DAY, asked=asked, next_wave=timedelta(minutes=minutes), reserve_first=None)


OF_PACE = {
    "the table of design 6": PACES,
    "one more at each wave": (
        replace(A_WEEK_LEFT, asked=3),
        replace(DAYS_LEFT, asked=4, next_wave=timedelta(hours=2)),
        replace(HOURS_LEFT, asked=8, next_wave=timedelta(minutes=60)),
        ON_THE_DAY,
        AT_THE_END,
    ),
    "one less at each wave": (
        replace(A_WEEK_LEFT, asked=1),
        replace(DAYS_LEFT, asked=2),
        replace(HOURS_LEFT, asked=3),
        ON_THE_DAY,
        AT_THE_END,
    ),
    "over 7 days: at once": (replace(A_WEEK_LEFT, first_wave=timedelta(minutes=30)), *PACES[1:]),
    "on the day 6 each 30 minutes": (*PACES[:3], _in_waves(6, 30), AT_THE_END),
    "on the day 4 each 20 minutes": (*PACES[:3], _in_waves(4, 20), AT_THE_END),
    "reserve alone for an hour": (*PACES[:3], replace(ON_THE_DAY, reserve_first=timedelta(hours=1)), AT_THE_END),
}


def _only(**weights):
    """Nothing else counts: not even a language that is missing."""
    return tuple(sorted((dict.fromkeys(CRITERIA, 0) | weights).items()))


OF_WEIGHTS = {
    "no ranking: the oldest row first": _only(),
    "her answer alone": _only(answer=100),
    "her answer, and how often she said yes": _only(answer=70, said_yes=100),
    "who was not asked for longest": _only(asked=100),
}


def of_the_product() -> dict[str, Rules]:
    """Rules to play the search with, by what they are: each preset, other weights, each pace."""
    presets = {f"preset {name}": Rules(ranking=name) for name in RANKINGS}
    weights = {name: Rules(weights=numbers) for name, numbers in OF_WEIGHTS.items()}
    return presets | weights | {name: Rules(paces=paces) for name, paces in OF_PACE.items() if paces != PACES}


def of_people() -> dict[str, Assumptions]:
    """Other people, by what is different about them; the order of the ways of asking should not hang on our guesses."""
    usual = Assumptions()
    return {
        "as assumed": usual,
        "10 % lost": replace(usual, loss=0.10),
        "30 % lost": replace(usual, loss=0.30),
        "half of the losses in the last hours": replace(usual, late_share=0.5),
        "slow readers": replace(usual, reads_within=timedelta(hours=6), never_read=0.15),
        "quick readers": replace(usual, reads_within=timedelta(hours=1)),
        "an ask costs twice as much": replace(usual, after_an_ask=0.80, never_less_than=0.2),
        "an ask costs nothing": replace(usual, after_an_ask=1.0),
        "more pick up, and say yes": replace(usual, picks_up=0.6, by_phone=1.25),
        "no reserve": replace(usual, reserve=False),
        "the bundled edition's 49 people": replace(usual, people=1.0),
        "twice as many people": replace(usual, people=2.0),
    }
