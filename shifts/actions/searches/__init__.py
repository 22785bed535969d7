"""The replacement search (design.md 6): it begins, asks in waves, hears answers, and ends.

`opening` begins and ends searches, `waves` asks whoever is due, in what `asking` writes; `by_hand` asks whom a
coordinator chooses, `steering` is her hand on a search; `accepting` and `declining` are what volunteers say,
`all_clear` what those hear who did not, `duty` what the coordinator hears. Whom a wave asks is decided by `choosing`,
when by `shifts.pace` and `due`; `proposing` says it beforehand, and `choices` what a volunteer may choose from. These
write nothing.
"""

from .accepting import (
    AlreadyBusy,
    DoesNotFit,
    PlaceTaken,
    SayInHowManyMinutes,
    TooLateToCome,
    accept_offer,
    step_in,
    take_another,
)
from .by_hand import AlreadyAnswered, NotRegistered, SearchIsOver, ask_by_hand
from .choices import choices, other_posts, still_offered, wanted_posts
from .declining import decline, not_this_week
from .due import needs_consent
from .opening import open_search, resume_search, search_now, settle, stop_search
from .proposing import next_asked, next_wave_at
from .steering import agree_to_wave, hold_search, leave_out, let_in, only_speakers_so_far, release_search, widen_now
from .waves import advance_searches, next_due

__all__ = [
    "AlreadyAnswered",
    "AlreadyBusy",
    "DoesNotFit",
    "NotRegistered",
    "PlaceTaken",
    "SayInHowManyMinutes",
    "SearchIsOver",
    "TooLateToCome",
    "accept_offer",
    "advance_searches",
    "agree_to_wave",
    "ask_by_hand",
    "choices",
    "decline",
    "hold_search",
    "leave_out",
    "let_in",
    "needs_consent",
    "next_asked",
    "next_due",
    "next_wave_at",
    "not_this_week",
    "only_speakers_so_far",
    "open_search",
    "other_posts",
    "release_search",
    "resume_search",
    "search_now",
    "settle",
    "step_in",
    "still_offered",
    "stop_search",
    "take_another",
    "wanted_posts",
    "widen_now",
]
