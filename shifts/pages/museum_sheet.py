"""What a museum may know of its openings (design.md 3.6): who comes, and nothing of who does not, or why.

What must not be shown is not in here either: a phone number outside its hours is no field that a template leaves out.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef
from phonenumber_field.phonenumber import PhoneNumber

from museums.models import Museum, Opening
from nocturnes import hours
from nocturnes.alphabet import folded
from nocturnes.models import Evening, Role
from nocturnes.prepared import Among, Many, Prepared
from shifts.actions import is_due
from shifts.models import Assignment, Post, Search
from volunteers.models import Volunteer

from . import facts
from .counting import Tongue
from .facts import Call, hour
from .on_post import ON_POST, on_posts
from .tongues import gathered, links, read_tongues

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
    """One opening of the museum. Its day `has_come` at midnight, and `is_past` when the night after it is over.

    It `awaits_ticks` where somebody without one is due: only then "all here" is a true word.
    """

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
    awaits_ticks: bool
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
        """They stand in the order in which they report: by the clock alone, half past midnight would come first."""
        return next((person.report for person in self.expected), "")

    @property
    def arrived(self):
        return sum(person.tick == "arrived" for person in self.people)

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
    roles = Role.objects.in_bulk()
    posts = {post.pk: post for post in _posts(openings=Many(opening.pk for opening in openings))}
    posts_of, expected_at = defaultdict(list), defaultdict(list)
    for post in posts.values():
        post.role = roles[post.role_id]
        posts_of[post.opening_id].append(post)
    expected = _expected(posts)
    for row in expected:
        expected_at[posts[row.post_id].opening_id].append(row)
    known = _known(openings, {row.volunteer_id for row in expected}, now)
    first = facts.coordinators().first()
    return [
        _sheet(opening, posts_of[opening.pk], expected_at[opening.pk], known, first, now=now) for opening in openings
    ]


@Prepared
def _posts(openings):
    posts = Post.objects.filter(Among(F("opening"), openings)).order_by("role__position", "report_at", "pk")
    return posts.annotate(is_searched=Exists(Search.objects.live().filter(post=OuterRef("pk"))))


def _expected(posts):
    """Who is expected on these posts (by id), in the order in which they report."""

    def key(row):
        post = posts[row.post_id]
        return post.report_at, post.role.position, folded(row.volunteer.short_name)

    return sorted(on_posts(_rows(posts=Many(posts))), key=key)


@Prepared
def _rows(posts):
    rows = Assignment.objects.active().published().filter(Among(F("post"), posts))
    return rows.order_by("pk").values_list(*ON_POST)


class _Known(NamedTuple):
    """Of who is expected: since when she knows a museum, by its id and hers; what she speaks and her number, by hers.

    Numbers are read only where they may be seen.
    """

    earlier: dict[tuple[int, int], datetime]
    spoken: dict[int, tuple[Tongue, ...]]
    phones: dict[int, PhoneNumber]


def _known(openings, people, now):
    museums, people = Many({opening.museum_id for opening in openings}), Many(people)
    # The first time comes last, and stays.
    earlier = {(museum, pk): report_at for museum, pk, report_at in _earlier(museums=museums, volunteers=people)}
    spoken = gathered(_spoken(volunteers=people), read_tongues())
    shows_phones = any(phones_are_open(opening.evening, now) for opening in openings)
    owners = Volunteer.objects.only("phone").in_bulk(people) if shows_phones else {}
    return _Known(earlier, spoken, {pk: owner.phone for pk, owner in owners.items()})


@Prepared
def _spoken(volunteers):
    return links(Volunteer.languages).filter(Among(F("volunteer"), volunteers))


@Prepared
def _earlier(museums, volunteers):
    """When each of these was at the museums, or was expected there and nobody said that she did not come."""
    rows = Assignment.objects.active().published().filter(absent_at=None).order_by("-report_at")
    rows = rows.filter(Among(F("post__opening__museum"), museums), Among(F("volunteer"), volunteers))
    return rows.values_list("post__opening__museum_id", "volunteer_id", "report_at")


def _sheet(opening, posts, assignments, known, first_coordinator, *, now):
    evening = opening.evening
    is_settled = evening.is_published and not opening.is_called_off
    shows_phones = phones_are_open(evening, now)
    of = {post.pk: post for post in posts}
    people = [_person(row, of[row.post_id], opening, known, with_phone=shows_phones) for row in assignments]
    return Sheet(
        opening=opening,
        has_come=evening.day_has_come(now),
        is_past=evening.is_past(now),
        opens=hour(opening.starts_at, evening.edition),
        closes=hour(opening.ends_at, evening.edition),
        people=people if is_settled else [],
        holes=_holes(posts, assignments, evening, now) if is_settled else [],
        call=facts.call(evening, first_coordinator),
        is_settled=is_settled,
        takes_ticks=is_settled and takes_ticks(evening, now),
        awaits_ticks=any(_is_awaited(row, of[row.post_id], now) for row in assignments),
        shows_phones=shows_phones,
    )


def _is_awaited(row, post, now):
    return not (row.arrived_at or row.absent_at) and is_due(post.report_at, now)


def _person(row, post, opening, known, *, with_phone):
    phone = known.phones.get(row.volunteer_id) if with_phone else None
    return Person(
        pk=row.pk,
        name=row.volunteer.short_name,
        is_confirmed=row.is_confirmed,
        languages=known.spoken.get(row.volunteer_id, ()),
        role=post.role.name,
        report=hour(post.report_at, opening.evening.edition),
        is_first_time=known.earlier.get((opening.museum_id, row.volunteer_id), post.report_at) >= post.report_at,
        phone=facts.dialled(phone) if phone else "",
        tick="arrived" if row.arrived_at else "absent" if row.absent_at else "",
    )


def _holes(posts, assignments, evening, now):
    here = Counter(row.post_id for row in assignments if not row.absent_at)
    holes = []
    for post in (post for post in posts if not post.has_ended(now)):
        report, missing = hour(post.report_at, evening.edition), max(post.needed - here[post.pk], 0)
        # A search fills places that are free; that of somebody who is not here is still hers.
        searched = min(missing, post.open_places) if post.is_searched else 0
        holes += [Hole(post.role.name, report, searched, True), Hole(post.role.name, report, missing - searched, False)]
    return [hole for hole in holes if hole.count]
