"""The page of a search in a real browser: it brings itself up to date and takes nothing from who is using it."""

import pytest
from django.conf import settings
from django.urls import reverse

from nocturnes.history import SYSTEM
from shifts import actions
from shifts.models import Call
from tests.factories import NOW, make_assignment, make_coordinator, make_evening, make_opening, make_post
from tests.shifts.searches import ask_of, at, make_people
from tests.stories.reader import Watcher, settled

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
    # An answer that was on its way before knows nothing of it.
    settled(page)
    with page.expect_response(lambda response: "/live/" in response.url):
        page.evaluate("htmx.trigger('#live', 'refresh')")
    settled(page)


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
    settled(desk)
    assert "Pas de réponse" in desk.locator("#search-story").inner_text()
    # What came with the click works as what was there before.
    assert desk.get_by_role("button", name="Copier pour le groupe").is_visible()


@pytest.fixture
def shaky(chromium):
    """A coordinator's screen with a connection that is lost: the browser complains, and that is no failure here."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    yield context.new_page()
    context.close()


def test_what_does_not_arrive_is_sent_again_and_who_was_signed_out_is_told(search, shaky, site, sign_in):
    search, _first = search
    sign_in(shaky, make_coordinator(language="en"))
    reader, slug = Watcher(shaky, site, "en"), search.post.opening.evening.edition.slug
    lost = []

    def lose_the_first(route):
        lost.append(route.request.url)
        route.abort() if len(lost) == 1 else route.continue_()

    shaky.route("**/phoned/", lose_the_first)
    reader.goes_to("search", slug, search.post_id)
    with shaky.expect_navigation():
        shaky.locator("#search-calls .call").nth(4).get_by_role("button", name="No answer").click()
    assert len(lost) == 2
    assert search.post.calls.get().answer == Call.Answer.NONE
    shaky.unroute("**/phoned/")

    shaky.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    with shaky.expect_navigation():
        shaky.locator("#search-calls .call").nth(3).get_by_role("button", name="No answer").click()
    assert "what you pressed last was not done" in shaky.locator("main").inner_text()
    back_to = reverse("search", args=[slug, search.post_id]).replace("/fr/", "/en/")
    assert shaky.locator("[name=next]").first.input_value() == back_to
    assert search.post.calls.count() == 1
