"""What the pictures of `make shots` and the tests over all pages stand on."""

from dataclasses import fields

import pytest

from tests import every_page
from tests.shots.scene import ROWS
from tests.world import World

pytestmark = pytest.mark.once


def test_the_pictures_have_a_row_for_every_door():
    assert set(ROWS) == {field.name for field in fields(World)}


def test_no_page_that_somebody_can_open_is_left_out():
    names = every_page.names(rehearsal=True)

    assert {"offer", "mine", "sign_up", "season", "museum_print", "mailbox", "parts", "account_login"} <= set(names)
    assert not {"offer_answer", "search_live", "mine_data"} & set(names)
