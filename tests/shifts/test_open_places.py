"""Which open places a volunteer sees: exactly those that she may take."""

from datetime import date, time, timedelta

import pytest

from nocturnes.history import SYSTEM
from shifts import actions, ranking
from shifts.models import Offer, Post
from shifts.pages.mine import assignments
from shifts.pages.offered import offered
from shifts.pages.open_places import all_open_places, asked, nearest
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.shifts.searches import make_offer
from volunteers.models import AgeGroup, Volunteer

pytestmark = pytest.mark.django_db


def nearest_to(volunteer, *, now):
    registrations = list(volunteer.registrations.select_related("edition"))
    return nearest(volunteer, registrations, assignments(volunteer), now=now)


@pytest.fixture
def season():
    """Two published evenings with two museums each, and a draft; one post at each, and a second one later."""
    edition = make_edition(rules_data={"self_service": "at_once"})
    for day in (date(2026, 3, 26), date(2026, 4, 2), date(2026, 4, 9)):
        evening = make_evening(day, edition=edition, published_at=NOW if day.day != 9 else None)
        for name in ("Horta", "BELvue"):
            opening = make_opening(evening, make_museum(name))
            make_post(opening, ends=time(20))
            make_post(opening, report=time(20), starts=time(20))
    return edition


def posts():
    return list(Post.objects.for_pages().order_by("report_at", "pk"))


def alice(**fields):
    volunteer = make_volunteer(**fields)
    make_registration(volunteer)
    return volunteer


def registration(volunteer, **fields):
    volunteer.registrations.update(**fields)


def said_no(volunteer):
    make_available(volunteer, posts()[0].opening.evening, "no")


def has_a_place(volunteer):
    make_assignment(posts()[0], volunteer)


def has_all_she_wished(volunteer):
    registration(volunteer, most_evenings=1)
    has_a_place(volunteer)


def has_more_than_she_wished(volunteer):
    has_all_she_wished(volunteer)
    make_assignment(posts()[5], volunteer)


def has_all_and_is_on_call(volunteer):
    has_more_than_she_wished(volunteer)
    make_available(volunteer, posts()[5].opening.evening, "yes", on_call_at=NOW)


def has_a_place_and_said_no_to_another(volunteer):
    has_a_place(volunteer)
    offer = make_offer(posts()[2], volunteer)
    Offer.objects.filter(pk=offer.pk).update(answer="no", answered_at=NOW)


def had_an_offer_and_said_no(volunteer):
    offer = make_offer(posts()[2], volunteer)
    Offer.objects.filter(pk=offer.pk).update(answer="no", answered_at=NOW)


def is_not_placed_there(volunteer):
    volunteer.not_at.add(posts()[0].opening.museum)


def speaks_what_one_post_asks_for(volunteer):
    volunteer.languages.add(make_language("nl"))
    posts()[0].languages.add(make_language("nl"))
    posts()[1].languages.add(make_language("nl"), make_language("en"))


def some_are_for_adults(volunteer):
    Post.objects.filter(pk=posts()[0].pk).update(minimum_age=18)


def is_young(volunteer):
    some_are_for_adults(volunteer)
    Volunteer.objects.filter(pk=volunteer.pk).update(age_group=AgeGroup.YOUNG, parent_consented_at=NOW)


def one_is_full(volunteer):
    for _ in range(2):
        make_assignment(posts()[0])


def one_opening_is_called_off(volunteer):
    type(posts()[0].opening).objects.filter(pk=posts()[0].opening_id).update(called_off_at=NOW)


def one_evening_is_called_off(volunteer):
    type(posts()[0].opening.evening).objects.filter(pk=posts()[0].opening.evening_id).update(called_off_at=NOW)


def a_parent_has_not_agreed(volunteer):
    Volunteer.objects.filter(pk=volunteer.pk).update(age_group=AgeGroup.YOUNG)


