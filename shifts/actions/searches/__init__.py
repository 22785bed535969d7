"""The replacement search (design.md 6): it begins, asks in waves, hears answers, and ends.

`opening` begins and ends searches, `waves` asks whoever is due, `answers` is what volunteers say, `duty` what the
coordinator hears. Whom a wave asks is decided by `choosing`, when by `shifts.pace`; `choices` is what a
volunteer may choose from. These write nothing.
"""

from .answers import (
    AlreadyBusy,
    DoesNotFit,
    PlaceTaken,
    SayInHowManyMinutes,
    TooLateToCome,
    accept_offer,
    decline,
    not_this_week,
    step_in,
    take_another,
)
from .choices import choices, other_posts, still_offered, wanted_posts
from .opening import open_search, resume_search, settle, stop_search
from .waves import advance_searches, next_due

__all__ = [
    "AlreadyBusy",
    "DoesNotFit",
    "PlaceTaken",
    "SayInHowManyMinutes",
    "TooLateToCome",
    "accept_offer",
    "advance_searches",
    "choices",
    "decline",
    "next_due",
    "not_this_week",
    "open_search",
    "other_posts",
    "resume_search",
    "settle",
    "step_in",
    "still_offered",
    "stop_search",
    "take_another",
    "wanted_posts",
]
