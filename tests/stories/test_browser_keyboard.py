"""By keyboard alone, for each of the three kinds of people: nothing needs a mouse, and the focus is always in sight."""

from datetime import timedelta

import pytest

from nocturnes import links
from shifts.models import Assignment, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.searches import make_offer
from tests.stories.reader import settled
from tests.stories.typist import Typist

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAYED = "document.body.stayed"


@pytest.fixture
def evening():
    """In two days, with an open place at each of seven museums."""
    evening = make_evening(published_at=NOW - timedelta(days=3))
    for n in range(7):
        make_post(make_opening(evening, make_museum(f"Musée {n}")))
    return evening


def post_of(evening, n):
    return evening.openings.all()[n].posts.get()


def test_a_volunteer_says_yes_and_then_cannot_come(site, phone, evening):
    alice = make_volunteer("Alice")
    make_available(alice, evening)
    offer = make_offer(post_of(evening, 2), alice)
    reader = Typist(phone, site, "fr")

    reader.goes_to("offer", links.token("offer", offer.ask))
    phone.keyboard.press("Tab")
    assert phone.locator("a.skip:focus").is_visible()
    phone.keyboard.press("Enter")
    phone.locator("#main:focus").wait_for()
    reader.presses("Yes, I’ll come")
    assert Assignment.objects.active().get().volunteer == alice

    reader.presses("I can’t come")
    reader.chooses("reason", "work")
    reader.presses("I can’t come")

    reader.reads(reader.word("Thanks for telling us."))
    assert Assignment.objects.get().reason == "work"
    assert Search.objects.get().is_live


def test_a_museum_ticks_who_is_there(site, at, phone, evening):
    post = post_of(evening, 0)
    type(post).objects.filter(pk=post.pk).update(places=3)
    hers, bobs, carols = [make_assignment(post, make_volunteer(name)) for name in ("Alice", "Bob", "Carol")]
    at(post.report_at)
    reader = Typist(phone, site, "fr")

    def tick(name, word):
        return phone.locator("li.tick", has_text=name).get_by_role("button", name=reader.word(word))

    reader.goes_to("tonight", links.token("tonight", post.opening.museum))
    reader.clicks(tick("Bob", "Not here"))
    # She goes on where she was: what comes next is Bob's number, and then his two buttons again.
    phone.keyboard.press("Tab")
    assert "Bob D." in phone.locator("li.tick:focus-within").inner_text()
    reader.clicks(tick("Bob", "Is here"))
    reader.presses("All here")

    for one in (hers, bobs, carols):
        one.refresh_from_db()
        assert one.arrived_at


@pytest.fixture
def desk_of_lea(desk, site, sign_in):
    sign_in(desk, make_coordinator(language="fr"))
    return Typist(desk, site, "fr")


def follows(page, name):
    """Remember a region that tells changes: one that is put in place of another tells nothing."""
    page.evaluate(f"document.body.{name} = document.getElementById('{name}')")
    return lambda: page.evaluate(f"document.body.{name}.isConnected && document.body.{name}.innerText")


def test_a_coordinator_assigns_undoes_and_searches_on_the_page_that_is_open(desk_of_lea, evening):
    people = [make_volunteer(name) for name in ("Alice", "Bob")]
    for volunteer in people:
        make_available(volunteer, evening)
    reader, page, post = desk_of_lea, desk_of_lea.page, post_of(evening, 5)
    reader.goes_to("evening", evening.edition.slug, evening.date)
    page.evaluate(f"{STAYED} = true")
    line, told = page.locator(f"#post-{post.pk}"), follows(page, "undo")

    reader.uses(line.locator("[data-panel]"))
    page.locator("#panel:focus").wait_for()
    settled(page)
    reader.uses(page.locator("#beside form.rank__do button").first)
    page.locator("#undo .undo").wait_for()
    settled(page)

    assert Assignment.objects.active().get().post == post
    assert "Alice" in told()
    assert page.locator(f"#post-{post.pk}:focus-within").is_visible()
    assert line.bounding_box()["y"] + line.bounding_box()["height"] <= page.locator("#undo").bounding_box()["y"]

    reader.uses(page.locator("#undo form button").first)
    page.locator(".messages:focus").wait_for()
    settled(page)

    assert not Assignment.objects.active().exists()
    assert page.locator("#undo .undo").count() == 0
    assert page.evaluate(STAYED)

    reader.presses("Search", context="button", within=line)
    reader.uses(page.locator(f"#yes-{people[1].pk}"))
    page.locator("#undo .undo").wait_for()
    settled(page)

    assert Assignment.objects.active().get().volunteer == people[1]
    assert page.locator(".desk:focus-within").count() == 1
