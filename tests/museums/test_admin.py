import pytest
from django.urls import reverse

from museums.models import Contact, Museum, Opening
from tests.factories import make_coordinator, make_museum, make_opening, make_volunteer

pytestmark = pytest.mark.django_db


def admin(name, *args):
    return reverse(f"admin:museums_{name}", args=args)


def as_form(museum, **changes):
    """What the museum's page in the admin sends, with one more contact."""
    names = [field.name for field in Museum._meta.fields if field.name not in ("id", "slug", "link_version")]
    values = {name: getattr(museum, name) for name in names}
    contact = {"name": "Anna", "email": "anna@example.org", "phone": "", "language": "nl"}
    return {
        **{name: "" if value is None else value for name, value in values.items()},
        "contacts-TOTAL_FORMS": 1,
        "contacts-INITIAL_FORMS": 0,
        **{f"contacts-0-{name}": value for name, value in contact.items()},
        **changes,
    }


def test_a_coordinator_edits_a_museums_texts_and_its_contacts(client):
    client.force_login(make_coordinator())
    museum = make_museum()
    slug = museum.slug

    response = client.post(
        admin("museum_change", museum.pk),
        as_form(museum, short_fr="BELvue", stop="Parc (metro 1)", slug="other", link_version=9),
    )

    museum.refresh_from_db()
    assert response.status_code == 302
    assert museum.short_fr == "BELvue"
    assert Contact.objects.get().museum == museum
    # What other things point to stays; where it is, people were told, and the planning tells them of another address.
    assert (museum.slug, museum.link_version) == (slug, 1)
    assert museum.stop == "Royale / Koning (tram 92, 93)"


def test_a_museum_is_not_deleted(client):
    client.force_login(make_coordinator())
    museum = make_museum()

    assert client.post(admin("museum_delete", museum.pk), {"post": "yes"}).status_code == 403
    assert Museum.objects.get() == museum


def test_an_opening_can_only_be_looked_at(client):
    client.force_login(make_coordinator())
    opening = make_opening()

    assert client.get(admin("opening_change", opening.pk)).status_code == 200
    assert client.post(admin("opening_change", opening.pk), {"activity": "games"}).status_code == 403
    assert client.post(admin("opening_delete", opening.pk), {"post": "yes"}).status_code == 403
    assert client.get(admin("opening_add")).status_code == 403
    assert Opening.objects.get().activity == "nocturne"


def test_a_volunteer_does_not_get_in(client):
    museum = make_museum()
    client.force_login(make_volunteer().user)

    response = client.post(admin("museum_change", museum.pk), as_form(museum, stop="mine"))

    museum.refresh_from_db()
    assert response.status_code in (302, 403)
    assert museum.stop != "mine"
