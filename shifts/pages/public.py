"""What anybody may read of an edition: no names, no figures, only where help is needed."""

from dataclasses import dataclass
from datetime import date

from museums.models import Opening
from nocturnes.models import Edition
from shifts.models import Post


@dataclass(frozen=True)
class PublicOpening:
    opening: Opening
    help_needed: str


@dataclass(frozen=True)
class Night:
    date: date
    openings: list[PublicOpening]


def nights(edition: Edition, *, today: date) -> list[Night]:
    """The evenings from `today` on with their openings by museum; two queries, however many there are."""
    openings = (
        Opening.objects.taking_place()
        .filter(evening__edition=edition, evening__date__gte=today, evening__called_off_at=None)
        .select_related("museum", "evening")
        .order_by("evening__date", "museum__name_fr")
    )
    posts: dict[int, list[Post]] = {}
    for post in Post.objects.filter(opening__in=openings).only("opening_id", "places", "needed", "taken"):
        posts.setdefault(post.opening_id, []).append(post)
    by_date: dict[date, list[PublicOpening]] = {}
    for opening in openings:
        line = PublicOpening(opening, help_needed(posts.get(opening.pk, [])))
        by_date.setdefault(opening.evening.date, []).append(line)
    return [Night(day, lines) for day, lines in by_date.items()]


def help_needed(posts: list[Post]) -> str:
    """Say "much", "some" or "full": half of the needed places open is much, any place open is some."""
    needed, missing = sum(post.needed for post in posts), sum(post.missing for post in posts)
    if needed and 2 * missing >= needed:
        return "much"
    return "some" if any(post.open_places for post in posts) else "full"
