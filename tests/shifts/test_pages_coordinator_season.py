"""The season table, its pages, and "to do first"."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.models import User
from shifts import actions
from shifts.pages.season import season
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

THURSDAY = date(2026, 3, 26)


@pytest.fixture(autouse=True)
def _now_in_french(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with translation.override("fr"):
        yield


def make_team(evening, *, places=3, needed=None, confirmed=0, unconfirmed=0, museum="Musée BELvue", **fields):
    opening = make_opening(evening, make_museum(museum))
    post = make_post(opening, places=places, needed=places if needed is None else needed, **fields)
    published = evening.published_at
    for _ in range(confirmed):
        make_assignment(post, published_at=published, confirmed_at=NOW, confirmed_how="link")
    for _ in range(unconfirmed):
        make_assignment(post, published_at=published)
    return post


def read(edition, *, now=NOW, start=None):
    lea = User.objects.filter(is_coordinator=True).first() or make_coordinator()
    return season(edition, lea, now=now, start=start)


def only_cell(evening, *, now=NOW):
    return read(evening.edition, now=now).nights[0].cells[0]


@pytest.mark.parametrize(
    ("fields", "state", "n"),
    [
        ({"confirmed": 3}, "full", 0),
        ({"confirmed": 2, "unconfirmed": 1}, "unconfirmed", 1),
        ({"confirmed": 1, "unconfirmed": 1}, "short", 1),
        ({}, "empty", 0),
        ({"needed": 2, "confirmed": 2}, "full", 0),
    ],
)
def test_a_cell_has_the_worst_state_of_its_places(fields, state, n):
    evening = make_evening(published_at=NOW)
    make_team(evening, **fields)

    team = only_cell(evening)

    assert (team.state, team.n) == (state, n)


def test_the_windows_stand_in_the_order_of_the_look():
    evening = make_evening(published_at=NOW)
    make_team(evening, places=5, needed=4, confirmed=1, unconfirmed=2)

    assert only_cell(evening).windows == ["confirmed", "unconfirmed", "unconfirmed", "open", "wanted"]


def test_a_live_search_turns_open_places_into_searched_ones():
    evening = make_evening(published_at=NOW)
    post = make_team(evening, confirmed=2)
    actions.open_search(post, by=SYSTEM, now=NOW)

    team = only_cell(evening)

    assert (team.state, team.n, team.windows) == ("searching", 1, ["confirmed", "confirmed", "searched"])


def test_who_is_on_top_at_one_post_hides_no_hole_at_another():
    evening = make_evening(published_at=NOW)
    post = make_team(evening, places=3, needed=2, confirmed=3)
    make_post(post.opening, places=1)

    team = only_cell(evening)

    assert (team.filled, team.needed, team.state) == (2, 3, "short")


def test_a_language_that_nobody_speaks_is_missing_and_one_that_somebody_speaks_is_not():
    evening = make_evening(published_at=NOW)
    dutch, french = make_language("nl"), make_language("fr")
    post = make_team(evening)
    post.opening.languages.set([dutch, french])
    make_assignment(post, make_volunteer(languages=[french]))

    assert [language.code for language in only_cell(evening).lacks] == ["nl"]


def test_a_draft_evening_counts_who_can_come(desk):
    evening = make_evening()
    make_team(evening, places=2, unconfirmed=1)
    make_available(make_volunteer("Bob"), evening, "yes")
    make_available(make_volunteer("Carol"), evening, "if_needed")
    make_available(make_volunteer("Dina", accepted_at=None), evening, "yes")

    response = desk.get(reverse("season", args=[evening.edition.slug]))

    night = response.context["season"].nights[0]
    forecast = night.forecast
    assert (night.is_draft, forecast.needed, forecast.answers.could_come, forecast.answers.if_needed) == (True, 2, 1, 1)
    assert night.cells[0].state == "draft"
    assert "cell--draft" in response.content.decode()


def test_an_evening_that_is_over_is_one_line_with_who_came(desk):
    evening = make_evening(date(2026, 3, 19), published_at=NOW)
    post = make_team(evening)
    make_assignment(post, arrived_at=NOW)
    make_assignment(post, arrived_at=NOW)
    make_assignment(post, absent_at=NOW)

    response = desk.get(reverse("season", args=[evening.edition.slug]))

    night = response.context["season"].nights[0]
    people = night.people
    assert (night.is_past, people.came, people.expected, people.absent) == (True, 2, 3, 1)
    assert 'class="cell' not in response.content.decode()


def test_a_called_off_opening_counts_for_nothing():
    evening = make_evening(published_at=NOW)
    post = make_team(evening, places=2)
    actions.call_off(post.opening, by=SYSTEM, now=NOW)

    night = read(evening.edition).nights[0]

    assert (night.needed, night.cells[0].state, night.cells[0].windows) == (0, "called_off", ["called_off"] * 2)


def test_the_worst_comes_first_in_what_to_do():
    evening = make_evening(published_at=NOW)
    make_team(evening, museum="Court", confirmed=2)
    make_team(evening, museum="Vide")
    searched = make_team(evening, museum="Cherché", confirmed=2)
    actions.open_search(searched, by=SYSTEM, now=NOW)
    make_team(evening, museum="À confirmer", confirmed=2, unconfirmed=1)
    make_team(make_evening(date(2026, 4, 16)), museum="Brouillon")

    to_do = read(evening.edition).to_do

    assert [(one.kind, one.cell and one.cell.name) for one in to_do] == [
        ("empty", "Vide"),
        ("searching", "Cherché"),
        ("short", "Court"),
        ("unconfirmed", None),
    ]


def test_what_to_do_is_short_and_says_how_much_more_there_is():
    evening = make_evening(published_at=NOW)
    for number in range(8):
        make_team(evening, museum=f"Musée {number}", confirmed=2)

    page = read(evening.edition)

    assert (len(page.to_do), page.more_to_do) == (6, 2)


def test_the_numbers_count_places_to_come_only():
    edition = make_edition()
    make_team(make_evening(date(2026, 3, 19), published_at=NOW), confirmed=3)
    make_team(make_evening(published_at=NOW), places=4, needed=3, confirmed=1, unconfirmed=1)

    sums = read(edition).sums

    assert (sums.total, sums.confirmed, sums.unconfirmed, sums.draft, sums.open) == (3, 1, 1, 0, 1)


def test_museums_keep_their_place_by_name_and_accents_do_not_move_them():
    evening = make_evening(published_at=NOW)
    for name in ["Fonderie", "Érasme", "Cantillon"]:
        make_team(evening, museum=name, confirmed=3)

    cells = read(evening.edition).nights[0].cells

    assert [cell.short for cell in cells] == ["Cantillon", "Érasme", "Fonderie"]


def test_a_season_of_thirty_openings_takes_as_many_queries_as_one_of_one(desk):
    edition = make_edition()
    url = reverse("season", args=[edition.slug])
    dutch = make_language("nl")

    def grow(evening, number):
        for n in range(number):
            post = make_team(evening, museum=f"Musée {evening.date}{n}", confirmed=1, unconfirmed=1)
            post.opening.languages.add(dutch)
            actions.open_search(post, by=SYSTEM, now=NOW)

    grow(make_evening(published_at=NOW), 1)
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    for day in (2, 9, 16):
        grow(make_evening(date(2026, 4, day), published_at=NOW), 10)
    with CaptureQueriesContext(connection) as many:
        desk.get(url)

    assert len(many) == len(few)


def test_an_edition_without_evenings_says_so(desk):
    response = desk.get(reverse("season", args=[make_edition().slug]))

    assert 'class="empty"' in response.content.decode()
