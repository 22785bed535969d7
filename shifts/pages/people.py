"""Everybody who is registered in an edition: found by words and filters, shown fifty at a time.

Of all of them only plain values are read (`volunteers.search`); the facts of a line are read for one page's people, in
a number of queries that does not depend on how many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nocturnes.dates import date_format
from nocturnes.hours import local_day
from nocturnes.models import Edition, Evening, Language
from shifts.models import Ask, Assignment
from volunteers import search
from volunteers.models import Availability, Registration, Volunteer, VolunteerQuerySet, paused_on

A_PAGE = 50
STANDINGS = ("accepted", "to_welcome", "declined", "paused", "blocked")
ANSWERS = (Availability.Answer.YES, Availability.Answer.IF_NEEDED)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. `standing` is one of STANDINGS, `language` a code, `role` a slug; "" is any.

    With `evening`, who can come then: `answer` is one of ANSWERS, or "" for both.
    """

    text: str = ""
    standing: str = ""
    language: str = ""
    role: str = ""
    evening: Evening | None = None
    answer: str = ""
    unconfirmed: bool = False
    never_asked: bool = False
    invite: bool = False

    @property
    def are_set(self):
        return any((self.standing, self.language, self.role, self.evening, *self._ticks))

    @property
    def _ticks(self):
        return self.unconfirmed, self.never_asked, self.invite


@dataclass(frozen=True)
class Line:
    """One person in the list. `evenings` counts those on which she has a place, `answers` has words with counts."""

    registration: Registration
    evenings: int
    next: Assignment | None
    answers: list[tuple[str, int]]
    answer: str
    badges: list[tuple[str, str]]

    @property
    def volunteer(self) -> Volunteer:
        return self.registration.volunteer

    @property
    def languages(self) -> list[Language]:
        return list(self.volunteer.languages.all())


def found(edition: Edition, filters: Filters, *, now: datetime) -> list[int]:
    """The ids of the volunteers whom `filters` leave, by name; one query."""
    registrations = _narrowed(edition, filters, now)
    people = Volunteer.objects.filter(pk__in=registrations.values("volunteer"), merged_into=None, user__is_active=True)
    if filters.standing in _STANDING:
        people = _STANDING[filters.standing](people)
    if filters.language:
        people = people.filter(languages__code=filters.language)
    if filters.unconfirmed:
        waiting = Assignment.objects.unconfirmed().filter(ends_at__gt=now)
        people = people.filter(pk__in=_of(edition, waiting).values("volunteer"))
    if filters.never_asked:
        people = people.exclude(pk__in=Ask.objects.filter(evening__edition=edition).values("volunteer"))
    return search.found(people, filters.text)


# Whether she pauses, her registration says.
_STANDING = {
    "accepted": VolunteerQuerySet.accepted,
    "to_welcome": VolunteerQuerySet.to_welcome,
    "declined": VolunteerQuerySet.declined,
    "blocked": VolunteerQuerySet.blocked,
}


def _narrowed(edition, filters, now):
    registrations = Registration.objects.filter(edition=edition)
    if filters.role:
        registrations = registrations.filter(roles__slug=filters.role)
    if filters.invite:
        registrations = registrations.filter(may_be_invited_again=True)
    if filters.standing == "paused":
        registrations = registrations.filter(paused_on(local_day(now, edition.zone)))
    if filters.evening:
        answers = [filters.answer] if filters.answer else ANSWERS
        could = Availability.objects.filter(evening=filters.evening, answer__in=answers)
        registrations = registrations.filter(pk__in=could.values("registration"))
    return registrations


def lines(edition: Edition, pks: Sequence[int], *, evening: Evening | None = None, now: datetime) -> list[Line]:
    """The Lines of the volunteers `pks`, in that order; with `evening` each has her answer for it; seven queries."""
    registrations = Registration.objects.filter(edition=edition, volunteer__in=pks)
    registrations = registrations.select_related("volunteer__user").prefetch_related("volunteer__languages")
    by_volunteer = {row.volunteer_id: row for row in registrations}
    places = _of(edition, Assignment.objects.active().filter(volunteer__in=pks))
    evenings = dict(
        places.order_by().values_list("volunteer").annotate(n=Count("post__opening__evening", distinct=True))
    )
    coming, counts = _next_places(places, now), _counts(by_volunteer.values())
    of_evening = _answers(by_volunteer.values(), evening)
    today = local_day(now, edition.zone)
    return [
        Line(
            registration=row,
            evenings=evenings.get(pk, 0),
            next=coming.get(pk),
            answers=[(word, counts[row.pk, value]) for value, word in _answer_words() if (row.pk, value) in counts],
            answer=of_evening.get(row.pk, ""),
            badges=badges(row, today=today),
        )
        for pk in pks
        if (row := by_volunteer.get(pk))
    ]


def _next_places(places, now):
    """The next place of each volunteer, with all that its line says."""
    first = {}
    for volunteer, pk in places.filter(ends_at__gt=now).order_by("report_at", "pk").values_list("volunteer", "pk"):
        first.setdefault(volunteer, pk)
    rows = Assignment.objects.for_pages().in_bulk(first.values())
    return {volunteer: rows[pk] for volunteer, pk in first.items()}


def _counts(registrations):
    rows = Availability.objects.filter(registration__in=registrations).order_by()
    rows = rows.values_list("registration", "answer").annotate(n=Count("pk"))
    return {(registration, answer): n for registration, answer, n in rows}


def _answers(registrations, evening):
    """What each answered for `evening`, in words, by registration."""
    words = dict(Availability.Answer.choices)
    rows = Availability.objects.filter(registration__in=registrations, evening=evening)
    return {pk: words.get(answer, "") for pk, answer in rows.values_list("registration", "answer")}


def _answer_words():
    yes, if_needed, no = Availability.Answer.values
    return (
        (yes, pgettext("number of answers", "yes")),
        (if_needed, pgettext("number of answers", "if needed")),
        (no, pgettext("number of answers", "no")),
    )


def _of(edition, assignments):
    return assignments.filter(post__opening__evening__edition=edition)


def badges(registration: Registration, *, today) -> list[tuple[str, str]]:
    """What has to be known of somebody before all else: pairs of a state of look.md and its word."""
    volunteer = registration.volunteer
    found = []
    if volunteer.blocked_at:
        found.append(("warned", _("blocked")))
    elif volunteer.declined_at:
        found.append(("refused", _("not this time")))
    elif volunteer.accepted_at is None:
        found.append(("to_welcome", _("to welcome")))
    if registration.is_paused(today):
        found.append(("skipped", _paused(registration)))
    if volunteer.lacks_consent:
        found.append(("warned", _("no parent’s consent yet")))
    if not volunteer.user.email:
        found.append(("todo", _("no e-mail: call")))
    return found


def _paused(registration):
    if registration.paused_until is None:
        return _("paused")
    return _("paused until %(date)s") % {"date": date_format(registration.paused_until, "j F")}
