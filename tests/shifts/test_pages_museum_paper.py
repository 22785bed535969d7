"""An evening's list on paper: who may print it, what stands on it, and that it is one page."""

import re
from datetime import date

import pytest
from django.urls import reverse

from nocturnes import links
from nocturnes.history import SYSTEM, Actor
from shifts import actions
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_role,
    make_volunteer,
)
from tests.shifts.pages import link, page, queries_of, rows, text_of
from tests.shifts.searches import at as moment
from tests.shifts.searches import make_people, published_evening

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PHONE, SHOWN = "+32470123456", "0470 12 34 56"


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


@pytest.fixture
def opening():
    make_coordinator("lea.first@example.org", first_name="Léa")
    return make_opening(published_evening(), make_museum("Musée BELvue"), meeting_point_en="side door")


@pytest.fixture
def lien(opening):
    speaks = [make_language("nl"), make_language("fr")]
    return make_assignment(
        make_post(opening, places=3), make_volunteer("Lien", "Declercq", phone=PHONE, languages=speaks)
    )


def sheet(opening, museum=None):
    return link("museum_print", museum or opening.museum, opening.pk)


def test_the_sheet_has_who_comes_where_things_are_missing_and_whom_to_call(client, at, opening, lien):
    at(moment(26, 16, 12))

    text = text_of(client.get(sheet(opening)))

    for words in (
        "Nocturnes 2026 Musée BELvue Thursday 26 March, 18:00 until 22:00",
        "A problem? +32 470 00 00 12 Léa",
        "1 person expected from 17:30 on · side door, Place des Palais 7.",
        "2 places, Welcome desk (still to be filled).",
        f"Lien D. first time here Welcome desk 17:30 fr, nl {SHOWN}",
        "… still to be filled Welcome desk 17:30 … still to be filled Welcome desk 17:30",
        "Did somebody else come? Write their first name and number on an empty line.",
        "Printed on Thursday 26 March, 16:12. The page online may have changed since.",
        "To be destroyed after the evening.",
    ):
        assert words in text
    assert "Declercq" not in text
    assert "is here" not in text


def test_it_has_six_blank_lines_and_a_box_for_everybody(client, opening, lien):
    html = client.get(sheet(opening)).content.decode()

    assert html.count('<td class="a4__box') == 1 + 2 + 6


@pytest.mark.parametrize(("when", "shown"), [((26, 11, 59), False), ((26, 12, 0), True), ((27, 11, 59), True)])
def test_phone_numbers_stand_on_it_only_when_it_is_printed_from_noon_on_the_day(client, at, opening, lien, when, shown):
    at(moment(*when))

    text = text_of(client.get(sheet(opening)))

    assert (SHOWN in text) is shown
    assert ("Phone numbers are printed on the day itself, from 12:00 on." in text) is not shown


def test_it_shows_nobody_who_withdrew_nor_why(client, opening, lien):
    inès = make_people(opening.evening, "Inès")[0]
    actions.withdraw(make_assignment(lien.post, inès), reason="work", by=Actor.volunteer_link(inès), now=NOW)

    text = text_of(client.get(sheet(opening)))

    assert "Lien D." in text
    assert not any(secret in text for secret in ("Inès", "Work", "withdrew"))


def test_a_museum_prints_no_other_museums_list(client, opening, lien):
    other = make_opening(opening.evening, make_museum("Autoworld"))

    assert client.get(sheet(opening, other.museum)).status_code == 404
    assert client.get(sheet(opening)).status_code == 200


def test_a_list_that_is_closed_is_not_printed_by_the_museum_any_more(client, at, opening, lien):
    at(moment(27, 12))

    response = client.get(sheet(opening))

    assert response.status_code == 410
    assert "The list of that evening is closed." in text_of(response)
    assert "Lien" not in text_of(response)


def test_drafts_and_what_is_called_off_have_a_sentence_instead_of_a_list(client, opening, lien):
    draft = make_opening(make_evening(date(2026, 4, 2)), opening.museum)
    make_assignment(make_post(draft), make_volunteer("Wout"), published_at=None)
    assert "The team is not settled yet." in text_of(client.get(sheet(draft)))
    assert "Wout" not in text_of(client.get(sheet(draft)))

    actions.call_off(opening, by=SYSTEM, now=NOW)

    text = text_of(client.get(sheet(opening)))
    assert "This opening does not take place." in text
    assert "Lien" not in text


def test_the_coordinator_prints_it_under_the_museums_rules(desk, at, opening, lien):
    address = page("opening_print", make_edition().slug, opening.pk)
    assert "Lien D. first time here" in text_of(desk.get(address))
    assert SHOWN not in text_of(desk.get(address))

    at(moment(26, 12))
    assert SHOWN in text_of(desk.get(address))

    at(moment(30, 10))
    text = text_of(desk.get(address))
    assert "Lien D." in text
    assert SHOWN not in text


def test_printing_changes_nothing_and_is_kept_by_nobody(client, opening, lien):
    before = rows()

    response = client.get(sheet(opening))

    assert rows() == before
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_the_museums_page_leads_to_its_sheets(client, opening, lien):
    draft = make_opening(make_evening(date(2026, 4, 2)), opening.museum)

    address = link("museum", opening.museum)

    html = client.get(address).content.decode()

    assert f'href="{address}sheet/{opening.pk}/"' in html
    assert f"sheet/{draft.pk}/" not in html


def test_the_sheet_takes_the_same_number_of_queries_with_one_person_and_with_many(client, opening, lien):
    address = sheet(opening)
    with_one = queries_of(client, address)
    for number in range(5):
        post = make_post(opening, role=make_role(f"role-{number}"), places=3)
        make_assignment(post, make_volunteer(languages=[make_language("nl")]))

    assert queries_of(client, address) == with_one


# One page.


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("people", "holes"), [(1, 1), (10, 0), (10, 4), (20, 2)])
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_sheet_is_one_a4_however_large_the_team(live_server, phone, at, opening, people, holes, language):
    at(moment(26, 16))
    speaks = [make_language(code) for code in ("fr", "nl", "en")]
    post = make_post(opening, places=people + holes, role=make_role("aide-au-guide", name_fr="aide au guide"))
    for number in range(people):
        make_assignment(post, make_volunteer(f"Marie-Christine{number}", languages=speaks))
    token = links.token("museum", opening.museum)
    phone.goto(live_server.url + reverse("museum_print", args=[token, opening.pk]).replace("/fr/", f"/{language}/"))

    pdf = phone.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12]", pdf)


def test_the_sheets_of_an_evening_are_all_its_museums_under_the_same_rules(client, at, opening, lien):
    other = make_opening(opening.evening, make_museum("Musée Horta"))
    make_assignment(make_post(other), make_volunteer("Noor", phone=PHONE))
    # Lien knows the one museum, and nobody says that she knows the other.
    make_assignment(make_post(other, places=2), lien.volunteer, cancelled_at=NOW, cause="removed")
    off = make_opening(opening.evening, make_museum("Musée fermé"), called_off_at=NOW)
    client.force_login(make_coordinator("lea.second@example.org", language="en"))
    address = page("evening_print", opening.evening.edition.slug, opening.evening.date)

    early = client.get(address)
    at(moment(26, 16, 12))
    late = client.get(address)

    shown = [one.opening for one in early.context["sheets"]]
    assert shown == [opening, other]
    assert off not in shown
    assert SHOWN not in text_of(early)
    assert text_of(late).count(SHOWN) == 2
    assert "Lien" not in [person.name for person in late.context["sheets"][1].people]
