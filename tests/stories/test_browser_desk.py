"""At the coordinator's desk a click changes what it is about: the page stays, and so does what she looked at."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import (
    NOW,
    make_available,
    make_coordinator,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.stories.reader import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAYED = "document.body.stayed"


@pytest.fixture
def evening():
    """Alice and Bob can come."""
    evening = make_evening(published_at=NOW - timedelta(days=3))
    for name in ("Alice", "Bob"):
        make_available(make_volunteer(name), evening)
    return evening


@pytest.fixture
def shaky(chromium):
    """The coordinator's screen where the network fails: what a browser complains of then is no fault of the page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    yield context.new_page()
    context.close()


def opened(page, site, sign_in, name, *args):
    sign_in(page, make_coordinator(language="fr"))
    page.goto(site + reverse(name, args=args))
    page.evaluate(f"{STAYED} = true")


def test_the_list_of_people_follows_what_she_types(desk, site, sign_in, evening):
    opened(desk, site, sign_in, "people", evening.edition.slug)
    assert desk.locator(".people tbody tr").count() == 2

    desk.locator("#q").press_sequentially("alic")
    # The last of the answers: whoever types slowly gets one to the letters before, too.
    desk.wait_for_url(lambda url: "q=alic" in url)
    settled(desk)

    assert desk.locator(".people tbody tr").count() == 1
    assert desk.locator("#said").inner_text().startswith("1 ")
    assert desk.locator("#q:focus").input_value() == "alic"
    assert desk.evaluate(STAYED)


def test_what_would_happen_says_so_when_it_cannot_be_worked_out_and_keeps_what_is_typed(shaky, site, sign_in, evening):
    make_post(make_opening(evening))
    opened(shaky, site, sign_in, "rules", evening.edition.slug)
    shaky.locator("[name=undo]").fill("7")
    shaky.route("**/rules/", lambda route: route.abort())

    shaky.locator("#what-if-show").click()
    shaky.get_by_text("Le calcul n’a pas abouti.").wait_for()

    assert shaky.locator("[name=undo]").input_value() == "7"
    assert shaky.evaluate(STAYED)
    shaky.unroute("**/rules/")
    with shaky.expect_response("**/rules/"):
        shaky.locator("#what-if-show").click()
    shaky.locator("#what-if-failed:empty").wait_for(state="attached")
    shaky.get_by_text("Avec les règles telles que tu les as tapées").wait_for()
