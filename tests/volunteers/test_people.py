from datetime import timedelta

import pytest

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from tests.factories import make_coordinator, make_registration, make_volunteer
from volunteers import actions
from volunteers.models import Volunteer

from .data import NOW, make_season

pytestmark = pytest.mark.django_db

PARENT = Actor("parent-link", 1)
TWO_MINUTES = timedelta(minutes=2)


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


def make_newcomer(first_name="Alice", edition=None, **fields):
    """Somebody registered who waits to be welcomed."""
    newcomer = make_volunteer(first_name, **{"accepted_at": None, **fields})
    make_registration(newcomer, edition)
    return newcomer


def make_young(first_name="Zoé", edition=None, **fields):
    parent = {"parent_name": "Anne", "parent_email": "anne@example.org"}
    return make_newcomer(first_name, edition, age_group="16-17", **{**parent, **fields})


def test_welcoming_somebody_says_who_did_it_and_when(lea):
    alice = make_newcomer()

    actions.accept(alice, by=lea, now=NOW)

    alice.refresh_from_db()
    assert (alice.accepted_at, alice.accepted_by_id) == (NOW, lea.id)
    assert list(Volunteer.objects.to_welcome()) == []
    assert Entry.objects.about(alice).get().verb == "accepted"


def test_the_welcome_waits_two_minutes(lea):
    alice = make_newcomer(language="nl")

    actions.accept(alice, by=lea, now=NOW)

    message = Message.objects.get()
    assert (message.kind, message.user, message.language, message.due) == (
        "welcome",
        alice.user,
        "nl",
        NOW + TWO_MINUTES,
    )


def test_the_welcome_waits_for_the_morning(lea):
    alice = make_newcomer()

    actions.accept(alice, by=lea, now=NOW + timedelta(hours=12))

    assert Message.objects.get().due == NOW + timedelta(hours=23)


def test_welcoming_somebody_twice_sends_one_message(lea):
    alice = make_newcomer()

    actions.accept(alice, by=lea, now=NOW)
    actions.accept(alice, by=lea, now=NOW + timedelta(hours=1))

    alice.refresh_from_db()
    assert alice.accepted_at == NOW
    assert Message.objects.count() == Entry.objects.about(alice).count() == 1


def test_the_welcome_can_be_taken_back_before_it_leaves(lea):
    alice = make_newcomer()
    actions.accept(alice, by=lea, now=NOW)

    actions.undo_accept(alice, by=lea, now=NOW + timedelta(minutes=1))

    alice.refresh_from_db()
    message = Message.objects.get()
    assert (alice.accepted_at, alice.accepted_by) == (None, None)
    assert (message.skipped_at, message.reason) == (NOW + timedelta(minutes=1), "The welcome was taken back.")
    assert list(Volunteer.objects.to_welcome()) == [alice]


def test_a_welcome_that_has_left_is_not_taken_back(lea):
    alice = make_newcomer()
    actions.accept(alice, by=lea, now=NOW)
    messaging.record_as_sent(Message.objects.get(), now=NOW + TWO_MINUTES)

    with pytest.raises(actions.WelcomeHasLeft):
        actions.undo_accept(alice, by=lea, now=NOW + TWO_MINUTES)

    alice.refresh_from_db()
    assert alice.accepted_at == NOW


def test_taking_back_what_was_taken_back_changes_nothing(lea):
    alice = make_newcomer()
    actions.accept(alice, by=lea, now=NOW)
    actions.undo_accept(alice, by=lea, now=NOW)

    actions.undo_accept(alice, by=lea, now=NOW)

    assert Entry.objects.about(alice).filter(verb="acceptance_undone").count() == 1


def test_after_taking_back_she_can_be_welcomed_again_even_while_the_time_stands_still(lea):
    alice = make_newcomer()

    for _round in range(2):
        actions.accept(alice, by=lea, now=NOW)
        actions.undo_accept(alice, by=lea, now=NOW)
    actions.accept(alice, by=lea, now=NOW)

    assert Message.objects.pending().get().user == alice.user


