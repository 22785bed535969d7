"""What people do to the staffing, one function a verb. Call them as `actions.withdraw(...)`."""

from .asking_again import ask_again, asked_today
from .assignments import assign, come_back, remove, withdraw
from .attendance import NotTheDay, is_due, is_the_day, mark, mark_absent, mark_all_arrived, note_extra
from .by_phone import CANNOT_COME, KEEPS_PLACE, HasPlace, change_person, record_answers
from .digest import plan_digests
from .disruptions import answer_still_coming, ask_still_coming, ask_still_coming_again
from .duty import on_duty
from .evenings import (
    Hours,
    bump_sequence,
    call_off,
    call_off_evening,
    change_places,
    move_hours,
    move_opening,
    publish,
    without_place,
)
from .her_word import NoLongerAssigned, confirm
from .invitations import ask_unanswered, unanswered
from .lending import NotThereAnyMore, NotThisEvening, lend
from .letters import write_to_all
from .people import block, merge, offers_open, places_ahead, unblock, why_not
from .phoning import phoned
from .places import NeedsTick
from .reminders import plan_reminders, plan_reserve_reminder
from .requests import end_stale_requests
from .reserve import (
    accept_reserve,
    decline_reserve,
    follow_answers,
    free_reserve,
    freeings,
    give_back_reserve,
    propose_reserve,
    take_back_reserve,
)
from .rules import change_rules
from .searches import *  # noqa: F403  (the search has many verbs; its package lists them)
from .self_service import answer_request, request_place, take_back_request, take_open_place
from .swaps import (
    SwapIsOver,
    accept_swap,
    agree_to_swap,
    decline_swap,
    end_stale_swaps,
    propose_instead,
    propose_swap,
    refuse_swap,
    take_back_swap,
)
from .sweeping import sweep
from .telling import tell
from .undo import latest_undoable, send_now, undo, waiting_messages

__all__ = [
    "CANNOT_COME",
    "KEEPS_PLACE",
    "HasPlace",
    "Hours",
    "NeedsTick",
    "NoLongerAssigned",
    "NotTheDay",
    "NotThereAnyMore",
    "NotThisEvening",
    "SwapIsOver",
    "accept_reserve",
    "accept_swap",
    "agree_to_swap",
    "answer_request",
    "answer_still_coming",
    "ask_again",
    "ask_still_coming",
    "ask_still_coming_again",
    "ask_unanswered",
    "asked_today",
    "assign",
    "block",
    "bump_sequence",
    "call_off",
    "call_off_evening",
    "change_person",
    "change_places",
    "change_rules",
    "come_back",
    "confirm",
    "decline_reserve",
    "decline_swap",
    "end_stale_requests",
    "end_stale_swaps",
    "follow_answers",
    "free_reserve",
    "freeings",
    "give_back_reserve",
    "is_due",
    "is_the_day",
    "latest_undoable",
    "lend",
    "mark",
    "mark_absent",
    "mark_all_arrived",
    "merge",
    "move_hours",
    "move_opening",
    "note_extra",
    "offers_open",
    "on_duty",
    "phoned",
    "places_ahead",
    "plan_digests",
    "plan_reminders",
    "plan_reserve_reminder",
    "propose_instead",
    "propose_reserve",
    "propose_swap",
    "publish",
    "record_answers",
    "refuse_swap",
    "remove",
    "request_place",
    "send_now",
    "sweep",
    "take_back_request",
    "take_back_reserve",
    "take_back_swap",
    "take_open_place",
    "tell",
    "unanswered",
    "unblock",
    "undo",
    "waiting_messages",
    "why_not",
    "withdraw",
    "without_place",
    "write_to_all",
]
