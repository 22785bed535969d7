"""What somebody reads who opens an address that only takes what a button sends."""

import re

import pytest
from django.urls import reverse

from tests import every_page
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
    response = client.get(address(w, sent, door, whose))
    led = re.search(r'class="btn btn--lamp btn--wide" href="([^"]+)"', response.content.decode())[1]

    shown = every_page.page(page, w, "fr")
    assert (response.status_code, response["Allow"], response["Cache-Control"]) == (405, "POST", "no-store")
    assert response["Referrer-Policy"] == "no-referrer"
    assert led == shown.url
    assert client.get(led).status_code == 200


def test_what_a_program_asks_stays_without_a_page(client, fresh_world):
    response = client.delete(reverse("edition", args=[fresh_world.edition.slug]))

    assert (response.status_code, response.content) == (405, b"")
