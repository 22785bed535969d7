import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tests.factories import (
    make_available,
    make_coordinator,
    make_language,
    make_museum,
    make_registration,
    make_role,
    make_volunteer,
)
from tests.shifts.pages import text_of
from volunteers.models import Volunteer

from .data import NOW, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(at):
    at(NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def season():
    return make_season()


@pytest.fixture
def lea(client):
    lea = make_coordinator()
    client.force_login(lea)
    return lea


def make_newcomer(season, first_name="Alice", **fields):
    edition, (_past, coming, later) = season
    newcomer = make_volunteer(first_name, **{"accepted_at": None, "languages": [make_language("nl")], **fields})
    registration = make_registration(newcomer, edition, with_whom="Lien & <script>", arrange="a chair", most_evenings=2)
    registration.roles.add(make_role())
    registration.museums.add(make_museum())
    make_available(newcomer, coming, "yes")
    make_available(newcomer, later, "if_needed")
    return newcomer


def welcome(name="welcome", *args):
    return reverse(name, args=["nocturnes-2026", *args])


def test_the_list_shows_what_somebody_answered(client, season, lea):
    make_newcomer(season, "Alice", last_name="Dupont")

    page = client.get(welcome()).content.decode()

    for text in (
        "Alice Dupont",
        "18 or older",
        "Lien &amp; &lt;script&gt;",
        "a chair",
        "Musée BELvue",
        "If needed",
        "NL",
    ):
        assert text in page


def test_who_noted_no_language_is_said_so_for_searches_pass_them_over(client, season, lea):
    make_newcomer(season, "Alice")
    assert "no language noted" not in client.get(welcome()).content.decode()

    make_newcomer(season, "Bob", languages=[])

    assert client.get(welcome()).content.decode().count("no language noted") == 1


def test_who_is_accepted_blocked_or_of_another_edition_is_not_on_the_list(client, season, lea):
    make_registration(make_volunteer("Bob"), season[0])
    make_registration(make_volunteer("Carol", accepted_at=None, blocked_at=NOW), season[0])
    make_newcomer(make_season(slug="autumn"), "Dan")

    page = text_of(client.get(welcome()))

    assert [name for name in ("Bob", "Carol", "Dan") if name in page] == []


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(client, season, lea):
    make_newcomer(season)
    client.get(welcome())
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(welcome())
    for number in range(29):
        make_newcomer(season, f"Alice{number}")

    with CaptureQueriesContext(connection) as thirty:
        page = client.get(welcome()).content.decode()

    assert page.count("sheet--pad") == 30
    assert len(thirty) == len(one)


def test_the_coordinator_welcomes_one(client, season, lea):
    alice, bob = make_newcomer(season, "Alice"), make_newcomer(season, "Bob")

    response = client.post(welcome("welcome_accept", alice.pk))

    assert (response.status_code, response.url) == (302, welcome())
    alice.refresh_from_db()
    assert (alice.accepted_at, alice.accepted_by) == (NOW, lea)
    assert list(Volunteer.objects.to_welcome()) == [bob]


def test_the_coordinator_welcomes_all_and_hears_who_still_waits(client, season, lea):
    make_newcomer(season, "Alice")
    make_newcomer(season, "Bob")
    zoe = make_newcomer(season, "Zoé", age_group="16-17")

    page = client.post(welcome("welcome_accept_all"), follow=True).content.decode()

    assert list(Volunteer.objects.to_welcome()) == [zoe]
    assert "2 people are welcomed." in page
    assert "1 waits for a parent’s consent." in page


def test_a_missing_consent_is_said_and_the_tick_gets_past_it(client, season, lea):
    zoe = make_newcomer(season, "Zoé", age_group="16-17")

    page = client.post(welcome("welcome_accept", zoe.pk), follow=True).content.decode()
    zoe.refresh_from_db()
    assert "a parent has not consented yet" in page
    assert zoe.accepted_at is None

    client.post(welcome("welcome_accept", zoe.pk), {"on_paper": "on"})

    zoe.refresh_from_db()
    assert (zoe.accepted_at, zoe.parent_consented_at) == (NOW, NOW)


def test_who_is_declined_stays_within_reach(client, season, lea):
    alice = make_newcomer(season)

    page = client.post(welcome("welcome_decline", alice.pk), follow=True).content.decode()

    alice.refresh_from_db()
    assert alice.declined_at == NOW
    assert "Welcome after all" in page
    assert welcome("welcome_accept", alice.pk) in page


def test_somebody_of_another_edition_is_not_found(client, season, lea):
    dan = make_newcomer(make_season(slug="autumn"), "Dan")

    for name in ("welcome_accept", "welcome_decline"):
        assert client.post(welcome(name, dan.pk)).status_code == 404

    dan.refresh_from_db()
    assert (dan.accepted_at, dan.declined_at) == (None, None)


def test_a_volunteer_sees_nothing_and_changes_nothing(client, season):
    alice = make_newcomer(season)
    client.force_login(alice.user)

    assert client.get(welcome()).status_code == 403
    for name, args in [("welcome_accept", [alice.pk]), ("welcome_accept_all", []), ("welcome_decline", [alice.pk])]:
        assert client.post(welcome(name, *args)).status_code == 403

    alice.refresh_from_db()
    assert (alice.accepted_at, alice.declined_at) == (None, None)


def test_opening_an_address_that_acts_does_nothing(client, season, lea):
    alice = make_newcomer(season)

    for name, args in [("welcome_accept", [alice.pk]), ("welcome_accept_all", []), ("welcome_decline", [alice.pk])]:
        assert client.get(welcome(name, *args)).status_code == 405

    alice.refresh_from_db()
    assert (alice.accepted_at, alice.declined_at) == (None, None)


def test_nobody_to_welcome_is_said(client, season, lea):
    assert "Nobody waits" in client.get(welcome()).content.decode()
