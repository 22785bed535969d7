"""What happens to an evening, an opening or a post, and to everybody on it.

`publishing` makes drafts known, `calling_off` ends what does not take place, `moving` changes hours, `sizes` changes
places.
"""

from .calling_off import call_off, call_off_evening
from .moving import (
    Hours,
    HoursAreOver,
    HoursInOrder,
    MoveOverlaps,
    bump_sequence,
    move_hours,
    move_opening,
    move_posts,
    overlapping,
)
from .publishing import AlreadyPublished, publish, without_place
from .refusals import EveningIsCalledOff, EveningIsOver
from .sizes import NeededAreWanted, TooManyAssigned, change_places

__all__ = [
    "AlreadyPublished",
    "EveningIsCalledOff",
    "EveningIsOver",
    "Hours",
    "HoursAreOver",
    "HoursInOrder",
    "MoveOverlaps",
    "NeededAreWanted",
    "TooManyAssigned",
    "bump_sequence",
    "call_off",
    "call_off_evening",
    "change_places",
    "move_hours",
    "move_opening",
    "move_posts",
    "overlapping",
    "publish",
    "without_place",
]
