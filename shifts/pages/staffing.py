"""Who stands where: openings with their posts, people, holes and searches, in a constant number of queries.

Everything that a coordinator sees of an evening is read here once; the dataclasses only count.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Count

from museums.models import Opening
from nocturnes.hours import local_day
from nocturnes.models import Evening, Language
from shifts.models import Assignment, Post, Search
from volunteers.models import Volunteer

from .counting import WINDOWS, Cell, Places, Tongue, alphabetical, places, together

# What no line of an evening says of a volunteer.
NOT_SHOWN = ["phone", "parent_name", "parent_email", "parent_consented_at", "age_group", "created_at"]


@dataclass(frozen=True)
class Person:
    """Somebody on a post, as a line of the evening's page."""

    assignment: Assignment
    languages: list[Language]

    @property
    def name(self):
        return self.assignment.volunteer.short_name

    @property
    def state(self):
        """Once she was ticked that is the news; before it, how sure her coming is."""
        if self.assignment.arrived_at:
            return "arrived"
        return "absent" if self.assignment.absent_at else self.assignment.state

    @property
    def is_here(self):
        """Whether she fills her place: it stays hers when she is marked absent, but nobody stands there."""
        return self.assignment.absent_at is None

    @property
    def window(self):
        if not self.is_here:
            return "open"
        return "confirmed" if self.assignment.arrived_at else self.assignment.state


@dataclass(frozen=True)
class StaffedPost:
    """A post with its people and its search; `gone` are the names of who cannot come and is being replaced.

    `takes_ticks` says that its day has come: who is not there may be marked.
    """

    post: Post
    people: list[Person]
    search: Search | None
    is_over: bool
    gone: list[str] = field(default_factory=list)
    takes_ticks: bool = False

    @cached_property
    def places(self) -> Places:
        kinds = [person.window for person in self.people if person.is_here]
        return places(
            total=self.post.places,
            needed=self.post.needed,
            **{kind: kinds.count(kind) for kind in ("confirmed", "unconfirmed", "draft")},
            absent=len(self.people) - len(kinds),
            is_searched=self.search is not None,
        )

    @property
    def filled(self):
        return self.places.filled

    @property
    def searched(self):
        return self.places.searched

    @property
    def missing(self):
        """Needed places that nobody is looking for."""
        return self.places.open

    @property
    def wanted(self):
        return self.places.wanted

    @property
    def unconfirmed(self):
        return self.places.unconfirmed


@dataclass(frozen=True)
class Team:
    """Everybody at one museum on one evening."""

    opening: Opening
    posts: list[StaffedPost]

    @property
    def museum(self):
        return self.opening.museum

    @property
    def anchor(self):
        """Where the museum stands on its evening's page."""
        return f"#museum-{self.opening.pk}"

    @property
    def is_called_off(self):
        return self.opening.is_called_off or self.opening.evening.called_off_at is not None

    @property
    def people(self):
        return [person for staffed in self.posts for person in staffed.people]

    @cached_property
    def cell(self) -> Cell:
        """The same team as the season shows it."""
        return Cell(
            opening=self.opening.pk,
            short=self.museum.short,
            name=self.museum.name,
            places=together(staffed.places for staffed in self.posts),
            is_called_off=self.is_called_off,
            is_published=self.opening.evening.is_published,
            asks_in_vain=tuple(Tongue(one.code, one.short, one.name) for one in self._asks_in_vain()),
        )

    def _asks_in_vain(self):
        """The languages of the opening that nobody of the team speaks (design.md 4)."""
        spoken = {language.pk for person in self.people if person.is_here for language in person.languages}
        return [language for language in self.opening.languages.all() if language.pk not in spoken]

    @property
    def filled(self):
        return self.cell.filled

    @property
    def needed(self):
        return self.cell.needed

    @property
    def missing(self):
        return self.cell.places.open

    @property
    def searched(self):
        return self.cell.places.searched

    @property
    def unconfirmed(self):
        return self.cell.places.unconfirmed

    @property
    def open_places(self):
        return 0 if self.is_called_off else sum(staffed.post.open_places for staffed in self.posts)

    @property
    def windows(self):
        return self.cell.windows

    @property
    def lacks(self):
        return list(self.cell.lacks)

    @property
    def state(self):
        return self.cell.state

    @property
    def n(self):
        return self.cell.n

    @property
    def weakness(self):
        return self.cell.weakness


