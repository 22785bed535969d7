"""The product driven at random: after every step, what must always hold holds (tests/invariants.py).

A short run here; `make test-deep` plays 500 seasons of 40 steps (variable DEEP), fifty by fifty.
"""

import os
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.background import hushed
from nocturnes.history import Actor
from nocturnes.models import Entry
from nocturnes.refusals import Refusal
from shifts import actions, ranking
from shifts.models import Assignment, Offer, PlaceRequest, Post, Search
from tests.factories import (
    NOW,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.invariants import broken
from tests.volunteers.data import make_answers
from volunteers import actions as volunteers
from volunteers.models import AgeGroup, Availability, Registration, Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

DEEP = "DEEP" in os.environ
# How many times so many seasons are played, side by side where there are several testers.
ROUNDS, SEASONS, STEPS = (10, 50, 40) if DEEP else (1, 12, 30)
which = st.integers(0, 10_000)
ANSWERS = ["yes", "if_needed", "no", ""]


def of(rows, number):
    """One of `rows`, the same for the same number; None where there are none."""
    rows = list(rows.order_by("pk"))
    return rows[number % len(rows)] if rows else None


# What happened in all seasons, by the verb of its line of history: a machine that does nothing proves nothing.
seen = Counter()


class Season(RuleBasedStateMachine):
    """Two evenings on both sides of the clock change, three museums, five posts, nine people. Refusals are answers."""

    def __init__(self):
        super().__init__()
        self.now = NOW
        # What a test case would do for one test is done for each season: nothing of it stays.
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True
        self.atomic.__enter__()

    def teardown(self):
        seen.update(Entry.objects.values_list("verb", flat=True))
        seen["message left"] += Message.objects.exclude(sent_at=None).count()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(
        self_service=st.sampled_from(["at_once", "approve"]),
        published=st.sampled_from([2, 1, 0]),
        assigned=st.sampled_from([5, 7, 2]),
    )
    def a_season_begins(self, self_service, published, assigned):
        self.edition = make_edition(rules_data={"self_service": self_service})
        self.lea = Actor.user(make_coordinator())
        self.evenings = [make_evening(day, edition=self.edition) for day in (date(2026, 3, 26), date(2026, 4, 2))]
        dutch = make_language("nl")
        for evening in self.evenings:
            museums = [make_opening(evening, make_museum(name)) for name in ("BELvue", "Horta", "MIM")]
            posts = [make_post(opening, places=2, needed=1 + number % 2) for number, opening in enumerate(museums)]
            posts[1].languages.add(dutch)
            posts[2].opening.languages.add(dutch)
            make_post(museums[0], places=1, minimum_age=18)
        for number in range(9):
            volunteer = make_volunteer(f"V{number}", languages=[dutch] if number % 3 == 0 else [])
            if number == 8:
                Volunteer.objects.filter(pk=volunteer.pk).update(
                    age_group=AgeGroup.YOUNG, parent_consented_at=NOW, parent_email="parent@example.org"
                )
            registration = Registration.objects.create(
                volunteer=volunteer, edition=self.edition, created_at=NOW, may_be_asked=number % 4 != 3
            )
            for turn, evening in enumerate(self.evenings):
                if answer := ANSWERS[(number + turn) % 4]:
                    Availability.objects.create(registration=registration, evening=evening, answer=answer)

        posts = list(Post.objects.order_by("pk"))
        for number, volunteer in enumerate(Volunteer.objects.order_by("pk")[:assigned]):
            self.do(actions.assign, posts[number], volunteer, accept=ranking.WARNINGS)
        for evening in self.evenings[:published]:
            self.do(actions.publish, evening)

    def do(self, action, *args, **words):
        """What is refused changes nothing, and the season goes on."""
        try:
            with hushed():
                return action(*args, by=words.pop("by", self.lea), now=self.now, **words)
        except Refusal:
            return None

    # People come.

    @rule(number=which, accepted=st.booleans())
    def somebody_signs_up(self, number, accepted):
        answers = make_answers(availabilities={str(self.evenings[0].pk): ANSWERS[number % 3]})
        sign_up = self.do(
            volunteers.sign_up, self.edition, email=f"new{number}@example.org", language="nl", answers=answers
        )
        registration = self.do(volunteers.confirm, sign_up) if sign_up else None
        if registration and accepted:
            self.do(volunteers.accept, registration.volunteer)

    @rule(number=which, evening=st.integers(0, 1), answer=st.sampled_from(ANSWERS))
    def somebody_answers(self, number, evening, answer):
        registration = of(Registration.objects.all(), number)
        self.do(volunteers.set_availability, registration, self.evenings[evening], answer)

    # The coordinator plans.

    @rule(post=which, person=which)
    def she_assigns(self, post, person):
        self.do(
            actions.assign, of(Post.objects.all(), post), of(Volunteer.objects.all(), person), accept=ranking.WARNINGS
        )

    @rule(evening=st.integers(0, 1))
    def she_publishes(self, evening):
        self.do(actions.publish, self.evenings[evening])

    @precondition(lambda self: Assignment.objects.active().exists())
    @rule(number=which, then=st.sampled_from(["leave_open", "search"]))
    def she_removes(self, number, then):
        assignment = of(Assignment.objects.active(), number)
        if assignment:
            self.do(actions.remove, assignment, then=then)

    @rule(number=which, places=st.integers(0, 4), needed=st.integers(0, 4))
    def she_changes_places(self, number, places, needed):
        self.do(
            actions.change_places, of(Post.objects.all(), number), places_wanted=places, needed=needed, then="search"
        )

    @rule(number=which, minutes=st.sampled_from([-120, -30, 30, 60, 240]))
    def she_moves_hours(self, number, minutes):
        post, by = of(Post.objects.all(), number), timedelta(minutes=minutes)
        moved = {name: getattr(post, name) + by for name in ("report_at", "starts_at", "ends_at")}
        self.do(actions.move_hours, post, **moved)

    @rule(number=which)
    def she_searches(self, number):
        self.do(actions.open_search, of(Post.objects.all(), number))

    @precondition(lambda self: Search.objects.live().exists())
    @rule(number=which)
    def she_stops_a_search(self, number):
        search = of(Search.objects.live(), number)
        if search:
            self.do(actions.stop_search, search)

    @precondition(lambda self: Assignment.objects.count() > 3)
    @rule(number=which)
    def an_opening_is_called_off(self, number):
        opening = of(Post.objects.all(), number).opening
        if number % 3 == 0:
            self.do(actions.call_off, opening)

    @rule(number=which, minutes=st.sampled_from([-30, 60, 240]))
    def she_moves_an_opening(self, number, minutes):
        opening, by = of(Post.objects.all(), number).opening, timedelta(minutes=minutes)
        posts = {
            post.pk: actions.Hours(post.report_at + by, post.starts_at + by, post.ends_at + by)
            for post in opening.posts.all()
        }
        self.do(
            actions.move_opening, opening, starts_at=opening.starts_at + by, ends_at=opening.ends_at + by, posts=posts
        )

    @precondition(lambda self: Assignment.objects.count() > 5)
    @rule(number=which)
    def an_evening_is_called_off(self, number):
        if number % 5 == 0:
            self.do(actions.call_off_evening, self.evenings[number % 2])

    @rule()
    def she_takes_back_what_she_just_did(self):
        entry = actions.latest_undoable(self.lea, edition=self.edition, now=self.now)
        if entry:
            self.do(actions.undo, entry)

    @rule(number=which, then=st.sampled_from(["leave_open", "search"]))
    def she_blocks_somebody(self, number, then):
        volunteer = of(Volunteer.objects.filter(merged_into=None), number)
        if volunteer.blocked_at:
            self.do(actions.unblock, volunteer)
        else:
            self.do(actions.block, volunteer, then=then)

    @rule(keep=which, other=which)
    def two_records_are_one_person(self, keep, other):
        if (keep + other) % 3 == 0:
            self.do(actions.merge, of(Volunteer.objects.all(), keep), of(Volunteer.objects.all(), other))

    # Volunteers answer.

    @rule(post=which, person=which)
    def somebody_takes_a_place(self, post, person):
        post, person = of(Post.objects.for_pages(), post), of(Volunteer.objects.filter(merged_into=None), person)
        self.do(actions.take_open_place, post, person)
        self.do(actions.request_place, post, person)

    @precondition(lambda self: PlaceRequest.objects.exists())
    @rule(number=which, grant=st.sampled_from([True, False, None]))
    def a_request_is_answered(self, number, grant):
        request = of(PlaceRequest.objects.all(), number)
        if grant is None:
            self.do(actions.take_back_request, request)
        else:
            self.do(actions.answer_request, request, grant=grant, accept=ranking.WARNINGS)

    @precondition(lambda self: Assignment.objects.active().published().exists())
    @rule(number=which)
    def somebody_confirms(self, number):
        assignment = of(Assignment.objects.active().published(), number)
        if assignment:
            self.do(actions.confirm, assignment, how="link")

    @precondition(lambda self: Assignment.objects.active().exists())
    @rule(number=which)
    def somebody_withdraws(self, number):
        assignment = of(Assignment.objects.active(), number)
        if assignment:
            self.do(actions.withdraw, assignment, reason="transport")

    @precondition(lambda self: Assignment.objects.withdrawn().exists())
    @rule(number=which)
    def somebody_comes_back(self, number):
        assignment = of(Assignment.objects.withdrawn(), number)
        if assignment:
            self.do(actions.come_back, assignment)

    @precondition(lambda self: Offer.objects.exclude(answer="yes").exists())
    @rule(number=which)
    def somebody_says_yes(self, number):
        offer = of(Offer.objects.exclude(answer="yes"), number)
        if offer:
            self.do(actions.accept_offer, offer, minutes=20)

    @precondition(lambda self: Offer.objects.unanswered().exists())
    @rule(number=which, other=st.booleans())
    def somebody_says_no(self, number, other):
        offer = of(Offer.objects.unanswered(), number)
        if offer:
            self.do(actions.decline, offer.ask, other_post=other)

    @precondition(lambda self: Assignment.objects.active().published().exists())
    @rule(number=which)
    def somebody_withdraws_and_who_is_asked_first_comes(self, number):
        """What the product is for, in one step: of single steps it would hardly ever be made."""
        ahead = Assignment.objects.active().published().filter(report_at__gt=self.now + timedelta(days=1))
        assignment = of(ahead, number)
        if assignment is None:
            return
        self.do(actions.withdraw, assignment, reason="work")
        self._until(actions.next_due(self.now) or self.now)
        offer = of(Offer.objects.unanswered().filter(search__post=assignment.post_id), number)
        if offer:
            self.do(actions.accept_offer, offer)

    # Time goes by.

    @rule(minutes=st.sampled_from([2, 15, 60, 90, 240, 720, 1440]))
    def time_goes_by(self, minutes):
        self._until(self.now + timedelta(minutes=minutes))

    @rule(minutes=st.sampled_from([3, 35]))
    def a_moment_goes_by(self, minutes):
        self._until(self.now + timedelta(minutes=minutes))

    def _until(self, end):
        """In steps of an hour at most: the real site looks every fifteen seconds."""
        while self.now < end:
            self.now = min(self.now + timedelta(hours=1), end)
            with hushed():
                actions.advance_searches(now=self.now)
                for message in messaging.due_ids(self.now):
                    messaging.deliver(message, now=self.now)

    @invariant()
    def what_must_always_hold(self):
        with hushed():
            # A sweep ends what has come to its end; the constraints that wait for a commit speak now.
            actions.advance_searches(now=self.now)
        connection.check_constraints()
        assert broken(self.now) == []


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

    happened = {"assigned", "published", "withdrew", "opened_search", "asked", "accepted_offer", "message left"}
    assert happened <= seen.keys()
    counted("seasons", {"played": SEASONS} | dict(seen.most_common()))
