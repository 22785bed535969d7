"""Every page of the table of doors in a browser, once, in a language, a width and a scheme that turn from page to page.

`make test-pages` looks at each in all of them.
"""

import os
from itertools import product

import pytest
from django.http import HttpResponse

from tests import every_page, looks
from tests.barriers import barriers
from tests.served import Served
from tests.test_doors import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SCREENS, SCHEMES = (looks.PHONE, looks.DESK), ("light", "dark")
ALL = list(product(SCHEMES, SCREENS, every_page.LANGUAGES))
NAMES = every_page.names()


def ways(number):
    """How the page `number` of the table is looked at: each next one differs in language, then screen, then scheme."""
    return ALL if "DEEP" in os.environ else [ALL[number % len(ALL)]]


@pytest.fixture(scope="module")
def served(chromium):
    context = chromium.new_context(locale="fr-BE", reduced_motion="reduce", service_workers="block")
    yield Served(context)
    context.close()


def shown(served, client, world, name, way):
    """The page in the browser; returns its complaints."""
    scheme, (width, height), language = way
    page = every_page.page(name, world, language)
    client.logout()
    sign_in(client, world, page.who)
    response: HttpResponse = client.get(page.url, follow=True)
    assert response.status_code == every_page.STATUS.get(name, 200)
    served.page.set_viewport_size({"width": width, "height": height})
    served.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    served.shows(page.url, response)
    return served.complaints


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_everybody_can_use_the_page(number, served, client, fresh_world):
    found = []
    for way in ways(number):
        found += shown(served, client, fresh_world, NAMES[number], way)
        found += looks.sideways(served.page)
        looks.unfold(served.page)
        found += what_is_wrong(served.page, way[1])

    assert not found, "\n" + "\n".join(map(str, found))


def what_is_wrong(page, screen):
    """On a page that shows all that it has; its menus are looked at by themselves, for they lie over it."""
    small = looks.small_targets(page, phone=screen == looks.PHONE)
    found = [*looks.sideways(page), *small, *looks.focus_lost(page)]
    # Whatever stays at the foot of the screen covers nothing on a screen as high as the page.
    page.set_viewport_size({"width": screen[0], "height": looks.height(page)})
    found += barriers(page)
    page.set_viewport_size({"width": looks.DESK[0], "height": screen[1]})
    found += [f"beside the column: {line}" for line in looks.beside_the_column(page)]
    page.set_viewport_size({"width": looks.NARROWEST, "height": screen[1]})
    found += [f"at 320 px: {line}" for line in looks.sideways(page)]
    if looks.unfold(page, looks.MENUS):
        small = looks.small_targets(page, looks.MENUS, phone=True)
        found += [f"menu: {line}" for line in [*looks.sideways(page), *small, *looks.focus_lost(page, looks.MENUS)]]
        found += barriers(page, looks.MENUS)
    return found
