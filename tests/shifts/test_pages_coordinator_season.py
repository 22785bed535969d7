"""The season table, its pages, and "to do first"."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.hours import instant
from nocturnes.models import User
from shifts import actions
from shifts.models import PlaceRequest
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

pytestmark = [pytest.mark.django_db, pytest.mark.once]

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


def test_what_is_tonight_comes_before_an_empty_museum_a_week_ahead():
    tonight, later = make_evening(published_at=NOW), make_evening(date(2026, 4, 2), published_at=NOW)
    make_team(later, museum="Vide")
    make_team(tonight, museum="Court", confirmed=2)
    searched = make_team(tonight, museum="Cherché", confirmed=2, unconfirmed=1, places=4)
    search = actions.open_search(searched, by=SYSTEM, now=NOW)
    type(search).objects.update(nobody_left_at=NOW)

    def first(now):
        return [(one.kind, one.cell and one.cell.name) for one in read(tonight.edition, now=now).to_do]

    near = searched.report_at - tonight.edition.rules.alert_within
    of_tonight = [("searching", "Cherché"), ("short", "Court"), ("unconfirmed", None)]
    assert first(near + timedelta(minutes=1)) == [*of_tonight, ("empty", "Vide")]
    assert first(near) == [("empty", "Vide"), *of_tonight]


def test_of_two_evenings_that_are_near_the_sooner_comes_first():
    sooner, later = make_evening(published_at=NOW), make_evening(date(2026, 3, 27), published_at=NOW)
    make_team(later, museum="Vide")
    make_team(sooner, museum="Court", confirmed=2)

    to_do = read(sooner.edition, now=NOW + timedelta(days=2)).to_do

    assert [(one.kind, one.cell.name) for one in to_do] == [("short", "Court"), ("empty", "Vide")]


def test_what_to_do_is_short_and_says_how_much_more_there_is():
    evening = make_evening(published_at=NOW)
    for number in range(8):
        make_team(evening, museum=f"Musée {number}", confirmed=2)

    page = read(evening.edition)

    assert (len(page.to_do), page.more_to_do) == (6, 2)


def test_who_is_to_call_stands_there_however_many_holes_there_are():
    evening = make_evening(published_at=NOW)
    for number in range(8):
        make_team(evening, museum=f"Musée {number}", unconfirmed=1)

    page = read(evening.edition)

    assert [one.kind for one in page.to_do] == ["short"] * 6 + ["unconfirmed"]
    assert (page.to_do[-1].n, page.more_to_do) == (8, 2)


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


# A long season has pages.


def make_weeks(number, first=THURSDAY, **fields):
    return [make_evening(first + timedelta(weeks=week), published_at=NOW, **fields) for week in range(number)]


def dates(page):
    return [night.evening.date for night in page.nights]


def test_a_short_season_is_one_page_with_its_past():
    evenings = make_weeks(8, date(2026, 3, 5))

    page = read(evenings[0].edition)

    assert dates(page) == [evening.date for evening in evenings]
    assert (page.window.earlier, page.window.later) == (None, None)


def test_a_long_season_begins_with_the_next_evening():
    days = [evening.date for evening in make_weeks(20, date(2026, 3, 5))]

    page = read(make_edition())

    assert dates(page) == days[3:11]
    assert (page.window.earlier, page.window.later) == (days[0], days[11])


def test_the_last_page_of_a_season_that_ends_is_full():
    days = [evening.date for evening in make_weeks(12, date(2026, 1, 15))]

    page = read(make_edition())

    assert dates(page) == days[4:]
    assert (page.window.earlier, page.window.later) == (days[0], None)


@pytest.mark.parametrize(
    ("start", "first", "shown"),
    [
        (date(2026, 3, 5), 0, 8),
        # Between two evenings: the next one.
        (date(2026, 3, 14), 2, 8),
        (date(2026, 7, 9), 18, 2),
        # After the last one: that one.
        (date(2999, 1, 1), 19, 1),
        (date(1, 1, 1), 0, 8),
    ],
)
def test_a_page_begins_with_the_evening_of_its_address(start, first, shown):
    days = [evening.date for evening in make_weeks(20, date(2026, 3, 5))]

    assert dates(read(make_edition(), start=start)) == days[first : first + shown]


def test_the_numbers_are_those_of_the_whole_season_on_every_page():
    for evening in make_weeks(20):
        make_team(evening, confirmed=2)

    pages = [read(make_edition(), start=day) for day in (None, date(2026, 7, 9))]

    assert [(page.sums.total, page.sums.confirmed, page.sums.open) for page in pages] == [(60, 40, 20)] * 2


def test_links_lead_to_the_pages_before_and_after(desk):
    make_weeks(20, date(2026, 3, 5))

    text = desk.get(reverse("season", args=[make_edition().slug])).content.decode()

    assert text.count('href="?from=2026-03-05"') == text.count('href="?from=2026-05-21"') == 2


@pytest.mark.parametrize("typed", ["nonsense", "2026-02-30", "2026-3-5", "9" * 5000, "\x00", "<b>"])
def test_a_page_that_begins_with_nonsense_says_so_and_shows_the_next_evenings(desk, typed):
    make_weeks(20, date(2026, 3, 5))

    response = desk.get(reverse("season", args=[make_edition().slug]), {"from": typed})

    assert response.status_code == 200
    assert dates(response.context["season"])[0] == THURSDAY
    assert "n’est pas une date" in response.content.decode()
    assert "<b>" not in response.content.decode().split("n’est pas une date")[0][-60:]


# What stands in it.


def test_the_numbers_leave_out_who_is_absent_and_what_is_called_off():
    evening = make_evening(published_at=NOW)
    post = make_team(evening, places=3, confirmed=1)
    make_assignment(post, absent_at=NOW)
    actions.call_off(make_team(evening, places=9).opening, by=SYSTEM, now=NOW)
    make_team(make_evening(date(2026, 4, 2), published_at=NOW, called_off_at=NOW), places=9)

    sums = read(evening.edition).sums

    assert (sums.total, sums.confirmed, sums.unconfirmed, sums.open) == (3, 1, 0, 2)


def test_what_a_search_looks_for_is_not_open_but_to_come():
    evening = make_evening(published_at=NOW)
    actions.open_search(make_team(evening, places=3, confirmed=1), by=SYSTEM, now=NOW)

    sums = read(evening.edition).sums

    assert (sums.total, sums.open, sums.searched) == (3, 0, 2)


def test_an_opening_without_posts_has_a_cell():
    evening = make_evening(published_at=NOW)
    make_opening(evening)

    assert (only_cell(evening).needed, only_cell(evening).windows) == (0, [])


def test_museums_are_named_in_the_reader_s_language():
    evening = make_evening(published_at=NOW)
    museum = make_museum("Musée d’Art", name_nl="Kunstmuseum", short_nl="Kunst")
    make_opening(evening, museum)

    with translation.override("nl"):
        cell = only_cell(evening)

    assert (cell.short, cell.name) == ("Kunst", "Kunstmuseum")


def test_an_evening_that_is_called_off_is_neither_a_draft_nor_to_do(desk):
    evening = make_evening(published_at=NOW, called_off_at=NOW)
    make_team(evening)

    page = desk.get(reverse("season", args=[evening.edition.slug])).context["season"]

    assert (page.nights[0].is_draft, page.nights[0].cells[0].state, page.to_do) == (False, "called_off", [])


def test_a_search_that_found_nobody_left_comes_before_the_others_and_asks_for_a_call(desk):
    evening = make_evening(published_at=NOW)
    for name, left_at in (("Aaa", None), ("Bbb", NOW)):
        search = actions.open_search(make_team(evening, museum=name, confirmed=2), by=SYSTEM, now=NOW)
        type(search).objects.filter(pk=search.pk).update(nobody_left_at=left_at)

    response = desk.get(reverse("season", args=[evening.edition.slug]))

    assert [one.cell.name for one in response.context["season"].to_do] == ["Bbb", "Aaa"]
    assert "plus personne à contacter" in response.content.decode()


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"held": "paused", "held_at": NOW}, "en pause"),
        ({"held": "taken_over", "held_at": NOW}, "pris en main"),
        ({"wave_proposed_at": NOW}, "attend ton accord"),
        ({"others_asked_at": NOW, "without_languages": ["nl"]}, "personne ne parle nl"),
    ],
)
def test_what_a_search_waits_for_stands_in_the_list_and_on_its_evening(desk, facts, says):
    evening = make_evening(published_at=NOW)
    post = make_team(evening, confirmed=2)
    post.opening.languages.add(make_language("nl"))
    search = actions.open_search(post, by=SYSTEM, now=NOW)
    type(search).objects.update(**facts)

    season_page = desk.get(reverse("season", args=[evening.edition.slug])).content.decode()
    evening_page = desk.get(reverse("evening", args=[evening.edition.slug, evening.date])).content.decode()

    assert says in season_page
    assert "others_asked_at" in facts or says in evening_page


def test_a_search_that_waits_for_consent_comes_before_one_that_goes_on(desk):
    evening = make_evening(published_at=NOW)
    for name, waits_since in (("Aaa", None), ("Bbb", NOW)):
        search = actions.open_search(make_team(evening, museum=name, confirmed=2), by=SYSTEM, now=NOW)
        type(search).objects.filter(pk=search.pk).update(wave_proposed_at=waits_since)

    to_do = read(evening.edition).to_do

    assert [one.cell.name for one in to_do] == ["Bbb", "Aaa"]


def test_only_the_next_evening_s_unconfirmed_are_to_call_and_the_button_leads_to_their_numbers(desk):
    for day in (THURSDAY, date(2026, 4, 2)):
        make_team(make_evening(day, published_at=NOW), places=2, unconfirmed=2)

    response = desk.get(reverse("season", args=[make_edition().slug]))

    assert [(one.kind, one.n) for one in response.context["season"].to_do] == [("unconfirmed", 2)]
    assert reverse("evening_unconfirmed", args=[make_edition().slug, THURSDAY]) in response.content.decode()


def test_in_the_night_nobody_is_to_call_whose_post_is_over():
    evening = make_evening(published_at=NOW)
    zone = evening.edition.zone
    make_team(evening, places=2, unconfirmed=2)
    late = {"report_at": instant(THURSDAY, time(22), zone), "starts_at": instant(THURSDAY, time(22, 30), zone)}
    make_team(evening, places=1, unconfirmed=1, museum="MIM", ends_at=instant(date(2026, 3, 27), time(1), zone), **late)

    def to_call(now):
        return [one.n for one in read(evening.edition, now=now).to_do if one.kind == "unconfirmed"]

    assert to_call(instant(THURSDAY, time(21), zone)) == [3]
    assert to_call(instant(THURSDAY, time(23), zone)) == [1]
    assert to_call(instant(date(2026, 3, 27), time(1, 30), zone)) == []


def test_requests_for_a_place_are_to_do(desk):
    post = make_team(make_evening(published_at=NOW), confirmed=3)
    PlaceRequest.objects.create(post=post, volunteer=make_volunteer(), asked_at=NOW)

    text = desk.get(reverse("season", args=[make_edition().slug])).content.decode()

    assert "1 demande<" in text
    assert f'href="{reverse("requests", args=[make_edition().slug])}"' in text


def test_a_draft_leads_to_asking_and_to_inviting(desk):
    evening = make_evening()
    make_team(evening)

    text = desk.get(reverse("season", args=[evening.edition.slug])).content.decode()

    assert reverse("evening_ask_unanswered", args=[evening.edition.slug, evening.date]) in text
    assert f"{reverse('invitation', args=[evening.edition.slug])}?evening=2026-03-26" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", 'avec 20\u00a0% de désistements <b class="is-bad">il en manque 3</b>'),
        ("nl", 'met 20\u00a0% afzeggingen <b class="is-bad">3 te weinig</b>'),
        ("en", 'with 20 % loss <b class="is-bad">3 short</b>'),
    ],
)
def test_the_forecast_is_said_in_each_language(desk, language, words):
    evening = make_evening()
    make_team(evening)

    assert words in desk.get(f"/{language}/{evening.edition.slug}/season/").content.decode()


def test_a_draft_that_needs_nobody_yet_is_not_called_enough(desk):
    evening = make_evening()

    text = desk.get(f"/en/{evening.edition.slug}/season/").content.decode()

    assert "needed <b>0</b>" in text
    assert "% loss" not in text


def test_who_is_hardly_enough_is_said_so(desk):
    evening = make_evening()
    make_team(evening, places=4)
    for _ in range(4):
        make_available(make_volunteer(), evening)

    text = desk.get(f"/en/{evening.edition.slug}/season/").content.decode()

    assert 'with 20 % loss <b class="is-bad">just enough, with no margin</b>' in text


def test_everything_on_the_page_takes_twelve_queries_at_most(desk):
    """With a draft and its forecast, a withdrawal, a request, languages and searches; session and chrome included.

    A season that has not begun takes one more: what is left to set up.
    """
    evening = make_evening(published_at=NOW)
    make_evening(date(2026, 3, 19), published_at=NOW)
    post = make_team(evening, confirmed=1)
    post.opening.languages.add(make_language())
    actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)
    PlaceRequest.objects.create(post=post, volunteer=make_volunteer(), asked_at=NOW)
    draft = make_evening(date(2026, 4, 2))
    make_team(draft).opening.languages.add(make_language())
    make_available(make_volunteer(languages=[make_language()]), draft)
    url = reverse("season", args=[evening.edition.slug])
    desk.get(url)

    with CaptureQueriesContext(connection) as queries:
        page = desk.get(url).context["season"]

    assert page.since.withdrew
    assert page.nights[2].forecast.answers.speakers
    assert len(queries) <= 12


def test_an_edition_without_evenings_says_so(desk):
    response = desk.get(reverse("season", args=[make_edition().slug]))

    assert 'class="empty"' in response.content.decode()
