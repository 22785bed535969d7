"""Who stands where: openings with their posts, people, holes and searches, in a constant number of queries.

Everything that a coordinator sees of an evening is read here once; the dataclasses only count.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from museums.models import Opening
from nocturnes.models import Evening, Language
from shifts.models import Assignment, Post, Search

WINDOWS = ["confirmed", "unconfirmed", "draft"]
# Weakest first (look.md, "States"): this order gives a cell its state, and an evening its list.
WEAKEST = ["empty", "short", "searching", "draft", "unconfirmed", "full", "called_off"]


def alphabetical(text: str) -> str:
    """A key that sorts É with E, as a reader of the three languages expects."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()


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
    def window(self):
        return self.assignment.state


@dataclass(frozen=True)
class StaffedPost:
    """A post with its people and its search; `gone` are the names of who cannot come and is being replaced."""

    post: Post
    people: list[Person]
    search: Search | None
    is_over: bool
    gone: list[str] = field(default_factory=list)

    @property
    def filled(self):
        """How many of the needed places are taken: who is on top of them hides no hole elsewhere."""
        return min(self.post.taken, self.post.needed)

    @property
    def searched(self):
        return self.post.open_places if self.search else 0

    @property
    def missing(self):
        """Needed places that nobody is looking for."""
        return 0 if self.search else self.post.missing

    @property
    def wanted(self):
        """Open places on top of the needed ones that nobody is looking for."""
        return 0 if self.search else self.post.open_places - self.post.missing

    @property
    def unconfirmed(self):
        return sum(person.window == "unconfirmed" for person in self.people)

    def places(self):
        """The places by kind of window, in the order of look.md; the team puts its posts' places together."""
        taken = [person.window for person in self.people]
        return {
            **{kind: taken.count(kind) for kind in WINDOWS},
            "searched": self.searched,
            "open": self.missing,
            "wanted": self.wanted,
        }


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

    @property
    def filled(self):
        return sum(staffed.filled for staffed in self.posts)

    @property
    def needed(self):
        return sum(staffed.post.needed for staffed in self.posts)

    @property
    def missing(self):
        return sum(staffed.missing for staffed in self.posts)

    @property
    def searched(self):
        return sum(staffed.searched for staffed in self.posts)

    @property
    def unconfirmed(self):
        return sum(staffed.unconfirmed for staffed in self.posts)

    @property
    def open_places(self):
        return 0 if self.is_called_off else sum(staffed.post.open_places for staffed in self.posts)

    @property
    def windows(self):
        if self.is_called_off:
            return ["called_off"] * sum(staffed.post.places for staffed in self.posts)
        places = [staffed.places() for staffed in self.posts]
        kinds = [*WINDOWS, "searched", "open", "wanted"]
        return [kind for kind in kinds for one in places for _ in range(one[kind])]

    @property
    def lacks(self):
        """The languages of the opening that nobody of the team speaks (design.md 4).

        Where nobody is there "empty" says it all.
        """
        if self.is_called_off or not self.people:
            return []
        spoken = {language.pk for person in self.people for language in person.languages}
        return [language for language in self.opening.languages.all() if language.pk not in spoken]

    @property
    def state(self):
        if self.is_called_off:
            return "called_off"
        if self.needed and not self.people:
            return "empty"
        if not self.opening.evening.is_published:
            return "draft"
        if self.missing:
            return "short"
        if self.searched:
            return "searching"
        return "unconfirmed" if self.unconfirmed else "full"

    @property
    def n(self):
        """The number that the word of the state counts."""
        return {"short": self.missing, "searching": self.searched, "unconfirmed": self.unconfirmed}.get(self.state, 0)

    @property
    def weakness(self):
        """A key that sorts the weakest museum first, then by name."""
        return (WEAKEST.index(self.state), not self.lacks, self.filled - self.needed, alphabetical(self.museum.short))


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
        result[post.opening_id].append(StaffedPost(post, people[post.pk], searches.get(post.pk), is_over, names))
    return result


def _people(posts):
    by_pk = {post.pk: post for post in posts}
    active = (
        Assignment.objects.active()
        .filter(post__in=by_pk)
        .select_related("volunteer")
        .prefetch_related("volunteer__languages")
        .order_by("made_at", "pk")
    )
    people = defaultdict(list)
    for assignment in active:
        assignment.post = by_pk[assignment.post_id]
        people[assignment.post_id].append(Person(assignment, list(assignment.volunteer.languages.all())))
    for line in people.values():
        line.sort(key=lambda person: WINDOWS.index(person.window))
    return people


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
