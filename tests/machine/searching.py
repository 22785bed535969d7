"""The coordinator's hand on a search."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shifts import actions, ranking
from shifts.models import Call, LeftOut, Post, Search
from tests.machine.ground import Ground, of, which
from volunteers.models import Volunteer

HOLDS = ["paused", "taken_over"]


class Searching(Ground):
    @rule(number=which)
    def she_searches(self, number):
        self.do(actions.open_search, of(Post.objects.all(), number))

    @precondition(lambda self: Search.objects.live().exists())
    @rule(number=which, deed=st.sampled_from(["stop", "hold", "hold", "release", "widen", "agree", "agree"]))
    def she_steers_a_search(self, number, deed):
        search = of(Search.objects.live(), number)
        if search is None:
            return
        if deed == "stop":
            self.do(actions.stop_search, search)
        elif deed == "hold":
            self.do(actions.hold_search, search, held=HOLDS[number % 2])
        elif deed == "release":
            self.do(actions.release_search, search)
        elif deed == "widen":
            self.do(actions.widen_now, search)
        else:
            # She may have the page of yesterday before her.
            self.do(actions.agree_to_wave, search, wave=search.waves + (0 if number % 5 == 0 else 1))

    @precondition(lambda self: Search.objects.live().exists())
    @rule(number=which, person=which, deed=st.sampled_from(["ask", "ask", "leave out", "let in"]))
    def she_chooses_somebody(self, number, person, deed):
        search = of(Search.objects.live(), number)
        if search is None:
            return
        volunteer = of(Volunteer.objects.filter(merged_into=None), person)
        if deed == "ask":
            self.do(actions.ask_by_hand, search, volunteer, accept=ranking.WARNINGS)
        elif deed == "leave out":
            self.do(actions.leave_out, search, volunteer)
        elif left_out := of(LeftOut.objects.filter(search=search), person):
            self.do(actions.let_in, search, left_out.volunteer)

    @rule(number=which, person=which, answer=st.sampled_from(Call.Answer.values))
    def she_phoned(self, number, person, answer):
        post = of(Post.objects.with_place(), number)
        volunteer = of(Volunteer.objects.filter(merged_into=None), person)
        if post:
            self.do(actions.phoned, post, volunteer, answer=answer, accept=ranking.WARNINGS)

    @precondition(lambda self: Search.objects.live().exists())
    @rule(number=which, hold=st.booleans())
    def she_steers_a_search_and_time_goes_by(self, number, hold):
        """What comes of a click is seen only where the next wave may come: nobody else acts before."""
        search = of(Search.objects.live(), number)
        if search is None:
            return
        if hold:
            self.do(actions.hold_search, search, held=HOLDS[number % 2])
        else:
            self.do(actions.agree_to_wave, search, wave=search.waves + 1)
        self.until_something_is_due()
