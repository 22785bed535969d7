"""What somebody reads who opens an address that only takes what a button sends."""

import re

import pytest
from django.urls import resolve, reverse

from tests.shifts.pages import rows, text_of
from tests.test_doors import DONE, DOORS, address

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(
    ("sent", "page"),
    [
        ("offer_answer", "offer"),
        ("assignment_confirm", "assignment"),
        ("evenings_confirm", "evenings"),
        ("evenings_take", "evenings"),
        ("tonight_arrived", "tonight"),
        ("tonight_all_arrived", "tonight"),
        ("mine_confirm", "mine"),
        ("mine_reserve_answer", "mine_reserve"),
    ],
)
def test_it_leads_to_the_page_that_has_the_button(client, fresh_world, sent, page):
    w, door = fresh_world, DOORS[sent]
    if not door.purpose:
        client.force_login(w.alice.user)

    whose = next(who for who in ("link", "museum_link", "alice") if door.expected.get(who) == DONE)
    opened = address(w, sent, door, whose)

    response = client.get(opened)
    led = re.search(r'class="btn btn--lamp btn--wide" href="([^"]+)"', response.content.decode())[1]

    assert (response.status_code, response["Allow"], response["Cache-Control"]) == (405, "POST", "no-store")
    assert response["Referrer-Policy"] == "no-referrer"
    assert (opened.startswith(led), resolve(led).url_name) == (True, page)
    assert client.get(led).status_code == 200


@pytest.mark.parametrize(
    ("came_from", "back_to"),
    [
        ("http://testserver{page}?all=1", "{page}?all=1"),
        ("http://elsewhere.example/", "/fr/nocturnes-2026/mine/"),
        ("http://testserver//elsewhere.example/", "/fr/nocturnes-2026/mine/"),
        ("", "/fr/nocturnes-2026/mine/"),
    ],
)
def test_who_was_signed_out_reads_so_and_comes_back_to_the_page_that_has_the_button(
    client, fresh_world, came_from, back_to
):
    w = fresh_world
    button, page = (reverse(name, args=[w.edition.slug]) for name in ("mine_asks", "mine_places"))
    before = rows()

    headers = {"referer": came_from.format(page=page)} if came_from else {}
    sign_in = client.post(button, {"until": "week"}, headers=headers, follow=True)

    assert rows() == before
    assert "ce que tu as demandé en dernier n’a pas été fait" in text_of(sign_in)
    assert f'name="next" value="{back_to.format(page=page)}"' in sign_in.content.decode()


def test_who_looked_at_a_page_comes_back_to_it_without_a_word(client, fresh_world):
    page = reverse("mine", args=[fresh_world.edition.slug])

    sign_in = client.get(page, follow=True)

    assert sign_in.redirect_chain[-1][0].endswith(f"?next={page}")
    assert 'class="note' not in sign_in.content.decode()


def test_what_a_program_asks_stays_without_a_page(client, fresh_world):
    response = client.delete(reverse("edition", args=[fresh_world.edition.slug]))

    assert (response.status_code, response.content) == (405, b"")
