"""What one row of each file says. Days, hours and moments are those of a clock on the wall of the edition's zone."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.conf import settings

from museums.models import Opening
from nocturnes.hours import evening_day
from shifts.models import Assignment
from volunteers.models import AgeGroup, Heard

from . import cells
from .tables import column

LANGUAGES = [code for code, _ in settings.LANGUAGES]


@dataclass(frozen=True, kw_only=True)
class Row:
    line: int


def on_the_wall(evening: date, hour: time) -> datetime:
    """What calendar and clock show at an `hour` of the evening of that date, of which 01:00 is a late one."""
    return datetime.combine(evening_day(evening, hour), hour)


@dataclass(frozen=True, kw_only=True)
class LanguageRow(Row):
    FILE = "languages.csv"
    code: str = column(lambda cell: cells.slug(cell, most=8))
    short: str = column(cells.text(6))
    name_fr: str = column(cells.text(60))
    name_nl: str = column(cells.text(60))
    name_en: str = column(cells.text(60))


@dataclass(frozen=True, kw_only=True)
class RoleRow(Row):
    FILE = "roles.csv"
    slug: str = column(cells.slug)
    name_fr: str = column(cells.text(60))
    name_nl: str = column(cells.text(60))
    name_en: str = column(cells.text(60))
    replace_if_empty: bool = column(cells.yes_no)
    floats: bool = column(cells.yes_no, without=False)


@dataclass(frozen=True, kw_only=True)
class MuseumRow(Row):
    FILE = "museums.csv"
    slug: str = column(cells.slug)
    name_fr: str = column(cells.text(120))
    name_nl: str = column(cells.text(120))
    name_en: str = column(cells.text(120))
    short_fr: str = column(cells.text(24))
    short_nl: str = column(cells.text(24))
    short_en: str = column(cells.text(24))
    street_fr: str = column(cells.text(120))
    street_nl: str = column(cells.text(120))
    postcode: str = column(cells.text(8))
    commune_fr: str = column(cells.text(60))
    commune_nl: str = column(cells.text(60))
    latitude: Decimal | None = column(cells.optional(cells.degrees))
    longitude: Decimal | None = column(cells.optional(cells.degrees))
    website: str = column(cells.optional(cells.website, ""))
    stop: str = column(cells.optional(cells.text(160), ""))


@dataclass(frozen=True, kw_only=True)
class ContactRow(Row):
    FILE = "contacts.csv"
    museum: str = column(cells.slug)
    name: str = column(cells.text(80))
    email: str = column(cells.optional(cells.email, ""))
    phone: str = column(cells.optional(cells.phone, ""))
    language: str = column(cells.one_of(*LANGUAGES))


@dataclass(frozen=True, kw_only=True)
class EveningRow(Row):
    FILE = "evenings.csv"
    date: date = column(cells.day)
    published: datetime | None = column(cells.optional(cells.moment))
    note: str = column(cells.optional(cells.text(1000), ""))


@dataclass(frozen=True, kw_only=True)
class OpeningRow(Row):
    FILE = "openings.csv"
    evening: date = column(cells.day)
    museum: str = column(cells.slug)
    starts: time = column(cells.hour)
    ends: time = column(cells.hour)
    activity: str = column(cells.one_of(*Opening.Activity.values))
    title_fr: str = column(cells.optional(cells.text(120), ""))
    title_nl: str = column(cells.optional(cells.text(120), ""))
    title_en: str = column(cells.optional(cells.text(120), ""))
    meeting_point_fr: str = column(cells.optional(cells.text(160), ""))
    meeting_point_nl: str = column(cells.optional(cells.text(160), ""))
    meeting_point_en: str = column(cells.optional(cells.text(160), ""))
    languages: tuple = column(cells.words)


@dataclass(frozen=True, kw_only=True)
class PostRow(Row):
    FILE = "posts.csv"
    evening: date = column(cells.day)
    museum: str = column(cells.slug)
    role: str = column(cells.slug)
    report: time = column(cells.hour)
    starts: time = column(cells.hour)
    ends: time = column(cells.hour)
    places: int = column(cells.number(1, 200))
    needed: int = column(cells.number(0, 200))
    languages: tuple = column(cells.words)
    minimum_age: int = column(cells.number(16, 99))
    briefing_fr: str = column(cells.optional(cells.text(2000), ""))
    briefing_nl: str = column(cells.optional(cells.text(2000), ""))
    briefing_en: str = column(cells.optional(cells.text(2000), ""))

    @property
    def opening(self):
        return self.evening, self.museum

    @property
    def key(self):
        """What an assignment names it by; several posts that share it are told apart by their report times."""
        return self.evening, self.museum, self.role


@dataclass(frozen=True, kw_only=True)
class VolunteerRow(Row):
    """`extra` holds the answers for the evenings, a column each, named by its date."""

    FILE = "volunteers.csv"
    first_name: str = column(cells.text(60))
    last_name: str = column(cells.text(80))
    email: str = column(cells.email)
    phone: str = column(cells.optional(cells.phone, ""))
    language: str = column(cells.one_of(*LANGUAGES))
    spoken: tuple = column(cells.words)
    age: str = column(cells.one_of(*AgeGroup.values))
    parent_name: str = column(cells.optional(cells.text(120), ""))
    parent_email: str = column(cells.optional(cells.email, ""))
    parent_consented: datetime | None = column(cells.optional(cells.moment))
    registered: datetime = column(cells.moment)
    accepted: datetime | None = column(cells.optional(cells.moment))
    most_evenings: int | None = column(cells.optional(cells.number(1, 60)))
    roles: tuple = column(cells.words)
    museums: tuple = column(cells.words)
    with_whom: str = column(cells.optional(cells.text(120), ""))
    arrange: str = column(cells.optional(cells.text(500), ""))
    may_be_asked: bool = column(cells.yes_no)
    heard: str = column(cells.optional(cells.one_of(*Heard.values), ""), without="")
    reserve: tuple = column(cells.days)
    extra: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AssignmentRow(Row):
    """Who is on which post, and what she did since; `volunteer` is her address.

    `report` tells the posts of one role at one opening from each other; where there is one it may be empty.
    """

    FILE = "assignments.csv"
    evening: date = column(cells.day)
    museum: str = column(cells.slug)
    role: str = column(cells.slug)
    report: time | None = column(cells.optional(cells.hour), without=None)
    volunteer: str = column(cells.email)
    made: datetime = column(cells.moment)
    confirmed: datetime | None = column(cells.optional(cells.moment))
    how: str = column(cells.optional(cells.one_of(*Assignment.How.values), ""))
    withdrew: datetime | None = column(cells.optional(cells.moment))
    reason: str = column(cells.optional(cells.one_of(*Assignment.Reason.values), ""))
    attendance: str = column(cells.optional(cells.one_of("arrived", "absent"), ""))

    @property
    def post(self):
        return self.evening, self.museum, self.role
