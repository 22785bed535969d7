"""The open places that a volunteer may take herself, or ask for, nearest first; and what she asked for already.

What `ranking.against_taking` says of one place is said here of all of them at once, by the database: an edition may
have thousands. The click asks `against_taking` again, and has the last word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from nocturnes.hours import local_day
from nocturnes.models import Evening
from shifts.models import Assignment, Offer, PlaceRequest, Post
from shifts.ranking.eligibility import ADULT_AGE
from volunteers.models import Availability, Registration, Volunteer

from . import offered
from .facts import Facts

NEXT = 4
# What is today on the clock of an edition may be tomorrow or yesterday elsewhere.
A_DAY = timedelta(days=1)
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


@dataclass(frozen=True)
class OpenPlaces:
    """`nearest` is the one that comes first, or None; `asked` what she asked for and waits for."""

    nearest: OpenPlace | None
    asked: list[Asked]


def open_places(
    volunteer: Volunteer,
    registrations: Iterable[Registration],
    hers: Iterable[Assignment],
    *,
    now: datetime,
) -> OpenPlaces:
    """What "my evenings" shows of them; three queries at most, however many posts there are.

    `registrations` are hers with their editions, `hers` all that she was ever assigned to, with the openings' evenings.
    """
    registrations = _open(volunteer, registrations, now)
    nearest = _nearest(volunteer, registrations, _evenings(hers), now) if registrations else None
    return OpenPlaces(OpenPlace(nearest) if nearest else None, _asked(volunteer, now))


def _nearest(volunteer, registrations, on, now):
    """Of the next evenings where there is one, not sorted out of a whole season."""
    posts = fitting(volunteer, registrations, on, now=now).for_pages()
    evenings = Evening.objects.published().filter(edition__in=[row.edition_id for row in registrations])
    coming = evenings.filter(called_off_at=None, date__gte=now.date() - A_DAY).order_by("date", "pk")
    return posts.filter(opening__evening__in=coming.values("pk")[:NEXT]).first() or posts.first()


def all_open_places(volunteer: Volunteer, *, number: str, now: datetime) -> Page:
    """All of them, page `number` (as typed) of `OpenPlace` rows; a number that is none gives the first or last page."""
    registrations = _open(volunteer, volunteer.registrations.select_related("edition"), now)
    on = _evenings(volunteer.assignments.select_related("post__opening__evening")) if registrations else {}
    posts = fitting(volunteer, registrations, on, now=now).for_pages() if registrations else Post.objects.none()
    page = Paginator(posts, A_PAGE).get_page(number)
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


def _asked(volunteer, now) -> list[Asked]:
    path = "post__role", "post__opening__museum", "post__opening__evening__edition"
    rows = volunteer.place_requests.waiting().filter(post__report_at__gt=now).select_related(*path)
    return [Asked(row.post, request=row) for row in rows.order_by("post__report_at", "pk")]


def fitting(
    volunteer: Volunteer, registrations: Iterable[Registration], on: Mapping[int, set[int]], *, now: datetime
) -> QuerySet[Post]:
    """The posts with an open place, in the editions of these registrations of hers, that no rule keeps from her.

    `on` are the evenings that she is on, by edition.
    """
    posts = Post.objects.with_place().filter(
        _has_evenings_left(volunteer, registrations, on),
        report_at__gt=now,
        opening__called_off_at=None,
        opening__evening__published_at__isnull=False,
        opening__evening__called_off_at=None,
    )
    if volunteer.is_minor:
        posts = posts.filter(minimum_age__lt=ADULT_AGE)
    asks_for = Post.languages.through.objects.filter(post=OuterRef("pk"))
    hers = Assignment.objects.active().filter(volunteer=volunteer)
    busy = hers.filter(report_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("report_at"))
    posts = posts.exclude(opening__museum__in=volunteer.not_at.all()).exclude(_said_no(volunteer, hers))
    posts = posts.filter(~Exists(busy), ~Exists(asks_for.exclude(language__in=volunteer.languages.all())))
    # What she asked for stands elsewhere on the page; what she got a no for is not held out to her again.
    asked = volunteer.place_requests.filter(answer__in=("", PlaceRequest.Answer.NO)).values("post")
    # What we asked her for leads to its offer, where a yes makes it hers.
    asked_for = offered.waiting(volunteer, now=now).values("search__post")
    return posts.exclude(pk__in=asked).exclude(pk__in=asked_for).order_by("report_at", "pk")


def _said_no(volunteer, hers) -> Q:
    """For the whole evening; or, to an offer, for what is left of one on which she has a place at another hour."""
    answers = Availability.objects.filter(registration__volunteer=volunteer, answer=Availability.Answer.NO)
    offers = Offer.objects.filter(volunteer=volunteer, answer=Offer.Answer.NO)
    evening = "opening__evening__in"
    declined = Q(**{evening: offers.values("search__post__opening__evening")})
    return Q(**{evening: answers.values("evening")}) | (
        declined & Q(**{evening: hers.values("post__opening__evening")})
    )


def _has_evenings_left(volunteer, registrations, on) -> Q:
    """The evenings on which she would not have more than she wished; those that she is on call for are agreed."""
    allowed = Q(pk__in=[])
    for edition, number in {row.edition_id: row.most_evenings for row in registrations}.items():
        here = Q(opening__evening__edition=edition)
        taken = on.get(edition, set())
        if number is not None and len(taken) >= number:
            on_call = Availability.objects.filter(registration__volunteer=volunteer, on_call_at__isnull=False)
            agreed = Q(opening__evening__in=on_call.values("evening"))
            # Another hour of an evening that she has is no evening more.
            here &= agreed | Q(opening__evening__in=taken) if len(taken) == number else agreed
        allowed |= here
    return allowed


def _evenings(hers) -> dict[int, set[int]]:
    """The evenings that she is on, by edition."""
    found: dict[int, set[int]] = {}
    for row in hers:
        if row.is_active:
            evening = row.post.opening.evening
            found.setdefault(evening.edition_id, set()).add(evening.pk)
    return found