def test_under_18_nobody_is_welcomed_without_a_parents_consent(lea):
    zoe = make_young()

    with pytest.raises(actions.ConsentIsMissing) as refused:
        actions.accept(zoe, by=lea, now=NOW)

    zoe.refresh_from_db()
    assert "Zoé" in str(refused.value)
    assert zoe.accepted_at is None
    assert Message.objects.count() == 0


def test_the_coordinator_may_have_the_consent_on_paper_and_that_is_recorded(lea):
    zoe = make_young()

    actions.accept(zoe, on_paper=True, by=lea, now=NOW)

    zoe.refresh_from_db()
    assert (zoe.accepted_at, zoe.parent_consented_at) == (NOW, NOW)
    entry = Entry.objects.about(zoe).get(verb="parent_consented")
    assert (entry.actor_id, entry.data) == (lea.id, {"how": "paper"})


def test_the_tick_records_nothing_for_an_adult(lea):
    alice = make_newcomer()

    actions.accept(alice, on_paper=True, by=lea, now=NOW)

    alice.refresh_from_db()
    assert alice.parent_consented_at is None


def test_who_is_blocked_is_not_welcomed(lea):
    alice = make_newcomer(blocked_at=NOW)

    with pytest.raises(actions.IsBlocked):
        actions.accept(alice, by=lea, now=NOW)


def test_everybody_who_can_be_is_welcomed_at_once(lea):
    edition, _evenings = make_season()
    other, _others = make_season(slug="autumn")
    alice, bob = make_newcomer("Alice", edition), make_newcomer("Bob", edition)
    zoe, carol = make_young("Zoé", edition), make_newcomer("Carol", other)
    declined = make_newcomer("Dan", edition, declined_at=NOW)

    welcomed = actions.accept_all(edition, by=lea, now=NOW)

    assert welcomed == [alice, bob]
    assert {message.user for message in Message.objects.all()} == {alice.user, bob.user}
    for one in (zoe, carol, declined):
        one.refresh_from_db()
        assert one.accepted_at is None


def test_a_parents_consent_is_kept_once():
    zoe = make_young()

    actions.consent(zoe, by=PARENT, now=NOW)
    actions.consent(zoe, by=PARENT, now=NOW + timedelta(days=1))

    zoe.refresh_from_db()
    assert (zoe.parent_consented_at, zoe.accepted_at) == (NOW, None)
    assert Entry.objects.about(zoe).get().data == {"how": "link"}


def test_after_the_consent_an_edition_may_welcome_by_itself():
    edition, _evenings = make_season(welcome_is_automatic=True)
    zoe = make_young("Zoé", edition)

    actions.consent(zoe, by=PARENT, now=NOW)

    zoe.refresh_from_db()
    assert (zoe.accepted_at, zoe.accepted_by) == (NOW, None)
    assert Entry.objects.about(zoe).get(verb="accepted").actor_kind == SYSTEM.kind


def test_who_is_declined_leaves_the_list_and_hears_nothing(lea):
    alice = make_newcomer()

    actions.decline(alice, by=lea, now=NOW)
    actions.decline(alice, by=lea, now=NOW + timedelta(hours=1))

    alice.refresh_from_db()
    assert alice.declined_at == NOW
    assert list(Volunteer.objects.to_welcome()) == []
    assert Message.objects.count() == 0
    assert Entry.objects.about(alice).get().verb == "declined"


def test_who_was_declined_can_be_welcomed_after_all(lea):
    alice = make_newcomer(declined_at=NOW)

    actions.accept(alice, by=lea, now=NOW)

    alice.refresh_from_db()
    assert (alice.accepted_at, alice.declined_at) == (NOW, None)


def test_who_is_accepted_cannot_be_declined(lea):
    alice = make_volunteer()

    actions.decline(alice, by=lea, now=NOW)

    alice.refresh_from_db()
    assert alice.declined_at is None
