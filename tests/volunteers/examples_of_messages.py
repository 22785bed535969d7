from messaging.models import Message
from nocturnes.history import SYSTEM
from tests.factories import make_registration, make_volunteer
from tests.messaging.examples import example
from volunteers import actions
from volunteers.desk_forms import PersonForm, facts_of

from .data import ANYBODY, NOW, make_answers, make_season, young


def sign_up(email="d-hondt@example.org", **answers):
    edition, _evenings = make_season()
    return actions.sign_up(
        edition,
        email=email,
        language="fr",
        answers={**make_answers(first_name="Zoé", last_name="D’Hondt & Fils"), **answers},
        by=ANYBODY,
        now=NOW,
    )


@example("sign_up")
def a_sign_up_to_confirm():
    sign_up()
    return Message.objects.get()


@example("already_registered")
def an_address_that_is_registered():
    edition, _evenings = make_season()
    make_registration(make_volunteer("Zoé", email="zoe@example.org"), edition)
    actions.sign_up(edition, email="zoe@example.org", language="fr", answers=make_answers(), by=ANYBODY, now=NOW)
    return Message.objects.get()


@example("parent_consent")
def a_parent_to_ask():
    actions.confirm(sign_up(**young(first_name="Zoé")), by=ANYBODY, now=NOW)
    return Message.objects.get(kind="parent_consent")


@example("welcome")
def a_welcome():
    registration = actions.confirm(sign_up(), by=ANYBODY, now=NOW)
    actions.accept(registration.volunteer, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="welcome")


@example("new_address")
def an_address_that_was_changed():
    edition, _evenings = make_season()
    registration = make_registration(make_volunteer("Zoé", email="wrong@example.org"), edition)
    form = PersonForm(
        {**facts_of(registration), "email": "zoe@example.org"}, edition=edition, registration=registration
    )
    assert form.is_valid()
    actions.change_person(registration, form.cleaned_data, by=SYSTEM, now=NOW)
    return Message.objects.get()
