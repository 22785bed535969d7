"""Signing in by a code that goes through the outbox."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from messaging import actions
from messaging.accounts import AccountAdapter
from messaging.models import Message
from nocturnes import clock
from nocturnes.models import User
from tests.factories import NOW, make_coordinator, make_edition, make_evening, make_volunteer
from tests.messaging.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cache.clear()


def ask(client, email):
    return client.post(reverse("account_login"), {"login": email})


def sign_in(client, user, code=None):
    """Asks for a code, reads it in the outbox, types it."""
    ask(client, user.email)
    code = code or Message.objects.pending().get(user=user).facts["code"]
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_a_code_is_a_message_in_the_language_of_its_reader(client):
    alice = make_person("Alice", email="alice@example.org", language="nl")

    response = ask(client, "Alice@Example.org")

    message = Message.objects.get()
    assert response["Location"] == reverse("account_confirm_login_code")
    assert (message.kind, message.user, message.language, message.due) == ("sign_in_code", alice, "nl", NOW)
    assert mail.outbox == []
    assert actions.deliver(message.pk, now=NOW) == "sent"
    assert mail.outbox[0].to == ["alice@example.org"]


def test_the_code_signs_in(client):
    make_evening()
    alice = make_volunteer("Alice").user

    response = sign_in(client, alice)

    assert response["Location"] == reverse("mine", args=["nocturnes-2026"])
    assert is_signed_in(client)


def test_a_coordinator_comes_to_the_season(client):
    make_edition()

    response = sign_in(client, make_coordinator())

    assert response["Location"] == reverse("season", args=["nocturnes-2026"])


def test_a_wrong_code_does_not_sign_in(client):
    sign_in(client, make_person(email="alice@example.org"), code="WRO-NGG")

    assert not is_signed_in(client)


def test_an_unknown_address_sees_the_same_page_and_gets_no_mail(client):
    make_person(email="alice@example.org")

    known = ask(client, "alice@example.org")
    client.logout()
    unknown = ask(client, "nobody@example.org")

    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert Message.objects.count() == 1
    page = client.get(unknown["Location"])
    assert page.status_code == 200


def test_an_account_that_is_closed_gets_no_code(client):
    make_person(email="alice@example.org", is_active=False)

    response = ask(client, "alice@example.org")

    assert response["Location"] == reverse("account_confirm_login_code")
    assert not Message.objects.exists()


def test_a_blocked_volunteer_gets_no_code(client):
    user = make_volunteer(blocked_at=NOW).user

    response = ask(client, user.email)

    assert response["Location"] == reverse("account_confirm_login_code")
    assert not Message.objects.exists()


def test_an_account_that_is_closed_meanwhile_does_not_sign_in(client):
    make_edition()
    alice = make_person(email="alice@example.org")
    ask(client, alice.email)
    code = Message.objects.get().facts["code"]
    User.objects.update(is_active=False)

    client.post(reverse("account_confirm_login_code"), {"code": code})

    assert not is_signed_in(client)


def test_a_volunteer_who_is_blocked_meanwhile_does_not_sign_in(client):
    make_edition()
    volunteer = make_volunteer()
    ask(client, volunteer.user.email)
    code = Message.objects.get().facts["code"]
    volunteer.blocked_at = NOW
    volunteer.save()

    client.post(reverse("account_confirm_login_code"), {"code": code})

    assert not is_signed_in(client)


def test_a_second_code_replaces_the_first(client):
    alice = make_person(email="alice@example.org")
    ask(client, alice.email)
    client.logout()

    ask(client, alice.email)

    first, second = Message.objects.order_by("pk")
    assert first.skipped_at == NOW
    assert "code" not in first.facts
    assert second.is_pending


def test_nobody_signs_up_by_the_sign_in_page(rf):
    assert AccountAdapter().is_open_for_signup(rf.get("/")) is False


def test_no_other_mail_goes_past_the_outbox():
    with pytest.raises(ValueError, match="account/email/password_reset_key"):
        AccountAdapter().send_mail("account/email/password_reset_key", "alice@example.org", {})

    assert mail.outbox == []


def test_a_volunteer_has_no_passkeys_and_a_coordinator_may(client):
    client.force_login(make_volunteer().user)
    volunteers = client.get(reverse("mfa_add_webauthn")).status_code
    client.force_login(make_coordinator())
    coordinators = client.get(reverse("mfa_add_webauthn")).status_code

    assert volunteers == 403
    assert coordinators in (200, 302)
