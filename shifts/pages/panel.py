"""Who for this place? The ranked list with its reasons in words, for the coordinator's hand."""

from dataclasses import dataclass, field
from datetime import datetime

from nocturnes.models import Language
from shifts import ranking
from shifts.models import Post
from volunteers.models import Volunteer


@dataclass(frozen=True)
class Choice:
    """One person of the list. `ticks` are the codes that the coordinator has to accept before she can assign her.

    `notes` are sentences that a page adds about her.
    """

    volunteer: Volunteer
    languages: list[Language]
    why: str
    warnings: str
    ticks: list[str]
    asks_tick: bool
    notes: list[str] = field(default_factory=list)

    @property
    def accept(self):
        """The codes as the one value that the one tick sends."""
        return " ".join(self.ticks)


@dataclass(frozen=True)
class Panel:
    """The `choices` that are shown, of `total` possible ones."""

    post: Post
    choices: list[Choice]
    total: int

    @property
    def is_full(self):
        return self.post.open_places == 0

    @property
    def has_more(self):
        return self.total > len(self.choices)


# Nobody reads on for longer; a season has fewer people than that, a museum night hundreds.
MOST = 60


def panel(post: Post, *, now: datetime, tick_for: str = "", everybody: bool = False) -> Panel:
    """Whom a coordinator may put on `post`, best first; `tick_for` is the id of who needs the one tick.

    The first ones, or `everybody`: also where it is not known whether who needs the tick is among the first.
    """
    spoken = Language.objects.in_bulk(field_name="code")
    most = None if everybody or tick_for else MOST
    is_open = post.open_places and not post.has_ended(now)
    candidates = ranking.suggestions(post, now=now, most=most) if is_open else ranking.Suggestions([], 0)
    return Panel(
        post,
        [
            Choice(
                volunteer=candidate.volunteer,
                languages=list(candidate.volunteer.languages.all()),
                why=_why(candidate, spoken),
                warnings=ranking.warning_words(candidate.warnings),
                ticks=candidate.ticks,
                asks_tick=bool(candidate.ticks) and str(candidate.volunteer.pk) == tick_for,
            )
            for candidate in candidates
        ],
        candidates.total,
    )


def _why(candidate, spoken):
    """Every reason in words, without her answer where a warning says the same."""
    is_warned = not {"said_no", "no_answer"}.isdisjoint(candidate.warnings)
    reasons = [reason for reason in candidate.reasons if not (is_warned and reason[0] == "answer")]
    return ranking.for_the_coordinator(reasons, candidate.post, spoken)