SITUATIONS = {
    "nothing stands against it": (lambda volunteer: None, 8),
    "said no for an evening": (said_no, 4),
    "has a place": (has_a_place, 6),
    "has all she wished": (has_all_she_wished, 2),
    "has more than she wished": (has_more_than_she_wished, 0),
    "is on call for one that would be too many": (has_all_and_is_on_call, 2),
    "has a place and said no to another": (has_a_place_and_said_no_to_another, 4),
    "had an offer and said no": (had_an_offer_and_said_no, 8),
    "is not placed there": (is_not_placed_there, 6),
    "speaks what one post asks for": (speaks_what_one_post_asks_for, 7),
    "some are for adults": (some_are_for_adults, 8),
    "is young": (is_young, 7),
    "one is full": (one_is_full, 7),
    "one opening is called off": (one_opening_is_called_off, 6),
    "one evening is called off": (one_evening_is_called_off, 4),
    "is paused": (lambda v: registration(v, paused_at=NOW), 0),
    "is paused until tomorrow": (
        lambda v: registration(v, paused_at=NOW, paused_until=NOW.date() + timedelta(days=1)),
        0,
    ),
    "was paused until today": (lambda v: registration(v, paused_at=NOW, paused_until=NOW.date()), 8),
    "is blocked": (lambda v: Volunteer.objects.filter(pk=v.pk).update(blocked_at=NOW), 0),
    "is not welcomed": (lambda v: Volunteer.objects.filter(pk=v.pk).update(accepted_at=None), 0),
    "a parent has not agreed": (a_parent_has_not_agreed, 0),
    "does not want to be asked": (lambda v: registration(v, may_be_asked=False), 8),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_shown_is_what_may_be_taken(name, season):
    """The database's words and the rules' words for the same thing: they never differ."""
    arrange, number = SITUATIONS[name]
    volunteer = alice()
    arrange(volunteer)
    volunteer = Volunteer.objects.get(pk=volunteer.pk)

    shown = [place.post for place in all_open_places(volunteer, number="", now=NOW).object_list]

    open_ones = [p for p in posts() if p.open_places and p.opening.evening.is_published]
    assert shown == [post for post in open_ones if may_take(volunteer, post)]
    assert len(shown) == number


def may_take(volunteer, post):
    person = ranking.read_people(post.opening.evening, now=NOW, only=[volunteer.pk])[volunteer.pk]
    return not ranking.against_taking(person, ranking.read_hole(post), NOW)


def test_once_the_team_meets_a_place_is_not_shown(season):
    first = posts()[0]

    shown = all_open_places(alice(), number="", now=first.report_at).object_list

    assert min(place.post.report_at for place in shown) > first.report_at


def test_an_edition_without_self_service_shows_nothing(season):
    season.rules_data = {"self_service": "off"}
    season.save()

    assert nearest_to(alice(), now=NOW) is None


def test_somebody_of_another_edition_sees_nothing(season):
    stranger = make_volunteer()
    make_registration(stranger, make_edition("other", rules_data={"self_service": "at_once"}))

    assert nearest_to(stranger, now=NOW) is None


def test_my_evenings_has_the_nearest(season):
    assert nearest_to(alice(), now=NOW).post == posts()[0]


def test_where_little_is_near_what_is_far_is_shown_too(season):
    for week in range(4):
        make_evening(date(2026, 2, 26) + timedelta(weeks=week), edition=season, published_at=NOW)
    full = Post.objects.filter(opening__evening__date=date(2026, 3, 26))
    full.update(places=1, needed=1, taken=1)

    found = nearest_to(alice(), now=NOW - timedelta(days=27))

    assert found.post == posts()[4]


def test_what_she_asked_for_is_shown_as_that_and_not_among_the_open_ones(season):
    season.rules_data = {"self_service": "approve"}
    season.save()
    volunteer = alice()
    request = volunteer.place_requests.create(post=posts()[0], asked_at=NOW)

    assert [one.request for one in asked(volunteer, now=NOW)] == [request]
    assert nearest_to(volunteer, now=NOW).post == posts()[1]


def test_what_we_asked_her_for_is_shown_as_that_and_not_among_the_open_ones(season):
    volunteer = alice()
    offer = make_offer(posts()[1], volunteer)

    shown = [place.post for place in all_open_places(volunteer, number="", now=NOW).object_list]

    assert [one.offer for one in offered(volunteer, now=NOW)] == [offer]
    assert shown == [posts()[0], *posts()[2:8]]


@pytest.mark.parametrize(
    "change",
    [
        lambda offer: Offer.objects.filter(pk=offer.pk).update(answer="no", answered_at=NOW),
        lambda offer: make_assignment(offer.search.post, offer.volunteer),
        lambda offer: Post.objects.filter(pk=offer.search.post_id).update(taken=2),
        lambda offer: Volunteer.objects.filter(pk=offer.volunteer_id).update(blocked_at=NOW),
        lambda offer: actions.call_off(offer.search.post.opening, by=SYSTEM, now=NOW),
    ],
    ids=["answered", "on the evening", "filled", "blocked", "called off"],
)
def test_an_offer_that_a_yes_makes_nothing_of_is_not_shown(season, change):
    offer = make_offer(posts()[1], alice())
    change(offer)

    assert offered(Volunteer.objects.get(pk=offer.volunteer_id), now=NOW) == []


def test_an_offer_that_it_is_too_late_for_is_not_shown(season):
    offer = make_offer(posts()[1], alice())

    assert offered(offer.volunteer, now=offer.search.post.ends_at - timedelta(minutes=1)) == []


def test_what_she_got_a_no_for_is_not_held_out_to_her_again(season):
    season.rules_data = {"self_service": "approve"}
    season.save()
    volunteer = alice()
    volunteer.place_requests.create(post=posts()[0], asked_at=NOW, answered_at=NOW, answer="no")

    assert nearest_to(volunteer, now=NOW).post == posts()[1]


@pytest.mark.parametrize("arrange", [lambda volunteer: None, has_all_she_wished])
def test_the_number_of_queries_does_not_grow(arrange, season, django_assert_max_num_queries):
    volunteer = alice()
    arrange(volunteer)

    with django_assert_max_num_queries(5):
        nearest_to(volunteer, now=NOW)
