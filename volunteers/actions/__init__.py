"""What changes people, their registrations and their answers.

Every action takes keyword-only `by` (who acts) and `now` (product time), runs in one transaction, and writes a line of
history; what it refuses it says by an exception with a sentence. Setting an answer does not touch assignments: `shifts`
wraps that one.
"""

from .answers import (
    EveningIsNotOffered,
    RecordHasMoved,
    forget_arrangements,
    set_availability,
    set_language,
    set_may_be_asked,
    set_most_evenings,
)
from .by_hand import AddressIsKnown, AddressIsOfTheTeam, IsKnown, NumberIsKnown, add_by_hand, change_person
from .confirming import confirm
from .notes import delete_note, write_note
from .people import (
    ConsentIsMissing,
    IsBlocked,
    WelcomeHasLeft,
    accept,
    accept_all,
    consent,
    decline,
    undo_accept,
)
from .sign_ups import SignUpIsClosed, SignUpIsOver, is_open, link_ends, offered_evenings, purge_sign_ups, sign_up
from .standing import (
    DayIsOver,
    PauseIsOver,
    ask_again_from,
    invite_again,
    pause,
    resume,
    set_not_at,
    take_back_pause,
)

__all__ = [
    "AddressIsKnown",
    "AddressIsOfTheTeam",
    "ConsentIsMissing",
    "DayIsOver",
    "EveningIsNotOffered",
    "IsBlocked",
    "IsKnown",
    "NumberIsKnown",
    "PauseIsOver",
    "RecordHasMoved",
    "SignUpIsClosed",
    "SignUpIsOver",
    "WelcomeHasLeft",
    "accept",
    "accept_all",
    "add_by_hand",
    "ask_again_from",
    "change_person",
    "confirm",
    "consent",
    "decline",
    "delete_note",
    "forget_arrangements",
    "invite_again",
    "is_open",
    "link_ends",
    "offered_evenings",
    "pause",
    "purge_sign_ups",
    "resume",
    "set_availability",
    "set_language",
    "set_may_be_asked",
    "set_most_evenings",
    "set_not_at",
    "sign_up",
    "take_back_pause",
    "undo_accept",
    "write_note",
]
