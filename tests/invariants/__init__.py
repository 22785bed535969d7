"""What must always hold (design.md 3), read from the rows alone: none of the product's own rules is called here.

`broken(now)` returns a sentence for every row that breaks one; an empty list is a sound database. For tests that drive
the product about at random, and for the end of a race.
"""

from . import agreements, messages, offers, places, searches
from .offers import new_ones
from .privacy import People

__all__ = ["People", "broken", "new_ones"]


def broken(now) -> list[str]:
    return [
        *places.counters(),
        *places.double_bookings(),
        *places.on_another_evening_than_their_post(),
        *places.where_nothing_takes_place(),
        *places.moments_in_which_nobody_had_a_place(),
        *searches.withdrawals_without_one(),
        *searches.that_should_have_ended(now),
        *searches.that_stand_still(now),
        *offers.to_whom_they_must_not_go(),
        *offers.against_a_coordinators_word(),
        *offers.overlapping(),
        *agreements.reserve(),
        *agreements.swaps(),
        *messages.ends(now),
        *messages.hours(),
        *messages.surprises(),
        *messages.of_drafts(),
        *messages.that_wait_in_vain(),
        *messages.that_say_too_much(),
    ]
