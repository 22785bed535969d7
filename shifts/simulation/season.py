"""The season that is played: posts and people of the bundled edition, with answers, roster and reserve drawn anew.

Rows of the models that were never saved: what is derived from one row is the product's own.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from museums.models import Museum, Opening
from nocturnes.hours import instant
from nocturnes.models import Edition, Evening, Role
from nocturnes.rules import Rules, to_data
from shifts.loading import BUNDLED
from shifts.loading.season import read_season
from shifts.models import Post
from shifts.ranking.eligibility import ADULT_AGE
from volunteers.models import AgeGroup, Availability

from .assumptions import Assumptions
from .behaviour import Behaviour

# Every evening is published this long before the first one that may lose somebody.
PUBLISHED_BEFORE = timedelta(days=4)
# The answers that count when the roster is made.
WILLING = (Availability.Answer.YES, Availability.Answer.IF_NEEDED)


@dataclass(frozen=True)
class Human:
    """What of a volunteer's row ranking and behaviour look at; roles and museums by their ids."""

    pk: int
    age_group: str
    languages: frozenset[str]
    roles: frozenset[int]
    museums: frozenset[int]
    most_evenings: int | None
    may_be_asked: bool


@dataclass
class Season:
    """One edition; everything by ids. `roster` has who is on each post when it is published."""

    edition: Edition
    evenings: dict[int, Evening]
    posts: dict[int, Post]
    post_languages: dict[int, frozenset[str]]
    opening_languages: dict[int, frozenset[str]]
    humans: dict[int, Human]
    answers: dict[int, dict[int, str]] = field(default_factory=dict)
    roster: dict[int, list[int]] = field(default_factory=dict)
    reserve: dict[int, frozenset[int]] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return self.edition.zone

    @property
    def rules(self) -> Rules:
        return self.edition.rules

    @cached_property
    def likes(self) -> dict[int, frozenset[int]]:
        """Who likes each role."""
        return _by((role, human.pk) for human in self.humans.values() for role in human.roles)

    @cached_property
    def knows(self) -> dict[int, frozenset[int]]:
        """Who said that she knows each museum."""
        return _by((museum, human.pk) for human in self.humans.values() for museum in human.museums)

    @cached_property
    def speakers(self) -> dict[str, frozenset[int]]:
        """Who speaks the language of each code."""
        return _by((code, human.pk) for human in self.humans.values() for code in human.languages)

    @cached_property
    def posts_at(self) -> dict[int, list[Post]]:
        """The posts of each museum."""
        found = {}
        for post in self.posts.values():
            found.setdefault(post.opening.museum_id, []).append(post)
        return found

    def posts_of(self, evening: int) -> list[Post]:
        return [post for post in self.posts.values() if post.opening.evening_id == evening]

    def report_at(self, evening: int) -> datetime:
        """The first report time of the evening, in UTC."""
        return min(post.report_at for post in self.posts_of(evening)).astimezone(UTC)

    def meets_a_wish(self, volunteer: int, post: Post) -> bool:
        human = self.humans[volunteer]
        return post.role_id in human.roles or post.opening.museum_id in human.museums

    @property
    def starts(self) -> datetime:
        """Before anything happens."""
        return min(self.report_at(evening) for evening in self.evenings) - timedelta(days=14)


@lru_cache(maxsize=1)
def _rows():
    return read_season(BUNDLED, people=True)


def make_season(
    seed: int, given: Assumptions, rules: Rules, *, evenings: int | None = None
) -> tuple[Season, Behaviour]:
    """The season of that seed, and its people; `rules` are those of the edition. Only so many `evenings`, or all."""
    rows = _rows()
    edition = Edition(
        pk=1, slug="simulation", zone_name=rows.header.zone_name, languages=["fr"], rules_data=to_data(rules)
    )
    season = _evenings(rows.evenings[:evenings], rows.header.opens, edition, given)
    _posts(rows, season)
    _humans(rows, season, given)
    people = Behaviour(seed, given, season)
    _answers(rows, season, people)
    for evening in season.evenings:
        _assign(season, people, evening)
    for evening in season.evenings:
        season.reserve[evening] = frozenset(_reserve(season, people, evening) if given.reserve else ())
    return season, people


def _evenings(rows, opens, edition, given):
    before = given.withdraws_within + PUBLISHED_BEFORE
    evenings = {}
    for number, row in enumerate(rows, start=1):
        published_at = instant(row.date, opens, edition.zone).astimezone(UTC) - before
        evenings[number] = Evening(pk=number, edition=edition, date=row.date, published_at=published_at)
    return Season(edition, evenings, {}, {}, {}, {})


