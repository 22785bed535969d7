"""A place changes hands: somebody takes it over, or two people exchange theirs (`shifts.models.Swap`).

`proposing` is her yes, `answering` what the other one and the coordinator say, `exchanging` the moment at which the
places move, `ending` what becomes of proposals that can come to nothing any more, `fitting` the rules, `telling` the
messages. The lock of the proposer's post guards a proposal.
"""

from .answering import (
    AlreadyAnswered,
    NoLongerFits,
    SwapIsOver,
    accept_swap,
    agree_to_swap,
    decline_swap,
    refuse_swap,
)
from .ending import end_stale_swaps
from .proposing import propose_instead, propose_swap, take_back_swap

__all__ = [
    "AlreadyAnswered",
    "NoLongerFits",
    "SwapIsOver",
    "accept_swap",
    "agree_to_swap",
    "decline_swap",
    "end_stale_swaps",
    "propose_instead",
    "propose_swap",
    "refuse_swap",
    "take_back_swap",
]
