from datetime import timedelta

import pytest

from messaging import actions as messaging
from messaging import kinds
from nocturnes import links
from nocturnes.history import SYSTEM
from volunteers import actions
from volunteers.models import SignUp, Volunteer

from . import examples_of_messages as examples
from .data import ANYBODY, NOW

pytestmark = pytest.mark.django_db


def reason(message, now=NOW):
    return kinds.get(message.kind).check(message, now)


def test_the_mail_carries_a_link_of_seven_days_in_the_receivers_language():
    message = examples.a_sign_up_to_confirm()
    message.language = "nl"

    text = messaging.render(message, now=NOW).text

    address = next(line for line in text.splitlines() if line.startswith("http"))
    token = address.rstrip("/").rpartition("/")[2]
    assert address.startswith("http://testserver/nl/")
    assert links.read("sign-up", token, SignUp.objects.all(), now=NOW + timedelta(days=6)) == SignUp.objects.get()
    with pytest.raises(links.LinkIsOver):
        links.read("sign-up", token, SignUp.objects.all(), now=NOW + timedelta(days=7))


def test_a_mail_about_a_sign_up_that_is_confirmed_is_not_sent():
    message = examples.a_sign_up_to_confirm()
    assert reason(message) is None

    actions.confirm(SignUp.objects.get(), by=ANYBODY, now=NOW)

    assert reason(message) == "The sign-up was confirmed in the meantime."


def test_a_mail_about_a_sign_up_that_is_purged_is_not_sent():
    message = examples.a_sign_up_to_confirm()

    SignUp.objects.all().delete()

    assert reason(message) == "The sign-up is not there any more."
    assert kinds.get("sign_up").too_late(message) is None


@pytest.mark.parametrize("end", [lambda row: actions.confirm(row, by=ANYBODY, now=NOW), lambda row: row.delete()])
def test_a_mail_that_is_no_longer_true_can_still_be_looked_at(end):
    message = examples.a_sign_up_to_confirm()
    end(SignUp.objects.get())

    text = messaging.render(message, now=NOW).text

    assert "http" not in text


def test_a_mail_about_a_sign_up_is_useless_after_seven_days():
    message = examples.a_sign_up_to_confirm()

    assert kinds.get("sign_up").too_late(message) == NOW + timedelta(days=7)


def test_who_is_registered_gets_the_link_to_her_page():
    message = examples.an_address_that_is_registered()

    text = messaging.render(message, now=NOW).text

    token = next(line for line in text.splitlines() if line.startswith("http")).rstrip("/").rpartition("/")[2]
    assert links.read("evenings", token, Volunteer.objects.all(), now=NOW) == Volunteer.objects.get()


def test_a_parent_is_not_asked_for_what_is_there():
    message = examples.a_parent_to_ask()
    assert reason(message) is None

    actions.consent(Volunteer.objects.get(), by=SYSTEM, now=NOW)

    assert reason(message) == "The consent is there already."


def test_a_welcome_is_not_sent_to_who_is_not_accepted_any_more():
    message = examples.a_welcome()
    assert reason(message) is None

    Volunteer.objects.update(accepted_at=None)

    assert reason(message) == "This person is not accepted any more."
