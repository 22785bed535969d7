"""A night whose posts begin after midnight: its evening bears the date of the day before."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging.accounts import current_edition
from messaging.models import Message
from nocturnes import links
from nocturnes.history import SYSTEM, Actor
from nocturnes.rule_checks import problems
from shifts import actions
from shifts.actions import on_call
from shifts.messages import slots
from shifts.models import Assignment, Post
from shifts.pages import facts, museum_sheet, open_places, profile, seasons
from shifts.pages import reserve as reserve_pages
from shifts.pages.questions import questions
from shifts.pages.season import season
from tests.factories import (
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_reserve,
    make_volunteer,
)
from tests.shifts.examples_of_disruptions import TEXTS
from tests.shifts.pages import text_of
from tests.shifts.searches import at, make_offer, make_people, offer_to, open_search, post_at, published_evening, sweep
from volunteers.models import Availability

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LATE = datetime(2026, 3, 26, 23, 10, tzinfo=UTC)


@pytest.fixture
def post():
    """On Thursday 26 March, from 00:30 to 03:00."""
    edition = make_edition()
    edition.rules_data = {"self_service": "at_once"}
    edition.save()
    hours = {"report_at": at(27, 0, 30), "starts_at": at(27, 1), "ends_at": at(27, 3)}
    post = post_at(published_evening(), places=1, **hours)
    post.opening.ends_at = hours["ends_at"]
    post.opening.save()
    return post


def asked_about(post, name):
    return make_offer(post, make_people(post.opening.evening, name, answer="")[0])


def answer_of(volunteer):
    return list(Availability.objects.filter(registration__volunteer=volunteer).values_list("answer", flat=True))


def test_who_said_no_before_midnight_comes_after_all(post):
    offer = asked_about(post, "Alice")
    actions.decline(offer.ask, by=SYSTEM, now=at(26, 23, 50))

    assignment = actions.accept_offer(offer, by=SYSTEM, now=LATE)

    assert assignment.is_active
    assert answer_of(offer.volunteer) == ["yes"]


def test_who_is_a_moment_too_late_after_midnight_stands_by(post):
    offer = asked_about(post, "Alice")
    actions.decline(offer.ask, by=SYSTEM, now=at(26, 23, 50))
    make_assignment(post)

    with pytest.raises(actions.PlaceTaken):
        actions.accept_offer(offer, by=SYSTEM, now=LATE)

    offer.ask.refresh_from_db()
    assert (offer.ask.stands_by_at, answer_of(offer.volunteer)) == (LATE, ["yes"])


def test_a_no_after_midnight_is_a_no_for_that_evening(post):
    offer = asked_about(post, "Alice")

    actions.decline(offer.ask, by=SYSTEM, now=LATE)

    assert answer_of(offer.volunteer) == ["no"]


def test_an_open_place_is_taken_after_midnight_without_an_answer_before(post):
    alice = make_volunteer()
    make_registration(alice, make_edition())

    actions.take_open_place(Post.objects.for_pages().get(pk=post.pk), alice, by=SYSTEM, now=LATE)

    assert Assignment.objects.active().get().volunteer == alice


def test_a_withdrawal_after_midnight_finds_somebody(post):
    hers = make_assignment(post, make_people(post.opening.evening, "Inès")[0])
    bob = make_people(post.opening.evening, "Bob")[0]

    search = actions.withdraw(hers, by=SYSTEM, now=LATE)
    sweep(LATE)

    assert offer_to(bob, search)
    assert open_search(post, now=LATE) == search


def test_a_night_can_still_be_called_off_and_asked_about_after_midnight(post, client, at):
    evening, lea = post.opening.evening, make_coordinator()
    make_assignment(post, make_people(evening, "Alice", "Bob")[0])
    client.force_login(lea)
    at(LATE)

    page = client.get(reverse("evening", args=[evening.edition.slug, evening.date]))
    asked = actions.ask_still_coming(evening, why="strike", texts=TEXTS, by=Actor.user(lea), now=LATE)
    told = actions.call_off_evening(evening, by=Actor.user(lea), now=LATE)

    assert not page.context["page"].is_past
    assert asked
    assert told == 1


def page_of(client, name, evening):
    """What a coordinator gets at the page `name` of `evening`."""
    client.force_login(make_coordinator())
    return client.get(reverse(name, args=[evening.edition.slug, evening.date]))


def test_a_night_can_be_published_after_midnight_as_its_page_says(post, client, at):
    evening = post.opening.evening
    type(evening).objects.filter(pk=evening.pk).update(published_at=None)
    at(LATE)

    page = page_of(client, "evening_publish", evening)
    actions.publish(evening, by=SYSTEM, now=LATE)

    assert page.status_code == 200
    evening.refresh_from_db()
    assert evening.is_published


def test_people_are_asked_for_a_night_after_midnight_as_its_page_says(post, client, at):
    evening = post.opening.evening
    make_registration(make_volunteer())
    at(LATE)

    page = page_of(client, "evening_ask_unanswered", evening).context["page"]

    assert (page.is_over, page.told.total) == (False, 1)
    assert actions.ask_unanswered([evening], by=SYSTEM, now=LATE) == 1


def test_she_can_change_her_answer_for_the_night_after_midnight(post):
    registration = make_registration()

    (line,) = profile.answered(registration, now=LATE)

    assert line.is_open


def test_who_is_on_call_sees_so_after_midnight(post):
    alice = make_volunteer()
    reserve = make_reserve(alice, post.opening.evening)

    assert reserve_pages.hers(alice, [], now=LATE).agreed == [reserve]


def test_the_season_and_its_list_still_show_the_night_after_midnight(post):
    evening = post.opening.evening

    page = season(evening.edition, make_coordinator(), now=LATE)

    assert [(night.days, night.is_past) for night in page.nights] == [(0, False)]
    assert [line.post.pk for line in page.to_do] == [post.pk]
    assert not seasons.seasons(now=LATE)[0].is_over


@pytest.mark.parametrize("door", ["museum", "tonight"])
def test_a_museum_reads_the_list_of_the_night_after_midnight(post, client, at, door):
    make_assignment(post)
    make_opening(published_evening(date(2026, 3, 27)), post.opening.museum)
    at(LATE)

    page = client.get(reverse(door, args=[links.token(door, post.opening.museum)]))

    assert (page.context["head"].opening, page.context["is_today"]) == (post.opening, True)


def test_who_comes_after_midnight_is_ticked_from_the_day_of_the_evening_on(post):
    assignment = make_assignment(post)

    actions.mark(assignment, arrived=True, by=SYSTEM, now=at(26, 0))

    with pytest.raises(actions.NotTheDay):
        actions.mark(assignment, arrived=True, by=SYSTEM, now=at(25, 23, 59))


def test_a_museum_reads_when_the_first_comes_and_not_the_smallest_hour(post):
    make_assignment(post)
    make_assignment(make_post(post.opening))

    (sheet,) = museum_sheet.sheets(post.opening.museum, now=at(26, 12))

    assert [sheet.first_report, *(person.report for person in sheet.people)] == ["17:30", "17:30", "00:30"]


def test_a_place_of_the_night_is_still_held_out_after_midnight(post):
    alice = make_volunteer()
    make_registration(alice, make_edition())

    places = open_places.all_open_places(alice, number="", now=LATE)

    assert [place.post for place in places.object_list] == [post]


def test_whatever_looks_ahead_begins_with_the_night_that_goes_on_after_midnight(post, client, at):
    evening, museum = post.opening.evening, post.opening.museum
    edition, next_week = evening.edition, published_evening(date(2026, 4, 2))
    make_assignment(post)
    make_evening(date(2026, 3, 27), edition=make_edition("another"))
    client.force_login(make_coordinator())
    at(LATE)

    def context(name, *args):
        return client.get(reverse(name, args=[edition.slug, *args])).context

    assert [night.evening for night in context("at_risk")["nights"]] == [evening, next_week]
    assert context("planning")["page"].current.evening == evening
    assert [one for one, _words in context("invitation")["other_evenings"] if one] == [evening, next_week]
    assert [one.evening for one in context("museum_link", museum.pk)["openings"]] == [evening]
    assert current_edition(LATE) == edition


def test_what_waits_for_her_answer_has_the_place_after_midnight_last(post):
    reserve = make_reserve(make_volunteer(), post.opening.evening)
    places = [
        SimpleNamespace(offer=SimpleNamespace(ask_id=n), date=post.opening.evening.date, report=hour, url=hour)
        for n, hour in enumerate(["00:30", "19:00"])
    ]
    for one in places:
        one.museum, one.post = post.opening.museum, post

    lines = questions([], places, [(reserve, "on call")], [])

    assert [line.url for line in lines] == ["on call", "19:00", "00:30"]


def test_a_night_s_reserve_is_on_call_until_after_midnight(post):
    evening = post.opening.evening
    evening.edition.rules_data = {"reserve_from": "18:00", "reserve_until": "00:30"}

    assert problems(evening.edition.rules) == []
    assert (on_call.since(evening), on_call.until(evening)) == (at(26, 18), at(27, 0, 30))


def test_who_is_freed_from_the_reserve_after_midnight_hears_so(post):
    """A place was open until its last useful moment, in the night: only then she need not be reachable any more."""
    evening = post.opening.evening
    alice = make_volunteer()
    make_reserve(alice, evening)

    kept, freed = actions.free_reserve(now=at(27, 0, 30)), actions.free_reserve(now=at(27, 2))

    assert (kept, freed) == (0, 1)
    assert Message.objects.get(kind="reserve_freed").user == alice.user


NIGHT = "In the night from Thursday 26 March to Friday 27 March"


def test_her_page_says_between_which_days_she_is_expected_after_midnight(post, client, at):
    alice = make_volunteer(language="en")
    make_assignment(post, alice)
    at(LATE)

    text = text_of(client.get(f"/en/link/evenings/{links.token('evenings', alice)}/"))

    assert "Thursday 26 March, 01:00" in text
    assert f"00:30 meeting until 03:00 {NIGHT}" in text


def test_an_offer_for_after_midnight_says_between_which_days_by_mail_and_on_its_page(post, client, at):
    search = open_search(post, now=LATE)
    (alice,) = make_people(post.opening.evening, "Alice", language="en")
    at(LATE)
    sweep(LATE)

    message = Message.objects.get(kind="offer")
    text = text_of(client.get(f"/en/link/offer/{links.token('offer', offer_to(alice, search).ask)}/"))

    assert NIGHT in text
    assert NIGHT in messaging.render(message, now=LATE).text.replace("\xa0", " ")


def test_who_comes_late_reads_when_she_begins_and_when_the_doors_open(post):
    late = make_post(post.opening, report=time(21, 15), starts=time(21, 30))
    hers = make_assignment(late, make_volunteer())

    with translation.override("en"):
        slot = slots.slot(hers, "en", now=LATE)

        assert f"{slot.starts_at:%H:%M}" == facts.Facts(late).starts == "21:30"
        assert "the doors open at 18:00." in slot.everything
        assert facts.Facts(late).night == ""
