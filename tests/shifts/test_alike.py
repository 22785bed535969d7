"""Thousands are judged and ranked by kinds, and only what decides is read: the result is that of one after another."""

import random
from datetime import date, time, timedelta

import pytest

from nocturnes.rules import RANKINGS
from shifts import ranking
from shifts.models import Ask, Assignment, LeftOut, Offer, Search
from shifts.ranking import Standing
from shifts.ranking.crowd import Facts
from shifts.ranking.order import weights_of
from shifts.ranking.people import MORE, Person
from tests.factories import (
    NOW,
    make_assignment,
    make_edition,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_role,
)
from tests.shifts.offering import may_be_offered
from tests.shifts.searches import make_people, post_at, published_evening
from volunteers.models import AgeGroup

pytestmark = pytest.mark.django_db

PEOPLE = 40


class World:
    """An evening with an open post, a season around it, and people of whom each is known something at random."""

    def __init__(self, seed):
        # The same seed is the same world.
        self.chance = random.Random(seed)
        self.evening = published_evening()
        edition = self.evening.edition
        edition.rules_data = {"ranking": self.chance.choice(RANKINGS), "asks_a_week": 1}
        edition.save()
        self.post = post_at(self.evening)
        self.post.minimum_age = self.chance.choice([16, 18])
        self.post.save()
        self.languages = [make_language("fr"), make_language("nl")]
        self.post.opening.languages.add(*self.languages)
        if self.chance.random() < 0.5:
            self.post.languages.add(self.languages[0])
        self.role = make_role("cloakroom")
        self.other = post_at(self.evening, "MIM", places=PEOPLE, report=time(21), starts=time(21), ends=time(23))
        hours = {"report": time(12), "starts": time(12), "ends": time(14)}
        self.early = post_at(self.evening, "Train World", places=PEOPLE, **hours)
        abroad = published_evening(edition=make_edition("museum-night-2026"))
        self.abroad = post_at(abroad, "WIELS", places=PEOPLE)
        self.before = self.elsewhere(date(2026, 3, 12))
        self.ahead = [self.elsewhere(date(2026, 4, day)) for day in (2, 9)]
        self.search = Search.objects.create(post=self.post, opened_at=NOW)
        self.others = Search.objects.create(post=self.other, opened_at=NOW)
        self.people = make_people(self.evening, *[f"V{number}" for number in range(PEOPLE)])
        for volunteer in self.people:
            self.make_up(volunteer)

    def elsewhere(self, day):
        museum = self.chance.choice([self.post.opening.museum, make_museum(f"Of {day}")])
        return make_post(make_opening(published_evening(day), museum), places=PEOPLE)

    def make_up(self, volunteer):
        """Most are like somebody else, and differ from others in one thing or two."""
        registration = volunteer.registrations.get()
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            self.chance.choice([self.she_is, self.she_said, self.she_answered, self.she_was, self.we_asked])(
                registration
            )
        if self.chance.random() < 0.3:
            registration.roles.add(self.chance.choice([self.post.role, self.role]))
            registration.museums.add(self.chance.choice([self.post, self.other]).opening.museum)
        volunteer.languages.set(self.languages[self.chance.choice([0, 0, 1]) :])

    def she_is(self, registration):
        volunteer, earlier = registration.volunteer, NOW - timedelta(minutes=self.chance.randrange(9))
        what = self.chance.randrange(5)
        if what == 0:
            volunteer.age_group = AgeGroup.YOUNG
            volunteer.parent_consented_at = self.chance.choice([None, earlier])
        elif what == 1:
            volunteer.accepted_at = None
        elif what == 2:
            volunteer.blocked_at = earlier
        elif what == 3:
            volunteer.not_at.add(self.post.opening.museum)
        else:
            volunteer.accepted_at = earlier
        volunteer.save()

    def she_said(self, registration):
        days = [date(2026, 3, 24), date(2026, 3, 30)]
        what = self.chance.randrange(4)
        if what == 0:
            registration.may_be_asked = False
        elif what == 1:
            registration.most_evenings = self.chance.choice([1, 3])
        elif what == 2:
            registration.no_asks_until = self.chance.choice(days)
        else:
            registration.paused_at, registration.paused_until = NOW, self.chance.choice([None, *days])
        registration.save()

    def she_answered(self, registration):
        answer = self.chance.choice(["yes", "if_needed", "no", ""])
        on_call = NOW if answer != "no" and self.chance.random() < 0.5 else None
        registration.availabilities.update(answer=answer, on_call_at=on_call)

    def she_was(self, registration):
        post = self.chance.choice([self.other, self.early, self.abroad, self.before, self.before, *self.ahead])
        place = make_assignment(post, registration.volunteer)
        if post == self.before:
            place.absent_at = self.chance.choice([None, NOW])
        elif self.chance.random() < 0.5:
            place.cancelled_at, place.cause = NOW, self.chance.choice([*Assignment.Cause])
        place.save()

    def we_asked(self, registration):
        volunteer, chance = registration.volunteer, self.chance
        if chance.random() < 0.2:
            LeftOut.objects.create(search=self.search, volunteer=volunteer, at=NOW)
            return
        evening = chance.choice([self.evening, self.ahead[0].opening.evening])
        at = NOW - timedelta(days=chance.randrange(12))
        ask = Ask.objects.create(volunteer=volunteer, evening=evening, asked_at=at, reserve=chance.random() < 0.2)
        if evening == self.evening:
            ask.stands_by_at = chance.choice([None, None, NOW])
            ask.save()
            answer = chance.choice(["", "no", "late", "other"])
            said = {"answer": answer, "answered_at": NOW if answer else None}
            search = chance.choice([self.search, self.others])
            Offer.objects.get_or_create(
                search=search, volunteer=volunteer, defaults={"ask": ask, "wave": 1, "rank": 1, "asked_at": NOW, **said}
            )

    def hole(self):
        post = type(self.post).objects.for_pages().get(pk=self.post.pk)
        return ranking.read_hole(post, search_id=self.search.pk)

    def one_by_one(self):
        """Everybody, each read alone."""
        read = (ranking.read_people(self.evening, now=NOW, only=[volunteer.pk]) for volunteer in self.people)
        return [next(iter(people.values())) for people in read]


