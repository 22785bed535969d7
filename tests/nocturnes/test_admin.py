import pytest
from django.contrib import admin as django_admin
from django.urls import reverse

from nocturnes.models import Edition, Entry, Evening, Language, Role, User
from tests.factories import make_coordinator, make_evening, make_language, make_role, make_volunteer

pytestmark = pytest.mark.django_db

# What has no consequences beyond its own text.
EDITABLE = {"museums.museum", "museums.contact", "nocturnes.role", "nocturnes.language", "volunteers.notice"}


def admin(name, *args):
    return reverse(f"admin:nocturnes_{name}", args=args)


def test_reference_data_can_be_changed_and_nothing_else(rf):
    request = rf.get(reverse("admin:index"))
    request.user = make_coordinator()

    changeable = {
        model._meta.label_lower
        for model, page in django_admin.site._registry.items()
        if page.has_change_permission(request) or page.has_add_permission(request)
    }

    assert changeable == EDITABLE


@pytest.mark.parametrize("page", ["account/emailaddress", "mfa/authenticator", "auth/group"])
def test_how_people_sign_in_is_not_changed_past_our_rules(client, page):
    client.force_login(make_coordinator())

    assert client.get(reverse("admin:index") + f"{page}/").status_code == 404


def test_a_coordinator_changes_the_words_of_a_role_but_not_its_rule(client):
    client.force_login(make_coordinator())
    role = make_role()
    words = {"name_fr": "Accueil du public", "name_nl": "Onthaal", "name_en": "Welcome", "position": 1}

    client.post(admin("role_change", role.pk), {**words, "slug": "other", "replace_if_empty": ""})

    role = Role.objects.get()
    assert (role.name_fr, role.slug, role.replace_if_empty) == ("Accueil du public", "welcome", True)


def test_the_code_of_a_language_stays(client):
    client.force_login(make_coordinator())
    language = make_language("nl")
    words = {"short": "NL", "name_fr": "néerlandais", "name_nl": "Nederlands", "name_en": "Dutch", "position": 2}

    client.post(admin("language_change", language.pk), {**words, "code": "xx"})

    language = Language.objects.get()
    assert (language.code, language.name_fr) == ("nl", "néerlandais")


def test_users_editions_evenings_and_history_can_only_be_looked_at(client):
    lea = make_coordinator()
    client.force_login(lea)
    evening = make_evening()
    entry = Entry.objects.create(at=evening.edition.created_at, actor_kind="user", verb="x", about_type="x", about_id=1)

    for row in (lea, evening, evening.edition, entry):
        name = row._meta.model_name
        assert client.get(admin(f"{name}_changelist")).status_code == 200
        assert client.get(admin(f"{name}_change", row.pk)).status_code == 200
        assert client.post(admin(f"{name}_change", row.pk), {"is_coordinator": "", "verb": "y"}).status_code == 403
        assert client.post(admin(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403

    assert [model.objects.count() for model in (User, Edition, Evening, Entry)] == [1, 1, 1, 1]
    assert Entry.objects.get().verb == "x"


def test_a_volunteer_does_not_get_in(client):
    client.force_login(make_volunteer().user)

    assert client.get(admin("role_changelist")).status_code in (302, 403)