def teams(evenings: Iterable[Evening], *, now: datetime) -> dict[int, list[Team]]:
    """The teams of each evening (by its id), museums by name in the reader's language; eight queries."""
    by_pk = {evening.pk: evening for evening in evenings}
    openings = list(Opening.objects.filter(evening__in=by_pk).select_related("museum").prefetch_related("languages"))
    for opening in openings:
        opening.evening = by_pk[opening.evening_id]
    posts = _posts(openings, now)
    result = {pk: [] for pk in by_pk}
    for opening in sorted(openings, key=lambda one: alphabetical(one.museum.short)):
        result[opening.evening_id].append(Team(opening, posts.get(opening.pk, [])))
    return result


def team(opening: Opening, *, now: datetime) -> Team:
    """The team of one opening, which was read with its museum and evening."""
    return Team(opening, _posts([opening], now).get(opening.pk, []))


def _posts(openings, now):
    by_pk = {opening.pk: opening for opening in openings}
    posts = list(
        Post.objects.filter(opening__in=by_pk)
        .select_related("role")
        .prefetch_related("languages")
        .order_by("role__position", "report_at", "pk")
    )
    people, searches = _people(posts), _searches(posts)
    gone = _gone(searches)
    result = defaultdict(list)
    for post in posts:
        post.opening = by_pk[post.opening_id]
        # Nothing can be done any more about a post that ended or does not take place.
        is_over = post.is_called_off or post.has_ended(now)
        here = {person.assignment.volunteer_id for person in people[post.pk]}
        names = [volunteer.short_name for pk, volunteer in gone[post.pk].items() if pk not in here]
        takes_ticks = not is_over and local_day(now, post.opening.evening.edition.zone) >= post.opening.evening.date
        result[post.opening_id].append(
            StaffedPost(post, people[post.pk], searches.get(post.pk), is_over, names, takes_ticks)
        )
    return result


def _people(posts):
    by_pk = {post.pk: post for post in posts}
    # Not her whole row: a number to call is parsed each time that it is read.
    active = (
        Assignment.objects.active()
        .filter(post__in=by_pk)
        .select_related("volunteer")
        .defer(*(f"volunteer__{name}" for name in NOT_SHOWN))
        .order_by("made_at", "pk")
    )
    active = list(active)
    spoken = _spoken({assignment.volunteer_id for assignment in active})
    people = defaultdict(list)
    for assignment in active:
        assignment.post = by_pk[assignment.post_id]
        people[assignment.post_id].append(Person(assignment, spoken[assignment.volunteer_id]))
    for line in people.values():
        line.sort(key=lambda person: WINDOWS.index(person.window))
    return people


def _spoken(volunteers):
    """The languages of each volunteer, by her id: one row a language, however many people speak it."""
    known = Language.objects.in_bulk()
    rows = Volunteer.languages.through.objects.filter(volunteer__in=volunteers).order_by("language__position")
    spoken = defaultdict(list)
    for volunteer, language in rows.values_list("volunteer_id", "language_id"):
        spoken[volunteer].append(known[language])
    return spoken


def _searches(posts):
    live = Search.objects.live().filter(post__in=posts)
    return {search.post_id: search for search in live.annotate(asked=Count("offers"))}


def _gone(searches):
    """The volunteers who gave back a place that a post's search looks to fill, by post and by their id."""
    result = defaultdict(dict)
    for assignment in Assignment.objects.withdrawn().filter(post__in=searches).select_related("volunteer"):
        if assignment.cancelled_at >= searches[assignment.post_id].opened_at:
            result[assignment.post_id][assignment.volunteer_id] = assignment.volunteer
    return result
