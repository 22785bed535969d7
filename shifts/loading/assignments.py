"""Who was put where, who confirmed, withdrew and came: the rows of `assignments.csv` as events."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.utils import timezone

from nocturnes.history import Actor
from nocturnes.models import Edition, User
from nocturnes.refusals import Refusal
from shifts import actions, ranking
from shifts.actions.places import NeedsTick
from shifts.models import Assignment, Post

from .past import Event, Missing
from .rows import on_the_wall
from .season import Season

# The museum's page is ticked a little after people are expected; who is not there then is looked for first.
TICKED_AFTER = {"arrived": timedelta(minutes=5), "absent": timedelta(minutes=45)}


def publishing_events(season: Season, edition: Edition, lead: User) -> Iterator[Event]:
    evenings = {evening.date: evening for evening in edition.evenings.all()}
    for row in season.evenings:
        if row.published:
            yield Event(row.published, row, partial(actions.publish, evenings[row.date], by=Actor.user(lead)))


def freeing_events(season: Season, edition: Edition) -> Iterator[Event]:
    """On each evening before the rehearsal starts, the moments at which who was on call may be free."""
    rules = edition.rules
    for row in season.evenings:
        until = on_the_wall(row.date, rules.reserve_until)
        starts = [on_the_wall(row.date, post.starts) for post in season.posts if post.evening == row.date]
        free = {until, max(starts, default=until) + rules.last_useful}
        for moment in sorted(free):
            if moment < season.header.starts:
                yield Event(moment, row, actions.free_reserve)


def assignment_events(season: Season, edition: Edition, lead: User, people: dict) -> Iterator[Event]:
    """What happened on each post before the rehearsal starts; `people` are the volunteers, by address."""
    posts = _posts(edition)
    for row in season.assignments:
        # Where the file says no report time there is one post of that role.
        report = row.report or next(post.report for post in season.posts if post.key == row.post)
        life = _Life(row, posts[row.post, report], people, lead)
        yield Event(row.made, row, life.begin)
        # An assignment made by phone is confirmed in the same breath.
        if row.confirmed and row.confirmed != row.made:
            yield Event(row.confirmed, row, life.confirm)
        if row.withdrew:
            yield Event(row.withdrew, row, life.withdraw)
        if row.attendance:
            yield Event(on_the_wall(row.evening, report) + TICKED_AFTER[row.attendance], row, life.tick)


def _posts(edition):
    """The posts by what the rows call them: (evening, museum, role), and their report time."""
    rows = Post.objects.filter(opening__evening__edition=edition).for_pages()
    return {
        (
            (post.opening.evening.date, post.opening.museum.slug, post.role.slug),
            timezone.localtime(post.report_at, edition.zone).time(),
        ): post
        for post in rows
    }


class AgainstTheRules(Refusal):
    sentence = "%(name)s should not be on this post: %(why)s"


class _Life:
    """One assignment from its making to its evening."""

    def __init__(self, row, post, people, lead):
        self.row, self.post, self.people, self.lead = row, post, people, Actor.user(lead)
        self.assignment = None

    def begin(self, now):
        volunteer = self.people.get(self.row.volunteer)
        if volunteer is None:
            raise Missing
        how = self.row.how if self.row.confirmed == self.row.made else ""
        try:
            self.assignment = actions.assign(self.post, volunteer, by=self.lead, now=now, confirmed_how=how)
        except NeedsTick as needs:
            why = ", ".join(str(ranking.WARNINGS[code]) for code in needs.warnings)
            raise AgainstTheRules(name=volunteer.full_name, why=why) from None

    def confirm(self, now):
        actions.confirm(self._made(), how=self.row.how, by=self._volunteer(self.row.how), now=now)

    def withdraw(self, now):
        actions.withdraw(self._made(), reason=self.row.reason, by=self._volunteer(), now=now)

    def tick(self, now):
        museum = Actor.museum_link(self.post.opening.museum)
        actions.mark(self._made(), arrived=self.row.attendance == "arrived", by=museum, now=now)

    def _made(self):
        if self.assignment is None:
            raise Missing
        return Assignment.objects.for_pages().get(pk=self.assignment.pk)

    def _volunteer(self, how=Assignment.How.LINK):
        volunteer = self.assignment.volunteer
        actors = {
            Assignment.How.PHONE: self.lead,
            Assignment.How.SIGNED_IN: Actor.user(volunteer.user),
        }
        return actors.get(how, Actor.volunteer_link(volunteer))
