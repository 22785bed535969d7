"""The season: evenings by museums, and what to do first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from nocturnes.hours import local_day
from nocturnes.models import Edition, Evening
from shifts.models import Post, Search
from volunteers.models import Availability, Volunteer

from .staffing import Team, teams

MOST_TO_DO = 6


@dataclass(frozen=True)
class Night:
    """An evening as a row of the table."""

    evening: Evening
    teams: list[Team]
    is_past: bool
    days: int
    can_come: int = 0
    if_needed: int = 0

    @property
    def is_draft(self):
        return not self.is_past and not self.evening.is_published

    @property
    def filled(self):
        return sum(team.filled for team in self._taking_place)

    @property
    def needed(self):
        return sum(team.needed for team in self._taking_place)

    @property
    def expected(self):
        return len(self.people)

    @property
    def came(self):
        return sum(person.assignment.arrived_at is not None for person in self.people)

    @property
    def absent(self):
        return sum(person.assignment.absent_at is not None for person in self.people)

    @property
    def people(self):
        return [person for team in self.teams for person in team.people]

    @property
    def _taking_place(self):
        return [team for team in self.teams if not team.is_called_off]


@dataclass(frozen=True)
class ToDo:
    """One line of "to do first"; `kind` is a state of look.md, `post` the place that the deed is about."""

    kind: str
    evening: Evening
    team: Team | None = None
    post: Post | None = None
    search: Search | None = None
    n: int = 0

    @property
    def order(self):
        kinds = ["empty", "searching", "short", "no_language", "unconfirmed"]
        return (kinds.index(self.kind), self.evening.date, self.team.weakness if self.team else ())


@dataclass(frozen=True)
class Season:
    nights: list[Night]
    to_do: list[ToDo]
    more_to_do: int

    @property
    def sums(self):
        """Places to come by kind of window: what the head of the page counts."""
        counts = dict.fromkeys(["confirmed", "unconfirmed", "draft", "searched", "open", "wanted"], 0)
        for night in self.nights:
            for kind in [kind for team in night.teams for kind in team.windows if not night.is_past]:
                counts[kind] = counts.get(kind, 0) + 1
        counts["places"] = sum(counts[kind] for kind in counts if kind not in ("called_off", "wanted"))
        return counts


def season(edition: Edition, *, now: datetime) -> Season:
    """The whole season at `now`. The number of queries does not depend on how much there is."""
    evenings = list(edition.evenings.select_related("lead"))
    for evening in evenings:
        evening.edition = edition
    by_evening, answers, today = teams(evenings, now=now), _answers(edition), local_day(now, edition.zone)
    nights = [
        Night(
            evening,
            by_evening[evening.pk],
            evening.date < today,
            (evening.date - today).days,
            *answers.get(evening.pk, (0, 0)),
        )
        for evening in evenings
    ]
    everything = sorted(_to_do(nights), key=lambda one: one.order)
    return Season(nights, everything[:MOST_TO_DO], max(len(everything) - MOST_TO_DO, 0))


def _answers(edition):
    accepted = Availability.objects.filter(
        evening__edition=edition, registration__volunteer__in=Volunteer.objects.accepted()
    )
    counted = accepted.values_list("evening").annotate(
        yes=Count("pk", filter=Q(answer="yes")), if_needed=Count("pk", filter=Q(answer="if_needed"))
    )
    return {evening: (yes, if_needed) for evening, yes, if_needed in counted}


def _to_do(nights):
    """What needs a hand on published evenings to come: holes, searches, languages; of the next one, who to call."""
    coming = [night for night in nights if night.evening.is_published and not night.is_past]
    for night in coming:
        for team in night.teams:
            yield from _holes(night, team)
    next_night = coming[0] if coming else None
    unconfirmed = sum(team.unconfirmed for team in next_night.teams) if next_night else 0
    if unconfirmed:
        yield ToDo("unconfirmed", next_night.evening, n=unconfirmed)


def _holes(night, team):
    posts = [staffed for staffed in team.posts if not staffed.is_over]
    holes = [staffed for staffed in posts if staffed.missing]
    for staffed in posts:
        if staffed.search:
            yield ToDo("searching", night.evening, team, staffed.post, staffed.search, staffed.searched)
    if team.state == "empty" and holes:
        yield ToDo("empty", night.evening, team, holes[0].post, n=team.missing)
        return
    for staffed in holes:
        yield ToDo("short", night.evening, team, staffed.post, n=staffed.missing)
    if posts and team.lacks and not holes:
        yield ToDo("no_language", night.evening, team, posts[0].post)
