"""The bundled edition is what the rehearsal needs: a season as it is lived, when the job is hardest."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import groupby

import pytest

from nocturnes.installable import HER_EVENINGS
from shifts.loading import BUNDLED
from shifts.loading.season import read_season

PAST = [date(2026, 3, 12), date(2026, 3, 19)]
PUBLISHED = [*PAST, date(2026, 3, 26), date(2026, 4, 2), date(2026, 4, 9)]
DRAFT = [date(2026, 4, 16), date(2026, 4, 23)]


@pytest.fixture(scope="module")
def season():
    return read_season(BUNDLED, people=True)


@pytest.fixture(scope="module")
def active(season):
    return [row for row in season.assignments if not row.withdrew]


def test_the_edition_is_the_nocturnes_of_2026(season):
    header = season.header

    assert (header.slug, header.zone_name, header.languages) == (
        "nocturnes-2026",
        "Europe/Brussels",
        ["fr", "nl", "en"],
    )
    assert (header.opens, header.closes) == (time(18), time(22))
    assert header.starts == datetime(2026, 3, 24, 10)


def test_the_evenings_are_seven_thursdays_of_which_the_last_two_are_drafts(season):
    assert [row.date for row in season.evenings] == PUBLISHED + DRAFT
    assert {row.date.weekday() for row in season.evenings} == {3}
    assert [row.date for row in season.evenings if row.published] == PUBLISHED


def test_an_evening_has_five_to_seven_openings_with_a_title_in_every_language(season):
    openings = Counter(row.evening for row in season.openings)

    assert len(season.museums) == 41
    assert all(5 <= openings[evening] <= 7 for evening in PUBLISHED + DRAFT)
    assert all(row.title_fr and row.title_nl and row.title_en for row in season.openings)
    assert {(row.starts, row.ends) for row in season.openings} == {(time(18), time(22))}


def test_every_kind_of_activity_takes_place(season):
    kinds = {row.activity for row in season.openings}

    assert kinds == {
        "nocturne", "behind_the_scenes", "extra_muros", "guided_tour", "games", "tasting", "dance", "workshop",
    }  # fmt: skip


def test_museums_that_are_closed_in_2026_are_not_there(season):
    for name in ("juif", "joods", "wiertz", "kbr", "ixelles"):
        assert not [row for row in season.museums if name in row.name_fr.lower() or name in row.name_nl.lower()]


def test_short_names_fit_a_cell_of_the_grid(season):
    for row in season.museums:
        assert max(len(row.short_fr), len(row.short_nl), len(row.short_en)) <= 15


def test_posts_want_two_to_four_people_at_half_past_five(season):
    assert {row.report for row in season.posts} == {time(17, 30)}
    assert {row.places for row in season.posts} == {2, 3, 4}
    assert all(row.briefing_fr and row.briefing_nl for row in season.posts)


def test_four_places_in_five_are_assigned(season, active):
    places = sum(row.places for row in season.posts)

    assert 110 <= places <= 140
    assert 0.77 <= len(active) / places <= 0.83


def test_nobody_is_on_more_places_than_a_post_has(season, active):
    on_post = Counter(row.post for row in active)

    assert all(on_post[row.key] <= row.places for row in season.posts)


def test_fifty_two_made_up_people_who_can_only_be_reached_under_example_org(season):
    addresses = [row.email for row in season.volunteers] + [row.email for row in season.contacts]
    addresses += [row.parent_email for row in season.volunteers if row.parent_email]
    phones = [row.phone for row in season.volunteers] + [row.phone for row in season.contacts]

    assert len(season.volunteers) == 52
    assert all(address.endswith("@example.org") for address in [*addresses, season.header.mailbox])
    assert all(phone.startswith("0470 00 0") for phone in phones)
    assert len(set(phones)) == len(phones)


def test_a_third_reads_dutch_and_a_few_read_english(season):
    languages = Counter(row.language for row in season.volunteers)

    assert 15 <= languages["nl"] <= 19
    assert 3 <= languages["en"] <= 7
    assert languages["fr"] >= 28


def test_three_people_wait_for_their_welcome_and_have_no_place(season):
    waiting = {row.email for row in season.volunteers if not row.accepted}

    assert len(waiting) == 3
    assert not waiting & {row.volunteer for row in season.assignments}


def test_some_did_not_answer_and_every_evening_has_a_reserve(season):
    for evening in PUBLISHED + DRAFT:
        answers = Counter(row.extra[evening.isoformat()] for row in season.volunteers)
        assert answers[""] >= 5
        assert answers["yes"] >= 15
        assert 2 <= sum(evening in row.reserve for row in season.volunteers) <= 3


def test_who_is_assigned_said_that_she_can_and_is_not_in_reserve(season):
    people = {row.email: row for row in season.volunteers}

    for row in season.assignments:
        person = people[row.volunteer]
        assert person.extra[row.evening.isoformat()] in ("yes", "if_needed"), row
        assert row.evening not in person.reserve, row
        assert person.accepted < row.made, row


def test_who_is_assigned_speaks_the_post_s_languages_and_is_old_enough(season):
    people, posts = {row.email: row for row in season.volunteers}, {row.key: row for row in season.posts}

    for row in season.assignments:
        assert set(posts[row.post].languages) <= set(people[row.volunteer].spoken), row
        assert people[row.volunteer].age == "18+" or posts[row.post].minimum_age < 18, row


def test_nobody_has_two_posts_an_evening_or_more_evenings_than_she_wants(season, active):
    people = {row.email: row for row in season.volunteers}

    for email, rows in groupby(sorted(active, key=lambda row: row.volunteer), key=lambda row: row.volunteer):
        evenings = [row.evening for row in rows]
        assert len(set(evenings)) == len(evenings), email
        assert len(evenings) <= (people[email].most_evenings or 7), email


def test_on_past_evenings_everybody_is_ticked_and_one_person_never_came(season, active):
    ticks = Counter(row.attendance for row in active if row.evening in PAST)
    withdrew = [row for row in season.assignments if row.withdrew and row.evening in PAST]

    assert set(ticks) == {"arrived", "absent"}
    assert ticks["absent"] == 1
    assert len(withdrew) == 2
    assert not any(row.attendance for row in season.assignments if row.evening not in PAST)


def test_two_days_before_the_next_evening_somebody_has_just_withdrawn_and_three_have_not_confirmed(season, active):
    next_evening = date(2026, 3, 26)
    withdrew = [row for row in season.assignments if row.withdrew and row.evening == next_evening]
    unconfirmed = [row for row in active if row.evening == next_evening and not row.confirmed]

    assert [row.withdrew for row in withdrew] == [datetime(2026, 3, 24, 9, 40)]
    assert len(unconfirmed) == 3


def test_a_draft_evening_has_nothing_confirmed(season):
    assert not [row for row in season.assignments if row.evening in DRAFT and row.confirmed]


def test_the_teams_speak_what_their_opening_asks_but_for_two_holes_left_on_purpose(season, active):
    people = {row.email: row for row in season.volunteers}
    lacking = set()
    for opening in season.openings:
        team = [row for row in active if row.post[:2] == (opening.evening, opening.museum)]
        spoken = {language for row in team for language in people[row.volunteer].spoken}
        if opening.evening in PUBLISHED and set(opening.languages) - spoken:
            lacking.add(opening.museum)

    assert lacking == {"mim", "autrique"}


def test_the_privacy_notice_names_the_copies_on_a_device_and_the_question_how_somebody_heard(season):
    for language, words in {
        "fr": ["entendu parler de nous", "Sur ton appareil", "7 jours au plus", "Son appareil", "cookies"],
        "nl": ["hebt leren kennen", "Op je eigen toestel", "tot 7 dagen", "Zijn toestel", "cookies"],
        "en": ["heard about us", "On your own device", "up to 7 days", "Its device", "Cookies"],
    }.items():
        text = season.notices["privacy", language]
        assert [word for word in words if word not in text] == []
    assert timedelta(days=7) == HER_EVENINGS
    assert season.header.notice_versions == {"privacy": 2, "information": 1}


def test_the_information_note_tells_what_the_law_of_2005_asks(season):
    for language, words in {
        "fr": ["3 juillet 2005", "sans but lucratif", "Responsabilité civile", "Autres risques", "frais",
               "article 458"],
        "nl": ["3 juli 2005", "zonder winstoogmerk", "Burgerlijke aansprakelijkheid", "Andere risico", "kosten",
               "artikel 458"],
        "en": ["3 July 2005", "non-profit", "Civil liability", "Other risks", "expenses", "article 458"],
    }.items():  # fmt: skip
        text = season.notices["information", language]
        assert [word for word in words if word not in text] == []
