import re
import struct
from datetime import date, time
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import translation

from nocturnes.templatetags import preview
from shifts.pages import public
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.pages import text_of
from tests.shifts.searches import at as moment

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def page(client, edition):
    return client.get(reverse("edition", args=[edition.slug])).content.decode()


def page_url(edition, name="edition", language="en"):
    with translation.override(language):
        return reverse(name, args=[edition.slug])


def test_the_page_tells_where_help_is_needed_and_names_nobody(client, at):
    at(NOW)
    post = make_post(make_opening(make_evening(), make_museum("Musée Horta")), places=2)
    make_assignment(post, make_volunteer("Zénobie", "Dupont"))

    text = page(client, make_edition())

    assert "Musée Horta" in text
    assert "Il faut du monde" in text
    assert "Zénobie" not in text


@pytest.mark.parametrize(
    ("places", "needed", "taken", "word"), [(4, 4, 3, "much"), (8, 8, 7, "some"), (3, 2, 2, "some"), (2, 2, 2, "full")]
)
def test_help_is_needed_in_three_words(places, needed, taken, word):
    post = make_post(places=places, needed=needed)
    post.taken = taken

    assert public.help_needed([post]) == word


def test_where_nobody_is_asked_for_no_word_is_said():
    assert public.help_needed([]) == "none"


def test_each_museum_says_what_takes_place_where_when_and_how_much_help_it_needs(client, at):
    at(NOW)
    evening = make_evening()
    horta = make_opening(
        evening, make_museum("Musée Horta", commune_fr="Saint-Gilles"), activity="games", ends_at=moment(26, 21)
    )
    make_post(horta, places=1)
    mim = make_post(make_opening(evening, make_museum("MIM")), places=1)
    make_assignment(mim)

    text = text_of(client.get(page_url(evening.edition)))

    assert "Musée Horta Help needed · Games evening · Saint-Gilles · 18:00–21:00" in text
    assert "MIM Full · Late opening · Brussels" in text
    assert "Thursday 26 March, 18:00 Help needed I’ll help" in text


def test_figures_are_shown_only_where_the_edition_says_so(client, at):
    at(NOW)
    edition = make_edition()
    make_post(make_opening(make_evening(edition=edition)), places=7)
    assert "7 places" not in text_of(client.get(page_url(edition)))

    edition.shows_figures = True
    edition.save()

    assert "Help needed · 7 places" in text_of(client.get(page_url(edition)))


def test_without_figures_nothing_that_a_page_or_the_feed_reads_has_one():
    evening = make_evening()
    make_post(make_opening(evening), places=7)

    programme = public.programme(evening.edition, now=NOW)

    (night,) = programme.nights
    assert [help.open_places for help in (night.help, night.houses[0].help, night.houses[0].posts[0][1])] == [None] * 3


def test_a_post_that_is_over_needs_nobody_any_more():
    evening = make_evening()
    opening = make_opening(evening)
    make_post(opening, ends=time(20))
    late = make_post(opening, report=time(20), starts=time(20), ends=time(22))

    programme = public.programme(evening.edition, now=moment(26, 20))

    assert [post for post, _help in programme.nights[0].houses[0].posts] == [late]


def test_museums_stand_in_the_order_of_their_names_whatever_their_accents():
    evening = make_evening()
    for name in ("Zinneke", "Éventail", "Autoworld"):
        make_opening(evening, make_museum(name))

    programme = public.programme(evening.edition, now=NOW)

    assert [house.museum.name for house in programme.nights[0].houses] == ["Autoworld", "Éventail", "Zinneke"]


def test_the_weakest_museum_stands_first_and_what_is_called_off_last():
    evening = make_evening()
    make_opening(evening, make_museum("Autoworld"), called_off_at=NOW)
    make_opening(evening, make_museum("Bibliotheca"))
    make_assignment(make_post(make_opening(evening, make_museum("Cantillon")), places=1))
    make_post(make_opening(evening, make_museum("Érasme")), places=2, needed=0)
    make_post(make_opening(evening, make_museum("Zinneke")), places=2)

    programme = public.programme(evening.edition, now=NOW)

    names = [house.museum.name for house in programme.nights[0].houses]
    assert names == ["Zinneke", "Érasme", "Cantillon", "Bibliotheca", "Autoworld"]


