"""Who could move to an open place tonight: floaters first, then museums with more than they need, then the nearest."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from math import asin, ceil, cos, radians, sin, sqrt
from typing import NamedTuple

from museums.models import Contact, Museum, Opening
from nocturnes.alphabet import folded
from shifts import ranking
from shifts.actions.lending import OF_THE_PLACE
from shifts.models import Assignment, Post
from shifts.ranking import Standing
from volunteers.models import Volunteer

from .counting import Tongue
from .facts import Facts
from .tongues import read_tongues, tongues_of

EARTH = 6_371_000
# Streets are no straight lines, and nobody walks as fast as she could: metres a minute, on the crow's way.
CROW = 1.3
PACE = 70
STEP = 5
# Whoever is farther away than so many minutes is not worth a call while somebody is nearer, and after so many names
# nobody reads on.
FAR = 30
MOST = 6


@dataclass(frozen=True)
class Lender(Facts):
    """Somebody who could move, with what her museum would have left.

    `minutes` on foot is an estimate, None where a museum has no position. `brings` and `takes` are the languages that
    nobody speaks at the place yet, or would any more where she is. `ticks` are what a coordinator accepts, `asks_tick`
    that she has to now.
    """

    assignment: Assignment | None = None
    languages: tuple[Tongue, ...] = ()
    minutes: int | None = None
    brings: tuple[Tongue, ...] = ()
    takes: tuple[Tongue, ...] = ()
    ticks: tuple[str, ...] = ()
    asks_tick: bool = False

    @property
    def volunteer(self) -> Volunteer:
        return self.assignment.volunteer

    @property
    def floats(self) -> bool:
        return self.post.role.floats

    @property
    def spare(self) -> int:
        """How many people her post has more than it needs."""
        return max(self.post.taken - self.post.needed, 0)

    @property
    def leaves_hole(self) -> bool:
        return not self.spare and self.post.taken <= self.post.needed and self.post.needed > 0

    @property
    def is_here(self) -> bool:
        return self.assignment.arrived_at is not None

    @property
    def why(self) -> str:
        """What wants the tick, in words."""
        return ", ".join(str(ranking.WARNINGS[code]) for code in self.ticks)

    @property
    def is_far(self) -> bool:
        return self.minutes is not None and self.minutes > FAR

    @property
    def group(self) -> str:
        return "far" if self.is_far else "hole" if self.leaves_hole else "free"

    @property
    def order(self):
        way = self.minutes is None, self.minutes or 0
        return not self.floats, not self.spare, bool(self.takes), way, folded(self.volunteer.short_name)


class Group(NamedTuple):
    """Those who could move at the same price: nobody is missing where they are (free), their place would be open
    (hole), or they are more than FAR minutes away (far); `more` are folded."""

    kind: str
    lenders: list[Lender]
    more: list[Lender]

    @property
    def shows_more(self) -> bool:
        return any(one.asks_tick for one in self.more)


@dataclass(frozen=True)
class LendingPage:
    """The place in need, the languages that nobody there speaks, and who could move, best first."""

    hole: Facts
    lacks: tuple[Tongue, ...]
    lenders: list[Lender]
    far: int = FAR

    @property
    def groups(self) -> list[Group]:
        found = []
        for kind in ("free", "hole", "far"):
            lenders = [one for one in self.lenders if one.group == kind]
            # Far away is better than nobody at all.
            most = 0 if kind == "far" and found else MOST
            found += [Group(kind, lenders[:most], lenders[most:])] if lenders else []
        return found

    @property
    def post(self) -> Post:
        return self.hole.post


def lending_page(post: Post, *, tick_for: str = "", now: datetime) -> LendingPage:
    """Who of the evening of `post` could move there; `tick_for` is the id of the assignment that needs the one tick.

    A constant number of queries.
    """
    tongues = read_tongues()
    rows = list(_on_other_posts(post, now))
    spoken = tongues_of(Volunteer.languages, {"volunteer__in": {row.volunteer_id for row in rows}}, tongues)
    cover = _Cover({row.post.opening_id for row in rows} | {post.opening_id}, tongues)
    ticks = _ticks(post, rows, now)
    lenders = [
        Lender(
            row.post,
            assignment=row,
            languages=spoken[row.volunteer_id],
            minutes=walking_minutes(row.post.opening.museum, post.opening.museum),
            brings=tuple(one for one in cover.lacks(post.opening_id) if one in spoken[row.volunteer_id]),
            takes=cover.lost(row) if row.post.opening_id != post.opening_id else (),
            ticks=ticks[row.pk],
            asks_tick=bool(ticks[row.pk]) and str(row.pk) == tick_for,
        )
        for row in rows
        if row.pk in ticks
    ]
    lenders.sort(key=lambda one: one.order)
    is_open = post.open_places > 0 and not post.has_ended(now) and not post.is_called_off
    return LendingPage(Facts(post), cover.lacks(post.opening_id), lenders if is_open else [])


def _on_other_posts(post, now):
    rows = Assignment.objects.active().published().of_evening(post.opening.evening).filter(ends_at__gt=now)
    rows = rows.filter(absent_at=None).exclude(post=post).exclude(volunteer__assignments__in=_there(post))
    return rows.for_pages().select_related("volunteer__user").order_by("report_at", "pk")


def _there(post):
    return Assignment.objects.active().filter(post=post)


def _ticks(post, rows, now):
    """What wants a tick, by the assignment's id; who cannot come at all is not in it."""
    people = ranking.read_people(post.opening.evening, now=now, only={row.volunteer_id for row in rows})
    hole, busy = ranking.read_hole(post), defaultdict(list)
    for row in rows:
        busy[row.volunteer_id].append(row)
    found = {}
    for row in rows:
        person = people.get(row.volunteer_id)
        unmet = ranking.unmet(person, hole, now) if person else {}
        refused = {code for code, standing in unmet.items() if standing == Standing.REFUSED} - {"busy"}
        if refused or any(other.overlaps(post) for other in busy[row.volunteer_id] if other.pk != row.pk):
            continue
        found[row.pk] = tuple(code for code in unmet if code in OF_THE_PLACE)
    return found


