"""The reserve of an evening (design.md 5 and 6): a coordinator proposes, a volunteer agrees, and the evening ends it.

`proposing` is the coordinator's part, `answering` the volunteer's; `following` ends what no longer goes with her
answers, `freeing` lets her go once the evening is staffed; `telling` is what is said about it. What an agreement
changes is in `shifts.actions.on_call`.

Locks: the evening, posts by id, volunteers by id, then the agreement itself.
"""

from .answering import (
    HasPlaceThatEvening,
    NoLongerProposed,
    ReserveIsFull,
    ReserveIsOver,
    accept_reserve,
    decline_reserve,
    give_back_reserve,
)
from .following import follow_answers
from .freeing import free_reserve, freeings
from .proposing import NobodyChosen, propose_reserve, take_back_reserve

__all__ = [
    "HasPlaceThatEvening",
    "NoLongerProposed",
    "NobodyChosen",
    "ReserveIsFull",
    "ReserveIsOver",
    "accept_reserve",
    "decline_reserve",
    "follow_answers",
    "free_reserve",
    "freeings",
    "give_back_reserve",
    "propose_reserve",
    "take_back_reserve",
]
