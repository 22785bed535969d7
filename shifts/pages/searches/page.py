"""The page of a post's searches, as it is at one moment."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nocturnes.hours import local_day
from nocturnes.models import Language
from shifts import actions
from shifts.models import Post, Search
from shifts.pages.phone_list import Call

from .coming import Next, next_wave
from .moments import Moment, with_days
from .told import told


@dataclass(frozen=True)
class SearchPage:
    """`moments` are what was, now, and what is to come; `next` is the next wave of the live search.

    `widens` says that others than the speakers of a missing language are asked once a coordinator hastens it.
    """

    post: Post
    live: Search | None
    next: Next | None
    moments: list[Moment]
    answers: Counter
    is_over: bool
    now: datetime
    widens: bool

    @property
    def can_choose(self):
        return bool(self.post.open_places) and not self.is_over

    @property
    def only_wanted(self):
        """How many of the open places are welcome on top of those that are needed."""
        return self.post.open_places - self.post.missing

    @property
    def waiting(self):
        """How many have not answered, over all waves of the search that goes on."""
        return self.answers[""]

    @property
    def minutes(self):
        """To the next wave, where it is soon."""
        return self.next.minutes(self.now) if self.next else None

    @property
    def sum(self) -> str:
        """What the people who were asked said so far, in one sentence; empty where nobody was asked."""
        count = self.answers
        said = [
            count["no"] and ngettext("%(n)s no", "%(n)s no", count["no"]),
            count["other"] and ngettext("%(n)s takes another post", "%(n)s take another post", count["other"]),
            count["late"] and ngettext("%(n)s yes, too late", "%(n)s yes, too late", count["late"]),
            count["yes"] and ngettext("%(n)s comes", "%(n)s come", count["yes"]),
            count[""] and ngettext("%(n)s has not answered", "%(n)s have not answered", count[""]),
        ]
        numbers = [count["no"], count["other"], count["late"], count["yes"], count[""]]
        return ", ".join(words % {"n": number} for words, number in zip(said, numbers, strict=True) if number)

    @property
    def said(self) -> str:
        """What is told to who listens to the page, each time that it changes."""
        if not self.live:
            return _("The search is over")
        if self.next and self.next.waits_for == "consent":
            return _("A wave waits for your yes.")
        return f"{self.sum}." if self.sum else ""

    def mark(self, calls: list[Call]) -> str:
        """What tells this page from one that shows something else; the same words have the same mark."""
        seen = [
            *(
                self.post.open_places,
                self.is_over,
                self.widens,
                self.minutes,
                self.live and (self.live.pk, self.live.held),
            ),
            *(self.next.mark() if self.next else ()),
            *((_minute(moment.at), moment.kind, moment.number, moment.people, moment.what) for moment in self.moments),
            *((one.volunteer.pk, one.why, one.word) for moment in self.moments for one in moment.asked),
            *((call.person, call.why, call.answer_words, call.called_words, call.spared_words) for call in calls),
        ]
        return _short(repr(seen))

    @property
    def said_mark(self) -> str:
        return _short(self.said)


def _minute(moment):
    # Nothing on the page is told more finely.
    return int(moment.timestamp() // 60)


def _short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def search_page(post: Post, *, now: datetime) -> SearchPage:
    """All searches of `post`, oldest first, now, and what is to come; constant in queries."""
    searches = [_on(post, search) for search in post.searches.select_related("held_by")]
    spoken = Language.objects.in_bulk(field_name="code")
    live = next((search for search in searches if search.is_live), None)
    coming = next_wave(live, spoken, now=now) if live else None
    moments = told(post, searches, spoken)
    if live:
        moments.append(Moment(now, "now", live))
    if coming:
        moments += coming.moments
    zone = post.opening.evening.edition.zone
    return SearchPage(
        post=post,
        live=live,
        next=coming,
        moments=with_days(moments, zone, today=local_day(now, zone)),
        answers=_answers(post, live) if live else Counter(),
        is_over=post.is_called_off or post.has_ended(now),
        now=now,
        widens=bool(live and actions.only_speakers_so_far(live)),
    )


def _answers(post, search):
    """What who was asked said, "" for who is still waited for; nobody waits for who got the place by another way."""
    here = post.assignments.active().values("volunteer")
    offers = search.offers.exclude(answer="", volunteer__in=here)
    return Counter(offers.values_list("answer", flat=True))


def _on(post, search):
    """The search with its post as it was read, so that nothing of it is read again."""
    search.post = post
    return search
