"""What a museum may know of its openings (design.md 3.6): who comes, and nothing of who does not, or why.

What must not be shown is not in here either: a phone number outside its hours is no field that a template leaves out.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from museums.models import Museum, Opening
from nocturnes import hours
from nocturnes.alphabet import folded
from nocturnes.models import Evening, Role
from shifts.models import Assignment, Post, Search
from volunteers.models import Volunteer

from . import facts
from .counting import Tongue
from .facts import Call, hour
from .tongues import read_tongues, tongues_of

# Lines of the printed sheet for somebody who came without being expected.
BLANK = range(6)


@dataclass(frozen=True)
class Person:
    """Somebody who is expected. `tick` is "arrived", "absent" or empty; `phone` is empty outside its hours."""

    pk: int
    name: str
    is_confirmed: bool
    languages: tuple[Tongue, ...]
    role: str
    report: str
    is_first_time: bool
    phone: str
    tick: str

    @property
    def phone_url(self):
        return f"tel:{self.phone.replace(' ', '')}"


@dataclass(frozen=True)
class Hole:
    """Needed places of one post where nobody is; `is_searched` says that somebody is being looked for."""

    role: str
    report: str
    count: int
    is_searched: bool

    @property
    def places(self):
        return range(self.count)


@dataclass(frozen=True)
class Sheet:
    """One opening of the museum. Its day `has_come` at midnight, and `is_past` when the night after it is over."""

    opening: Opening
    has_come: bool
    is_past: bool
    opens: str
    closes: str
    people: list[Person]
    holes: list[Hole]
    call: Call | None
    is_settled: bool
    takes_ticks: bool
    shows_phones: bool

    @property
    def date(self):
        return self.opening.evening.date

    @property
    def is_called_off(self):
        return self.opening.is_called_off

    @property
    def is_today(self):
        return self.has_come and not self.is_past

    @property
    def extra(self):
        """How many came who are not on the list, as the museum said."""
        return self.opening.came_extra

    @property
    def is_long(self):
        return facts.is_long_head(self.date, self.opens)

    @property
    def phones_from(self):
        return f"{self.opening.evening.edition.rules.phones_from:%H:%M}"

    @property
    def phones_until(self):
        return f"{self.opening.evening.edition.rules.phones_until:%H:%M}"

    @property
    def expected(self):
        """Everybody but who was ticked as not here."""
        return [person for person in self.people if person.tick != "absent"]

    @property
    def first_report(self):
        return min((person.report for person in self.expected), default="")

    @property
    def arrived(self):
        return sum(person.tick == "arrived" for person in self.people)

    @property
    def unticked(self):
        return sum(not person.tick for person in self.people)

    @property
    def lines(self):
        """How many lines it has on paper, those left blank for who comes unexpected among them."""
        return len(self.people) + sum(hole.count for hole in self.holes) + len(BLANK)


def phones_are_open(evening: Evening, now: datetime) -> bool:
    """From 12:00 on the day to 12:00 the day after, half open, on the clock of the edition's zone."""
    rules, zone = evening.edition.rules, evening.edition.zone
    begins = hours.instant(evening.date, rules.phones_from, zone)
    return begins <= now and not is_closed(evening, now)


def is_closed(evening: Evening, now: datetime) -> bool:
    """Whether the list of the evening is gone."""
    return now >= closing(evening)


def closing(evening: Evening) -> datetime:
    """When the list of the evening goes: at 12:00 on the day after."""
    rules, zone = evening.edition.rules, evening.edition.zone
    return hours.instant(evening.date + timedelta(days=1), rules.phones_until, zone)


def takes_ticks(evening: Evening, now: datetime) -> bool:
    """From the midnight with which its day begins to when its numbers are closed."""
    return evening.day_has_come(now) and not is_closed(evening, now)


def sheets(museum: Museum, *, now: datetime) -> list[Sheet]:
    """The museum's openings from today on, and yesterday's until noon, in a constant number of queries."""
    recent = Opening.objects.filter(museum=museum, ends_at__gt=now - timedelta(days=2))
    rows = recent.select_related("museum", "evening__edition", "evening__lead").order_by("evening__date", "pk")
    return _sheets([row for row in rows if not is_closed(row.evening, now)], now=now)


def sheet(opening: Opening, *, now: datetime) -> Sheet:
    """One opening, under the same rules, whenever its evening is or was."""
    return _sheets([opening], now=now)[0]


def sheets_of(evening: Evening, *, now: datetime) -> list[Sheet]:
    """Every opening of `evening` that takes place, by the museum's name, in as many queries as for one."""
    rows = evening.openings.taking_place().select_related("museum", "evening__edition", "evening__lead")
    return _sheets(sorted(rows, key=lambda row: folded(row.museum.name)), now=now)


