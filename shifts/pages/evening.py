"""An evening as its coordinator sees it, and the consequences of what she is about to do."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from nocturnes.alphabet import folded
from nocturnes.frieze import Arch, arches
from nocturnes.hours import local_day, tonight
from nocturnes.models import Evening, Language
from nocturnes.prepared import Prepared
from shifts import actions
from shifts.actions.on_call import most as how_many_on_call
from shifts.models import Assignment, Reserve
from volunteers.models import Availability, Volunteer

from . import staffing
from .staffing import Person, Team
from .still_coming import Running, of_evening
from .waiting import WaitingList, waiting

MOST_WAITING = 8


@dataclass(frozen=True)
class EveningPage:
    """`teams` with the weakest first, `reserve` who is on call and has no post, `waiting` what clicks have to tell.

    `running` are the questions whether people still come, `most_on_call` how many may be on call.
    """

    evening: Evening
    arches: list[Arch]
    teams: list[Team]
    reserve: list[Volunteer]
    now: datetime
    waiting: WaitingList
    running: list[Running]
    asked_on_call: int
    most_on_call: int

    @property
    def is_past(self):
        return self.evening.is_past(self.now)

    @property
    def is_draft(self):
        return not (self.evening.is_published or self.evening.is_over(self.now))

    @property
    def today(self):
        return local_day(self.now, self._zone)

    @property
    def starts(self):
        """The wall-clock hours of the evening: the earliest opening and the latest end, else the edition's."""
        moments = [team.opening.starts_at for team in self.teams]
        return timezone.localtime(min(moments), self._zone).time() if moments else self.evening.edition.opens_at

    @property
    def ends(self):
        moments = [team.opening.ends_at for team in self.teams]
        return timezone.localtime(max(moments), self._zone).time() if moments else self.evening.edition.closes_at

    @cached_property
    def taking_place(self):
        return [team for team in self.teams if not team.is_called_off]

    @property
    def missing(self):
        return sum(team.missing for team in self.taking_place)

    @property
    def searched(self):
        return sum(team.searched for team in self.taking_place)

    @property
    def unconfirmed(self):
        return sum(team.unconfirmed for team in self.taking_place)

    @property
    def lacking(self):
        return [] if self.is_past else [team for team in self.taking_place if team.lacks]

    @property
    def people(self):
        return [person for team in self.taking_place for person in team.people]

    @property
    def came(self):
        return sum(person.assignment.arrived_at is not None for person in self.people)

    @property
    def _zone(self):
        return self.evening.edition.zone


def evening_page(evening: Evening, *, now: datetime) -> EveningPage:
    """Everything on the page of `evening`, weakest museum first, in a constant number of queries."""
    teams = staffing.teams([evening], now=now)[evening.pk]
    return EveningPage(
        evening=evening,
        arches=_arches(evening, now),
        teams=sorted(teams, key=lambda team: team.weakness),
        reserve=on_call(evening),
        now=now,
        waiting=waiting(evening.edition, evening=evening, now=now, most=MOST_WAITING),
        running=of_evening(evening),
        asked_on_call=Reserve.objects.proposed().filter(evening=evening).count(),
        most_on_call=how_many_on_call(evening),
    )


def _arches(evening, now):
    edition = evening.edition
    return arches(
        list(edition.evenings.values_list("date", flat=True)),
        evening.date,
        tonight=tonight(now, edition.zone),
        url=lambda day: reverse("evening", args=[edition.slug, day]),
    )


def on_call(evening: Evening) -> list[Volunteer]:
    """Who agreed to be in reserve that evening and has no post on it."""
    return sorted(_on_call(evening=evening.pk), key=lambda volunteer: folded(volunteer.short_name))


@Prepared
def _on_call(evening):
    on_call = Availability.objects.filter(evening=evening).exclude(on_call_at=None)
    busy = Assignment.objects.active().of_evening(evening).values("volunteer")
    people = Volunteer.objects.filter(pk__in=on_call.order_by().values("registration__volunteer"))
    return people.filter(blocked_at=None).exclude(pk__in=busy).order_by("pk")


@dataclass(frozen=True)
class Told:
    """Who will hear of a click: by mail, or by a call where there is no e-mail address."""

    by_mail: list[str]
    by_phone: list[str]

    @property
    def total(self):
        return len(self.by_mail) + len(self.by_phone)


@dataclass(frozen=True)
class BeforePublishing:
    """What publishing an evening will do, before anybody clicks."""

    told: Told
    holes: list[Team]
    lacking: list[tuple[Team, list[Language]]]
    reserve: list[Volunteer]
    without_place: int

    @property
    def open_places(self):
        return sum(team.missing for team in self.holes)


def before_publishing(evening: Evening, *, now: datetime) -> BeforePublishing:
    """What publishing `evening` at `now` will do; a number of queries that does not grow with the people."""
    teams = [team for team in staffing.teams([evening], now=now)[evening.pk] if not team.is_called_off]
    teams.sort(key=lambda team: team.weakness)
    return BeforePublishing(
        told=told([person for team in teams for person in team.people]),
        holes=[team for team in teams if team.missing],
        lacking=[(team, team.lacks) for team in teams if team.lacks],
        reserve=on_call(evening),
        without_place=actions.without_place(evening).count(),
    )


def told(people: list[Person]) -> Told:
    """One message a person, however many posts she has; one query for their addresses."""
    return told_by_name({person.assignment.volunteer_id: person.name for person in people})


def told_by_name(volunteers: dict[int, str]) -> Told:
    """The same for {volunteer's id: name}."""
    reachable = set(Volunteer.objects.filter(pk__in=volunteers).exclude(user__email=None).values_list("pk", flat=True))
    by_name = sorted(volunteers.items(), key=lambda pair: folded(pair[1]))
    return Told(
        by_mail=[name for pk, name in by_name if pk in reachable],
        by_phone=[name for pk, name in by_name if pk not in reachable],
    )
