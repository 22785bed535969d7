"""What the pictures are made of: spans of days, read from the rows and, for what changed since, from the history.

A day counts for what holds when it ends, on the clock of the edition's zone: who came and went within one day is on no
picture. Every function takes the same number of queries, whatever there is.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef

from nocturnes.hours import local_day
from nocturnes.models import Edition, Entry
from shifts.models import Assignment, Post
from volunteers.models import Availability, Heard, Registration

FOREVER = date.max
ALWAYS = date.min


class Span(NamedTuple):
    """Something that holds from the end of the day `start` until the end of the day before `stop`."""

    start: date
    stop: date = FOREVER


class Place(NamedTuple):
    """Somebody's place: when she had it, since when it is published and since when it is sure; None for never."""

    held: Span
    published: date | None
    confirmed: date | None


class PostDays(NamedTuple):
    """A post: `needed` is how many it needed, each number with the span in which it did."""

    needed: list[tuple[Span, int]]
    places: list[Place]


def posts(edition: Edition, evenings: Iterable[int]) -> dict[int, list[PostDays]]:
    """The posts of these evenings, by the evening's id."""
    rows = Post.objects.filter(opening__evening__in=evenings).order_by("pk")
    rows = list(
        rows.values_list(
            "pk", "needed", "opening__evening", "opening__called_off_at", "opening__evening__called_off_at"
        )
    )
    pks = [row[0] for row in rows]
    places, changes, added = _places(edition, pks), _changes(edition, pks), _added(edition, pks)
    result = defaultdict(list)
    for pk, needed, evening, *called_off in rows:
        ends = min((local_day(at, edition.zone) for at in called_off if at), default=FOREVER)
        needs = _spans(needed, changes.get(pk, []), added.get(pk, ALWAYS), ends)
        result[evening].append(PostDays(needs, places.get(pk, [])))
    return result


def _spans(value, changes, start, stop):
    """`value` holds now; `changes` are [(day, before)], the oldest first: what held in each span."""
    spans, since = [], start
    for day, before in changes:
        spans.append((Span(since, min(day, stop)), before))
        since = day
    spans.append((Span(since, stop), value))
    return [(span, one) for span, one in spans if span.start < span.stop]


def _places(edition, posts):
    def day(moment):
        return moment and local_day(moment, edition.zone)

    rows = (
        Assignment.objects.filter(post__in=posts)
        .order_by("pk")
        .values_list(*("post", "made_at", "cancelled_at", "absent_at", "published_at", "confirmed_at", "arrived_at"))
    )
    result = defaultdict(list)
    for post, made, *ended, published, confirmed, arrived in rows:
        stop = min((day(at) for at in ended if at), default=FOREVER)
        sure = min((day(at) for at in (confirmed, arrived) if at), default=None)
        result[post].append(Place(Span(day(made), stop), day(published), sure))
    return result


def _changes(edition, posts):
    entries = Entry.objects.filter(verb="changed_places", about_type=Post._meta.label_lower, about_id__in=posts)
    result = defaultdict(list)
    for post, at, data in entries.values_list("about_id", "at", "data"):
        result[post].append((local_day(at, edition.zone), data["old"][1]))
    return result


def _added(edition, posts):
    """Since when there is a post; one that came with the edition was always there."""
    entries = Entry.objects.filter(verb="added_post", about_type=Post._meta.label_lower, about_id__in=posts)
    return {post: local_day(at, edition.zone) for post, at in entries.values_list("about_id", "at")}


def said_yes(edition: Edition, evenings: Iterable[int]) -> dict[int, list[Span]]:
    """Each yes for these evenings, by the evening's id: since she signed up, or since she said so."""
    evenings = set(evenings)
    registrations = dict(Registration.objects.filter(edition=edition).values_list("pk", "created_at"))
    answers = Availability.objects.filter(registration__edition=edition, evening__in=evenings)
    now = {(pk, evening): answer for pk, evening, answer in answers.values_list("registration", "evening", "answer")}
    changes = _answered(edition)
    result = defaultdict(list)
    for pk, evening in sorted(now.keys() | changes.keys()):
        if evening not in evenings:
            continue
        start = local_day(registrations[pk], edition.zone)
        spans = _spans(now.get((pk, evening), ""), changes.get((pk, evening), []), start, FOREVER)
        result[evening] += [span for span, answer in spans if answer == Availability.Answer.YES]
    return result


def _answered(edition):
    hers = Registration.objects.filter(edition=edition).order_by().values("pk")
    entries = Entry.objects.filter(verb="answered", about_type=Registration._meta.label_lower, about_id__in=hers)
    result = defaultdict(list)
    for pk, at, data in entries.values_list("about_id", "at", "data"):
        result[pk, data["evening"]].append((local_day(at, edition.zone), data["old"]))
    return result


class Source(NamedTuple):
    """Of one answer: `people` signed up, `placed` of them have a place, or had it on an evening that is over."""

    heard: str
    people: int
    placed: int


def sources(edition: Edition) -> list[Source]:
    """Where the volunteers of `edition` come from: who signed up most first, who did not say last."""
    placed = Exists(
        Assignment.objects.active().filter(
            volunteer=OuterRef("volunteer"), post__opening__evening__edition=OuterRef("edition")
        )
    )
    rows = Registration.objects.filter(edition=edition).order_by().values_list("heard", placed)
    found = {heard: [0, 0] for heard in ["", *Heard.values]}
    for heard, has_place, number in rows.annotate(n=Count("pk")):
        found[heard][0] += number
        found[heard][1] += number if has_place else 0
    sources = [Source(heard, *numbers) for heard, numbers in found.items()]
    return sorted(sources, key=lambda one: (one.heard == "", -one.people))
