"""The undo bar in a real browser: it covers nothing that one scrolls to, and folds away without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from nocturnes.history import Actor
from nocturnes.scratch.processes import wait_until
from shifts import actions
from tests.factories import NOW, make_coordinator, make_evening, make_museum, make_opening, make_post

AT_THE_END = "innerHeight + scrollY >= document.documentElement.scrollHeight - 1"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def table(site):
    """Who just moved a post of an evening with several museums, and the address of the table of its posts."""
    lea, evening = make_coordinator(language="fr"), make_evening(published_at=NOW - timedelta(days=3))
    posts = [make_post(make_opening(evening, make_museum(f"Musée {n}"))) for n in range(9)]
    hours = actions.Hours.of(posts[0])._asdict() | {"report_at": posts[0].report_at - timedelta(minutes=15)}
    actions.move_hours(posts[0], **hours, by=Actor.user(lea), now=NOW)
    return lea, site + reverse("posts_table", args=[evening.edition.slug, evening.date])


def box(page, selector):
    return page.locator(selector).last.bounding_box()


@pytest.mark.parametrize("screen", ["desk", "plain_phone"])
def test_the_last_button_can_be_scrolled_clear_of_the_bar(screen, table, sign_in, request):
    page, (lea, address) = request.getfixturevalue(screen), table
    sign_in(page, lea)
    page.goto(address)

    page.locator("main button[type=submit]").last.focus()
    page.mouse.wheel(0, 10_000)
    wait_until(lambda: page.evaluate(AT_THE_END), 30, "the end of the page")

    button, bar = box(page, "main button[type=submit]"), box(page, ".undo--docked")
    assert button["y"] + button["height"] <= bar["y"]


@pytest.mark.parametrize("screen", ["desk", "plain_phone"])
def test_the_bar_folds_away(screen, table, sign_in, request):
    page, (lea, address) = request.getfixturevalue(screen), table
    sign_in(page, lea)
    page.goto(address)
    assert page.locator(".undo").is_visible()

    page.locator(".undo--docked summary").click()

    assert not page.locator(".undo").is_visible()
    assert box(page, ".undo--docked")["height"] <= 48
