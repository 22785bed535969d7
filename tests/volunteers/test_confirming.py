from datetime import timedelta

import pytest

from messaging.models import Message
from nocturnes.models import Entry, User
from tests.factories import (
    make_coordinator,
    make_language,
    make_museum,
    make_registration,
    make_role,
    make_volunteer,
)
from volunteers import actions
from volunteers.models import Acknowledgement, Availability, Notice, Registration, SignUp, Volunteer

from .data import ANYBODY, NOW, make_answers, make_notice, make_season, young

pytestmark = pytest.mark.django_db


def waiting(edition, email="camille@example.org", *, language="fr", now=NOW, **answers):
    return SignUp.objects.create(
        edition=edition, email=email, language=language, data=make_answers(**answers), created_at=now
    )


def confirm(sign_up, now=NOW):
    return actions.confirm(sign_up, by=ANYBODY, now=now)


def test_confirming_makes_the_person_her_registration_and_her_answers():
    edition, (past, coming, later) = make_season()
    dutch, role, museum = make_language("nl"), make_role(), make_museum()
    sign_up = waiting(
        edition,
        language="nl",
        evenings={str(past.pk): "yes", str(coming.pk): "if_needed", str(later.pk): ""},
        languages=[dutch.pk],
        roles=[role.pk],
        museums=[museum.pk],
        with_whom="Lien",
        arrange="a chair",
        heard="museum",
    )

    registration = confirm(sign_up)

    volunteer = registration.volunteer
    assert (volunteer.full_name, str(volunteer.phone), volunteer.age_group) == (
        "Camille Lambert",
        "+32470000031",
        "18+",
    )
    assert (volunteer.user.email, volunteer.user.language, volunteer.user.first_name) == (
        "camille@example.org",
        "nl",
        "Camille",
    )
    assert not volunteer.user.has_usable_password()
    assert (registration.edition, registration.most_evenings, registration.with_whom, registration.arrange) == (
        edition,
        3,
        "Lien",
        "a chair",
    )
    assert registration.may_be_asked
    assert registration.heard == "museum"
    assert (list(volunteer.languages.all()), list(registration.roles.all()), list(registration.museums.all())) == (
        [dutch],
        [role],
        [museum],
    )
    # The past evening is left out, and so is the one without an answer.
    assert list(Availability.objects.values_list("evening", "answer")) == [(coming.pk, "if_needed")]
    assert volunteer.accepted_at is None


def test_confirming_twice_finds_what_the_first_click_made():
    edition, _evenings = make_season()
    sign_up = waiting(edition)

    first = confirm(sign_up)
    second = confirm(sign_up, NOW + timedelta(hours=1))

    assert first == second
    assert User.objects.count() == Volunteer.objects.count() == Registration.objects.count() == 1
    assert Entry.objects.filter(verb="registered").count() == 1


def test_a_confirmed_form_holds_nothing_any_more():
    edition, _evenings = make_season()
    sign_up = waiting(edition)

    registration = confirm(sign_up)

    sign_up.refresh_from_db()
    assert (sign_up.confirmed_at, sign_up.data) == (NOW, {"registration": registration.pk})


def test_the_notices_that_she_read_are_kept_with_language_and_time():
    edition, _evenings = make_season()
    privacy, note = make_notice(), make_notice(Notice.Kind.INFORMATION)
    sign_up = waiting(edition, notices=[privacy.pk, note.pk], read_in="nl", now=NOW - timedelta(hours=3))

    volunteer = confirm(sign_up).volunteer

    assert set(Acknowledgement.objects.values_list("volunteer", "notice", "language", "at")) == {
        (volunteer.pk, privacy.pk, "nl", NOW - timedelta(hours=3)),
        (volunteer.pk, note.pk, "nl", NOW - timedelta(hours=3)),
    }


def test_after_seven_days_a_sign_up_is_over():
    edition, _evenings = make_season()
    sign_up = waiting(edition)

    with pytest.raises(actions.SignUpIsOver):
        confirm(sign_up, NOW + timedelta(days=7))

    assert Volunteer.objects.count() == 0
    assert confirm(sign_up, NOW + timedelta(days=6, hours=23)).volunteer.first_name == "Camille"


def test_a_purged_sign_up_is_over():
    edition, _evenings = make_season()
    sign_up = waiting(edition)
    SignUp.objects.all().delete()

    with pytest.raises(actions.SignUpIsOver):
        confirm(sign_up)


def test_a_sign_up_that_was_closed_meanwhile_is_refused():
    edition, _evenings = make_season()
    sign_up = waiting(edition)
    edition.sign_up_open = False
    edition.save()

    with pytest.raises(actions.SignUpIsClosed):
        confirm(sign_up)

    assert Volunteer.objects.count() == User.objects.count() == 0


