"""The sign-up in a real browser: what is wrong is told first, and an evening is a row that a thumb hits."""

import pytest

from tests.stories.reader import Reader, Watcher
from tests.stories.season import make_season

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Pixels: the height of a row of rounds, and the width under which the date stands above them.
THUMB, NARROW = 44, 320


def box(locator):
    return locator.bounding_box()


def test_what_is_wrong_takes_the_focus_and_each_line_of_it_leads_to_its_field(site, plain_phone):
    season = make_season()
    reader, page = Reader(plain_phone, site, "fr"), plain_phone
    reader.goes_to("sign_up", season.edition.slug)
    page.locator("[name=first_name]").fill("Camille")

    reader.presses("Sign me up")

    # A page gives the focus when it is drawn, later than it is there.
    page.locator(".summary:focus").wait_for()
    lines = page.locator(".summary a")
    fields = ["last_name", "email", "phone", "age_group", "notice_privacy", "notice_information"]
    assert lines.count() == len(fields)
    for number, field in enumerate(fields):
        lines.nth(number).click()
        page.locator(f"[name={field}]:focus").wait_for(state="attached")
    assert page.locator("[name=first_name]").input_value() == "Camille"


def test_an_evening_is_a_row_of_three_rounds_below_its_date_where_the_screen_is_narrow(site, phone):
    season = make_season()
    reader, page = Watcher(phone, site, "nl"), phone
    reader.goes_to("sign_up", season.edition.slug)
    row = page.locator(".answer").first
    day, rounds = row.locator(".answer__day"), row.locator("label")

    assert box(page.locator("[name=first_name]"))["y"] < box(page.locator("[name=phone]"))["y"] < box(row)["y"]
    assert [box(one)["height"] >= THUMB for one in rounds.all()] == [True] * 3
    assert box(day)["x"] + box(day)["width"] <= box(rounds.first)["x"]

    page.set_viewport_size({"width": NARROW, "height": 844})

    assert box(day)["y"] + box(day)["height"] <= box(rounds.first)["y"]
    assert len({box(one)["y"] for one in rounds.all()}) == 1
    assert reader.fits_the_screen()
