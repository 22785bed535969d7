"""Who stands where: openings with their posts, people, holes and searches, in a constant number of queries.

Everything that a coordinator sees of an evening is read here once; the dataclasses only count.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Count, F

from museums.models import Opening
from nocturnes.alphabet import folded
from nocturnes.models import Evening, Role
from nocturnes.prepared import Among, Many, Prepared
from shifts.models import Assignment, Post, Search
from volunteers.models import Volunteer

from .counting import WINDOWS, Cell, Places, Tongue, places, together
from .on_post import ON_POST, SHOWN, OnPost, ShownPost, on_posts, shown_posts
from .tongues import gathered, links, read_tongues


@dataclass(frozen=True)
class Person:
    """Somebody on a post, as a line of the evening's page."""

    assignment: Assignment | OnPost
    languages: Sequence[Tongue] = ()

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

    `takes_ticks` says that its day has come: who is not there may be marked. `languages` are what each there speaks.
    """

    post: ShownPost
    people: list[Person]
    search: Search | None
    is_over: bool
    gone: list[str] = field(default_factory=list)
    takes_ticks: bool = False
    languages: tuple[Tongue, ...] = ()

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
    """Everybody at one museum on one evening; `wanted` are the languages that somebody there has to speak."""

    opening: Opening
    posts: list[StaffedPost]
    wanted: tuple[Tongue, ...] = ()

    @property
    def museum(self):
        return self.opening.museum

    @property
    def anchor(self):
        """Where the museum stands on its evening's page."""
        return f"#museum-{self.opening.pk}"

    @property
    def is_called_off(self):
        return self.opening.is_called_off

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
            asks_in_vain=self._asks_in_vain(),
        )

    def _asks_in_vain(self):
        """The languages of the opening that nobody of the team speaks (design.md 4)."""
        spoken = {language for person in self.people if person.is_here for language in person.languages}
        return tuple(language for language in self.wanted if language not in spoken)

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
    """The teams of each evening (by its id), museums by name in the reader's language; eleven queries at most."""
    by_pk = {evening.pk: evening for evening in evenings}
    there = Many(by_pk)
    openings = _openings(evenings=there)
    for opening in openings:
        opening.evening = by_pk[opening.evening_id]
    tongues = read_tongues()
    wanted = gathered(_wanted(evenings=there), tongues)
    posts = _posts(openings, by_pk, tongues, now)
    result = {pk: [] for pk in by_pk}
    for opening in sorted(openings, key=lambda one: folded(one.museum.short)):
        result[opening.evening_id].append(Team(opening, posts.get(opening.pk, []), wanted.get(opening.pk, ())))
    return result


def _posts(openings, evenings, tongues, now):
    by_pk, there = {opening.pk: opening for opening in openings}, Many(evenings)
    posts = shown_posts(_shown(evenings=there), by_pk, Role.objects.in_bulk())
    spoken = gathered(_required(evenings=there), tongues)
    people = _people(there, tongues)
    searches = {search.post_id: search for search in _searches(evenings=there)}
    gone = _gone(searches)
    days_come = {pk for pk, evening in evenings.items() if evening.day_has_come(now)}
    result = defaultdict(list)
    for post in posts:
        # Nothing can be done any more about a post that ended or does not take place.
        is_over = post.is_called_off or post.has_ended(now)
        here = {person.assignment.volunteer_id for person in people[post.pk]}
        names = [volunteer.short_name for pk, volunteer in gone[post.pk].items() if pk not in here]
        takes_ticks = not is_over and post.opening.evening_id in days_come
        search, languages = searches.get(post.pk), spoken.get(post.pk, ())
        result[post.opening.pk].append(
            StaffedPost(post, people[post.pk], search, is_over, names, takes_ticks, languages)
        )
    return result


def _people(evenings, tongues):
    spoken = gathered(_spoken(evenings=evenings), tongues)
    people = defaultdict(list)
    for one in on_posts(_there(evenings=evenings)):
        people[one.post_id].append(Person(one, spoken.get(one.volunteer_id, ())))
    for line in people.values():
        line.sort(key=lambda person: WINDOWS.index(person.window))
    return people


# Rows are found by their evening, not by hundreds of numbers: a query is as long as what it names.
@Prepared
def _openings(evenings):
    return Opening.objects.filter(Among(F("evening"), evenings)).select_related("museum")


@Prepared
def _wanted(evenings):
    return links(Opening.languages).filter(Among(F("opening__evening"), evenings))


@Prepared
def _shown(evenings):
    posts = Post.objects.filter(Among(F("opening__evening"), evenings))
    return posts.order_by("role__position", "report_at", "pk").values_list(*SHOWN)


@Prepared
def _required(evenings):
    return links(Post.languages).filter(Among(F("post__opening__evening"), evenings))


@Prepared
def _there(evenings):
    return _active(evenings).order_by("made_at", "pk").values_list(*ON_POST)


@Prepared
def _spoken(evenings):
    return links(Volunteer.languages).filter(volunteer__in=_active(evenings).order_by().values("volunteer"))


def _active(evenings):
    return Assignment.objects.active().filter(Among(F("evening"), evenings))


@Prepared
def _searches(evenings):
    live = Search.objects.live().filter(Among(F("post__opening__evening"), evenings))
    return live.annotate(asked=Count("offers"))


def _gone(searches):
    """The volunteers who gave back a place that a post's search looks to fill, by post and by their id."""
    result = defaultdict(dict)
    for assignment in Assignment.objects.withdrawn().filter(post__in=searches).select_related("volunteer"):
        if assignment.cancelled_at >= searches[assignment.post_id].opened_at:
            result[assignment.post_id][assignment.volunteer_id] = assignment.volunteer
    return result
