from datetime import date

import pytest
from django.urls import reverse

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

pytestmark = pytest.mark.django_db


def page(client, edition):
    return client.get(reverse("edition", args=[edition.slug])).content.decode()


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


def test_an_evening_that_is_past_is_left_out_and_today_is_not(client, at):
    at(NOW.replace(day=26, hour=20))
    past, today = make_evening(date(2026, 3, 19)), make_evening(date(2026, 3, 26))
    make_opening(past, make_museum("Musée Braille"))
    make_opening(today, make_museum("Musée Horta"))

    text = page(client, make_edition())

    assert "Musée Horta" in text
    assert "Musée Braille" not in text


def test_an_opening_that_is_called_off_is_struck(client, at):
    at(NOW)
    make_opening(make_evening(), make_museum("Clockarium"), called_off_at=NOW)

    assert "<s>Clockarium</s>" in page(client, make_edition())


def test_a_season_without_sign_ups_has_no_button(client, at):
    at(NOW)
    edition = make_edition(sign_up_open=False)
    make_opening(make_evening(edition=edition))

    assert reverse("sign_up", args=[edition.slug]) not in page(client, edition)


def test_the_start_leads_to_the_only_edition(client):
    edition = make_edition()

    assert client.get("/fr/")["Location"] == reverse("edition", args=[edition.slug])


def test_the_start_leads_a_coordinator_to_her_season(client):
    edition = make_edition()
    client.force_login(make_coordinator())

    assert client.get("/fr/")["Location"] == reverse("season", args=[edition.slug])


def test_the_start_lists_several_editions(client):
    make_edition()
    make_edition("museum-night", name_fr="Nuit des musées")

    text = client.get("/fr/").content.decode()

    assert "Nuit des musées" in text
    assert "Nocturnes 2026" in text


def test_the_page_takes_the_same_number_of_queries_for_one_museum_and_for_thirty(client, at, django_assert_num_queries):
    at(NOW)
    evening = make_evening()
    make_post(make_opening(evening))
    url = reverse("edition", args=[evening.edition.slug])
    with django_assert_num_queries(3):
        client.get(url)

    for _ in range(29):
        make_post(make_opening(evening))

    with django_assert_num_queries(3):
        client.get(url)
