"""What the page of rules shows beside the rules themselves: what waits by them, and what a search by them would do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from messaging.models import Message
from nocturnes import hours
from nocturnes.models import Edition
from nocturnes.rules import Rules
from shifts import pace
from shifts.models import Post
from shifts.planning.what_if import MOST_POSTS, WhatIfForm

from .coming import silences, waves

REMINDERS = ("reminder_briefing", "reminder_unconfirmed", "reminder_eve", "reminder_reserve")
# A pace of five minutes over a whole month is no story that anybody reads.
MOST_WAVES = 30


@dataclass(frozen=True)
class Step:
    """A line of what would happen; `kind` is gone, wave, quiet, more or over.

    Of a wave: `people` is how many it asks at most, 0 for everybody; `reserve_only` asks who is on call; `speakers` is
    the languages whose speakers alone it asks where they go missing; `consents` that it waits for a coordinator.
    """

    at: datetime
    kind: str
    number: int = 0
    people: int = 0
    until: datetime | None = None
    reserve_only: bool = False
    speakers: str = ""
    consents: bool = False
    phones: bool = False
    is_near: bool = False
    begins_day: bool = False


@dataclass(frozen=True)
class WhatIf:
    """What would happen by `rules` for the post that `form` names: a story for each of its moments."""

    form: WhatIfForm
    post: Post | None
    stories: list[list[Step]]


def reminders_waiting(edition: Edition, *, now: datetime) -> int:
    """How many reminders have not left yet."""
    waiting = Message.objects.pending().filter(kind__in=REMINDERS, facts__edition=edition.pk, due__gt=now)
    return waiting.count()


def what_if(edition: Edition, rules: Rules, data=None, *, now: datetime) -> WhatIf | None:
    """By `rules`, which need not be the edition's yet; `data` is what was typed. None without a post to come."""
    posts = _posts(edition, now)
    if not posts:
        return None
    published = (post for post in posts if post.opening.evening.is_published)
    form = WhatIfForm(data, posts=posts, post=next(published, posts[0]), zone=edition.zone)
    stories = []
    if form.moments:
        stories = [_story(form.post, moment, rules, form.with_reserve) for moment in form.moments]
    return WhatIf(form, form.post, stories)


def _posts(edition, now):
    coming = Post.objects.filter(opening__evening__edition=edition, report_at__gt=now, opening__called_off_at=None)
    coming = coming.filter(opening__evening__called_off_at=None).for_pages()
    return list(coming.order_by("report_at", "opening__museum", "pk")[:MOST_POSTS])


def _story(post, moment, rules, with_reserve):
    frame = pace.Frame(post.report_at, post.starts_at, rules, post.opening.evening.edition.zone)
    steps = [
        Step(moment, "gone", is_near=rules.is_near(post.report_at, moment)),
        *_waves(post, moment, frame, with_reserve),
    ]
    if moment < frame.over_at:
        steps.append(Step(frame.over_at, "over"))
    days = [hours.local_day(step.at, frame.zone) for step in steps]
    return [
        replace(step, begins_day=day != before) for step, day, before in zip(steps, days, [None, *days], strict=False)
    ]


def _waves(post, moment, frame, with_reserve) -> Iterator[Step]:
    speakers = ", ".join(language.name for language in post.opening.languages.all())
    first = pace.first_wave(moment, frame)
    quiet = silences(moment, frame)
    silence = next(quiet, None)
    phones = False
    coming = waves(first, frame, with_reserve=with_reserve)
    for wave in islice(coming, MOST_WAVES):
        while silence and silence.at < wave.at:
            yield Step(silence.at, "quiet", until=silence.until)
            silence = next(quiet, None)
        yield Step(
            wave.at,
            "wave",
            wave.number,
            wave.people(1),
            reserve_only=wave.reserve_only,
            speakers=speakers if _speakers_first(wave, frame.rules) else "",
            consents=frame.wants_consent(wave.at),
            phones=wave.pace.phone_list and not phones,
        )
        phones = phones or wave.pace.phone_list
    if more := next(coming, None):
        yield Step(more.at, "more", more.number)


def _speakers_first(wave, rules):
    """Whether who speaks a missing language is asked before the others: where everybody is asked, with the reserve."""
    if wave.reserve_only:
        return rules.language_waves > 0
    return wave.people(1) > 0 and wave.number <= rules.language_waves
