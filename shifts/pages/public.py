"""What anybody may read of an edition: no names, and where help is needed in words.

How many places are open is only in here where the edition says so (`Edition.shows_figures`): what must not be shown is
no field that a template leaves out. The page and the feed of open places both read this, so both keep the same rule.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from museums.models import Museum, Opening
from nocturnes.alphabet import folded
from nocturnes.dates import date_format
from nocturnes.hours import is_by_day
from nocturnes.models import Edition, Evening
from shifts.models import Post

from .facts import hour

# One of three windows is lit where much help is needed, all three where none is.
WINDOWS = {
    "much": ["confirmed", "open", "open"],
    "some": ["confirmed", "confirmed", "open"],
    "full": ["confirmed", "confirmed", "confirmed"],
    "none": [],
}
# The weakest first: where nobody is wanted stands last, and what does not take place after it.
ORDER = {code: place for place, code in enumerate(WINDOWS)}
WORDS = {"much": _("Help needed"), "some": _("A few places"), "full": _("Full"), "none": ""}


@dataclass(frozen=True)
class Help:
    """How much help is wanted: `code` is "much", "some", "full", or "none" where nobody is asked for.

    `open_places` is None where the edition shows no figures.
    """

    code: str
    open_places: int | None = None

    @property
    def word(self):
        return WORDS[self.code]

    @property
    def windows(self):
        return WINDOWS[self.code]

    @property
    def is_wanted(self):
        return self.code in ("much", "some")


@dataclass(frozen=True)
class House:
    """One museum on one evening; `posts` are those at which somebody can still help, with what is wanted there."""

    opening: Opening
    help: Help
    posts: list[tuple[Post, Help]]

    @property
    def is_called_off(self):
        return self.opening.is_called_off

    @property
    def museum(self) -> Museum:
        return self.opening.museum

    @property
    def opens(self):
        return hour(self.opening.starts_at, self.opening.evening.edition)

    @property
    def closes(self):
        return hour(self.opening.ends_at, self.opening.evening.edition)

    @property
    def has_other_hours(self):
        """Whether it keeps other hours than the edition, which the head of the page names."""
        edition = self.opening.evening.edition
        return (self.opens, self.closes) != (f"{edition.opens_at:%H:%M}", f"{edition.closes_at:%H:%M}")

    @property
    def activity(self):
        return ", ".join(filter(None, [self.opening.get_activity_display(), self.opening.title]))


@dataclass(frozen=True)
class Night:
    """One evening with its museums, the weakest first, then by name. It is over from the end of its last opening on."""

    evening: Evening
    houses: list[House]
    help: Help
    is_over: bool

    @property
    def date(self):
        return self.evening.date

    @property
    def is_called_off(self):
        return self.evening.is_called_off

    @property
    def starts(self):
        """The hour of its first opening on the clock of the edition's zone."""
        return hour(min(house.opening.starts_at for house in self.houses), self.evening.edition)


_OPEN = (
    lambda n: ngettext(
        "On %(to)s, a museum stays open in the evening, from %(opens)s to %(closes)s.",
        "On %(to)s, %(n)s museums stay open in the evening, from %(opens)s to %(closes)s.",
        n,
    ),
    lambda n: ngettext(
        "From %(from)s to %(to)s, a museum stays open in the evening, from %(opens)s to %(closes)s.",
        "From %(from)s to %(to)s, %(n)s museums stay open in the evening, from %(opens)s to %(closes)s.",
        n,
    ),
)
_OPEN_BY_DAY = (
    lambda n: ngettext(
        "On %(to)s, a museum opens its doors, from %(opens)s to %(closes)s.",
        "On %(to)s, %(n)s museums open their doors, from %(opens)s to %(closes)s.",
        n,
    ),
    lambda n: ngettext(
        "From %(from)s to %(to)s, a museum opens its doors, from %(opens)s to %(closes)s.",
        "From %(from)s to %(to)s, %(n)s museums open their doors, from %(opens)s to %(closes)s.",
        n,
    ),
)
_OVER = (
    lambda n: ngettext(
        "On %(to)s, a museum stayed open in the evening.", "On %(to)s, %(n)s museums stayed open in the evening.", n
    ),
    lambda n: ngettext(
        "From %(from)s to %(to)s, a museum stayed open in the evening.",
        "From %(from)s to %(to)s, %(n)s museums stayed open in the evening.",
        n,
    ),
)


_OVER_BY_DAY = (
    lambda n: ngettext("On %(to)s, a museum opened its doors.", "On %(to)s, %(n)s museums opened their doors.", n),
    lambda n: ngettext(
        "From %(from)s to %(to)s, a museum opened its doors.",
        "From %(from)s to %(to)s, %(n)s museums opened their doors.",
        n,
    ),
)


