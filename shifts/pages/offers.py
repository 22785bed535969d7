"""What a volunteer reads behind the link of an offer: the places that she may choose from, with who and why."""

from dataclasses import dataclass
from datetime import datetime

from nocturnes.models import Language
from shifts import pace, ranking
from shifts.actions.searches.answers import BINDING
from shifts.models import Ask, Assignment, Offer, Post

AGAINST = BINDING | {"called_off", "over", "busy"}


@dataclass(frozen=True)
class Choice:
    """One place that she is offered. `state` is open, hers, taken, too_late or called_off; `why` is a kind sentence."""

    offer: Offer
    post: Post
    state: str
    why: str
    team: list[str]
    asks_minutes: bool

    @property
    def is_open(self):
        return self.state == "open"


def choices(ask: Ask, *, now: datetime) -> list[Choice]:
    """Everything that she was offered on the evening of `ask`, in whichever of our messages it stood, by the hour.

    What she already answered with "another post" or too late is among them: a yes is good as long as a place is open.
    """
    offers = Offer.objects.filter(volunteer=ask.volunteer_id, ask__evening=ask.evening_id).order_by("pk")
    latest = {offer.search.post_id: offer for offer in offers.select_related("search")}
    posts = Post.objects.for_pages().filter(pk__in=latest).order_by("report_at", "pk")
    teams, mine = _teams(posts, ask.volunteer_id)
    languages = Language.objects.in_bulk(field_name="code")
    return [
        Choice(
            offer=latest[post.pk],
            post=post,
            state="hers" if post.pk in mine else _state(post, now),
            why=ranking.for_the_volunteer(latest[post.pk].reasons, post, languages),
            team=teams.get(post.opening_id, []),
            asks_minutes=now >= post.report_at,
        )
        for post in posts
    ]


def other_posts(ask: Ask, *, now: datetime) -> list[Post]:
    """The open posts of the evening that she was not offered and that fit her: what "another post" chooses from."""
    evening = ask.evening
    if not evening.is_published:
        return []
    offered = Offer.objects.filter(volunteer=ask.volunteer_id, ask__evening=evening).values("search__post")
    posts = Post.objects.for_pages().with_place().filter(opening__evening=evening).exclude(pk__in=offered)
    holes = ranking.read_holes(posts.order_by("report_at", "pk"))
    person = ranking.read_people(evening, now=now, only=[ask.volunteer_id]).get(ask.volunteer_id)
    if person is None:
        return []
    return [
        hole.post
        for hole in holes.values()
        if not hole.frame.is_over(now) and not AGAINST & ranking.unmet(person, hole, now).keys()
    ]


def _state(post, now):
    if post.is_called_off:
        return "called_off"
    if pace.frame(post).is_over(now):
        return "too_late"
    return "open" if post.open_places else "taken"


def _teams(posts, volunteer):
    """Who is on each opening, by first name and initial (design.md 3.6), and the posts that are already hers."""
    teams, mine = {}, set()
    active = Assignment.objects.active().published().filter(post__opening__in={post.opening_id for post in posts})
    for assignment in active.select_related("volunteer", "post").order_by("volunteer__first_name", "pk"):
        if assignment.volunteer_id == volunteer:
            mine.add(assignment.post_id)
        else:
            teams.setdefault(assignment.post.opening_id, []).append(assignment.volunteer.short_name)
    return teams, mine
