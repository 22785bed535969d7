"""What the pages of the public, of volunteers and of a museum weigh, from the files alone; `make weigh` measures it."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from nocturnes import sheets
from tests import every_page
from tests.factories import NOW
from tests.weigh.measuring import Visit, Weight
from tests.weigh.report import misses

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGES = ["edition", "sign_up", "offer", "mine", "evenings", "tonight"]
# What a browser asks for by itself: all but where a link leads.
ASKED_FOR = re.compile(
    r'<(?:link rel="(?!canonical|alternate)|script\b|img\b|use\b|iframe\b|source\b)[^>]* (?:href|src)="([^"]+)"'
)


@pytest.fixture
def world(fresh_world, client):
    client.force_login(fresh_world.alice.user)
    return fresh_world


def packed(content):
    return len(gzip.compress(content))


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_and_those_after_are_light_and_ask_no_other_host(name, world, client, at):
    at(NOW)

    page = client.get(every_page.page(name, world, "fr").url).content

    asked = {urlsplit(address) for address in ASKED_FOR.findall(page.decode())}
    files = {address.path.removeprefix("/static/") for address in asked if address.path.startswith("/static/")}
    assert {address.netloc for address in asked} == {""}
    assert len(files) > 5
    # Collected, the stylesheet stands within the page.
    assert packed(page + look(files)) < 20_000
    assert packed(page) + sum(packed(content(file)) for file in files) < 120_000


def look(files):
    named = {file for file in files if file.endswith(".css")}
    (parts,) = (parts for _, parts in sheets.JOINED.values() if set(parts) == named)
    return sheets.joined(map(content, parts))


def content(file):
    return (settings.BASE_DIR / "static" / file).read_bytes()


GOOD = Visit(size=19_999, lcp=1499, cls=0, hosts=frozenset())


@pytest.mark.parametrize(
    ("first", "again", "said"),
    [
        ({}, {}, []),
        ({"size": 120_000}, {}, ["MISSED: offer, 120.0 kB on a first visit"]),
        ({"size": 119_999}, {"size": 20_000}, ["MISSED: offer, 20.0 kB after"]),
        ({"lcp": 1500}, {}, ["MISSED: offer, its largest part is seen after 1500 ms"]),
        ({}, {"cls": 0.001}, ["MISSED: offer, jumps by 0.0010"]),
        ({}, {"hosts": frozenset({"cdn.example"})}, ["MISSED: offer, asks cdn.example"]),
        ({"lcp": 0}, {}, ["MISSED: offer, its largest part is seen after 0 ms"]),
    ],
)
def test_an_aim_that_is_missed_is_said(first, again, said):
    weight = Weight("offer", Visit(**vars(GOOD) | first), Visit(**vars(GOOD) | again))

    assert misses(weight) == said
