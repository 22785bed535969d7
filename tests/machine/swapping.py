"""Volunteers exchange places, or hand one over."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nocturnes.history import Actor
from shifts import actions
from shifts.models import Assignment, Swap
from tests.machine.ground import Ground, of, which
from volunteers.models import Volunteer


class Swapping(Ground):
    @precondition(lambda self: Assignment.objects.active().published().exists())
    @rule(number=which, person=which, exchange=st.booleans())
    def somebody_proposes_a_swap(self, number, person, exchange):
        mine = of(Assignment.objects.active().published(), number)
        theirs = of(Assignment.objects.active().published().exclude(volunteer=mine.volunteer), person)
        volunteer = of(Volunteer.objects.filter(merged_into=None), person)
        by = Actor.volunteer_link(mine.volunteer)
        if exchange and theirs:
            self.do(actions.propose_swap, mine, theirs.volunteer, theirs=theirs, by=by)
        else:
            self.do(actions.propose_swap, mine, volunteer, by_address=number % 2 == 0, by=by)

    @precondition(lambda self: Swap.objects.exists())
    @rule(number=which, deed=st.sampled_from(["accept"] * 3 + ["decline", "take back", "agree", "refuse", "instead"]))
    def a_swap_is_answered(self, number, deed):
        swap = of(Swap.objects.live(), number) or of(Swap.objects.all(), number)
        if deed in ("agree", "refuse"):
            self.do(actions.agree_to_swap if deed == "agree" else actions.refuse_swap, swap)
        elif deed == "take back":
            self.do(actions.take_back_swap, swap, by=Actor.volunteer_link(swap.assignment.volunteer))
        elif swap.volunteer:
            self._the_other_one_answers(swap, number, deed, by=Actor.volunteer_link(swap.volunteer))

    def _the_other_one_answers(self, swap, number, deed, by):
        hers = of(Assignment.objects.active().published().filter(volunteer=swap.volunteer), number)
        if deed == "instead" and hers:
            self.do(actions.propose_instead, swap, hers, by=by)
        elif deed == "decline":
            self.do(actions.decline_swap, swap, by=by)
        else:
            self.do(actions.accept_swap, swap, by=by)