def slowly(people, hole):
    """Their ids in order, by adding up everything about each."""
    weights = weights_of(hole)
    return [
        person.pk
        for person in sorted(
            people,
            key=lambda p: (-p.stands_by, -p.on_call, -round(weights.sum_of(weights.all, p, hole), 6), p.pk),
        )
    ]


@pytest.mark.parametrize("seed", range(4))
def test_together_they_are_judged_and_ranked_as_one_after_another(seed):
    world = World(seed)
    people = world.one_by_one()

    whom_a_search_may_ask(world, people)
    whom_a_coordinator_may_put_there(world, people)


def whom_a_search_may_ask(world, people):
    hole = world.hole()
    stands = {one.pk: ranking.standing(one, hole, NOW) for one in people}
    free = [one for one in people if stands[one.pk] < Standing.HELD]

    everybody = ranking.read_people(world.evening, now=NOW)
    together = may_be_offered(everybody, world.hole(), NOW)

    assert everybody.each(lambda one: ranking.standing(one, hole, NOW), hole) == stands
    assert [one.pk for one in together] == slowly(free, hole) != []
    alone = {one.pk: weights_of(hole).reasons(one, hole) for one in free}
    assert {one.pk: one.reasons for one in together} == alone


def whom_a_coordinator_may_put_there(world, people):
    hole = ranking.read_hole(world.hole().post)
    unmet = {one: ranking.unmet(one, hole, NOW) for one in people}
    possible = {one: codes for one, codes in unmet.items() if Standing.REFUSED not in codes.values()}
    ticked = [one for one, codes in possible.items() if Standing.TICK in codes.values()]
    order = slowly(possible.keys() - set(ticked), hole) + slowly(ticked, hole)
    words = {one.pk: (codes, weights_of(hole).reasons(one, hole)) for one, codes in possible.items()}

    for most in (None, 1, 5, 12, PEOPLE):
        together = ranking.suggestions(world.hole().post, now=NOW, most=most)

        assert [one.pk for one in together] == order[:most]
        assert [(one.warnings, one.reasons) for one in together] == [words[pk] for pk in order[:most]]
        assert together.total == len(order) > len(ticked) > 0


def test_the_rules_look_at_nothing_else_than_what_tells_kinds_apart():
    """A rule that looks at something else would judge people by somebody who is not like them: add it to `MORE`."""
    world = World(0)
    hole, looked_at = world.hole(), set()
    people = world.one_by_one()

    class Watched(Person):
        def __getattribute__(self, name):
            looked_at.add(name)
            return super().__getattribute__(name)

    for person in people:
        watched = Watched(person.everybody, person.pk, person.facts)
        for rule in ranking.RULES:
            rule.stands_against(watched, hole, NOW)

    derived = {"is_minor", "lacks_consent", "is_paused", "is_ready", "evenings_elsewhere", "evenings", "languages"}
    its_own = {"everybody", "crowd", "pk", "facts", "asked"}
    assert looked_at - derived - its_own <= {*MORE, *Facts._fields}
