"""The product itself as a `Site` of the simulation: the same season in the database, its own actions, the moved clock.

Volunteers, evenings and posts are named by the numbers that the simulation gives them; `rows` has the row of each.
"""

from datetime import timedelta

from nocturnes.background import hushed
from nocturnes.history import SYSTEM
from nocturnes.hours import local_day
from nocturnes.models import Installation
from nocturnes.rules import to_data
from shifts import actions, pace, rehearsal
from shifts.actions.searches import choices
from shifts.models import Ask, Assignment, Offer, Reserve, Search
from shifts.simulation import site as memory
from tests.factories import (
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_role,
    make_volunteer,
)

AN_HOUR = timedelta(hours=1)
ON_THE_WAY = 20


class ProductSite:
    def __init__(self, season, people):
        self.season, self.people = season, people
        self.now = self.clock = season.starts
        self.asks, self.rows_of = [], {}
        Installation.objects.all().delete()
        Installation.objects.create(pk=1, rehearsal=True, rehearsal_now=self.now)
        self.rows = write(season)
        self.numbers = {kind: {row.pk: number for number, row in rows.items()} for kind, rows in self.rows.items()}

    # What moves the time.

    def next_moment(self):
        if not Search.objects.live().exists():
            return None
        return min(actions.next_due(self.now), self.now.replace(minute=0, second=0) + AN_HOUR)

    def act(self):
        if self.now > self.clock:
            rehearsal.advance(self.now)
            self.clock = self.now
        with hushed():
            while actions.advance_searches(now=self.now):
                pass
        seen = [row.pk for row in self.rows_of.values()]
        self.asks += [self._ask(row) for row in Ask.objects.exclude(pk__in=seen).order_by("pk")]

    def _ask(self, row):
        who, evening = self.numbers["volunteer"][row.volunteer_id], self.numbers["evening"][row.evening_id]
        number = self._earlier(row).filter(evening=row.evening_id).count() + 1
        ask = memory.Ask(who, evening, row.asked_at, local_day(row.asked_at, self.season.zone), number)
        self.rows_of[id(ask)] = row
        return ask

    def _earlier(self, row):
        return Ask.objects.filter(volunteer=row.volunteer_id, pk__lt=row.pk)

    # What people do.

    def _active(self, volunteer, evening=None):
        places = Assignment.objects.active().filter(volunteer=self.rows["volunteer"][volunteer])
        return places.of_evening(self.rows["evening"][evening]) if evening else places

    def place_of(self, volunteer, evening):
        return self._active(volunteer, evening).first()

    def withdraw(self, volunteer, evening):
        actions.withdraw(self.place_of(volunteer, evening), by=SYSTEM, now=self.now)

    def can_answer(self, ask):
        row = self.rows_of[id(ask)]
        hers = Offer.objects.filter(volunteer=row.volunteer_id, ask__evening=row.evening_id)
        said = set(hers.values_list("answer", flat=True))
        placed = Assignment.objects.of_evening(row.evening).filter(volunteer=row.volunteer_id)
        return bool(said & {"", "late", "other"}) and "no" not in said and not placed.exists()

    def is_too_late(self, evening):
        return all(pace.frame(post).is_over(self.now) for post in self.season.posts_of(evening))

    def _chosen(self, ask):
        offers = choices(Ask.objects.get(pk=self.rows_of[id(ask)].pk))
        return next((offer for offer in offers if offer.search.post.open_places), offers[0])

    def would_come(self, ask):
        post = self.season.posts[self.numbers["post"][self._chosen(ask).search.post_id]]
        most = self.season.humans[ask.volunteer].most_evenings
        evenings = self._active(ask.volunteer).values("post__opening__evening").distinct().count()
        before = self._earlier(self.rows_of[id(ask)]).count()
        enough = most is not None and evenings >= most
        return self.people.would_come(ask.volunteer, post, self.now, asked_before=before, has_enough=enough)

    def say_yes(self, ask):
        offer = self._chosen(ask)
        minutes = ON_THE_WAY if self.now >= offer.search.post.report_at else None
        try:
            actions.accept_offer(offer, minutes=minutes, by=SYSTEM, now=self.now)
        except actions.PlaceTaken:
            assert not offer.search.post.open_places

    def say_no(self, ask):
        actions.decline(Ask.objects.get(pk=self.rows_of[id(ask)].pk), by=SYSTEM, now=self.now)

    # What came of it.

    def offers(self):
        """Every offer: when, to whom, which post, wave, rank, and what became of it."""
        return sorted(
            (
                offer.asked_at,
                self.numbers["volunteer"][offer.volunteer_id],
                self.numbers["post"][offer.search.post_id],
                offer.wave,
                offer.rank,
                str(offer.answer),
            )
            for offer in Offer.objects.select_related("search")
        )

    def team(self):
        """Who is on each post in the end."""
        team = {number: set() for number in self.rows["post"]}
        for post, volunteer in Assignment.objects.active().values_list("post_id", "volunteer_id"):
            team[self.numbers["post"][post]].add(self.numbers["volunteer"][volunteer])
        return team

    def searches(self):
        """When each began and ended, why, and when others were asked than who speaks what is missing."""
        columns = ("opened_at", "ended_at", "ended_because", "waves", "others_asked_at")
        rows = Search.objects.values_list("post_id", *columns)
        return sorted((self.numbers["post"][post], *map(str, facts)) for post, *facts in rows)


