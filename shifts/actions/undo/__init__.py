"""Taking back what a coordinator just did, before anybody was told of it (design.md 3.9).

`clicks` is the bar at the foot of her pages: what she may take back, and that she does. How one kind of click is taken
back is a `Deed` (`deeds`); each of the other modules has the deeds about what its name says, and `clicks` knows them
all.
"""

from .assignments import SomebodyElseIsThere
from .clicks import AlreadyUndone, NotYoursToUndo, TooLateToUndo, latest_undoable, send_now, undo, waiting_messages
from .deeds import ChangedSince, MessageHasLeft

__all__ = [
    "AlreadyUndone",
    "ChangedSince",
    "MessageHasLeft",
    "NotYoursToUndo",
    "SomebodyElseIsThere",
    "TooLateToUndo",
    "latest_undoable",
    "send_now",
    "undo",
    "waiting_messages",
]
