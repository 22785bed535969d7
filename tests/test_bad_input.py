"""Whatever is sent to an address: a clear sentence or a 4xx, nothing changed, never a 500 (design.md 3.10).

The addresses are those of the table in test_doors: one that is added there is tried here too. A view that breaks
raises in the test client, so that every test here also says "no 500". What is wrong in a form is in test_bad_forms;
scripts in what people type are in test_scripts.
"""

import re

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from nocturnes import installation
from nocturnes.models import Entry
from tests.factories import NOW, make_edition
from tests.test_doors import DOORS, address, sign_in
from tests.trying import best, text_of
from tests.unchanged import nothing_changes, rows

pytestmark = pytest.mark.django_db

# What no field means: empty, a NUL, numbers that no database holds, digits that are none, signs of every kind, markup.
MARKUP = "<script>alert(1)</script>"
NONSENSE = ["", "\x00", "9" * 30, "-1", "1e9", "²", "٣", "💥\u202e\u0301", "[]", MARKUP, "x" * 9999]
NO_ROWS = ["0", "987654321", "9" * 18, "9" * 30, "9" * 5000, "-1", "x", "%00", "²"]

# Names that a form or a query string of the product has; those of an address's own page are tried there too.
NAMES = """accept accepted activity again age_group another answer arrange asks_a_week available back briefing_fr by
    code commune_fr date email ends evening first_name invite kind known language languages last_name latitude lead
    login longitude may_be_asked meeting_point_fr look minimum_age minutes most_evenings museum museums name_fr needed
    never_asked next note offer on_paper opening page parent_email parent_name person phone places post
    postcode q quiet_days quiet_from reason replace_if_empty report reset role roles same seen short_fr starts state
    stop street_fr sure text then title_fr to unconfirmed until user volunteer website with_whom"""
FIELDS = re.findall(r"\w+", NAMES)
# Rows that tables do not have: a cell's name is its column's and its row's.
PARTS = ["pace-99-asked", "places-0", "was-987654321", "contact-new99-name", "contact-0-email", "evening_0", "then_0"]


@pytest.fixture
def world(fresh_world):
    with translation.override("en"):
        yield fresh_world


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.postgres
def test_no_query_string_and_no_value_breaks_an_address(name, world, client):
    """What a form makes of such things is said line by line in test_bad_forms."""
    sign_in(client, world, best(name))
    url = address(world, name, DOORS[name], best(name))
    fields = {*FIELDS, *PARTS, *names_on(client.get(url))}
    fields |= {f"{part}_{evening.pk}" for part in ("evening", "then") for evening in world.edition.evenings.all()}
    before = rows()

    for nonsense in NONSENSE:
        assert client.get(url, dict.fromkeys(fields, nonsense)).status_code < 500
    assert client.get(url + "?page=%ff%fe&person=%00%c3&evening=%80").status_code < 500
    assert rows() == before
    for nonsense in NONSENSE:
        with transaction.atomic():
            assert client.post(url, dict.fromkeys(fields, nonsense)).status_code < 500
            transaction.set_rollback(True)


def names_on(page):
    """What the forms of a page call their fields; each would send its form's token, which is nobody's to try."""
    is_page = "html" in page.get("Content-Type", "")
    return set(re.findall(r' name="([^"]+)"', page.content.decode()) if is_page else ()) - {"csrfmiddlewaretoken"}


def numbers_in(url):
    return re.findall(r"(?<=/)\d+(?=/)", url)


def send(client, name, url):
    return client.post(url, DOORS[name].data) if DOORS[name].posts else client.get(url)


def every_door(world, client, names=DOORS):
    """Each address in turn, with whoever may do most signed in; after the test's look at it nothing may be changed."""
    for name in names:
        client.logout()
        sign_in(client, world, best(name))
        with nothing_changes(name):
            yield name, address(world, name, DOORS[name], best(name))


def test_a_number_that_is_no_row_is_not_found(world, client):
    """Each of them at every fourth door: what is behind a number is asked in one way."""
    for turn, (name, url) in enumerate(every_door(world, client)):
        tried = ["987654321", *NO_ROWS[turn % 4 :: 4]]
        for number in numbers_in(url):
            others = [re.sub(rf"/{number}(?=/)", f"/{no_row}", url) for no_row in tried]
            answers = {send(client, name, other).status_code for other in others}
            # Behind "I'll take it" was a place that somebody else may have taken; there is a sentence for that.
            assert (name, answers) == (name, {404, 302} if name in ("help_take", "help_link_take") else {404})


