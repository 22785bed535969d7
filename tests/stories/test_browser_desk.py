"""At the coordinator's desk a click changes what it is about: the page stays, and so does what she looked at."""

from datetime import timedelta

import pytest
from django.urls import reverse

from shifts.models import Assignment
from tests.factories import (
    NOW,
    make_available,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAYED = "document.body.stayed"


@pytest.fixture
def evening():
    """Seven museums with an open place each, and Alice and Bob, who can come."""
    evening = make_evening(published_at=NOW - timedelta(days=3))
    for n in range(7):
        make_post(make_opening(evening, make_museum(f"Musée {n}")))
    for name in ("Alice", "Bob"):
        make_available(make_volunteer(name), evening)
    return evening


def opened(page, site, sign_in, name, *args):
    sign_in(page, make_coordinator(language="fr"))
    page.goto(site + reverse(name, args=args))
    page.evaluate(f"{STAYED} = true")


def test_she_assigns_and_undoes_on_the_page_that_is_open(desk, site, sign_in, evening):
    post = evening.openings.all()[5].posts.get()
    opened(desk, site, sign_in, "evening", evening.edition.slug, evening.date)
    line = desk.locator(f"#post-{post.pk}")

    line.locator("[data-panel]").click()
    desk.locator("#beside form.rank__do button").first.click()
    desk.locator("#undo .undo").wait_for()

    assert Assignment.objects.active().get().post == post
    assert desk.locator(f"#post-{post.pk}:focus-within").is_visible()
    assert line.bounding_box()["y"] + line.bounding_box()["height"] <= desk.locator("#undo").bounding_box()["y"]

    desk.locator("#undo form button").first.click()
    desk.locator(".messages").wait_for()

    assert not Assignment.objects.active().exists()
    assert desk.locator("#undo .undo").count() == 0
    assert desk.evaluate(STAYED)


def test_the_list_of_people_follows_what_she_types(desk, site, sign_in, evening):
    opened(desk, site, sign_in, "people", evening.edition.slug)
    assert desk.locator(".people tbody tr").count() == 2

    desk.locator("#q").press_sequentially("alic")
    desk.locator(".people tbody tr:only-child").wait_for()

    assert desk.locator("#said").inner_text().startswith("1 ")
    assert desk.locator("#q:focus").input_value() == "alic"
    assert "q=alic" in desk.url
    assert desk.evaluate(STAYED)
