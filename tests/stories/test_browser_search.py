"""The page of a search in a real browser: it brings itself up to date and takes nothing from who is using it."""

import pytest

from nocturnes.history import SYSTEM
from shifts import actions
from tests.factories import NOW, make_assignment, make_coordinator, make_evening, make_opening, make_post
from tests.shifts.searches import ask_of, at, make_people
from tests.stories.reader import Watcher

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def search(site):
    """Who looks for somebody at her desk, the search, and whom it has asked."""
    evening = make_evening(published_at=NOW)
    post = make_post(make_opening(evening), places=1)
    people = make_people(evening, *(f"V{number}" for number in range(9)))
    search = actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)
    actions.advance_searches(now=search.next_wave_at)
    return search, people[0]


def news(page):
    """Ask for what is new at once, as each ten seconds do, and wait until it stands there."""
    with page.expect_response(lambda response: "/live/" in response.url):
        page.evaluate("htmx.trigger('#live', 'refresh')")
    # htmx marks what it has not finished with; the content policy lets no text wait for that.
    while page.evaluate("document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling') !== null"):
        page.wait_for_timeout(50)


def test_an_answer_comes_in_while_somebody_uses_the_page(search, desk, site, sign_in):
    (search, first), lea = search, make_coordinator(language="fr")
    sign_in(desk, lea)
    reader = Watcher(desk, site, "fr")
    reader.goes_to("search", search.post.opening.evening.edition.slug, search.post_id)
    button = desk.locator("#search-calls .call").nth(4).locator("button").last
    button.focus()
    button.scroll_into_view_if_needed()
    name, place = button.get_attribute("id"), button.bounding_box()["y"]
    assert "1 non" not in desk.locator("#search-story").inner_text()

    actions.decline(ask_of(first), by=SYSTEM, now=at(24, 10, 31))
    actions.hold_search(search, held="paused", by=SYSTEM, now=at(24, 10, 31))
    news(desk)

    assert "1 non" in desk.locator("#search-story").inner_text()
    assert "1 non" in desk.locator("#search-said").text_content()
    assert desk.evaluate("document.activeElement.id") == name
    assert abs(desk.locator(f"#{name}").bounding_box()["y"] - place) < 2

    # What is under a finger is not taken away from it.
    desk.mouse.move(button.bounding_box()["x"] + 4, button.bounding_box()["y"] + 4)
    desk.mouse.down()
    actions.release_search(search, by=SYSTEM, now=at(24, 10, 32))
    before = desk.locator("#live").inner_text()
    news(desk)
    assert desk.locator("#live").inner_text() == before
    with desk.expect_navigation():
        desk.mouse.up()
    assert "Pas de réponse" in desk.locator("#search-story").inner_text()
