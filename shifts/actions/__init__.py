"""What people do to the staffing, one function a verb. Call them as `actions.withdraw(...)`."""

from .assignments import assign, come_back, confirm, mark, remove, withdraw
from .by_phone import CANNOT_COME, KEEPS_PLACE, HasPlace, change_person, record_answers
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
from .people import block, merge, offers_open, places_ahead, unblock, why_not
from .reminders import plan_reminders, plan_reserve_reminder
from .requests import end_stale_requests
from .searches import *  # noqa: F403  (the search has many verbs; its package lists them)
from .self_service import answer_request, request_place, take_back_request, take_open_place
from .telling import tell
from .undo import latest_undoable, undo, waiting_messages

__all__ = [
    "CANNOT_COME",
    "HasPlace",
    "Hours",
    "KEEPS_PLACE",
    "answer_request",
    "assign",
    "block",
    "bump_sequence",
    "call_off",
    "call_off_evening",
    "change_person",
    "change_places",
    "come_back",
    "confirm",
    "end_stale_requests",
    "latest_undoable",
    "mark",
    "merge",
    "move_hours",
    "move_opening",
    "offers_open",
    "on_duty",
    "places_ahead",
    "plan_reminders",
    "plan_reserve_reminder",
    "publish",
    "record_answers",
    "remove",
    "request_place",
    "take_back_request",
    "take_open_place",
    "tell",
    "unblock",
    "undo",
    "waiting_messages",
    "why_not",
    "withdraw",
    "without_place",
]