# What is her own, or was her own deed, is there in whichever edition she looks for it; museums and roles are of none.
OWN = {"mine_confirm", "mine_withdraw", "mine_come_back", "mine_take", "mine_request_back", "help_take"}
OWN |= {"mine_reserve", "mine_reserve_answer", "mine_swap", "mine_swap_back"}
OWN |= {"undo", "send_now", "museum_edit", "role_edit"}
OF_AN_EDITION = [name for name, door in DOORS.items() if not door.purpose and name not in OWN]


def test_another_edition_does_not_have_the_rows_of_this_one(world, client):
    make_edition("autumn")
    slug = f"/{world.edition.slug}/"

    for name, url in every_door(world, client, OF_AN_EDITION):
        if slug in url:
            assert (name, send(client, name, url.replace(slug, "/nowhere/")).status_code) == (name, 404)
        if slug in url and numbers_in(url):
            assert (name, send(client, name, url.replace(slug, "/autumn/")).status_code) == (name, 404)


OF_A_DAY = ["evening", "evening_publish", "evening_call_off", "evening_edit", "evening_delete", "opening_add"]
OF_A_DAY += ["evening_ask_unanswered", "evening_unconfirmed", "posts_table", "evening_write", "evening_print"]


def test_a_day_without_an_evening_is_not_found(world, client):
    for name, url in every_door(world, client, OF_A_DAY):
        for day in ("2026-02-30", "2026-13-01", "0000-00-00", "9999-12-31", "2026-03-27"):
            other = re.sub(r"\d{4}-\d\d-\d\d", day, url)
            assert {client.get(other).status_code, client.post(other).status_code} <= {404, 405}, (name, day)


def test_a_token_that_is_not_ours_opens_nothing(world, client):
    for name, _url in every_door(world, client, [name for name, door in DOORS.items() if door.purpose]):
        url = reverse(name, args=DOORS[name].args(world, "TOKEN"))
        for token in ("x", "%00", "é", "a" * 5000, "W10:1:x", ".eJ:::", "9" * 30):
            assert send(client, name, url.replace("TOKEN", token)).status_code == 404, (name, token)


@pytest.mark.parametrize("name", [name for name in DOORS if name.startswith(("mailbox", "rehearsal"))])
def test_nonsense_does_not_move_a_rehearsal(name, world, client, settings):
    """Nor make anybody somebody. A move without any value is an hour, which the button itself sends."""
    settings.REHEARSAL = True
    installation.stamp(NOW)
    url = address(world, name, DOORS[name], "anonymous")
    wrong = {"rehearsal_move": {"seen": "1"}, "rehearsal_next_message": {"seen": "1"}}.get(name, {})

    with nothing_changes():
        for nonsense in NONSENSE:
            answer = client.post(url, dict.fromkeys(["user", "museum", "by", "to"], nonsense) | wrong)
            assert answer.status_code in (302, 403, 404, 405)
            # Where a refusal waits to be said, it leads on to the page that says it.
            assert client.get(url, dict.fromkeys(FIELDS, nonsense)).status_code in (200, 302, 404, 405)

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["undo", "send_now"])
def test_only_what_can_be_undone_is_behind_the_bar(name, world, client):
    """Every other line of history, of whatever row, is refused."""
    sign_in(client, world, "lea")
    Entry.objects.create(at=NOW, actor_kind="system", verb="asked", about_type="shifts.search", about_id=10**9)
    others = list(Entry.objects.exclude(pk=world.entry.pk))
    assert {entry.verb for entry in others} >= {"asked", "planned", "withdrew", "opened_search", "signed_up"}

    with nothing_changes():
        for entry in others:
            answer = client.post(reverse(name, args=[world.edition.slug, entry.pk]))
            assert answer.status_code in (302, 404)


@pytest.mark.parametrize("email", ["", "lea", "lea@"])
def test_an_address_that_is_none_is_asked_for_again(email, world, client):
    before = rows()

    response = client.post(reverse("account_request_login_code"), {"email": email})

    # In the summary and at the field.
    assert text_of(response).count("Write your whole address, as in firstname@example.org.") == 2
    assert f'value="{email}"' in text_of(response)
    assert rows() == before


@pytest.mark.parametrize("code", ["", "WRONG1", "\x00", "9" * 5000, "💥"])
def test_a_code_that_is_not_the_one_signs_nobody_in(code, world, client):
    client.post(reverse("account_request_login_code"), {"email": world.coordinator.email})

    response = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert response.status_code == 200
    assert "That is not the code. Copy it from our last mail." in text_of(response)
    assert "_auth_user_id" not in client.session
