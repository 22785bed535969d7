"""The coordinator plans an evening, changes it, and takes back what she did."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shifts import actions, ranking
from shifts.models import Assignment, Post
from tests.machine.ground import Ground, of, which
from volunteers.models import Volunteer


class Planning(Ground):
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

    @precondition(lambda self: Assignment.objects.active().published().exists())
    @rule(number=which, post=which, then=st.sampled_from(["leave_open", "search"]))
    def she_lends_somebody(self, number, post, then):
        """To a place that is open where there is one: of any two posts hardly ever one would be."""
        assignment = of(Assignment.objects.active().published(), number)
        evening = assignment.post.opening.evening_id
        target = of(Post.objects.with_place().filter(opening__evening=evening), post)
        if target:
            self.do(actions.lend, assignment, target, then=then, accept=ranking.WARNINGS)