def lead_of(edition, now=NOW):
    with translation.override("en"):
        return public.programme(edition, now=now).lead.replace("\u00a0", " ")


def test_the_lead_counts_each_museum_once_and_none_that_stays_closed():
    edition, horta = make_edition(), make_museum("Horta")
    for day in (date(2026, 3, 26), date(2026, 4, 2)):
        make_opening(make_evening(day, edition=edition), horta)
    make_opening(edition.evenings.first(), make_museum("MIM"))
    make_opening(edition.evenings.first(), make_museum("Clockarium"), called_off_at=NOW)
    make_opening(make_evening(date(2026, 4, 9), edition=edition, called_off_at=NOW), make_museum("Train World"))

    assert lead_of(edition) == (
        "From 26 March to 2 April 2026, 2 museums stay open in the evening, from 18:00 to 22:00. "
        "They need people at the door. One evening, could that be you?"
    )


def test_the_lead_of_one_night_names_one_day():
    edition = make_evening().edition
    make_opening(edition.evenings.get(), make_museum("Horta"))

    assert lead_of(edition).startswith("On 26 March 2026, a museum stays open in the evening, from 18:00 to 22:00.")


def test_by_day_nothing_is_said_of_the_evening(client, at):
    edition = make_edition(opens_at=time(10), closes_at=time(17))
    make_post(make_opening(make_evening(edition=edition)))
    at(NOW)

    text = text_of(client.get("/en/nocturnes-2026/"))

    assert "The museum opens its doors On 26 March 2026, a museum opens its doors, from 10:00 to 17:00. " in text
    assert "At night" not in text
    assert lead_of(edition, moment(27, 0)) == "On 26 March 2026, a museum opened its doors."


def test_the_lead_asks_nobody_when_nobody_can_sign_up_or_all_is_over():
    edition = make_evening(edition=make_edition(sign_up_open=False)).edition
    make_opening(edition.evenings.get(), make_museum("Horta"))

    assert lead_of(edition) == "On 26 March 2026, a museum stays open in the evening, from 18:00 to 22:00."
    assert lead_of(edition, moment(27, 0)) == "On 26 March 2026, a museum stayed open in the evening."


def test_past_evenings_are_folded_away_and_today_is_not_until_it_is_over(client, at):
    past, today = make_evening(date(2026, 3, 19)), make_evening(date(2026, 3, 26))
    make_opening(past, make_museum("Musée Braille"))
    make_opening(today, make_museum("Musée Horta"))

    at(moment(26, 21, 59))
    coming, _fold, behind = page(client, make_edition()).partition("derrière nous")
    assert ("Musée Horta" in coming, "Musée Braille" in coming, "Musée Braille" in behind) == (True, False, True)

    at(moment(26, 22))
    assert "La saison est terminée" in page(client, make_edition())


def test_what_is_called_off_is_struck_and_asks_for_nobody(client, at):
    at(NOW)
    evening = make_evening()
    make_post(make_opening(evening, make_museum("Clockarium"), called_off_at=NOW))
    make_post(make_opening(make_evening(date(2026, 4, 2), called_off_at=NOW), make_museum("Train World")))

    text = page(client, make_edition())

    assert "<s>Clockarium</s>" in text
    assert "<s>Train World</s>" in text
    assert "Il faut du monde" not in text


def test_a_season_without_sign_ups_says_so_and_has_no_button(client, at):
    at(NOW)
    edition = make_edition(sign_up_open=False)
    make_post(make_opening(make_evening(edition=edition)))

    text = page(client, edition)

    assert reverse("sign_up", args=[edition.slug]) not in text
    assert "Les inscriptions sont closes" in text
    assert f"mailto:{edition.mailbox}" in text


