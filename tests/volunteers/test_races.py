"""Two clicks at once, against a real PostgreSQL."""

import pytest
from django.contrib.auth import get_user_model

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Entry
from tests.factories import make_coordinator, make_registration, make_volunteer
from tests.races import ROUNDS, at_once
from volunteers import actions
from volunteers.models import Registration, SignUp, Volunteer

from .data import ANYBODY, NOW, make_answers, make_season

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def waiting(edition, email):
    return SignUp.objects.create(edition=edition, email=email, language="fr", data=make_answers(), created_at=NOW)


def test_two_clicks_on_one_confirmation_make_one_person():
    edition, _evenings = make_season(welcome_is_automatic=True)

    for number in range(ROUNDS):
        sign_up = waiting(edition, f"someone{number}@example.org")

        found = at_once([lambda row=sign_up: actions.confirm(row, by=ANYBODY, now=NOW)] * 4)

        assert len({registration.pk for registration in found}) == 1
    assert Volunteer.objects.count() == Registration.objects.count() == Message.objects.count() == ROUNDS


def test_one_address_confirmed_in_two_editions_at_once_is_one_person():
    spring, _evenings = make_season()
    autumn, _others = make_season(slug="autumn")

    for number in range(ROUNDS):
        rows = [waiting(edition, f"someone{number}@example.org") for edition in (spring, autumn)]

        at_once([lambda row=row: actions.confirm(row, by=ANYBODY, now=NOW) for row in rows])

    assert get_user_model().objects.count() == Volunteer.objects.count() == ROUNDS
    assert Registration.objects.count() == 2 * ROUNDS


def test_one_form_sent_many_times_at_once_sends_one_mail():
    edition, _evenings = make_season()

    for number in range(ROUNDS):
        form = {"email": f"someone{number}@example.org", "language": "fr", "answers": make_answers()}
        at_once([lambda form=form: actions.sign_up(edition, **form, by=ANYBODY, now=NOW)] * 4)

    assert SignUp.objects.count() == Message.objects.count() == ROUNDS


def test_two_coordinators_who_welcome_one_person_send_one_mail():
    edition, _evenings = make_season()
    by = [Actor.user(make_coordinator(f"lea{number}@example.org")) for number in range(4)]

    for _round in range(ROUNDS):
        alice = make_volunteer(accepted_at=None)
        make_registration(alice, edition)

        at_once([lambda one=one, alice=alice: actions.accept(alice, by=one, now=NOW) for one in by])

        assert Message.objects.filter(user=alice.user).count() == 1
        assert Entry.objects.about(alice).filter(verb="accepted").count() == 1
