"""What the lines of an evening look like, without whose they are: see `nocturnes.patterns`."""

from typing import NamedTuple

from nocturnes.models import Language

from .staffing import Person, StaffedPost


class Who(NamedTuple):
    """The line of somebody on a post."""

    window: str
    state: str
    languages: tuple[Language, ...]
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
    languages: tuple[Language, ...]
    is_over: bool


def who(person: Person, staffed: StaffedPost) -> Who:
    return Who(
        person.window,
        person.state,
        tuple(person.languages),
        staffed.is_over,
        person.assignment.is_draft,
        staffed.takes_ticks,
    )


def holes(staffed: StaffedPost, *, is_chosen: bool) -> Holes:
    is_published = staffed.post.opening.evening.is_published
    return Holes(staffed.missing, staffed.wanted, staffed.is_over, is_published, is_chosen)


def post(staffed: StaffedPost, *, hour) -> Post:
    row = staffed.post
    languages = tuple(row.languages.all())
    return Post(
        row.role.name,
        hour(row.report_at),
        hour(row.ends_at),
        staffed.filled,
        row.needed,
        languages,
        staffed.is_over,
    )
