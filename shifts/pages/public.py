"""What anybody may read of an edition: no names, no figures, only where help is needed."""

from dataclasses import dataclass
from datetime import date, datetime

from museums.models import Opening
from nocturnes.models import Edition
from shifts.models import Post

# One of three windows is lit where much help is needed, all three where none is.
WINDOWS = {
    "much": ["confirmed", "open", "open"],
    "some": ["confirmed", "confirmed", "open"],
    "full": ["confirmed", "confirmed", "confirmed"],
}


@dataclass(frozen=True)
class Night:
    """One evening: when it starts, its openings by museum, and how much help is needed ("much", "some" or "full")."""

    date: date
    starts_at: datetime
    openings: list[Opening]
    help: str

    @property
    def windows(self):
        return WINDOWS[self.help]


def nights(edition: Edition, *, today: date) -> list[Night]:
    """The evenings from `today` on; two queries, however many there are. Called-off openings stay, to be struck."""
    openings = (
        Opening.objects.filter(evening__edition=edition, evening__date__gte=today, evening__called_off_at=None)
        .select_related("museum", "evening")
        .order_by("evening__date", "museum__name_fr")
    )
    posts: dict[int, list[Post]] = {}
    taking_place = Post.objects.filter(opening__in=[o.pk for o in openings if not o.is_called_off])
    for post in taking_place.select_related("opening"):
        posts.setdefault(post.opening.evening_id, []).append(post)
    by_evening: dict[int, list[Opening]] = {}
    for opening in openings:
        by_evening.setdefault(opening.evening_id, []).append(opening)
    return [
        Night(
            date=lines[0].evening.date,
            starts_at=min(opening.starts_at for opening in lines),
            openings=lines,
            help=help_needed(posts.get(evening, [])),
        )
        for evening, lines in by_evening.items()
    ]


def help_needed(posts: list[Post]) -> str:
    """Say "much" where a quarter of the needed places is open, "some" where any place is, else "full"."""
    needed, missing = sum(post.needed for post in posts), sum(post.missing for post in posts)
    if missing and 4 * missing >= needed:
        return "much"
    return "some" if any(post.open_places for post in posts) else "full"
