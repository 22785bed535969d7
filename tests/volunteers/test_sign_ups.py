from datetime import timedelta

import pytest

from messaging.models import Message
from nocturnes import clock
from nocturnes.models import Entry, User
from tests.factories import make_registration, make_volunteer
from volunteers import actions
from volunteers.models import Registration, SignUp, Volunteer

from .data import ANYBODY, NOW, make_answers, make_season

pytestmark = pytest.mark.django_db


def sign_up(edition, email="camille@example.org", *, now=NOW, language="fr", **answers):
    return actions.sign_up(
        edition, email=email, language=language, answers=make_answers(**answers), by=ANYBODY, now=now
    )


@pytest.fixture
def machine(monkeypatch):
    """Moves the machine's clock, which stands still otherwise."""

    def move(after):
        monkeypatch.setattr(clock, "machine_now", lambda: NOW + after)

    move(timedelta(0))
    return move


def test_a_sign_up_waits_and_makes_nobody():
    edition, _evenings = make_season()

    waiting = sign_up(edition, email=" Camille@Example.org ")

    assert (waiting.email, waiting.language, waiting.confirmed_at) == ("camille@example.org", "fr", None)
    assert waiting.data == make_answers()
    assert User.objects.count() == Volunteer.objects.count() == 0
    assert Entry.objects.about(waiting).get().verb == "signed_up"


def test_a_sign_up_sends_one_mail_at_once_to_the_address():
    edition, _evenings = make_season()

    waiting = sign_up(edition, language="nl")

    message = Message.objects.get()
    assert (message.kind, message.address, message.user, message.language) == (
        "sign_up",
        "camille@example.org",
        None,
        "nl",
    )
    assert (message.about_id, message.due, message.facts) == (waiting.pk, NOW, {"edition": edition.pk})


def test_a_language_that_the_edition_does_not_speak_becomes_its_first():
    edition, _evenings = make_season(languages=["nl", "fr"])

    assert sign_up(edition, language="en").language == "nl"


def test_an_address_gets_one_mail_an_hour_of_machine_time(machine):
    edition, _evenings = make_season()

    sign_up(edition)
    machine(timedelta(minutes=59))
    sign_up(edition, now=NOW + timedelta(days=1))
    assert Message.objects.count() == 1

    machine(timedelta(minutes=60))
    sign_up(edition)

    assert Message.objects.count() == 2


def test_another_address_is_not_held_up(machine):
    edition, _evenings = make_season()

    sign_up(edition)
    sign_up(edition, email="camilla@example.org")

    assert Message.objects.count() == 2


def test_a_newer_form_of_the_same_address_replaces_the_one_that_waits():
    edition, _evenings = make_season()
    first = sign_up(edition)

    second = sign_up(edition, phone="+32470000099", now=NOW + timedelta(days=2))

    assert second.pk == first.pk
    assert SignUp.objects.get().data["phone"] == "+32470000099"
    assert actions.link_ends(second) == NOW + timedelta(days=9)


def test_who_is_registered_gets_the_way_to_her_page_and_nothing_waits():
    edition, _evenings = make_season()
    alice = make_volunteer("Alice", email="alice@example.org", language="nl")
    make_registration(alice, edition)

    answer = sign_up(edition, email="ALICE@example.org", first_name="Mallory")

    message = Message.objects.get()
    assert answer is None
    assert SignUp.objects.count() == 0
    assert (message.kind, message.user, message.language) == ("already_registered", alice.user, "nl")
    assert (message.about_type, message.about_id) == ("volunteers.volunteer", alice.pk)
    alice.refresh_from_db()
    assert alice.first_name == "Alice"


def test_who_is_registered_gets_that_mail_once_an_hour_too(machine):
    edition, _evenings = make_season()
    make_registration(make_volunteer(email="alice@example.org"), edition)

    sign_up(edition, email="alice@example.org")
    sign_up(edition, email="alice@example.org")

    assert Message.objects.count() == 1


def test_who_is_registered_in_another_edition_signs_up_like_everybody():
    edition, _evenings = make_season()
    other, _others = make_season(slug="autumn")
    make_registration(make_volunteer(email="alice@example.org"), other)

    waiting = sign_up(edition, email="alice@example.org")

    assert waiting is not None
    assert Message.objects.get().kind == "sign_up"


def test_closed_sign_up_is_refused_and_nothing_is_kept():
    edition, _evenings = make_season(sign_up_open=False)

    with pytest.raises(actions.SignUpIsClosed) as refused:
        sign_up(edition)

    assert "nocturnes@example.org" in str(refused.value)
    assert SignUp.objects.count() == Message.objects.count() == 0


def test_sign_up_is_closed_once_the_last_evening_is_over():
    edition, _evenings = make_season()

    assert actions.is_open(edition, NOW)
    assert not actions.is_open(edition, NOW + timedelta(days=30))


def test_evenings_past_or_called_off_are_not_offered():
    edition, (_past, coming, later) = make_season()
    later.called_off_at = NOW
    later.save()

    assert list(actions.offered_evenings(edition, NOW)) == [coming]


def test_forms_older_than_seven_days_are_purged_confirmed_or_not():
    edition, _evenings = make_season()
    old = sign_up(edition, email="old@example.org", now=NOW - timedelta(days=7))
    confirmed = sign_up(edition, email="confirmed@example.org", now=NOW - timedelta(days=7))
    registration = actions.confirm(confirmed, by=ANYBODY, now=NOW - timedelta(days=6))
    young = sign_up(edition, email="young@example.org", now=NOW - timedelta(days=6, hours=23))

    purged = actions.purge_sign_ups(now=NOW)

    assert purged == 2
    assert list(SignUp.objects.all()) == [young]
    assert Entry.objects.about(old).last().verb == "purged"
    assert Registration.objects.get() == registration


def test_the_history_holds_no_name_and_no_address():
    edition, _evenings = make_season()

    actions.confirm(sign_up(edition), by=ANYBODY, now=NOW)

    told = str(list(Entry.objects.values_list("data", flat=True)))
    assert "amille" not in told
    assert "example.org" not in told
