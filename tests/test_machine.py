"""The product driven at random: after every step, what must always hold holds (tests/invariants.py).

A short run here; `make test-deep` plays 500 seasons of 40 steps (variable DEEP), fifty by fifty.
"""

import os

import pytest
from django.db import connection
from django.db.models import Max
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.stateful import invariant, run_state_machine_as_test

from nocturnes.models import Entry
from tests.invariants import People, broken
from tests.machine.answering import Answering
from tests.machine.being_on_call import BeingOnCall
from tests.machine.disrupting import Disrupting
from tests.machine.ground import seen
from tests.machine.looking import Looking
from tests.machine.planning import Planning
from tests.machine.searching import Searching
from tests.machine.swapping import Swapping
from tests.machine.writing import Writing

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

DEEP = "DEEP" in os.environ
# How many times so many seasons are played, side by side where there are several testers.
ROUNDS, SEASONS, STEPS = (10, 50, 40) if DEEP else (1, 12, 30)


class Season(Planning, Searching, Answering, BeingOnCall, Swapping, Disrupting, Writing, Looking):
    """Everything that people do."""

    @invariant()
    def what_must_always_hold(self):
        """Of a step that was refused there is nothing to see: what happens without a line of history is seen later."""
        if self.mark == self.as_it_is():
            return
        # A sweep ends what has come to its end; the constraints that wait for a commit speak now.
        self.sweep()
        connection.check_constraints()
        assert broken(self.now) == []
        assert People().names_in("\n".join(self.log.lines)) == set()
        self.mark = self.as_it_is()

    def as_it_is(self):
        return self.now, Entry.objects.aggregate(last=Max("pk"))["last"]


@pytest.fixture
def _nothing_else_decides(monkeypatch):
    """Hypothesis takes some numbers from the code of whatever modules are loaded: of others after other tests."""
    monkeypatch.setattr(providers, "_get_local_constants", providers.Constants)


@pytest.mark.usefixtures("_nothing_else_decides")
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_nothing_that_people_do_breaks_what_must_always_hold(_round, counted):
    seen.clear()

    run_state_machine_as_test(
        Season,
        settings=settings(
            max_examples=SEASONS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=not DEEP,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )

    happened = {"assigned", "published", "withdrew", "opened_search", "asked", "message left"}
    # The few seasons are the same in every run; fifty at random may go by without a yes, five hundred do not.
    if not DEEP:
        happened.add("accepted_offer")
    assert happened <= seen.keys()
    counted("seasons", {"played": SEASONS} | dict(seen.most_common()))
