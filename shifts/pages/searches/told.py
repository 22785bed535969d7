"""A post's searches by the hour: who withdrew, who was asked when, what she answered, and what comes next."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nocturnes.models import Language
from shifts import ranking
from shifts.models import Assignment, Offer, Post, Search
from shifts.pace import frame


@dataclass(frozen=True)
class Asked:
    """One person who was asked, with her answer as a state of look.md and its word."""

    offer: Offer
    why: str
    kind: str
    word: str

    @property
    def name(self):
        return self.offer.volunteer.short_name

    @property
    def arch(self):
        return {"unconfirmed": "unconfirmed", "full": "confirmed"}.get(self.kind, "dim")


@dataclass(frozen=True)
class Moment:
    """A point of the timeline; `kind` is opened, withdrew, wave, now, next, nobody_left or ended.

    `people` is how many a wave asked, or will at most ask; 0 for everybody who may be asked. `gone` is who gave her
    place back: it began the search, or joined what the search looks for.
    """

    at: datetime
    kind: str
    search: Search | None = None
    number: int = 0
    people: int = 0
    asked: list[Asked] = field(default_factory=list)
    gone: Assignment | None = None


@dataclass(frozen=True)
class SearchPage:
    post: Post
    live: Search | None
    moments: list[Moment]
    is_over: bool

    @property
    def can_choose(self):
        return bool(self.post.open_places) and not self.is_over

    @property
    def waiting(self):
        """How many have not answered, over all waves of the search that goes on."""
        return sum(
            one.offer.search_id == self.live.pk and not one.offer.is_answered
            for moment in self.moments
            for one in moment.asked
            if self.live
        )


def search_page(post: Post, *, now: datetime) -> SearchPage:
    """All searches of `post`, oldest first, and now; constant in queries."""
    searches = list(post.searches.all())
    gone = list(post.assignments.withdrawn().select_related("volunteer"))
    began = {search.withdrawn_id for search in searches}
    offers = list(Offer.objects.filter(search__in=searches).select_related("volunteer", "ask"))
    spoken = Language.objects.in_bulk(field_name="code")
    asked = [_asked(offer, post, spoken) for offer in offers]
    moments = [moment for search in searches for moment in _moments(search, asked, gone, began)]
    live = next((search for search in searches if search.is_live), None)
    if live:
        moments.append(Moment(now, "now", live))
        if live.next_wave_at:
            asks = frame(post).pace(live.next_wave_at).asked
            people = asks * post.open_places if asks else 0
            moments.append(Moment(live.next_wave_at, "next", live, live.waves + 1, people))
    return SearchPage(post, live, moments, post.is_called_off or post.has_ended(now))


def _moments(search, asked, gone, began):
    """What happened in one search, in the order it did; of one instant what is said first comes first.

    `gone` is who gave a place of the post back, `began` the ids of those of them who began a search.
    """
    return sorted(_unordered(search, asked, gone, began), key=lambda moment: moment.at)


def _unordered(search, asked, gone, began):
    first = next((one for one in gone if one.pk == search.withdrawn_id), None)
    yield Moment(search.opened_at, "opened", search, gone=first)
    for one in gone:
        joined = one.pk not in began and one.cancelled_at >= search.opened_at
        if joined and (search.is_live or one.cancelled_at <= search.ended_at):
            yield Moment(one.cancelled_at, "withdrew", search, gone=one)
    mine = [one for one in asked if one.offer.search_id == search.pk]
    for number, wave in groupby(mine, key=lambda one: one.offer.wave):
        wave = list(wave)
        yield Moment(wave[0].offer.asked_at, "wave", search, number, len(wave), wave)
    if search.nobody_left_at:
        yield Moment(search.nobody_left_at, "nobody_left", search)
    if not search.is_live:
        yield Moment(search.ended_at, "ended", search)


def _asked(offer, post, spoken):
    kind, word = answer(offer)
    return Asked(offer, ranking.for_the_coordinator(offer.reasons, post, spoken), kind, word)


def answer(offer: Offer) -> tuple[str, str]:
    """What somebody said to an offer: a state of look.md, and its word."""
    if not offer.is_answered:
        return "unconfirmed", _("No answer yet")
    kind, word = {
        Offer.Answer.YES: ("full", pgettext("answer to an offer", "Comes")),
        Offer.Answer.NO: ("refused", _("Not that evening")),
        Offer.Answer.OTHER: ("full", _("Takes another post")),
        Offer.Answer.LATE: ("reserve", _("Yes, but the place was taken")),
    }[offer.answer]
    if offer.answer == Offer.Answer.YES and offer.minutes:
        word = _("Comes in %(minutes)s minutes") % {"minutes": offer.minutes}
    return kind, f"{word}, {timezone.localtime(offer.answered_at):%H:%M}"
