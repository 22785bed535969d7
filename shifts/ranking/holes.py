"""The posts that somebody is wanted for, with what ranking needs to know of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import prefetch_related_objects

from shifts.models import Assignment, Post
from shifts.pace import Frame, frame


@dataclass
class Hole:
    """A post and its languages: what each person there must speak, and what nobody at the opening speaks yet."""

    post: Post
    frame: Frame
    languages: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    search_id: int | None = None

    def left(self, now) -> timedelta:
        return self.frame.left(now)

    @property
    def museum(self):
        return self.post.opening.museum

    @property
    def evening_id(self):
        return self.post.opening.evening_id


def read_hole(post: Post, *, search_id: int | None = None) -> Hole:
    return read_holes([post], searches={post.pk: search_id})[post.pk]


def read_holes(posts: Iterable[Post], *, searches: dict[int, int | None] | None = None) -> dict[int, Hole]:
    """The holes of `posts` by id, in four queries; `searches` gives the search that works on each post, where one does.

    `posts` come with their opening, museum, evening and edition (`Post.objects.for_pages()`).
    """
    posts = list(posts)
    prefetch_related_objects(posts, "languages", "opening__languages")
    spoken = _spoken({post.opening_id for post in posts})
    holes = {}
    for post in posts:
        wanted = {language.code for language in post.opening.languages.all()}
        holes[post.pk] = Hole(
            post,
            frame(post),
            languages={language.code for language in post.languages.all()},
            missing=wanted - spoken[post.opening_id],
            search_id=(searches or {}).get(post.pk),
        )
    return holes


def _spoken(openings):
    """The languages that the people who are on each opening speak between them."""
    spoken = defaultdict(set)
    teams = Assignment.objects.active().filter(post__opening__in=openings)
    for opening, language in teams.values_list("post__opening_id", "volunteer__languages__code").order_by():
        spoken[opening].add(language)
    return spoken