class _Cover:
    """The languages that openings ask for, and who there speaks them; three queries."""

    def __init__(self, openings: set[int], tongues: dict[int, Tongue]):
        self.wanted = tongues_of(Opening.languages, {"opening__in": openings}, tongues)
        team = Assignment.objects.active().filter(post__opening__in=openings).order_by()
        self.team = defaultdict(list)
        for opening, pk, volunteer in team.values_list("post__opening_id", "pk", "volunteer_id"):
            self.team[opening].append((pk, volunteer))
        people = {volunteer for members in self.team.values() for _pk, volunteer in members}
        self.spoken = tongues_of(Volunteer.languages, {"volunteer__in": people}, tongues)

    def lacks(self, opening: int, *, without: int | None = None) -> tuple[Tongue, ...]:
        """What nobody there speaks, once the assignment `without` is gone."""
        there = {one for pk, volunteer in self.team[opening] if pk != without for one in self.spoken[volunteer]}
        return tuple(one for one in self.wanted[opening] if one not in there)

    def lost(self, row: Assignment) -> tuple[Tongue, ...]:
        before = self.lacks(row.post.opening_id)
        return tuple(one for one in self.lacks(row.post.opening_id, without=row.pk) if one not in before)


def walking_minutes(one: Museum, other: Museum) -> int | None:
    """An estimate of the way on foot, in steps of five minutes; None where a museum has no position."""
    if one.pk == other.pk:
        return 0
    places = [(place.latitude, place.longitude) for place in (one, other)]
    if any(part is None for place in places for part in place):
        return None
    metres = _metres(*(tuple(map(float, place)) for place in places)) * CROW
    return STEP * max(ceil(metres / PACE / STEP), 1)


def _metres(one, other):
    """The distance of two places on the globe (the haversine formula)."""
    (lat, lon), (lat2, lon2) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def to_call(*museums: Museum) -> list[Contact]:
    """Whom a coordinator has to call herself: the contacts of museums where nobody has an e-mail address."""
    contacts = list(Contact.objects.filter(museum__in=museums).select_related("museum").order_by("pk"))
    by_mail = {one.museum_id for one in contacts if one.email}
    return [one for one in contacts if one.museum_id not in by_mail and one.phone]
