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
from .people import block, unblock
from .reminders import plan_reminders, plan_reserve_reminder
from .searches import *  # noqa: F403  (the search has many verbs; its package lists them)
from .self_service import take_open_place
from .telling import tell
from .undo import latest_undoable, undo, waiting_messages

__all__ = [
    "CANNOT_COME",
    "KEEPS_PLACE",
    "HasPlace",
    "Hours",
    "assign",
    "block",
    "bump_sequence",
    "call_off",
    "call_off_evening",
    "change_person",
    "change_places",
    "come_back",
    "confirm",
    "latest_undoable",
    "mark",
    "move_hours",
    "move_opening",
    "on_duty",
    "plan_reminders",
    "plan_reserve_reminder",
    "publish",
    "record_answers",
    "remove",
    "take_open_place",
    "tell",
    "unblock",
    "undo",
    "waiting_messages",
    "withdraw",
    "without_place",
]
