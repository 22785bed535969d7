"""The site and the screens of the stories in a browser."""

import pytest
from django.conf import settings as django_settings

from tests.conftest import complaints_of
from tests.stories.season import NOW


@pytest.fixture
def site(live_server, settings, at):
    """The real site, at `NOW`; its mails lead to it."""
    settings.BASE_URL = live_server.url
    at(NOW)
    return live_server.url


@pytest.fixture
def desk(chromium):
    """The coordinator's screen; the test fails when a script does, or when the content policy refuses something."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def plain_phone(chromium):
    """A phone that runs no script."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def sign_in(client, live_server):
    """`sign_in(page, user)`: as after the code of a mail, which has a story of its own."""

    def sign_in(page, user):
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return sign_in
