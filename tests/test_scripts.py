"""What somebody types is text: a script in it shows as it was typed, on every page and in every mail, and never runs.

Every text that people can type into the database, or that an edition's files bring, is a piece of markup here, each
with a number of its own. Nothing of it may come out as markup; what is shown anywhere must come out as text.
"""

import re

import pytest
from django.apps import apps
from django.db import models
from phonenumber_field.modelfields import PhoneNumberField

from messaging.models import Message
from tests.factories import NOW, make_language
from tests.test_doors import ABSENT, DOORS, address, sign_in
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OURS = ("nocturnes", "messaging", "museums", "volunteers", "shifts")

# Written by the product itself: names of rows and of kinds, codes, what happened.
NOT_TYPED = {
    "messaging.Message": {"key", "kind", "about_type", "reason", "html"},
    "nocturnes.Edition": {"zone_name"},
    "nocturnes.User": {"password"},
    "nocturnes.Entry": {"actor_kind", "verb", "about_type"},
    "volunteers.Acknowledgement": {"language"},
}
NOT_TEXT = (models.SlugField, models.EmailField, models.URLField, PhoneNumberField)

# Notices are Markdown, in which markup is taken out instead of shown.
CLEANED = {"volunteers.Notice.text"}


def typed_fields():
    """(model, field) of every text that somebody types."""
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for column in model._meta.get_fields():
            is_text = isinstance(column, models.CharField | models.TextField) and not isinstance(column, NOT_TEXT)
            if is_text and not column.choices and column.name not in NOT_TYPED.get(model._meta.label, ()):
                yield model, column


def text_name(model, column):
    """The three languages of a text are one."""
    return f"{model._meta.label}.{re.sub('_(fr|nl|en)$', '', column.name)}"


NAMES = sorted({text_name(model, column) for model, column in typed_fields()})


def markup(name, room):
    """A piece of markup that is `name`'s own; it would leave an attribute too, where there is room for that."""
    tag = f"<q{NAMES.index(name)}>"
    assert room is None or len(tag) <= room
    return tag if room and room < 12 else f"\"'>{tag}"


def poison():
    """Puts markup into every typed text of every row."""
    for model, column in typed_fields():
        text = markup(text_name(model, column), column.max_length)
        model._base_manager.update(**{column.name: text})


def runs(text):
    """What of the markup came out as markup."""
    return re.findall(r"<q\d+|\"'>", text, re.IGNORECASE)


def shown(text):
    """The names of the texts that came out as text."""
    return {NAMES[int(number)] for number in re.findall(r"&lt;q(\d+)&gt;", text, re.IGNORECASE)}


def who_may(door):
    return [who for who, answer in door.expected.items() if answer not in (None, ABSENT, "403", "sign in")]


@pytest.fixture
def world(fresh_world):
    world = fresh_world
    world.alice.languages.add(make_language("nl"))
    Volunteer.objects.filter(pk=world.young.pk).update(accepted_at=None)
    Message.objects.filter(pk=world.message.pk).update(sent_at=NOW)
    data = world.sign_up.data | dict.fromkeys(("first_name", "last_name", "parent_name"), "\"'><q999>")
    type(world.sign_up).objects.update(data=data)
    poison()
    return world


NO_PAGE = {"calendar"}


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if not door.posts])
def test_no_page_lets_a_script_through(name, world, client):
    door = DOORS[name]
    for who in who_may(door):
        client.logout()
        sign_in(client, world, who)

        page = client.get(address(world, name, door, who), follow=True)

        assert page.status_code == 200
        if name in NO_PAGE:
            # Nor does a browser take it for one.
            assert page["Content-Type"].startswith("text/calendar")
            assert page["X-Content-Type-Options"] == "nosniff"
        else:
            assert runs(page.content.decode()) == []


def test_every_text_is_shown_as_it_was_typed_somewhere(world, client, at):
    seen = set()
    for name, door in DOORS.items():
        for who in () if door.posts else who_may(door):
            client.logout()
            sign_in(client, world, who)
            seen |= shown(client.get(address(world, name, door, who), follow=True).content.decode())

    assert set(NAMES) - seen == CLEANED
