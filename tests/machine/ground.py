"""The ground of the machine: a season, its clock, and the one way in which anything is done in it."""

import logging
from collections import Counter
from datetime import date, timedelta
from unittest import mock

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Contact
from nocturnes import clock
from nocturnes.background import hushed
from nocturnes.history import Actor
from nocturnes.models import Entry
from nocturnes.refusals import Refusal
from shifts import actions, ranking
from shifts.models import Offer, Post
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
from tests.invariants import new_ones
from volunteers.models import AgeGroup, Availability, Registration, Volunteer

which = st.integers(0, 10_000)
ANSWERS = ["yes", "if_needed", "no", ""]

# What happened in all seasons, by the verb of its line of history: a machine that does nothing proves nothing.
seen = Counter()


def of(rows, number):
    """One of `rows`, the same for the same number; None where there are none."""
    rows = list(rows.order_by("pk"))
    return rows[number % len(rows)] if rows else None


class Lines(logging.Handler):
    """What was logged, by anybody and at any level."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


class Ground(RuleBasedStateMachine):
    """Two evenings on both sides of the clock change, three museums, eight posts, nine people."""

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.log = Lines()
        self.known = set()
        self.mark = None
        logging.getLogger().addHandler(self.log)
        self.clock = mock.patch.object(clock, "now", side_effect=lambda: self.now)
        self.clock.start()
        # What a test case would do for one test is done for each season: nothing of it stays.
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True
        self.atomic.__enter__()

    def teardown(self):
        seen.update(Entry.objects.values_list("verb", flat=True))
        seen["message left"] += Message.objects.exclude(sent_at=None).count()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.clock.stop()
        logging.getLogger().removeHandler(self.log)

    @initialize(
        self_service=st.sampled_from(["at_once", "approve"]),
        published=st.sampled_from([2, 2, 1, 0]),
        assigned=st.sampled_from([5, 7, 2]),
        ranking=st.sampled_from(["fill_first", "fair", "wishes"]),
        asks_need_consent=st.sampled_from([False, False, False, True]),
        swap_needs_ok=st.booleans(),
    )
    def a_season_begins(self, published, assigned, **rules):
        self.edition = make_edition(rules_data=rules)
        self.lea = Actor.user(make_coordinator())
        self.evenings = [make_evening(day, edition=self.edition) for day in (date(2026, 3, 26), date(2026, 4, 2))]
        self.museums = [make_museum(name) for name in ("BELvue", "Horta", "MIM")]
        for museum in self.museums:
            Contact.objects.create(museum=museum, name="Desk", email=f"{museum.slug}@example.org", language="nl")
        dutch = make_language("nl")
        for evening in self.evenings:
            museums = [make_opening(evening, museum) for museum in self.museums]
            posts = [make_post(opening, places=2, needed=1 + number % 2) for number, opening in enumerate(museums)]
            posts[1].languages.add(dutch)
            posts[2].opening.languages.add(dutch)
            make_post(museums[0], places=1, minimum_age=18)
        for number in range(9):
            volunteer = make_volunteer(f"V{number}", f"Peeters{number}", languages=[dutch] if number % 3 == 0 else [])
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

    # Time goes by.

    @rule(minutes=st.sampled_from([2, 15, 60, 90, 240, 720, 1440]))
    def time_goes_by(self, minutes):
        self._until(self.now + timedelta(minutes=minutes))

    @rule(minutes=st.sampled_from([3, 35]))
    def a_moment_goes_by(self, minutes):
        self._until(self.now + timedelta(minutes=minutes))

    def sweep(self):
        """What beat lets a worker do every fifteen seconds (`shifts.tasks.sweep`)."""
        with hushed():
            actions.advance_searches(now=self.now)
            self.look_at_new_offers()
            actions.end_stale_requests(now=self.now)
            actions.end_stale_swaps(now=self.now)
            actions.free_reserve(now=self.now)
            actions.plan_digests(now=self.now)

    def look_at_new_offers(self):
        """What is true of whom a wave asks is seen before anybody does anything else."""
        new = Offer.objects.filter(by_hand=False).exclude(pk__in=self.known)
        new = list(new.select_related("ask__evening", "search__post", "volunteer"))
        self.known |= {offer.pk for offer in new}
        assert new_ones(new, self.now) == []

    def until_something_is_due(self):
        self._until(actions.next_due(self.now) or self.now)

    def _until(self, end):
        """Through every moment at which something is due: nobody acts in between, so a sweep would find nothing."""
        while self.now < end:
            self.now = self._next_moment(end)
            self.sweep()
            with hushed():
                for message in messaging.due_ids(self.now):
                    messaging.deliver(message, now=self.now)

    def _next_moment(self, end):
        due = Message.objects.pending().by_mail().filter(due__gt=self.now).order_by("due").values_list("due", flat=True)
        moments = [actions.next_due(self.now), due.first(), *actions.freeings()]
        return min([end, *(moment for moment in moments if moment and moment > self.now)])
