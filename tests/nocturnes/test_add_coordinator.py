from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from nocturnes.models import Entry, User
from tests.factories import make_edition

pytestmark = pytest.mark.django_db


def add(*arguments):
    out = StringIO()
    call_command("add_coordinator", *arguments, stdout=out)
    return out.getvalue()


def test_a_new_coordinator_is_added_and_told_where_to_sign_in(settings):
    settings.BASE_URL = "https://help.example.org"

    said = add(" Ana@Example.org ", "--name", "Ana", "--language", "nl")

    user = User.objects.get()
    assert (user.email, user.first_name, user.language, user.is_coordinator) == ("ana@example.org", "Ana", "nl", True)
    assert not user.has_usable_password()
    assert said.startswith("ana@example.org is a coordinator, and signs in at https://help.example.org/")


def test_a_new_coordinator_reads_the_language_of_the_edition_unless_somebody_says_another():
    make_edition(languages=["nl"])

    said = add("ana@example.org")
    add("bo@example.org", "--language", "en")

    assert list(User.objects.order_by("email").values_list("language", flat=True)) == ["nl", "en"]
    assert said.rstrip().endswith("/nl/account/login/")


def test_a_volunteer_becomes_coordinator_and_keeps_her_name():
    user = User.objects.create_user("ana@example.org", first_name="Ana", language="nl", is_active=False)

    add("ana@example.org")

    user.refresh_from_db()
    assert (user.first_name, user.language, user.is_coordinator, user.is_active) == ("Ana", "nl", True, True)


def test_adding_twice_makes_one_person():
    add("ana@example.org")
    add("ana@example.org")

    assert User.objects.count() == 1


def test_it_is_in_the_history():
    add("ana@example.org")

    entry = Entry.objects.get()
    assert (entry.verb, entry.actor_kind, entry.about_id) == ("made_coordinator", "system", User.objects.get().pk)


def test_what_is_no_address_gets_a_sentence():
    with pytest.raises(CommandError, match="ana at example is not a mail address"):
        add("ana at example")

    assert User.objects.count() == 0