def test_an_evening_without_museums_is_not_announced_yet(client, at):
    at(NOW)
    evening = make_evening()
    make_opening(evening)
    make_evening(date(2026, 3, 12))
    make_evening(date(2026, 4, 30))

    text = text_of(client.get(page_url(evening.edition)))

    assert "On 26 March 2026, a museum stays open" in text
    assert "1 evening to come." in text
    assert "30 April" not in text
    assert "behind us" not in text


def test_a_season_without_museums_takes_helpers_already(client, at):
    at(NOW)
    evening = make_evening()

    response = client.get(page_url(evening.edition))

    assert "The evenings are announced here." in text_of(response)
    assert page_url(evening.edition, "sign_up") in response.content.decode()


def test_the_button_of_an_evening_leads_to_the_sign_up_for_it(client, at):
    at(NOW)
    make_post(make_opening(make_evening()))

    text = client.get(page_url(make_edition())).content.decode()

    assert f'href="{page_url(make_edition(), "sign_up")}?evening=2026-03-26"' in text


@pytest.mark.parametrize(("typed", "brought"), [("newsletter", "newsletter"), ("nowhere", ""), ('"><script>', "")])
def test_how_somebody_heard_about_us_comes_along_to_the_sign_up(client, at, typed, brought):
    at(NOW)
    make_post(make_opening(make_evening()))

    text = client.get(page_url(make_edition()), {"from": typed}).content.decode()

    url = page_url(make_edition(), "sign_up")
    links = re.findall(rf'href="({url}[^"]*)"', text)
    tails = [f"?from={brought}", f"?evening=2026-03-26&amp;from={brought}"] if brought else ["", "?evening=2026-03-26"]
    assert links == [f"{url}{tail}" for tail in tails]


def test_a_season_without_evenings_says_that_they_come(client, at):
    at(NOW)

    text = text_of(client.get(page_url(make_edition())))

    assert "No evening yet" in text
    assert "The season is over" not in text


def test_the_page_leads_machines_to_the_feed(client, at):
    at(NOW)
    edition = make_edition()

    feed = reverse("open_places_feed", args=[edition.slug])
    assert f'<link rel="alternate" type="application/json" href="{feed}"' in page(client, edition)


def test_the_picture_of_the_link_preview_is_there_at_the_size_it_says():
    picture = finders.find(preview.PICTURE["file"])

    with open(picture, "rb") as file:
        head = file.read(24)

    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == (preview.PICTURE["width"], preview.PICTURE["height"])
    assert Path(picture).stat().st_size < 100_000


@pytest.mark.parametrize("name", ["edition", "sign_up", "feed_docs"])
def test_a_page_reads_well_as_a_link_in_its_own_language(client, at, settings, name):
    at(NOW)
    settings.BASE_URL = "https://nocturnes.example.org"
    make_opening(make_evening())

    head = client.get(page_url(make_edition(), name, "nl")).content.decode()

    own = f"https://nocturnes.example.org{page_url(make_edition(), name, 'nl')}"
    assert f'<link rel="canonical" href="{own}">' in head
    assert f'<meta property="og:url" content="{own}">' in head
    for code in ("fr", "nl", "en"):
        there = f"https://nocturnes.example.org{page_url(make_edition(), name, code)}"
        assert f'<link rel="alternate" hreflang="{code}" href="{there}">' in head
    assert '<meta property="og:locale" content="nl_BE">' in head
    assert '<meta property="og:locale:alternate" content="fr_BE">' in head
    assert '<meta property="og:image" content="https://nocturnes.example.org/static/og.png">' in head
    assert '<meta name="twitter:card" content="summary_large_image">' in head
    title, text = (re.search(f'{name}" content="([^"]+)"', head)[1] for name in ("og:title", "og:description"))
    french = client.get(page_url(make_edition(), name, "fr")).content.decode()
    assert title not in french
    assert text not in french
    assert f'<meta name="description" content="{text}">' in head