@dataclass(frozen=True)
class Programme:
    """The evenings of an edition that have museums, by date; `takes_sign_ups` where any evening is to come."""

    edition: Edition
    nights: list[Night]
    takes_sign_ups: bool

    @property
    def coming(self):
        return [night for night in self.nights if not night.is_over]

    @property
    def past(self):
        return [night for night in self.nights if night.is_over]

    @property
    def wants_help(self):
        """Whether somebody is wanted on any evening to come."""
        return any(night.help.is_wanted for night in self.coming)

    @property
    def is_by_day(self):
        return is_by_day(self.edition.opens_at, self.edition.closes_at)

    @property
    def lead(self):
        """What it is about, and the question: for the head of the page, and for who only sees a link to it."""
        if not self.nights:
            return gettext("The evenings are announced here.")
        by_day = self.is_by_day
        if not self.coming:
            return self._told(_OVER_BY_DAY if by_day else _OVER)
        told = self._told(_OPEN_BY_DAY if by_day else _OPEN)
        if not self.takes_sign_ups:
            return told
        if by_day:
            return told + " " + gettext("They need people at the door. Could that be you?")
        return told + " " + gettext("They need people at the door. One evening, could that be you?")

    def _told(self, sentences):
        """When how many museums are open; the sentences of `sentences` are for one night and for several."""
        nights = [night for night in self.nights if not night.is_called_off] or self.nights
        museums = {house.museum for night in nights for house in night.houses if not house.is_called_off}
        return sentences[len(nights) > 1](len(museums) or 1) % {
            "from": date_format(nights[0].date, "j F"),
            "to": date_format(nights[-1].date, "j F Y"),
            "n": len(museums) or 1,
            "opens": f"{self.edition.opens_at:%H:%M}",
            "closes": f"{self.edition.closes_at:%H:%M}",
        }


def programme(edition: Edition, *, now: datetime) -> Programme:
    """Everything that is public of `edition` at `now`; three queries, however much there is.

    What is called off stays, to be struck. An evening without museums is still being planned, and is not told of;
    who signs up may answer for it, though. An evening that is not published yet says where help is needed as the
    others do: who is on it is nobody's to see here anyway.
    """
    evenings = list(edition.evenings.all())
    for evening in evenings:
        evening.edition = edition
    openings, posts = _openings(evenings), _posts(edition, now)
    nights = [_night(evening, openings[evening.pk], posts, now) for evening in evenings]
    takes_sign_ups = edition.sign_up_open and any(not (night.is_over or night.is_called_off) for night in nights)
    return Programme(edition, [night for night in nights if night.houses], takes_sign_ups)


def help_needed(posts: list[Post]) -> str:
    """Say "much" where a quarter of the needed places is open, "some" where any place is, else "full"."""
    if not posts:
        return "none"
    needed, missing = sum(post.needed for post in posts), sum(post.missing for post in posts)
    if missing and 4 * missing >= needed:
        return "much"
    return "some" if any(post.open_places for post in posts) else "full"


def _openings(evenings):
    found = defaultdict(list)
    by_pk = {evening.pk: evening for evening in evenings}
    for opening in Opening.objects.filter(evening__in=by_pk).select_related("museum"):
        opening.evening = by_pk[opening.evening_id]
        found[opening.evening_id].append(opening)
    for rows in found.values():
        rows.sort(key=lambda opening: folded(opening.museum.name))
    return found


def _posts(edition, now):
    """Where somebody can still help, by opening: posts that are over are nobody's any more."""
    found = defaultdict(list)
    rows = Post.objects.filter(opening__evening__edition=edition, ends_at__gt=now).select_related("role")
    for post in rows.order_by("report_at", "role__position", "pk"):
        found[post.opening_id].append(post)
    return found


def _night(evening, openings, posts, now):
    houses = [_house(opening, posts.get(opening.pk, []), evening) for opening in openings]
    houses.sort(key=lambda house: (house.is_called_off, ORDER[house.help.code]))
    wanted = [post for house in houses for post, _help in house.posts]
    return Night(evening, houses, _help(wanted, evening), _is_over(evening, openings, now))


def _house(opening, posts, evening):
    posts = [] if opening.is_called_off else posts
    return House(opening, _help(posts, evening), [(post, _help([post], evening)) for post in posts])


def _help(posts, evening):
    figures = evening.edition.shows_figures
    return Help(help_needed(posts), sum(post.open_places for post in posts) if figures else None)


def _is_over(evening, openings, now):
    if openings:
        return all(opening.ends_at <= now for opening in openings)
    return evening.is_past(now)
