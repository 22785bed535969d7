"""Asking everybody of an evening whether they still come: what the click will do, and what they answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.actions import Rendered
from messaging.models import Message
from museums.models import Museum
from nocturnes import hours
from nocturnes.alphabet import folded
from nocturnes.dates import date_format
from nocturnes.models import Evening
from shifts.actions import disruptions
from shifts.models import Assignment, Disruption, Search, StillComing
from volunteers.models import Volunteer

from .evening import Told, told_by_name
from .facts import hour
from .still_coming import key_of, state_of, who_is_there

OUR_TEXTS = {
    Disruption.Why.STRIKE: _("Public transport is on strike on %(date)s."),
    Disruption.Why.WEATHER: _("Bad weather is forecast for %(date)s."),
}


def our_texts(why: str, evening: Evening) -> dict[str, str]:
    """Our words for it in each language of the edition, by code; empty where only a coordinator knows."""
    texts = {}
    for code in evening.edition.languages:
        with translation.override(code):
            words = OUR_TEXTS.get(why)
            texts[code] = str(words) % {"date": date_format(evening.date, "l j F")} if words else ""
    return texts


@dataclass(frozen=True)
class BeforeAsking:
    """Whom a click will ask, and with which words: `example` is the message as the first of them will read it.

    `leaves_late` is when it leaves, where it waits for the end of quiet hours.
    """

    told: Told
    example: Rendered | None
    leaves_late: datetime | None = None


def before_asking(evening: Evening, museum: Museum | None, texts: dict[str, str], *, now: datetime) -> BeforeAsking:
    """Whom asking about `evening` (or one `museum` of it) with these `texts` will reach at `now`, and how it reads."""
    rows = list(disruptions.to_ask(evening, museum, now=now))
    told = told_by_name({row.volunteer_id: row.volunteer.short_name for row in rows})
    example = _example(evening, rows, texts, now) if rows and all(texts.values()) else None
    due, edition = now + evening.edition.rules.undo, evening.edition
    leaves = hours.after_quiet(due, edition.rules, edition.zone)
    waits = leaves > due and not all(disruptions.urgent(row, due) for row in rows)
    return BeforeAsking(told, example, leaves if waits else None)


def _example(evening, rows, texts, now):
    """To somebody with an address; none of it is kept."""
    first = next((row for row in rows if row.volunteer.user.email), rows[0])
    hers = [row.pk for row in rows if row.volunteer_id == first.volunteer_id]
    message = Message(
        kind=disruptions.KIND,
        about_type=Evening._meta.label_lower,
        about_id=evening.pk,
        user=first.volunteer.user,
        facts={"edition": evening.edition_id, "evening": evening.pk, "preview": {"texts": texts, "assignments": hers}},
    )
    return messaging.render(message, now=now)


@dataclass(frozen=True)
class Answer:
    """One place and what was said about it; `state` is open, yes, no, called_off or gone (`still_coming.state_of`)."""

    question: StillComing
    state: str
    is_searched: bool

    @property
    def volunteer(self) -> Volunteer:
        return self.question.assignment.volunteer

    @property
    def role(self) -> str:
        return self.question.assignment.post.role.name.lower()

    @property
    def report(self) -> str:
        post = self.question.assignment.post
        return hour(post.report_at, post.opening.evening.edition)

    @property
    def by_phone(self):
        """Nobody can write to her: only a call asks her."""
        return not self.volunteer.user.email


@dataclass(frozen=True)
class DisruptionPage:
    """`groups` are (museum, its answers): each keeps its place, so that nothing jumps when an answer comes in."""

    disruption: Disruption
    groups: list[tuple[Museum, list[Answer]]]
    not_asked: list[Assignment]
    now: datetime

    def count(self, state):
        return sum(answer.state == state for _museum, answers in self.groups for answer in answers)

    @property
    def yes(self):
        return self.count("yes")

    @property
    def no(self):
        return self.count("no")

    @property
    def open(self):
        return self.count("open")

    @property
    def mark(self) -> str:
        """The sums, to know whether others have been told."""
        return f"{self.yes}-{self.no}-{self.open}"

    @property
    def not_asked_names(self) -> list[str]:
        return list(dict.fromkeys(row.volunteer.short_name for row in self.not_asked))

    @property
    def is_over(self):
        """Nothing comes in any more: the page stops asking for news."""
        return self.disruption.taken_back_at is not None or self.disruption.evening.is_over(self.now)

    @property
    def again_from(self):
        return self.disruption.last_asked_at + disruptions.ASKED_AGAIN_AFTER

    @property
    def can_ask_again(self):
        return not self.is_over and self.now >= self.again_from and bool(self.open or self.not_asked)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What was written, language by language."""
        names = dict(settings.LANGUAGES)
        codes = self.disruption.evening.edition.languages
        return [(names[code], getattr(self.disruption, f"text_{code}")) for code in codes]


def disruption_page(disruption: Disruption, *, now: datetime) -> DisruptionPage:
    """Who answered what by now, museum by museum; a number of queries that does not grow."""
    rows = list(disruption.questions.for_pages().order_by("assignment__report_at", "pk"))
    there = who_is_there(rows)
    rows = _once(rows)
    posts = {row.assignment.post_id for row in rows}
    searched = set(Search.objects.live().filter(post__in=posts).values_list("post_id", flat=True))
    answers = [Answer(row, state_of(row, there.get(key_of(row))), row.assignment.post_id in searched) for row in rows]
    answers.sort(key=_place_in_the_list)
    groups = [(museum, list(of_it)) for museum, of_it in groupby(answers, key=_museum)]
    new = [] if disruption.taken_back_at else list(disruptions.not_asked(disruption, now=now))
    known = {key_of(row) for row in rows}
    new = [row for row in new if (row.post_id, row.volunteer_id) not in known]
    return DisruptionPage(disruption, groups, new, now)


def _once(rows: Iterable[StillComing]) -> list[StillComing]:
    """Who came back and was asked again has two questions about one place: the later one stands for both."""
    return list({key_of(row): row for row in rows}.values())


def _place_in_the_list(answer):
    museum, place = _museum(answer), answer.question.assignment
    # Two museums may have the same short name: those of one stand together all the same.
    return folded(museum.short), museum.pk, place.report_at, folded(answer.volunteer.short_name)


def _museum(answer):
    return answer.question.assignment.post.opening.museum
