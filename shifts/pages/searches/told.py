"""What happened in a post's searches: who withdrew, who was asked and answered what, what a coordinator did."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from museums.words import at as at_museum
from nocturnes.models import Entry, Language
from shifts import ranking
from shifts.models import Call, Offer, Post, Search
from shifts.pages import history

from .moments import Asked, Moment

# What of the history is shown between the waves, each a click of a coordinator or a word of the product.
DEEDS = {
    *("held_search", "released_search", "widened", "wave_proposed", "agreed_to_wave"),
    *("left_out", "let_in", "resumed_search", "place_added_to_search"),
}
ARCHES = {"unconfirmed": "unconfirmed", "full": "confirmed"}


# Of one minute: why, then that somebody is looked for, who is asked, and what came of it.
FIRST = ["opened", "withdrew", "others"]
LAST = ["nobody_left", "ended"]


def _as_told(moment):
    ranks = {kind: rank for rank, kind in enumerate(FIRST, start=-len(FIRST))} | dict.fromkeys(LAST, 1)
    minute = moment.at.replace(second=0, microsecond=0)
    return minute, ranks.get(moment.kind, 0), moment.at, moment.kind == "wave", moment.kind == "ended"


def told(post: Post, searches: list[Search], spoken: dict[str, Language]) -> list[Moment]:
    """What happened in `searches`, all of `post`, oldest first; a number of queries that does not grow with it."""
    story = _Story(post, searches, spoken)
    return [moment for search in searches for moment in story.of(search)]


class _Story:
    """What the searches of a post have in common, read once."""

    def __init__(self, post, searches, spoken):
        self.post, self.searches, self.spoken = post, searches, spoken
        self.gone = list(post.assignments.withdrawn().select_related("volunteer"))
        self.here = set(post.assignments.active().values_list("volunteer_id", flat=True))
        self.began = {search.withdrawn_id for search in searches}
        self.live = {search.pk for search in searches if search.is_live}
        offers = Offer.objects.filter(search__in=searches).select_related("volunteer", "ask")
        self.asked = [(offer, self._asked(offer)) for offer in offers]
        calls = Call.objects.filter(post=post).select_related("volunteer", "called_by")
        self.calls = [(self._during(call.called_at), call) for call in calls]
        self.deeds = self._deeds() if searches else []

    def _asked(self, offer):
        kind, word = answer(offer) if offer.is_answered else self._silent(offer)
        why = ranking.for_the_coordinator(offer.reasons, self.post, self.spoken)
        return Asked(offer.volunteer, why, kind, word, ARCHES.get(kind, "dim"))

    def _silent(self, offer):
        """Who has not answered may have the place all the same, and a search that is over waits for nobody."""
        if offer.volunteer_id in self.here:
            return "full", _("Has the place")
        return answer(offer) if offer.search_id in self.live else ("skipped", _("No answer"))

    def _during(self, moment):
        """The search that went on at `moment`, or the one before; the first one for what came before all."""
        before = [search for search in self.searches if search.opened_at <= moment]
        return (before or self.searches or [None])[-1]

    def _deeds(self):
        clicks = Entry.objects.filter(history.about(Search, [search.pk for search in self.searches]), verb__in=DEEDS)
        # What was sent at once has a line about it too, and stands.
        lines = history.lines(Q(pk__in=clicks.not_undone().values("pk")))
        return [line for line in lines if line.entry.verb in DEEDS]

    def of(self, search: Search) -> list[Moment]:
        """In the order in which it happened. Nobody reads seconds: within a minute it is told as a story is."""
        return sorted(self._unordered(search), key=_as_told)

    def _unordered(self, search) -> Iterator[Moment]:
        first = next((one for one in self.gone if one.pk == search.withdrawn_id), None)
        yield Moment(search.opened_at, "opened", search, gone=first)
        joined = [one for one in self.gone if self._joined(search, one)]
        for one in joined:
            yield Moment(one.cancelled_at, "withdrew", search, gone=one)
        yield from self._waves(search)
        yield from self._clicks(search, said={one.cancelled_at for one in joined})
        for during, call in self.calls:
            if during == search:
                yield self._call(search, call)
        if search.others_asked_at and search.without_languages:
            yield Moment(search.others_asked_at, "others", search, what=self.no_speaker(search))
        if search.nobody_left_at:
            yield Moment(search.nobody_left_at, "nobody_left", search)
        if not search.is_live:
            yield Moment(search.ended_at, "ended", search)

    def _joined(self, search, gone):
        """Whether this place was given back while the search for another one went on."""
        during = search.opened_at <= gone.cancelled_at and (search.is_live or gone.cancelled_at <= search.ended_at)
        return during and gone.pk not in self.began

    def _clicks(self, search, said):
        """What was done about it, without the places that `said`, the moments of withdrawals, tells already."""
        for line in self.deeds:
            if line.entry.verb == "place_added_to_search" and line.at in said:
                continue
            if line.entry.about_id == search.pk:
                what = f"{line.what}, {line.detail}" if line.detail else line.what
                yield Moment(line.at, "deed", search, who=line.who, what=what)

    def _waves(self, search):
        mine = [(offer, asked) for offer, asked in self.asked if offer.search_id == search.pk]
        in_waves = [(offer, asked) for offer, asked in mine if not offer.by_hand]
        for number, wave in groupby(in_waves, key=lambda pair: pair[0].wave):
            wave = list(wave)
            people = [asked for _offer, asked in wave]
            yield Moment(wave[0][0].asked_at, "wave", search, number, len(people), people)
        for offer, asked in mine:
            if offer.by_hand:
                yield Moment(offer.asked_at, "by_hand", search, asked=[asked])

    def _call(self, search, call):
        kind = {Call.Answer.YES: "full", Call.Answer.NO: "refused"}.get(call.answer, "unconfirmed")
        asked = Asked(call.volunteer, "", kind, str(call.get_answer_display()))
        return Moment(call.called_at, "call", search, asked=[asked], who=str(call.called_by))

    def no_speaker(self, search: Search) -> str:
        """As in "No Dutch speaker at Autrique"."""
        return no_speaker(search.without_languages, self.post, self.spoken)


def no_speaker(codes: list[str], post: Post, spoken: dict[str, Language]) -> str:
    """The languages that nobody of a post's opening speaks, as a sentence for the coordinator."""
    names = ", ".join(spoken[code].name for code in codes if code in spoken)
    words = {"language": names, "museum": post.opening.museum.short, "at": at_museum(post.opening.museum)}
    return _("No %(language)s speaker at %(museum)s") % words


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
