"""The posts that somebody is wanted for, with what ranking needs to know of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from nocturnes.prepared import Many
from shifts.models import Post
from shifts.pace import Frame, frame

from . import rows


class Teams:
    """The languages that openings ask for and nobody there speaks yet; read when somebody asks, for all openings."""

    def __init__(self, openings: Iterable[int]):
        self.openings = set(openings)

    @cached_property
    def missing(self) -> dict[int, set[str]]:
        return _codes(rows.unspoken(openings=Many(self.openings)))


@dataclass
class Hole:
    """A post, and the languages that each person there must speak."""

    post: Post
    frame: Frame
    languages: set[str]
    teams: Teams
    search_id: int | None = None

    def left(self, now) -> timedelta:
        return self.frame.left(now)

    @cached_property
    def missing(self) -> set[str]:
        """What the opening asks for and nobody there speaks yet."""
        return self.teams.missing.get(self.post.opening_id, set())

    @cached_property
    def is_called_off(self) -> bool:
        return self.post.is_called_off

    @cached_property
    def museum_id(self) -> int:
        return self.post.opening.museum_id


def read_hole(post: Post, *, search_id: int | None = None) -> Hole:
    return read_holes([post], searches={post.pk: search_id})[post.pk]


def read_holes(
    posts: Iterable[Post], *, searches: dict[int, int | None] | None = None, teams: Teams | None = None
) -> dict[int, Hole]:
    """The holes of `posts` by id, in two queries; `searches` gives the search that works on each, where one does.

    `posts` come with their opening, museum, evening and edition (`Post.objects.for_pages()`); `teams` are those of
    their openings and perhaps of others, where several calls share one query.
    """
    posts = list(posts)
    languages = _codes(rows.post_languages(posts=Many(post.pk for post in posts)))
    teams = teams or Teams(post.opening_id for post in posts)
    searches = searches or {}
    return {
        post.pk: Hole(post, frame(post), languages.get(post.pk, set()), teams, searches.get(post.pk)) for post in posts
    }


def _codes(links):
    """The codes of the languages that are linked with each."""
    codes = defaultdict(set)
    for pk, code in links:
        codes[pk].add(code)
    return codes
