"""The numbers of the pictures: what held at the end of each day, from the rows and from the history."""

from datetime import date, datetime, time, timedelta

import pytest

from nocturnes.history import SYSTEM
from nocturnes.hours import instant
from shifts import actions
from shifts.actions import planning
from shifts.pages.figures import figures, rows
from shifts.pages.figures.filling import Day
from shifts.pages.figures.rows import Source
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.shifts.pages import page, text_of
from tests.shifts.pages import rows as all_rows
from volunteers import actions as volunteers

pytestmark = [pytest.mark.django_db, pytest.mark.once]

THURSDAY = date(2026, 3, 26)
TODAY = date(2026, 3, 24)


def at(day, month=3, hour=12):
    return instant(date(2026, month, day), time(hour), make_edition().zone)


def read(evening, *, now=NOW):
    """{date: its Day} of `evening`."""
    (night,) = [night for night in figures(evening.edition, now=now).nights if night.evening.pk == evening.pk]
    return {day.date: day for day in night.filling.days}


def numbers(day):
    return {name: getattr(day, name) for name in ("confirmed", "unconfirmed", "draft", "open")}


# Spans, from rows.


def test_an_evening_is_told_day_by_day():
    evening = make_evening(published_at=at(16))
    post = make_post(make_opening(evening), places=3)
    ina, jo, kim = make_volunteer("Ina"), make_volunteer("Jo"), make_volunteer("Kim")
    common = {"made_at": at(12), "published_at": at(16)}
    make_assignment(post, ina, confirmed_at=at(18), confirmed_how="link", **common)
    make_assignment(post, jo, **common)
    gone = make_assignment(post, kim, confirmed_at=at(17), confirmed_how="link", **common)
    actions.withdraw(gone, by=SYSTEM, now=at(20))

    days = read(evening)

    assert [numbers(days[date(2026, 3, day)]) for day in (11, 12, 16, 17, 18, 20, 24)] == [
        {"confirmed": 0, "unconfirmed": 0, "draft": 0, "open": 3},
        {"confirmed": 0, "unconfirmed": 0, "draft": 3, "open": 0},
        {"confirmed": 0, "unconfirmed": 3, "draft": 0, "open": 0},
        {"confirmed": 1, "unconfirmed": 2, "draft": 0, "open": 0},
        {"confirmed": 2, "unconfirmed": 1, "draft": 0, "open": 0},
        {"confirmed": 1, "unconfirmed": 1, "draft": 0, "open": 1},
        {"confirmed": 1, "unconfirmed": 1, "draft": 0, "open": 1},
    ]


def test_midnight_is_that_of_the_edition():
    evening = make_evening(published_at=at(1))
    post = make_post(make_opening(evening), places=1)
    just_after = datetime.combine(date(2026, 3, 20), time(0, 30), tzinfo=evening.edition.zone)
    make_assignment(post, made_at=just_after, published_at=just_after)

    days = read(evening)

    assert (days[date(2026, 3, 19)].filled, days[date(2026, 3, 20)].filled) == (0, 1)


def test_who_arrived_counts_as_confirmed_and_who_is_absent_leaves_a_hole():
    evening = make_evening(published_at=at(1))
    post = make_post(make_opening(evening), places=2)
    came, missed = (make_assignment(post, made_at=at(2), published_at=at(2)) for _ in range(2))
    type(came).objects.filter(pk=came.pk).update(arrived_at=at(26, hour=17))
    type(came).objects.filter(pk=missed.pk).update(absent_at=at(26, hour=18))

    days = read(evening, now=at(27))

    assert numbers(days[date(2026, 3, 25)]) == {"confirmed": 0, "unconfirmed": 2, "draft": 0, "open": 0}
    assert numbers(days[THURSDAY]) == {"confirmed": 1, "unconfirmed": 0, "draft": 0, "open": 1}


def test_what_was_needed_before_it_was_changed_comes_from_the_history():
    evening = make_evening(published_at=at(1))
    post = make_post(make_opening(evening), places=2)
    actions.change_places(post, places_wanted=5, needed=4, by=SYSTEM, now=at(10))
    post.refresh_from_db()
    actions.change_places(post, places_wanted=5, needed=3, by=SYSTEM, now=at(20))

    days = read(evening)

    assert [days[date(2026, 3, day)].open for day in (9, 10, 19, 20, 24)] == [2, 4, 4, 3, 3]


def test_a_post_that_was_added_and_an_opening_that_was_called_off_count_while_they_are():
    evening = make_evening(published_at=at(1))
    opening = make_opening(evening)
    given = make_post(opening, places=1)
    facts = {name: getattr(given, name) for name in ("role", "report_at", "ends_at", "minimum_age")}
    facts |= {"starts_at": given.starts_at + timedelta(hours=1), "places": 2, "needed": 2}
    planning.add_post(opening, facts, by=SYSTEM, now=at(10))
    opening.called_off_at = at(20)
    opening.save()

    days = read(evening)

    assert [days[date(2026, 3, day)].open for day in (9, 10, 19, 20)] == [1, 3, 3, 0]


