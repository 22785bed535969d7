import pytest
from django.urls import reverse

from nocturnes import links
from nocturnes.models import Entry
from tests.factories import NOW, make_coordinator, make_edition, make_evening, make_museum, make_opening

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea(client, at):
    at(NOW)
    lea = make_coordinator()
    client.force_login(lea)
    return lea


def test_the_coordinator_finds_the_link_of_a_museum_in_each_language(client, lea):
    museum = make_opening(make_evening()).museum

    page = client.get(reverse("museum_link", args=[make_edition().slug, museum.pk])).content.decode()

    token = links.token("museum", museum)
    assert all(links.absolute("museum", language, token) in page for language in ("fr", "nl", "en"))


def test_renewing_ends_the_link_that_was_given_before(client, lea):
    museum = make_opening(make_evening()).museum
    old = reverse("museum", args=[links.token("museum", museum)])
    assert client.get(old).status_code == 200

    client.post(reverse("museum_link_renew", args=[make_edition().slug, museum.pk]))

    museum.refresh_from_db()
    assert client.get(old).status_code == 410
    assert client.get(reverse("museum", args=[links.token("museum", museum)])).status_code == 200
    assert Entry.objects.about(museum).get().verb == "renewed_link"


def test_a_museum_that_is_not_in_the_edition_is_not_there(client, lea):
    make_opening(make_evening())

    response = client.get(reverse("museum_link", args=[make_edition().slug, make_museum().pk]))

    assert response.status_code == 404
