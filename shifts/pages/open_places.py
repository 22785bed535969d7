"""The open places that a volunteer may take herself, or ask for, nearest first; and what she asked for already.

What `ranking.against_taking` says of one place is said here of all of them at once, by the database: an edition may
have thousands. The click asks `against_taking` again, and has the last word.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from nocturnes.hours import local_day, tonight
from nocturnes.models import Evening, Language
from nocturnes.prepared import Among, Many, Prepared
from shifts.models import Assignment, Offer, PlaceRequest, Post
from shifts.ranking.eligibility import ADULT_AGE
from volunteers.models import AgeGroup, Availability, Registration, Volunteer

from . import offered
from .facts import Facts

NEXT = 4
A_PAGE = 30


@dataclass(frozen=True)
class OpenPlace(Facts):
    """A place that she may take, or ask for, as its edition has it."""

    @property
    def is_asked_for(self) -> bool:
        return self.edition.rules.self_service == "approve"


@dataclass(frozen=True)
class Asked(Facts):
    """A place that she asked for; `request` waits for a coordinator's answer."""

    request: PlaceRequest | None = None


def nearest(
    volunteer: Volunteer, registrations: Iterable[Registration], hers: Iterable[Assignment], *, now: datetime
) -> OpenPlace | None:
    """The one that comes first, for "my evenings"; three queries at most, however many posts there are.

    `registrations` are hers with their editions, `hers` all that she was ever assigned to, with the openings' evenings.
    """
    registrations = _open(volunteer, registrations, now)
    evenings = _evenings(volunteer, registrations, hers, now)
    # Of the next evenings where there is one, not sorted out of a whole season.
    for some in (evenings[:NEXT], evenings[NEXT:]):
        if found := _first_fitting(volunteer=volunteer.pk, evenings=Many(some), now=now):
            return OpenPlace(found[0])
    return None


def asked(volunteer: Volunteer, *, now: datetime) -> list[Asked]:
    """What she asked for, the next first; one query."""
    path = "post__role", "post__opening__museum", "post__opening__evening__edition"
    rows = volunteer.place_requests.waiting().filter(post__report_at__gt=now).select_related(*path)
    return [Asked(row.post, request=row) for row in rows.order_by("post__report_at", "pk")]


def all_open_places(volunteer: Volunteer, *, number: str, now: datetime) -> Page:
    """All of them, page `number` (as typed) of `OpenPlace` rows; a number that is none gives the first or last page."""
    registrations = _open(volunteer, volunteer.registrations.select_related("edition"), now)
    hers = volunteer.assignments.select_related("post__opening__evening") if registrations else ()
    evenings = _evenings(volunteer, registrations, hers, now)
    page = Paginator(fitting(volunteer.pk, Many(evenings), now).for_pages(), A_PAGE).get_page(number)
    page.object_list = [OpenPlace(post) for post in page.object_list]
    return page


def _open(volunteer, registrations, now) -> list[Registration]:
    """Her registrations in editions that let her take places now; none where something stands against all of them."""
    if not volunteer.accepted_at or volunteer.blocked_at or volunteer.declined_at or volunteer.lacks_consent:
        return []
    return [
        row
        for row in registrations
        if row.edition.rules.self_service != "off" and not row.is_paused(local_day(now, row.edition.zone))
    ]


def _evenings(volunteer, registrations, hers, now) -> list[int]:
    """The ids of the evenings of which a place may be hers, the next first; one query.

    Not those that she said no to, nor those that would be more than she wished; what she is on call for is agreed.
    """
    editions, on = {row.edition_id: row for row in registrations}, _on(hers)
    found = []
    for pk, edition, date, is_on_call in _taking_place(volunteer=volunteer.pk, editions=Many(editions)):
        registration, taken = editions[edition], on[edition]
        is_past = date < tonight(now, registration.edition.zone)
        # Another hour of an evening that she has is no evening more.
        number = len({*taken, pk})
        has_room = registration.most_evenings is None or number <= registration.most_evenings
        if not is_past and (is_on_call or has_room):
            found.append(pk)
    return found


def _on(hers) -> dict[int, set[int]]:
    """The evenings that she is on, by edition."""
    found = defaultdict(set)
    for row in hers:
        if row.is_active:
            evening = row.post.opening.evening
            found[evening.edition_id].add(evening.pk)
    return found


@Prepared
def _taking_place(volunteer, editions):
    """The evenings of these editions but those that she said no to, with the edition, the date, and whether she is on
    call. She said it for the evening; or, to an offer, for what is left of one on which she has a place."""
    answers = Availability.objects.filter(registration__volunteer=volunteer, evening=OuterRef("pk"))
    declined = Offer.objects.filter(volunteer=volunteer, answer=Offer.Answer.NO, ask__evening=OuterRef("pk"))
    hers = Assignment.objects.active().filter(volunteer=volunteer, evening=OuterRef("pk"))
    rows = Evening.objects.published().filter(Among(F("edition"), editions), called_off_at=None)
    rows = rows.exclude(Exists(answers.filter(answer=Availability.Answer.NO))).exclude(Exists(declined) & Exists(hers))
    is_on_call = Exists(answers.filter(on_call_at__isnull=False))
    return rows.order_by("date", "pk").values_list("pk", "edition_id", "date", is_on_call)


def fitting(volunteer: int, evenings: Many, now: datetime) -> QuerySet[Post]:
    """The posts of these evenings with an open place that no rule keeps from her, by the hour."""
    posts = Post.objects.with_place().filter(
        Among(F("opening__evening"), evenings), report_at__gt=now, opening__called_off_at=None
    )
    her, hers = Volunteer.objects.filter(pk=volunteer), Assignment.objects.active().filter(volunteer=volunteer)
    posts = posts.filter(Q(minimum_age__lt=ADULT_AGE) | Exists(her.filter(age_group=AgeGroup.ADULT)))
    busy = hers.filter(report_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("report_at"))
    posts = posts.exclude(Exists(her.filter(not_at=OuterRef("opening__museum")))).exclude(Exists(busy))
    asks_for = Post.languages.through.objects.filter(post=OuterRef("pk"))
    posts = posts.exclude(Exists(asks_for.exclude(language__in=Language.objects.filter(volunteer=volunteer))))
    # What she asked for stands elsewhere on the page; what she got a no for is not held out to her again.
    asked_for = PlaceRequest.objects.filter(volunteer=volunteer, answer__in=("", PlaceRequest.Answer.NO))
    # What we asked her for leads to its offer, where a yes makes it hers.
    waits = offered.still_good(volunteer, now).values("search__post")
    return posts.exclude(pk__in=asked_for.values("post")).exclude(pk__in=waits).order_by("report_at", "pk")


@Prepared
def _first_fitting(volunteer, evenings, now):
    return fitting(volunteer, evenings, now).for_pages()[:1]