def _posts(rows, season):
    """Every place counts: what the museum would like beside what it needs is searched for less long."""
    evenings = {evening.date: evening for evening in season.evenings.values()}
    roles = {row.slug: Role(pk=n, slug=row.slug, replace_if_empty=True) for n, row in enumerate(rows.roles, start=1)}
    replaced = {row.slug for row in rows.roles if row.replace_if_empty}
    museums = {row.slug: Museum(pk=number, slug=row.slug) for number, row in enumerate(rows.museums, start=1)}
    openings = {}
    for number, row in enumerate((row for row in rows.openings if row.evening in evenings), start=1):
        opening = Opening(pk=number, evening=evenings[row.evening], museum=museums[row.museum])
        openings[row.evening, row.museum] = opening
        season.opening_languages[number] = frozenset(row.languages)
    wanted = (row for row in rows.posts if row.role in replaced and row.evening in evenings)
    for number, row in enumerate(wanted, start=1):
        season.posts[number] = _post(number, row, openings[row.opening], roles[row.role], season.zone)
        season.post_languages[number] = frozenset(row.languages)


def _post(number, row, opening, role, zone):
    hours = (row.report, row.starts, row.ends)
    report, starts, ends = (instant(row.evening, hour, zone).astimezone(UTC) for hour in hours)
    places = {"places": row.places, "needed": row.places, "minimum_age": row.minimum_age}
    return Post(pk=number, opening=opening, role=role, report_at=report, starts_at=starts, ends_at=ends, **places)


def _humans(rows, season, given):
    """Those whom the coordinator welcomed; with more `people` than there are rows some are there twice."""
    accepted = [row for row in rows.volunteers if row.accepted]
    roles = {row.slug: number for number, row in enumerate(rows.roles, start=1)}
    museums = {row.slug: number for number, row in enumerate(rows.museums, start=1)}
    for number in range(round(len(accepted) * given.people)):
        row = accepted[number % len(accepted)]
        season.humans[number + 1] = Human(
            pk=number + 1,
            age_group=row.age,
            languages=frozenset(row.spoken),
            roles=frozenset(roles[slug] for slug in row.roles),
            museums=frozenset(museums[slug] for slug in row.museums),
            most_evenings=row.most_evenings,
            may_be_asked=row.may_be_asked,
        )


def _answers(rows, season, people):
    """For every evening one of the answers that she gave for any evening of 2026: who is often free stays so."""
    accepted = [row for row in rows.volunteers if row.accepted]
    for evening in season.evenings:
        season.answers[evening] = {}
        for pk in season.humans:
            hers = list(accepted[(pk - 1) % len(accepted)].extra.values())
            season.answers[evening][pk] = hers[int(people.chance("answers", pk, evening) * len(hers))]


def _assign(season, people, evening):
    """Fill the evening as a coordinator would: who is willing, has fewest evenings, and may be there. What nobody
    could be found for was open at the publication: it is nobody's loss, and the post is that much smaller."""
    busy = set()
    for post in season.posts_of(evening):
        found = _free(season, people, evening, busy, post)[: post.places]
        busy |= set(found)
        season.roster[post.pk] = found
        post.places = post.needed = post.taken = len(found)


def _free(season, people, evening, busy, post):
    free = [
        pk
        for pk, human in season.humans.items()
        if pk not in busy
        and season.answers[evening][pk] in WILLING
        and season.post_languages[post.pk] <= human.languages
        and not (human.age_group == AgeGroup.YOUNG and post.minimum_age >= ADULT_AGE)
        and _evenings_of(season, pk) < (human.most_evenings or len(season.evenings))
    ]
    last = season.answers[evening]
    return sorted(
        free,
        key=lambda pk: (last[pk] != WILLING[0], _evenings_of(season, pk), people.chance("roster", pk, post.pk)),
    )


def _evenings_of(season, volunteer):
    return sum(volunteer in found for found in season.roster.values())


def _reserve(season, people, evening):
    """Who agreed to be on call: of who said yes and has no place, as many as the rules allow."""
    rules, placed = season.rules, {pk for post in season.posts_of(evening) for pk in season.roster[post.pk]}
    places = sum(post.places for post in season.posts_of(evening))
    most = rules.reserve_many if places >= rules.reserve_many_from else rules.reserve_most
    free = [
        pk
        for pk, human in season.humans.items()
        if pk not in placed and season.answers[evening][pk] == Availability.Answer.YES and human.may_be_asked
    ]
    return sorted(free, key=lambda pk: people.chance("reserve", pk, evening))[:most]


def _by(pairs: Iterable[tuple]) -> dict:
    found = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return {key: frozenset(values) for key, values in found.items()}
