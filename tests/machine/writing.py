"""The coordinator's own words to everybody of an evening."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shifts import actions
from shifts.models import Assignment
from tests.machine.ground import Ground, which

TEXTS = [
    {"fr": "Prends un parapluie.", "nl": "Neem een paraplu mee.", "en": "Bring an umbrella."},
    {"fr": "La porte est à gauche.", "nl": "De deur is links.", "en": "The door is on the left."},
]


class Writing(Ground):
    @precondition(lambda self: Assignment.objects.active().published().exists())
    @rule(number=which, at_one_museum=st.booleans(), with_reserve=st.booleans())
    def she_writes_to_everybody(self, number, at_one_museum, with_reserve):
        museum = self.museums[number % 3] if at_one_museum else None
        words = {"texts": TEXTS[number % 2], "with_reserve": with_reserve}
        self.do(actions.write_to_all, self.evenings[number % 2], museum=museum, **words)