def test_of_the_needed_places_as_many_are_filled_as_the_season_says(desk):
    """Who is on top of what one post needs fills no place of another."""
    evening = make_evening(published_at=at(1))
    opening = make_opening(evening)
    crowded = make_post(opening, places=2, needed=1)
    make_post(opening, places=1)
    for _ in range(2):
        make_assignment(crowded, made_at=at(2), published_at=at(2))

    day = read(evening)[TODAY]
    season, pictures = (text_of(desk.get(page(name, evening.edition.slug))) for name in ("season", "figures"))

    assert (day.filled, day.needed, day.people) == (1, 2, 2)
    assert "1 of 2 needed" in season
    assert "1 of 2 needed" in pictures


def test_a_yes_counts_from_the_sign_up_or_from_when_it_was_said():
    evening = make_evening()
    for answer in ("yes", "if_needed", "no"):
        make_available(make_volunteer(), evening, answer)
    late = make_registration(make_volunteer(), evening.edition, created_at=at(5))
    evening.edition.registrations.exclude(pk=late.pk).update(created_at=at(2))
    volunteers.set_availability(late, evening, "yes", by=SYSTEM, now=at(10))
    volunteers.set_availability(late, evening, "no", by=SYSTEM, now=at(20))

    days = read(evening)

    assert [days[date(2026, 3, day)].yes for day in (1, 2, 9, 10, 19, 20, 24)] == [0, 1, 1, 2, 2, 1, 1]


def test_another_evening_and_another_edition_are_not_counted():
    evening, other = make_evening(), make_evening(date(2026, 4, 2))
    make_available(make_volunteer(), other)
    make_assignment(make_post(make_opening(other)))
    elsewhere = make_evening(edition=make_edition("spring-2027"))
    make_available(make_volunteer(), elsewhere)

    assert read(evening)[TODAY] == Day(TODAY)


# Where people come from.


def test_sources_are_counted_with_those_who_have_a_place():
    evening = make_evening()
    post = make_post(make_opening(evening), places=9)
    for heard, number in (("friend", 2), ("poster", 3), ("", 4)):
        for _ in range(number):
            make_registration(make_volunteer(), evening.edition, heard=heard)
    friend = evening.edition.registrations.filter(heard="friend").first()
    gone = evening.edition.registrations.filter(heard="poster").first()
    make_assignment(post, friend.volunteer)
    actions.remove(make_assignment(post, gone.volunteer), then="leave_open", by=SYSTEM, now=NOW)
    make_registration(friend.volunteer, make_edition("spring-2027"), heard="museum")

    found = [source for source in rows.sources(evening.edition) if source.people]

    assert found == [Source("poster", 3, 0), Source("friend", 2, 1), Source("", 4, 0)]


# The page.


@pytest.fixture
def desk(client, monkeypatch):
    monkeypatch.setattr("nocturnes.clock.now", lambda: NOW)
    client.force_login(make_coordinator())
    return client


def test_the_page_has_each_picture_with_its_words_and_its_table(desk):
    evening = make_evening(published_at=at(1))
    post = make_post(make_opening(evening), places=2)
    make_assignment(post, made_at=at(2), published_at=at(2), confirmed_at=at(3), confirmed_how="link")
    make_registration(edition=evening.edition, heard="poster")
    before = all_rows()

    response = desk.get(page("figures", evening.edition.slug))

    html, text = response.content.decode(), text_of(response)
    assert "1 of 2 needed · 1 confirmed · 1 open · 0 people said yes" in text
    assert "3 March 0 1 0 0 1" in text
    assert "From a poster or a flyer 1 0" in text
    assert html.count('<svg class="fig"') == html.count("<title id=") == html.count("<desc id=") == 3
    assert html.count("<table") == 3
    assert all_rows() == before


def test_an_edition_without_evenings_says_what_to_do_first(desk):
    text = text_of(desk.get(page("figures", make_edition().slug)))

    assert "No evening yet" in text
    assert "Add an evening" in text


def test_an_evening_without_anything_and_one_that_is_called_off_say_so(desk):
    slug = make_evening(called_off_at=NOW).edition.slug

    text = text_of(desk.get(page("figures", slug)))

    assert "called off" in text
    assert "Nothing to draw yet" in text
    assert "Nobody has answered" in text


def test_a_long_season_has_pages_and_an_evening_is_drawn_from_eight_weeks_before_it_on(desk):
    """What stands today would be drawn on a day that is to come."""
    evenings = [make_evening(THURSDAY + timedelta(weeks=week)) for week in range(12)]
    for evening in evenings:
        make_post(make_opening(evening))

    first = desk.get(page("figures", "nocturnes-2026"))
    assert len(first.context["page"].nights) == 8
    later = desk.get(page("figures", "nocturnes-2026"), {"from": first.context["page"].window.later})
    assert [night.drawing is not None for night in later.context["page"].nights] == [False] * 4
    assert {night.drawing is not None for night in first.context["page"].nights} == {True}
    assert "The picture begins eight weeks before the evening, on Thursday 26 March." in text_of(later)
