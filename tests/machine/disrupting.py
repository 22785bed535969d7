"""Something makes it hard to come: everybody is asked, and answers."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nocturnes.history import Actor
from shifts import actions
from shifts.models import Assignment, Disruption, StillComing
from tests.machine.ground import Ground, of, which

TEXTS = {"fr": "Grève des trams.", "nl": "Trams staken.", "en": "No trams."}


class Disrupting(Ground):
    @precondition(lambda self: Assignment.objects.active().published().exists())
    @rule(number=which, deed=st.sampled_from(["ask", "ask", "ask one museum", "ask again", "ask one person again"]))
    def she_asks_who_still_comes(self, number, deed):
        evening = self.evenings[number % 2]
        disruption = of(Disruption.objects.all(), number)
        if deed == "ask one person again":
            self.do(actions.ask_again, of(Assignment.objects.active().published(), number))
        elif deed == "ask again" and disruption:
            self.do(actions.ask_still_coming_again, disruption)
        else:
            museum = self.museums[number % 3] if deed == "ask one museum" else None
            self.do(actions.ask_still_coming, evening, museum=museum, why="strike", texts=TEXTS)

    @precondition(lambda self: StillComing.objects.exists())
    @rule(number=which, yes=st.booleans())
    def somebody_says_whether_she_comes(self, number, yes):
        question = of(StillComing.objects.filter(answer=""), number) or of(StillComing.objects.all(), number)
        self.do(actions.answer_still_coming, question, yes=yes, by=Actor.volunteer_link(question.assignment.volunteer))
