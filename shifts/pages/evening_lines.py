"""What the lines of an evening look like, without whose they are: see `nocturnes.patterns`."""

from typing import NamedTuple

from .counting import Tongue
from .facts import hour
from .staffing import Person, StaffedPost, Team


class Who(NamedTuple):
    """The line of somebody on a post."""

    window: str
    state: str
    languages: tuple[Tongue, ...]
    is_over: bool
    is_draft: bool
    takes_ticks: bool


class Holes(NamedTuple):
    """The lines of a post's open places that nobody looks for by a search; `is_chosen` while its list stands beside."""

    missing: int
    wanted: int
    is_over: bool
    is_published: bool
    is_chosen: bool


class Post(NamedTuple):
    """A post's head; the hours are texts."""

    role: str
    begins: str
    ends: str
    filled: int
    needed: int
    languages: tuple[Tongue, ...]
    is_over: bool


class Museum(NamedTuple):
    """A museum's section; `may_change` while something can be done about it, `extra` came without being on its list."""

    state: str
    n: int
    lacks: tuple[Tongue, ...]
    has_title: bool
    has_posts: bool
    may_change: bool
    extra: int


def who(person: Person, staffed: StaffedPost) -> Who:
    """How somebody stands on this post."""
    return Who(
        person.window,
        person.state,
        person.languages,
        staffed.is_over,
        person.assignment.is_draft,
        staffed.takes_ticks,
    )


def holes(staffed: StaffedPost, *, is_chosen: bool) -> Holes:
    """What of this post nobody stands on; `is_chosen` says that its list of people stands beside."""
    is_published = staffed.post.opening.evening.is_published
    return Holes(staffed.missing, staffed.wanted, staffed.is_over, is_published, is_chosen)


def post(staffed: StaffedPost) -> Post:
    """The head of this post, with the hours on the clock of its edition."""
    row = staffed.post
    edition = row.opening.evening.edition
    return Post(
        row.role.name,
        hour(row.report_at, edition),
        hour(row.ends_at, edition),
        staffed.filled,
        row.needed,
        staffed.languages,
        staffed.is_over,
    )


def museum(team: Team, *, is_past: bool) -> Museum:
    """The head of this museum's section; `is_past` is the evening's."""
    lacks = () if is_past else tuple(team.lacks)
    may_change = not is_past and not team.is_called_off
    extra = team.opening.came_extra
    return Museum(team.state, team.n, lacks, bool(team.opening.title), bool(team.posts), may_change, extra)
