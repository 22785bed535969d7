import re
from datetime import date

import pytest
from django.urls import reverse

from nocturnes.models import Entry
from tests.factories import NOW, make_coordinator, make_edition, make_evening, make_museum, make_opening

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def lea(client, at):
    at(NOW)
    lea = make_coordinator()
    client.force_login(lea)
    return lea


def links_on(client, museum):
    """The addresses of the museum's two links on the coordinator's page."""
    page = client.get(reverse("museum_link", args=[make_edition().slug, museum.pk])).content.decode()
    return re.findall(r'href="http://testserver(/../(?:museum|tonight)/[^"]+)"', page)


def test_the_coordinator_finds_both_links_of_a_museum_in_each_language(client, lea):
    museum = make_opening(make_evening()).museum

    addresses = links_on(client, museum)

    doors = [address.split("/")[1:3] for address in addresses]
    assert doors == [[code, door] for door in ("museum", "tonight") for code in ("fr", "nl", "en")]
    assert {client.get(address).status_code for address in addresses} == {200}


def test_renewing_ends_both_links_that_were_given_before(client, lea):
    museum = make_opening(make_evening()).museum
    before = links_on(client, museum)

    client.post(reverse("museum_link_renew", args=[make_edition().slug, museum.pk]))

    assert {client.get(address).status_code for address in before} == {410}
    assert {client.get(address).status_code for address in links_on(client, museum)} == {200}
    assert Entry.objects.about(museum).get().verb == "renewed_link"


def test_the_coordinator_finds_the_lists_that_can_be_printed(client, lea):
    museum = make_museum()
    wanted = make_opening(make_evening(published_at=NOW), museum)
    others = [
        make_opening(make_evening(date(2026, 3, 19), published_at=NOW), museum),
        make_opening(make_evening(date(2026, 4, 2)), museum),
        make_opening(make_evening(date(2026, 4, 9), published_at=NOW), museum, called_off_at=NOW),
    ]

    page = client.get(reverse("museum_link", args=[make_edition().slug, museum.pk])).content.decode()

    assert reverse("opening_print", args=[make_edition().slug, wanted.pk]) in page
    assert not any(reverse("opening_print", args=[make_edition().slug, other.pk]) in page for other in others)


def test_a_museum_that_is_not_in_the_edition_is_not_there(client, lea):
    make_opening(make_evening())

    response = client.get(reverse("museum_link", args=[make_edition().slug, make_museum().pk]))

    assert response.status_code == 404
