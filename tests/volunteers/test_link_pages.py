"""The pages behind the links of the first mails: confirm, and a parent's consent."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from nocturnes import links
from nocturnes.models import Entry
from tests.factories import make_language, make_registration, make_volunteer
from volunteers import actions
from volunteers.models import Registration, SignUp, Volunteer

from .data import ANYBODY, NOW, make_answers, make_season

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
def waiting(season):
    edition, (_past, coming, _later) = season
    return actions.sign_up(
        edition,
        email="camille@example.org",
        language="fr",
        answers=make_answers(
            evenings={str(coming.pk): "if_needed"},
            last_name="<script>alert(1)</script>",
            languages=[make_language("vgt").pk],
        ),
        by=ANYBODY,
        now=NOW,
    )


@pytest.fixture
def zoe(season):
    young = {"age_group": "16-17", "parent_name": "Anne", "parent_email": "anne@example.org"}
    zoe = make_volunteer("Zoé", accepted_at=None, **young)
    make_registration(zoe, season[0])
    return zoe


def confirm_address(sign_up):
    return reverse("sign_up_confirm", args=[links.token("sign-up", sign_up, until=actions.link_ends(sign_up))])


def consent_address(volunteer):
    return reverse("consent", args=[links.token("consent", volunteer)])


def test_opening_the_link_shows_what_was_filled_in_and_changes_nothing(client, waiting):
    response = client.get(confirm_address(waiting))

    page = response.content.decode()
    assert response.status_code == 200
    assert "camille@example.org" in page
    assert "+32 470 00 00 31" in page
    assert "Français" in page
    assert re.search("Languages in which you can welcome a visitor</dt>\\s*<dd>vgt<", page)
    assert "If needed" in page
    assert "<script>alert" not in page
    assert Volunteer.objects.count() == 0


def test_the_pages_are_kept_to_whoever_has_the_link(client, waiting):
    response = client.get(confirm_address(waiting))

    assert (response["Referrer-Policy"], response["Cache-Control"], response["X-Robots-Tag"]) == (
        "no-referrer",
        "no-store",
        "noindex",
    )


def test_the_button_confirms_and_a_second_click_shows_the_same_page(client, waiting):
    link = confirm_address(waiting)

    first = client.post(link, follow=True)
    second = client.post(link, follow=True)

    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert 'Thank you, <span class="whole">Camille</span>.' in first.content.decode()
    assert Registration.objects.count() == 1
    entry = Entry.objects.get(verb="registered")
    assert (entry.actor_kind, entry.actor_id) == ("sign-up-link", waiting.pk)


def test_the_link_signs_nobody_in(client, waiting):
    client.post(confirm_address(waiting))

    assert "_auth_user_id" not in client.session


def test_a_browser_that_sends_no_referrer_can_press_the_button(waiting):
    client = Client(enforce_csrf_checks=True)

    response = client.post(confirm_address(waiting), headers={"Origin": "null"})

    assert response.status_code == 302
    assert Registration.objects.count() == 1


def test_after_seven_days_the_link_says_what_to_do(client, waiting, at):
    at(NOW + timedelta(days=7))

    response = client.post(confirm_address(waiting))

    assert response.status_code == 410
    assert "Sign up again" in response.content.decode()
    assert Volunteer.objects.count() == 0


def test_the_link_of_a_purged_sign_up_says_what_to_do(client, waiting):
    address = confirm_address(waiting)
    SignUp.objects.all().delete()

    response = client.get(address)

    assert response.status_code == 410
    assert "Sign up again" in response.content.decode()


@pytest.mark.parametrize("spoil", [lambda token: token[:-1], lambda token: "x" + token, lambda token: "x"])
def test_an_altered_link_is_not_ours(client, waiting, spoil):
    token = links.token("sign-up", waiting)

    response = client.post(reverse("sign_up_confirm", args=[spoil(token)]))

    assert response.status_code == 404
    assert Volunteer.objects.count() == 0


def test_a_link_made_for_something_else_does_not_confirm(client, waiting, zoe):
    for token in (links.token("consent", zoe), links.token("evenings", zoe), links.token("consent", waiting)):
        assert client.post(reverse("sign_up_confirm", args=[token])).status_code == 404

    assert Volunteer.objects.get() == zoe


def test_a_sign_up_that_is_closed_meanwhile_gets_a_sentence(client, waiting, season):
    edition, _evenings = season
    edition.sign_up_open = False
    edition.save()

    response = client.post(confirm_address(waiting))

    assert response.status_code == 409
    assert "is closed" in response.content.decode()
    assert Volunteer.objects.count() == 0


def test_a_parent_reads_before_consenting(client, zoe):
    page = client.get(consent_address(zoe)).content.decode()

    zoe.refresh_from_db()
    assert "Zoé" in page
    assert zoe.parent_consented_at is None


def test_a_parent_consents_and_a_second_click_shows_the_same_page(client, zoe):
    address = consent_address(zoe)

    first = client.post(address, follow=True)
    second = client.post(address, follow=True)

    zoe.refresh_from_db()
    assert first.content == second.content
    assert zoe.parent_consented_at == NOW
    entry = Entry.objects.about(zoe).get()
    assert (entry.actor_kind, entry.actor_id) == ("parent-link", zoe.pk)


def test_the_volunteers_own_link_does_not_consent(client, zoe):
    response = client.post(reverse("consent", args=[links.token("evenings", zoe)]))

    zoe.refresh_from_db()
    assert response.status_code == 404
    assert zoe.parent_consented_at is None