def test_who_comes_back_gets_a_registration_and_stays_one_person():
    edition, _evenings = make_season()
    before, _others = make_season(slug="before")
    alice = make_volunteer("Alice", email="alice@example.org", languages=[make_language("nl")])
    make_registration(alice, before)

    french = make_language("fr")
    back = waiting(edition, "alice@example.org", first_name="Alicia", phone="+32470000077", languages=[french.pk])

    registration = confirm(back)

    assert registration.volunteer == alice
    assert Volunteer.objects.count() == User.objects.count() == 1
    assert Registration.objects.count() == 2
    alice.refresh_from_db()
    assert (alice.first_name, str(alice.phone)) == ("Alicia", "+32470000077")
    # She said French, which the form had ticked: the Dutch that we know of her is not lost.
    assert {one.code for one in alice.languages.all()} == {"fr", "nl"}
    assert alice.accepted_at is not None


def test_a_form_that_nobody_confirms_changes_nobody():
    edition, _evenings = make_season()
    alice = make_volunteer("Alice", email="alice@example.org")

    actions.sign_up(
        edition,
        email="alice@example.org",
        language="nl",
        answers=make_answers(first_name="Mallory"),
        by=ANYBODY,
        now=NOW,
    )

    alice.refresh_from_db()
    assert (alice.first_name, alice.user.language) == ("Alice", "fr")


def test_a_coordinator_who_signs_up_stays_a_coordinator_with_her_name():
    edition, _evenings = make_season()
    lea = make_coordinator("lea@example.org")

    volunteer = confirm(waiting(edition, "lea@example.org", first_name="Léa-Marie")).volunteer

    lea.refresh_from_db()
    assert (volunteer.user, lea.is_coordinator, lea.first_name) == (lea, True, "Léa")


def test_nobody_gets_younger_by_a_form():
    edition, _evenings = make_season()
    make_volunteer("Alice", email="alice@example.org")

    volunteer = confirm(
        waiting(edition, "alice@example.org", age_group="16-17", parent_name="Eve", parent_email="eve@example.org")
    ).volunteer

    assert (volunteer.is_minor, volunteer.parent_email) == (False, "")


def test_a_consent_stays_with_the_parent_who_gave_it():
    edition, _evenings = make_season()
    make_volunteer(
        email="zoe@example.org",
        age_group="16-17",
        parent_name="Anne",
        parent_email="anne@example.org",
        parent_consented_at=NOW,
    )

    volunteer = confirm(
        waiting(edition, "zoe@example.org", **young(parent_name="Mallory", parent_email="mallory@example.org"))
    ).volunteer

    assert (volunteer.parent_email, volunteer.parent_consented_at) == ("anne@example.org", NOW)
    assert not Message.objects.filter(kind="parent_consent").exists()


def test_who_was_declined_before_waits_again():
    edition, _evenings = make_season()
    alice = make_volunteer(email="alice@example.org", accepted_at=None, declined_at=NOW - timedelta(days=300))

    confirm(waiting(edition, "alice@example.org"))

    assert list(Volunteer.objects.to_welcome()) == [alice]


def test_who_is_blocked_stays_blocked_and_hears_nothing():
    edition, _evenings = make_season(welcome_is_automatic=True)
    make_volunteer(email="alice@example.org", accepted_at=None, blocked_at=NOW)

    volunteer = confirm(waiting(edition, "alice@example.org")).volunteer

    assert (volunteer.blocked_at, volunteer.accepted_at) == (NOW, None)
    assert Message.objects.count() == 0


def test_a_new_person_waits_for_her_welcome_and_gets_no_message():
    edition, _evenings = make_season()

    confirm(waiting(edition))

    assert Message.objects.count() == 0


def test_an_edition_may_welcome_by_itself():
    edition, _evenings = make_season(welcome_is_automatic=True)

    registration = confirm(waiting(edition))

    volunteer = Volunteer.objects.get()
    message = Message.objects.get()
    assert (volunteer.accepted_at, volunteer.accepted_by) == (NOW, None)
    assert (message.kind, message.user, message.due, message.about_id) == (
        "welcome",
        volunteer.user,
        NOW,
        registration.pk,
    )


def test_who_was_accepted_in_another_edition_is_welcomed_at_once():
    edition, _evenings = make_season()
    alice = make_volunteer(email="alice@example.org")

    confirm(waiting(edition, "alice@example.org"))

    assert (Message.objects.get().kind, Message.objects.get().user) == ("welcome", alice.user)


def test_a_parent_is_asked_for_the_consent():
    edition, _evenings = make_season(welcome_is_automatic=True)

    volunteer = confirm(waiting(edition, language="nl", **young())).volunteer

    message = Message.objects.get()
    assert (message.kind, message.address, message.language) == ("parent_consent", "anne@example.org", "nl")
    assert (volunteer.lacks_consent, volunteer.accepted_at) == (True, None)


def test_a_parent_is_not_written_to_at_night():
    edition, _evenings = make_season()
    night = NOW + timedelta(hours=12)

    confirm(waiting(edition, **young()), night)

    assert Message.objects.get().due == NOW + timedelta(hours=23)


def test_an_adult_has_no_parent_in_our_books():
    edition, _evenings = make_season()

    volunteer = confirm(waiting(edition, parent_name="Anne", parent_email="anne@example.org")).volunteer

    assert (volunteer.parent_name, volunteer.parent_email) == ("", "")
