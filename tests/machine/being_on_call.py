"""The reserve: proposed, agreed, given back."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nocturnes.history import Actor
from shifts import actions, ranking
from shifts.models import Reserve
from tests.machine.ground import Ground, of, which
from volunteers.models import Volunteer


class BeingOnCall(Ground):
    @rule(evening=st.integers(0, 1), people=st.lists(which, min_size=1, max_size=4))
    def she_proposes_the_reserve(self, evening, people):
        chosen = {of(Volunteer.objects.filter(merged_into=None), number) for number in people}
        for volunteer in sorted(chosen, key=lambda one: one.pk):
            accept = {volunteer.pk: ranking.WARNINGS}
            self.do(actions.propose_reserve, self.evenings[evening], [volunteer], accept=accept)

    @precondition(lambda self: Reserve.objects.exists())
    @rule(number=which, deed=st.sampled_from(["accept"] * 4 + ["decline", "give back", "cannot come", "take back"]))
    def somebody_answers_for_the_reserve(self, number, deed):
        reserve = of(Reserve.objects.live(), number) or of(Reserve.objects.all(), number)
        by = Actor.volunteer_link(reserve.volunteer)
        if deed == "accept":
            self.do(actions.accept_reserve, reserve, by=by)
        elif deed == "decline":
            self.do(actions.decline_reserve, reserve, by=by)
        elif deed == "take back":
            self.do(actions.take_back_reserve, reserve)
        else:
            self.do(actions.give_back_reserve, reserve, cannot_come=deed == "cannot come", by=by)
