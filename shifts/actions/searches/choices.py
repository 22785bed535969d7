"""What a volunteer may choose from behind the link of an offer; reads only."""

from datetime import datetime

from django.db.models import QuerySet

from shifts import ranking
from shifts.models import Ask, Offer, Post, Search
from volunteers.models import Volunteer

from .accepting import BINDING, ticked

AGAINST = BINDING | {"called_off", "over", "busy"}
# What she said since we asked: her message, if it has not left yet, then stays at home.
SAID = {"said_no", "withdrew"}


def choices(ask: Ask) -> list[Offer]:
    """Everything that she was offered on the evening of `ask`, in whichever of our messages it stood, by the hour.

    The latest offer of each post. Those of searches that ended are among them, and those that she answered too late or
    with "another post": a yes is good as long as a place is open.
    """
    latest = {offer.search.post_id: offer for offer in _offers(ask).order_by("pk")}
    return sorted(latest.values(), key=lambda offer: (offer.search.post.report_at, offer.pk))


def still_offered(ask: Ask, *, now: datetime) -> list[Offer]:
    """What the message of `ask` is to tell: open places that are searched for, unanswered, nothing against them now."""
    offers = [o for o in _offers(ask).filter(ask=ask).live().order_by("pk") if o.search.post.open_places]
    against = {offer.search.post: (AGAINST | SAID) - ticked([offer]) for offer in offers}
    fitting = _fitting(ask.volunteer, ask.evening, against, now)
    return sorted((o for o in offers if o.search.post_id in fitting), key=lambda o: (o.search.post.report_at, o.pk))


def other_posts(ask: Ask, *, now: datetime) -> list[Post]:
    """The open posts of the evening that she was not offered and that fit her: what "another post" chooses from."""
    if not ask.evening.is_published:
        return []
    offered = _offers(ask).values("search__post")
    posts = Post.objects.for_pages().with_place().filter(opening__evening=ask.evening).exclude(pk__in=offered)
    posts = list(posts.order_by("report_at", "pk"))
    fitting = _fitting(ask.volunteer, ask.evening, dict.fromkeys(posts, AGAINST), now)
    return [post for post in posts if post.pk in fitting]


def wanted_posts(volunteer: Volunteer, *, now: datetime) -> list[Post]:
    """The places that are searched for now and that this volunteer may take, in all her editions; the next first.

    What the link of the group's message shows: it offers only to who fits.
    """
    searched = Search.objects.live().filter(post__opening__evening__edition__registrations__volunteer=volunteer)
    posts = Post.objects.for_pages().with_place().filter(pk__in=searched.values("post"))
    posts = list(posts.order_by("report_at", "pk"))
    evenings = {post.opening.evening_id: post.opening.evening for post in posts}
    fitting = set()
    for pk, evening in evenings.items():
        of_evening = [post for post in posts if post.opening.evening_id == pk]
        fitting |= _fitting(volunteer, evening, dict.fromkeys(of_evening, AGAINST), now)
    return [post for post in posts if post.pk in fitting]


def _offers(ask) -> QuerySet[Offer]:
    offers = Offer.objects.filter(volunteer=ask.volunteer_id, ask__evening=ask.evening_id)
    return offers.select_related(
        "search__post__role", "search__post__opening__museum", "search__post__opening__evening__edition"
    )


def _fitting(volunteer, evening, against, now):
    """The ids of the posts of `evening` that she may take now; `against` has the rules that count for each."""
    person = ranking.read_people(evening, now=now, only=[volunteer.pk]).get(volunteer.pk)
    if person is None or not against:
        return set()
    holes = [hole for hole in ranking.read_holes(against).values() if not hole.frame.is_over(now)]
    return {hole.post.pk for hole in holes if not against[hole.post] & ranking.unmet(person, hole, now).keys()}