def write(season):
    """The rows of the season, as they are before anything happens, by kind and number."""
    edition = make_edition(rules_data=to_data(season.rules))
    evenings = {
        number: make_evening(evening.date, edition=edition, published_at=evening.published_at)
        for number, evening in season.evenings.items()
    }
    roles, museums, posts = {}, {}, {}
    openings = {post.opening_id: post.opening for post in season.posts.values()}
    for opening in openings.values():
        museums.setdefault(opening.museum_id, make_museum(f"Museum {opening.museum_id}"))
    made = {
        number: make_opening(evenings[opening.evening_id], museums[opening.museum_id])
        for number, opening in openings.items()
    }
    for number, opening in made.items():
        opening.languages.set(make_language(code) for code in season.opening_languages[number])
    for number, post in season.posts.items():
        role = roles.setdefault(post.role_id, make_role(f"role-{post.role_id}"))
        hours = {"report_at": post.report_at, "starts_at": post.starts_at, "ends_at": post.ends_at}
        common = {"places": post.places, "minimum_age": post.minimum_age}
        posts[number] = make_post(made[post.opening_id], role=role, **common, **hours)
        posts[number].languages.set(make_language(code) for code in season.post_languages[number])
    volunteers = {
        number: _volunteer(human, season, evenings, roles, museums) for number, human in season.humans.items()
    }
    for number, team in season.roster.items():
        for volunteer in team:
            make_assignment(posts[number], volunteers[volunteer], published_at=season.starts, made_at=season.starts)
    return {"volunteer": volunteers, "evening": evenings, "post": posts}


def _volunteer(human, season, evenings, roles, museums):
    spoken = [make_language(code) for code in sorted(human.languages)]
    volunteer = make_volunteer(f"V{human.pk:02}", languages=spoken, age_group=human.age_group)
    if volunteer.is_minor:
        volunteer.parent_consented_at = season.starts
        volunteer.save(update_fields=["parent_consented_at"])
    wishes = {"most_evenings": human.most_evenings, "may_be_asked": human.may_be_asked}
    registration = make_registration(volunteer, **wishes)
    registration.roles.set(role for number, role in roles.items() if number in human.roles)
    registration.museums.set(museum for number, museum in museums.items() if number in human.museums)
    for number, evening in evenings.items():
        on_call_at = season.starts if human.pk in season.reserve[number] else None
        answer = season.answers[number][human.pk]
        if answer or on_call_at:
            make_available(volunteer, evening, answer, on_call_at=on_call_at)
        if on_call_at:
            common = {"proposed_at": season.starts, "accepted_at": season.starts}
            Reserve.objects.create(evening=evening, volunteer=volunteer, **common)
    return volunteer
