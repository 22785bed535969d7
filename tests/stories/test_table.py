"""The table of posts in a real browser: by the keyboard alone, and without a script."""

import pytest
from django.conf import settings
from django.urls import reverse

from shifts.models import Post
from tests.factories import (
    NOW,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_role,
)
from tests.stories.reader import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def posts(at):
    at(NOW)
    evening = make_evening()
    horta = make_opening(evening, make_museum("Horta"))
    mim = make_opening(evening, make_museum("MIM"))
    return [make_post(horta), make_post(horta, role=make_role("cloakroom")), make_post(mim)]


@pytest.fixture
def table(chromium, client, live_server, posts, request):
    """The page at the coordinator's screen; its parameter says whether scripts run."""
    client.force_login(make_coordinator())
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=request.param)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    opening = posts[0].opening
    page.goto(live_server.url + reverse("posts_table", args=[opening.evening.edition.slug, opening.evening.date]))
    yield page
    context.close()


def places():
    return list(Post.objects.order_by("pk").values_list("places", "needed"))


@pytest.mark.parametrize("table", [True], indirect=True)
def test_arrows_go_from_row_to_row_tab_from_cell_to_cell_and_enter_saves_everything(table, posts):
    first, _second, third = posts
    table.locator(f"#places-{first.pk}").focus()

    # The rows of one museum, then those of the next.
    for key in ("ArrowDown", "ArrowDown", "5", "Tab", "3", "ArrowUp", "ArrowUp", "1"):
        table.keyboard.press(key)
    assert table.evaluate("document.activeElement.id") == f"needed-{first.pk}"
    table.keyboard.press("Enter")
    table.locator(".plan-foot .note--success").wait_for()
    settled(table)

    assert places() == [(2, 1), (2, 2), (5, 3)]
    assert table.locator(f"#places-{third.pk}").input_value() == "5"
    # The page stayed, and the keyboard in its cell; what is wrong then is read first, and every cell kept.
    assert table.evaluate("document.activeElement.id") == f"needed-{first.pk}"
    for key in ("ArrowDown", "9", "Enter"):
        table.keyboard.press(key)
    table.locator(".summary:focus").wait_for()
    assert table.locator(f"#needed-{posts[1].pk}").input_value() == "9"
    assert places() == [(2, 1), (2, 2), (5, 3)]


@pytest.mark.parametrize("table", [False], indirect=True)
def test_without_a_script_tab_and_enter_do_the_same(table, posts):
    table.locator(f"#report_at-{posts[0].pk}").focus()

    for key in ("Tab", "5", "Tab", "1", "Tab", "Tab", "7"):
        table.keyboard.press(key)
    with table.expect_navigation():
        table.keyboard.press("Enter")

    assert places() == [(5, 1), (7, 2), (2, 2)]