def _sheets(openings, *, now):
    posts = Post.objects.filter(opening__in=openings).order_by("role__position", "report_at", "pk")
    posts = list(posts.annotate(is_searched=Exists(Search.objects.live().filter(post=OuterRef("pk")))))
    expected = _expected(openings, posts, now)
    posts_of, expected_at = defaultdict(list), defaultdict(list)
    for post in posts:
        posts_of[post.opening_id].append(post)
    for row in expected:
        expected_at[row.post.opening_id].append(row)
    people = {row.volunteer_id for row in expected}
    spoken = tongues_of(Volunteer.languages, {"volunteer__in": people}, read_tongues())
    known = _Known(_earlier(openings, people), spoken)
    first = facts.coordinators().first()
    return [
        _sheet(opening, posts_of[opening.pk], expected_at[opening.pk], known, first, now=now) for opening in openings
    ]


class _Known(NamedTuple):
    """Of who is expected: since when she knows a museum, by its id and hers, and what she speaks, by hers."""

    earlier: dict[tuple[int, int], datetime]
    spoken: dict[int, tuple[Tongue, ...]]


def _expected(openings, posts, now):
    """Who is expected; with her number only where it may be seen, for it is parsed each time that it is read."""
    roles, by_pk = Role.objects.in_bulk(), {post.pk: post for post in posts}
    for post in posts:
        post.role = roles[post.role_id]
    rows = Assignment.objects.active().published().filter(post__in=by_pk).select_related("volunteer")
    if not any(phones_are_open(opening.evening, now) for opening in openings):
        rows = rows.defer("volunteer__phone")
    rows = list(rows.order_by("report_at", "post__role__position", "pk"))
    for row in rows:
        row.post = by_pk[row.post_id]
    return sorted(rows, key=lambda row: (row.report_at, row.post.role.position, folded(row.volunteer.short_name)))


def _earlier(openings, volunteers):
    """When each of these was first at the museums, or was expected there and nobody said that she did not come."""
    museums = {opening.museum_id for opening in openings}
    rows = Assignment.objects.active().published().filter(post__opening__museum__in=museums, volunteer__in=volunteers)
    rows = rows.filter(absent_at=None).order_by("-report_at")
    known = rows.values_list("post__opening__museum", "volunteer", "report_at")
    return {(museum, volunteer): report_at for museum, volunteer, report_at in known}


def _sheet(opening, posts, assignments, known, first_coordinator, *, now):
    evening = opening.evening
    is_settled = evening.is_published and not opening.is_called_off
    shows_phones = phones_are_open(evening, now)
    people = [_person(row, opening, known, with_phone=shows_phones) for row in assignments]
    return Sheet(
        opening=opening,
        has_come=evening.day_has_come(now),
        is_past=evening.is_past(now),
        opens=hour(opening.starts_at, evening.edition),
        closes=hour(opening.ends_at, evening.edition),
        people=people if is_settled else [],
        holes=_holes(posts, assignments, evening.edition) if is_settled else [],
        call=facts.call(evening, first_coordinator),
        is_settled=is_settled,
        takes_ticks=is_settled and takes_ticks(evening, now),
        shows_phones=shows_phones,
    )


def _person(assignment, opening, known, *, with_phone):
    volunteer = assignment.volunteer
    tick = "arrived" if assignment.arrived_at else "absent" if assignment.absent_at else ""
    first = known.earlier.get((opening.museum_id, volunteer.pk), assignment.report_at)
    return Person(
        pk=assignment.pk,
        name=volunteer.short_name,
        is_confirmed=assignment.is_confirmed,
        languages=known.spoken.get(volunteer.pk, ()),
        role=assignment.post.role.name,
        report=hour(assignment.report_at, opening.evening.edition),
        is_first_time=first >= assignment.report_at,
        phone=facts.dialled(volunteer.phone) if with_phone and volunteer.phone else "",
        tick=tick,
    )


def _holes(posts, assignments, edition):
    here = Counter(row.post_id for row in assignments if not row.absent_at)
    holes = []
    for post in posts:
        role, report, missing = post.role.name, hour(post.report_at, edition), max(post.needed - here[post.pk], 0)
        # A search fills places that are free; that of somebody who is not here is still hers.
        searched = min(missing, post.open_places) if post.is_searched else 0
        holes += [Hole(role, report, searched, True), Hole(role, report, missing - searched, False)]
    return [hole for hole in holes if hole.count]
