"""The season in a real browser: by keyboard, on two screens, and what it leads to."""

from datetime import timedelta

import pytest

from messaging.models import Message
from nocturnes.models import Visit
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.stories.reader import Watcher
from tests.stories.season import DAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MUSEUMS = ["Autrique", "BELvue", "Charlier"]


@pytest.fixture
def edition():
    """Two published evenings at three museums and a draft; Alice has not answered, Bob is to call."""
    evening = make_evening(DAY, published_at=NOW)
    museums = [make_museum(name) for name in MUSEUMS]
    for one in (evening, make_evening(DAY + timedelta(weeks=1), published_at=NOW)):
        for museum in museums:
            make_post(make_opening(one, museum))
    draft, bob = make_evening(DAY + timedelta(weeks=2)), make_volunteer("Bob")
    make_available(bob, draft)
    make_assignment(evening.openings.first().posts.get(), bob)
    make_post(make_opening(draft, museums[0]))
    make_registration(make_volunteer("Alice"), created_at=NOW - timedelta(days=1))
    return evening.edition


@pytest.fixture
def lea(site, desk, sign_in):
    sign_in(desk, make_coordinator())
    return Watcher(desk, site, "fr")


def focused(page):
    """The museum of the cell that has the focus, and on which evening it stands, counted from 0."""
    return page.evaluate(
        """() => [document.activeElement.querySelector(".cell__name").textContent,
                  [...document.querySelectorAll("table.season tr")].indexOf(document.activeElement.closest("tr"))]"""
    )


def test_arrow_keys_move_between_the_cells_as_they_lie(lea, edition):
    lea.goes_to("season", edition.slug)
    lea.page.locator("a.cell").first.focus()

    found = []
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowLeft"):
        lea.page.keyboard.press(key)
        found.append(focused(lea.page))

    belvue, charlier = "BELvue", "Charlier"
    assert found == [[belvue, 0], [belvue, 1], [charlier, 1], [charlier, 0], [belvue, 0], ["Autrique", 0]]


def test_she_asks_invites_calls_and_has_read(lea, edition):
    lea.goes_to("season", edition.slug)
    lea.presses("Ask who has not answered")
    lea.reads("Alice D.")
    lea.clicks(lea.page.locator("main form button[type=submit]"))
    assert Message.objects.get(kind="ask_answer").user.first_name == "Alice"

    lea.presses("Invite", context="button")
    lea.reads("Nederlands")

    lea.goes_to("season", edition.slug)
    lea.presses("Call", context="button")
    lea.presses("Comes", context="on the phone")
    lea.reads(lea.word("Everybody has confirmed"))

    lea.goes_to("season", edition.slug)
    lea.presses("I have read this")
    assert Visit.objects.get().read_until == NOW


def test_on_a_phone_without_a_script_the_weakest_museum_comes_first(site, edition, plain_phone, sign_in):
    sign_in(plain_phone, make_coordinator())
    lea = Watcher(plain_phone, site, "nl")
    # No script runs, so nothing looks for barriers either.
    lea.looks_over = lambda: None

    lea.goes_to("season", edition.slug)

    tops = {name: lea.page.locator("tr").first.locator(".cell", has_text=name).bounding_box()["y"] for name in MUSEUMS}
    assert tops["BELvue"] < tops["Autrique"]
    assert lea.fits_the_screen()
