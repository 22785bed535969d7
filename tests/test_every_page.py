"""What the pictures of `make shots` and the tests over all pages stand on."""

from dataclasses import fields

import pytest

from tests import every_page
from tests.every_state import STATES
from tests.shots.scene import ROWS
from tests.test_doors import DOORS, address, sign_in
from tests.world import World

pytestmark = pytest.mark.once


def test_the_pictures_have_a_row_for_every_door():
    assert set(ROWS) == {field.name for field in fields(World)}


def test_no_page_that_somebody_can_open_is_left_out():
    names = every_page.names(rehearsal=True)

    assert {"offer", "mine", "sign_up", "season", "museum_print", "mailbox", "parts", "account_login"} <= set(names)
    assert not {"offer_answer", "search_live", "mine_data"} & set(names)


@pytest.mark.django_db
def test_whatever_asks_before_it_acts_is_a_page(client, fresh_world):
    asks = set()
    for name, door in DOORS.items():
        for who in {"anonymous", *every_page.WHO} & set(door.expected) if door.posts else ():
            client.logout()
            sign_in(client, fresh_world, who)
            if client.get(address(fresh_world, name, door, who)).status_code == 200:
                asks.add(name)

    assert asks == every_page.QUESTIONS


@pytest.mark.django_db
@pytest.mark.parametrize("name", STATES)
def test_a_page_shows_the_state_that_it_is_pictured_in(name, client, fresh_world):
    page = every_page.page(name, fresh_world, "fr")
    sign_in(client, fresh_world, page.who)

    response = client.get(page.url)

    assert response.status_code == 200
    assert "<h1" in response.content.decode()