def test_the_start_leads_to_the_only_edition(client):
    edition = make_edition()

    assert client.get("/fr/")["Location"] == reverse("edition", args=[edition.slug])


def test_the_start_leads_a_coordinator_to_her_season(client):
    edition = make_edition()
    client.force_login(make_coordinator())

    assert client.get("/fr/")["Location"] == reverse("season", args=[edition.slug])


def test_before_the_first_season_everybody_finds_the_way_in_and_a_coordinator_reads_how_one_begins(client):
    visitor = client.get("/en/").content.decode()
    client.force_login(make_coordinator())
    coordinator = client.get("/en/").content.decode()

    sign_in = f'href="{reverse("account_login")}"'.replace("/fr/", "/en/")
    assert (sign_in in visitor, "manage.py load_edition" in visitor) == (True, False)
    assert (sign_in in coordinator, "manage.py load_edition" in coordinator) == (False, True)


def test_the_start_lists_several_editions(client):
    make_edition()
    make_edition("museum-night", name_fr="Nuit des musées")

    text = client.get("/fr/").content.decode()

    assert "Nuit des musées" in text
    assert "Nocturnes 2026" in text


def test_of_several_editions_the_next_stands_first_and_the_past_ones_last(client, at):
    at(NOW)
    make_edition("without", name_en="Announced")
    for slug, name, days in (
        ("old", "Long ago", [date(2024, 3, 14)]),
        ("last", "Last year", [date(2025, 3, 13)]),
        ("night", "One night", [date(2026, 10, 24)]),
        ("now", "This one", [date(2026, 3, 12), date(2026, 4, 23)]),
    ):
        for day in days:
            make_evening(day, edition=make_edition(slug, name_en=name))

    text = text_of(client.get("/en/"))

    order = ["This one", "From 12 March to 23 April 2026", "One night", "Saturday 24 October 2026", "Announced"]
    order += ["Earlier seasons", "Last year", "Long ago"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_a_coordinator_of_several_editions_goes_to_the_season_of_each(client):
    make_edition("museum-night")
    season = reverse("season", args=[make_edition().slug])
    client.force_login(make_coordinator())

    assert f'href="{season}"' in client.get("/fr/").content.decode()


def test_the_page_takes_the_same_number_of_queries_for_one_museum_and_for_thirty(client, at, django_assert_num_queries):
    at(NOW)
    evening = make_evening()
    make_post(make_opening(evening))
    url = reverse("edition", args=[evening.edition.slug])
    with django_assert_num_queries(4):
        client.get(url)

    for _ in range(29):
        make_post(make_opening(evening))

    with django_assert_num_queries(4):
        client.get(url)


def test_a_season_that_is_full_says_so_and_still_asks_for_people(client, at):
    at(NOW)
    post = make_post(make_opening(make_evening(), make_museum("Musée Horta")), places=1)
    address = page_url(make_edition())
    assert "Where help is needed" in text_of(client.get(address))

    make_assignment(post, make_volunteer())

    text = text_of(client.get(address))
    assert "Where help is needed" not in text
    assert "Every evening is full at the moment 1 evening to come. Places come free all the time" in text
    assert "Lend a hand" in text


def test_nobody_is_told_where_help_is_needed_while_sign_up_is_closed(client, at):
    at(NOW)
    make_post(make_opening(make_evening(edition=make_edition(sign_up_open=False)), make_museum("Musée Horta")))

    text = text_of(client.get(page_url(make_edition())))

    assert "Evenings to come" in text
    assert "Where help is needed" not in text


def test_who_prefers_another_language_is_led_to_one_of_the_edition(client):
    make_edition(languages=["nl"])

    start = client.get("/fr/", follow=True)
    page = client.get("/en/nocturnes-2026/sign-up/?from=poster")

    assert start.redirect_chain[-1][0] == "/nl/nocturnes-2026/"
    assert (page.status_code, page["Location"]) == (302, "/nl/nocturnes-2026/sign-up/?from=poster")
    assert client.get("/nl/nocturnes-2026/sign-up/").status_code == 200
