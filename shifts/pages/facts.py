"""Where and when a post is, and who else is there: the facts that several pages have in common."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from museums import words
from museums.models import Museum
from nocturnes import hours
from nocturnes.alphabet import folded
from nocturnes.dates import date_format
from nocturnes.localized import labelled
from nocturnes.models import Edition, Evening, User
from nocturnes.prepared import Among, Many, Prepared
from shifts.models import Assignment, Post

MAP = "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"

BELGIUM = 32

# So many letters of the large type stand beside the drawing on a phone.
UNBROKEN = 16
# A date with its hour that is longer than this takes the smaller type, or its hour would stand on a line of its own.
LONG_HEAD = 21
# A question longer than this takes the smaller type and the whole width of a phone; so does one with a longer date
# than that, which would leave the words around it alone on their lines.
LONG_QUESTION, LONG_DATE = 45, 16


@dataclass(frozen=True)
class Mate:
    """Somebody at the same opening, as a volunteer may know her (design.md 3.6)."""

    name: str
    state: str


@dataclass(frozen=True)
class Call:
    """The number to call on the evening, and who answers."""

    number: str
    who: str

    @property
    def url(self):
        return f"tel:{re.sub(r'[^0-9+]', '', self.number)}"


@dataclass(frozen=True)
class Facts:
    """One post in words, in the active language; hours are texts read on the clock of the edition's zone."""

    post: Post
    team: list[Mate] = field(default_factory=list)
    call: Call | None = None

    @property
    def opening(self):
        return self.post.opening

    @property
    def evening(self) -> Evening:
        return self.post.opening.evening

    @property
    def edition(self) -> Edition:
        return self.evening.edition

    @property
    def museum(self) -> Museum:
        return self.post.opening.museum

    @property
    def date(self) -> date:
        return self.evening.date

    @property
    def opens(self) -> str:
        return self._hour(self.opening.starts_at)

    @property
    def starts(self) -> str:
        """When her own hours begin: those of a late post long after the doors open."""
        return self._hour(self.post.starts_at)

    @property
    def night(self) -> str:
        """Between which days it is, where she reports after midnight: the evening's own date alone would mislead."""
        return night(self.evening, self.post.report_at)

    @property
    def report(self) -> str:
        return self._hour(self.post.report_at)

    @property
    def until(self) -> str:
        return self._hour(self.post.ends_at)

    @property
    def door(self) -> str:
        return labelled(self.opening, "meeting_point")

    @property
    def street(self) -> str:
        return f"{self.museum.street}, {self.museum.postcode} {self.museum.commune}"

    @property
    def map_url(self) -> str:
        if self.museum.latitude is None or self.museum.longitude is None:
            return ""
        return MAP.format(latitude=self.museum.latitude, longitude=self.museum.longitude)

    @property
    def has_long_date(self) -> bool:
        """Whether a question about this evening takes the smaller type."""
        return is_long_question("", self.date)

    def _hour(self, moment):
        return hour(moment, self.edition)


def night(evening: Evening, moment: datetime) -> str:
    """ "In the night from Saturday 17 October to Sunday 18 October" for a `moment` after midnight, else empty."""
    day = hours.local_day(moment, evening.edition.zone)
    if day == evening.date:
        return ""
    days = {"evening": date_format(evening.date, "l j F"), "day": date_format(day, "l j F")}
    return _("In the night from %(evening)s to %(day)s") % days


def is_long_head(day: date, opens: str) -> bool:
    """Whether "jeudi 26 mars, 18:00" is too long for the large type on a phone."""
    return len(f"{date_format(day, 'l j F')}, {opens}") > LONG_HEAD


def is_long_question(words: str, day: date) -> bool:
    """Whether a question with `day` in it, of about as many letters as `words`, is too long for the large type."""
    return len(words) > LONG_QUESTION or len(date_format(day, "l j F")) > LONG_DATE


def at_museum(museum: Museum) -> str:
    """Where, as in the question "Can you help at BELvue?": a short name stays on one line with its preposition."""
    where = words.at(museum)
    return where.replace(" ", "\u00a0") if len(where) <= UNBROKEN else where.replace("à ", "à\u00a0", 1)


def hour(moment: datetime, edition: Edition) -> str:
    """ "17:30", on the clock of the edition's zone."""
    return _hour(moment, edition.zone)


@lru_cache(maxsize=1024)
def _hour(moment, zone):
    # A page has hundreds of hours, and few that differ.
    return f"{timezone.localtime(moment, zone):%H:%M}"


def teams(openings: Collection[int], *, without: int | None = None) -> dict[int, list[Mate]]:
    """Who is on these openings, by opening, in one query: published and active places only.

    `without` leaves one volunteer out, who does not need to meet herself.
    """
    rows = [row for row in _there(openings=Many(openings)) if row.volunteer_id != without]
    found: dict[int, list[Mate]] = {}
    for row in sorted(rows, key=lambda row: folded(row.volunteer.short_name)):
        mate = Mate(row.volunteer.short_name, "confirmed" if row.is_confirmed else "unconfirmed")
        found.setdefault(row.post.opening_id, []).append(mate)
    return found


def dialled(phone: PhoneNumber) -> str:
    """A Belgian number as it is dialled here, another one with its country."""
    return phone.as_national if phone.country_code == BELGIUM else phone.as_international


@Prepared
def _there(openings):
    rows = Assignment.objects.active().published().filter(Among(F("post__opening"), openings))
    return rows.select_related("volunteer", "post").order_by("pk")


def coordinators() -> QuerySet[User]:
    """Who may sign in as one; the first of them answers where nobody is on duty."""
    return User.objects.filter(is_coordinator=True, is_active=True).order_by("pk")


def call(evening: Evening, first_coordinator: User | None) -> Call | None:
    """The evening's number with the first name of who is on duty; None where the evening has no number."""
    if not evening.phone:
        return None
    on_duty = evening.lead or first_coordinator
    return Call(evening.phone, on_duty.first_name if on_duty else evening.edition.organisation)
