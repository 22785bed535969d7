"""What somebody who is asked to help reads behind the link of the offer (design.md 6)."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import shorten

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from nocturnes.dates import date_format
from nocturnes.localized import labelled
from nocturnes.models import Language
from shifts import actions, pace, ranking
from shifts.models import Ask, Assignment, Offer, Post

from . import facts
from .facts import Facts

# A briefing longer than this is begun among the facts, and stands in full below them.
BRIEF = 90
SENTENCE = re.compile(r"(?<=[.?!])\s")


@dataclass(frozen=True)
class Choice(Facts):
    """A place that she may take: of an offer, with the reason why her, or another post of that evening (no offer)."""

    offer: Offer | None = None
    why: str = ""
    is_late: bool = False

    @property
    def pk(self):
        return self.offer.pk if self.offer else self.post.pk

    @property
    def in_brief(self) -> str:
        """The first sentences of the briefing, as many as leave the other facts in sight; at least one."""
        first, *others = SENTENCE.split(labelled(self.post, "briefing"))
        for sentence in others:
            if len(first) + len(sentence) >= BRIEF:
                break
            first = f"{first} {sentence}"
        return first if len(first) <= 2 * BRIEF else shorten(first, BRIEF, placeholder="…")

    @property
    def has_more(self) -> bool:
        """Whether the briefing says more than `in_brief`."""
        return len(self.in_brief) < len(labelled(self.post, "briefing"))


@dataclass(frozen=True)
class OfferPage:
    """`state` is open, accepted, declined, other, stands_by, taken, too_late, called_off or talk (with a person first).

    `choices` are the places that a yes is good for now, those too to which she said no, `others` other posts of that
    evening, `standing_by` the offer that "I'd stand by" answers, `mine` the assignment that an earlier yes made.
    """

    ask: Ask
    state: str
    choices: list[Choice] = field(default_factory=list)
    others: list[Choice] = field(default_factory=list)
    standing_by: Offer | None = None
    mine: Assignment | None = None
    at_museum: str = ""
    has_answered: bool = False

    @property
    def date(self):
        return self.ask.evening.date

    @property
    def is_late(self):
        return any(choice.is_late for choice in (*self.choices, *self.others))

    @property
    def is_long(self):
        words = _("Can you help on %(date)s %(museum)s?")
        words %= {"date": date_format(self.date, "l j F"), "museum": self.at_museum}
        return facts.is_long_question(words, self.date)


def offer_page(ask: Ask, *, now: datetime) -> OfferPage:
    """The page of `ask`, in a number of queries that does not grow with the places offered."""
    offers = actions.choices(ask)
    for offer in offers:
        # One evening for all of them, with its edition, is already here.
        offer.search.post.opening.evening = ask.evening
    mine = _mine(ask, offers)
    still_open = [offer for offer in offers if _is_open(offer.search.post, now)]
    takeable = [offer for offer in still_open if offer.answer != Offer.Answer.NO]
    state = _state(ask, offers, takeable, mine, now)
    if state == "declined":
        takeable = still_open
    other_posts = actions.other_posts(ask, now=now) if state == "other" else []
    museums = {offer.search.post.opening.museum_id: offer.search.post.opening.museum for offer in offers}
    return OfferPage(
        ask=ask,
        state=state,
        choices=_choices(ask, takeable, now) if state in ("open", "other", "declined") else [],
        others=_others(other_posts, now),
        standing_by=offers[0] if state == "taken" else None,
        mine=mine,
        has_answered=any(offer.is_answered for offer in offers),
        at_museum=facts.at_museum(*museums.values()) if len(museums) == 1 else "",
    )


def _mine(ask, offers):
    rows = Assignment.objects.active().published().of_evening(ask.evening).filter(volunteer=ask.volunteer_id)
    posts = {offer.search.post_id for offer in offers}
    rows = list(rows.for_pages().select_related("volunteer", "post__opening__evening__lead"))
    return next((row for row in rows if row.post_id in posts), rows[0] if rows else None)


def _is_open(post, now):
    return post.open_places > 0 and not post.is_called_off and not pace.frame(post).is_over(now)


def _state(ask, offers, takeable, mine, now):
    answers = {offer.answer for offer in offers}
    posts = [offer.search.post for offer in offers]
    if mine:
        return "accepted"
    if ask.volunteer.blocked_at:
        return "talk"
    if any(offer.answer in ("", Offer.Answer.LATE) for offer in takeable):
        return "open"
    if all(post.is_called_off for post in posts):
        return "called_off"
    if all(pace.frame(post).is_over(now) for post in posts):
        return "too_late"
    if Offer.Answer.OTHER in answers and Offer.Answer.NO not in answers:
        return "other"
    if ask.evening.asks.filter(volunteer=ask.volunteer_id, stands_by_at__isnull=False).exists():
        return "stands_by"
    return "taken" if "" in answers else "declined"


def _choices(ask, offers, now):
    languages = Language.objects.in_bulk(field_name="code")
    teams = facts.teams({offer.search.post.opening_id for offer in offers}, without=ask.volunteer_id)
    return [
        Choice(
            post=offer.search.post,
            team=teams.get(offer.search.post.opening_id, []),
            offer=offer,
            why=_why(offer, languages),
            is_late=now >= offer.search.post.report_at,
        )
        for offer in offers
    ]


def _why(offer, languages):
    why = ranking.for_the_volunteer(offer.reasons, offer.search.post, languages, dressed=_bold)
    return mark_safe(why)  # noqa: S308  (the sentence is ours, and each reason in it is escaped)


def _bold(reason):
    return format_html("<b>{}</b>", reason)


def _others(posts: list[Post], now):
    return [Choice(post=post, is_late=now >= post.report_at) for post in posts]
