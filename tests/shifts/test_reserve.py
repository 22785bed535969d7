"""The reserve as an agreement: asked, agreed, given back, taken back, freed; and what searches read of it."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import translation

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, User
from shifts import actions, ranking
from shifts.actions import reserve as refusals
from shifts.actions.evenings import EveningIsCalledOff
from shifts.actions.places import AskedByPhoneOnly, NeedsTick
from shifts.actions.undo import ChangedSince, MessageHasLeft
from shifts.models import Reserve
from shifts.pages.digest import digest
from shifts.ranking.nights import nights_on_call
from shifts.ranking.reserve import for_the_reserve
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_post,
    make_reserve,
    make_volunteer,
)
from tests.shifts.searches import at, make_people, offer_to, open_search, post_at, published_evening, sweep
from tests.volunteers.test_by_hand import said_of
from volunteers import actions as volunteers
from volunteers.models import Availability, Registration

pytestmark = pytest.mark.django_db

TONIGHT = datetime(2026, 3, 26, 17, 30, tzinfo=UTC)


@pytest.fixture
def lea():
    return make_coordinator()


@pytest.fixture
def evening(lea):
    return published_evening(lead=lea)


def propose(evening, *people, by=SYSTEM, now=NOW, **words):
    return actions.propose_reserve(evening, people, by=by, now=now, **words)


def accept(reserve, now=NOW):
    return actions.accept_reserve(reserve, by=Actor.volunteer_link(reserve.volunteer), now=now)


def on_call(volunteer):
    return Availability.objects.filter(registration__volunteer=volunteer).exclude(on_call_at=None).exists()


def kinds(volunteer):
    return sorted(Message.objects.pending().filter(user=volunteer.user).values_list("kind", flat=True))


def because(reserve):
    reserve.refresh_from_db()
    return reserve.ended_because


# Asked, and agreed.


def test_who_is_asked_hears_so_after_two_minutes_and_is_on_call_once_she_agrees(evening):
    (alice,) = make_people(evening, "Alice")

    (reserve,) = propose(evening, alice)

    assert Message.objects.get(kind="reserve_proposed").due == NOW + evening.edition.rules.undo
    assert not on_call(alice)
    accept(reserve)
    assert accept(reserve).accepted_at == NOW
    assert on_call(alice)
    assert kinds(alice) == ["reminder_reserve", "reserve_proposed"]
    assert messaging.reason_to_skip(Message.objects.get(kind="reserve_proposed"), NOW)
    assert Entry.objects.filter(verb="accepted_reserve").count() == 1


def test_one_message_asks_for_several_evenings_and_nobody_is_asked_twice(evening):
    (alice,) = make_people(evening, "Alice")
    later = published_evening(date(2026, 4, 2))

    assert [len(propose(one, alice)) for one in (evening, later, evening)] == [1, 1, 0]

    assert len(Message.objects.get(kind="reserve_proposed").facts["items"]) == 2
    with pytest.raises(refusals.NobodyChosen):
        propose(evening)


def test_on_a_draft_nothing_leaves_until_it_is_published(lea):
    evening = published_evening(published_at=None)
    alice, bob = make_people(evening, "Alice", "Bob")
    (reserve,) = propose(evening, alice)
    assert kinds(alice) == []

    actions.publish(evening, by=SYSTEM, now=NOW)

    assert kinds(alice) == ["reserve_proposed"]
    assert kinds(bob) == ["no_place"]
    assert because(reserve) == ""


def test_who_speaks_against_her_needs_a_tick_and_a_place_is_in_the_way(evening):
    alice, bob, carol = make_people(evening, "Alice", "Bob", "Carol", answer="no")
    make_assignment(post_at(evening), bob)

    with pytest.raises(NeedsTick) as refusal:
        propose(evening, alice, carol, accept={alice.pk: ["said_no"]})
    assert refusal.value.warnings == ["said_no"]
    with pytest.raises(refusals.HasPlaceThatEvening):
        propose(evening, bob, accept={bob.pk: ["said_no"]})
    assert not Reserve.objects.exists()

    (reserve,) = propose(evening, alice, accept={alice.pk: ["said_no"]})
    actions.free_reserve(now=NOW)
    assert because(reserve) == ""
    accept(reserve)
    answer = Availability.objects.get(registration__volunteer=alice)
    assert (answer.answer, answer.on_call_at) == ("if_needed", NOW)


@pytest.mark.parametrize(("places", "most"), [(19, 2), (20, 3)])
def test_a_yes_beyond_the_number_is_told_that_it_is_enough(evening, places, most):
    make_post(post_at(evening).opening, places=places - 2)
    people = make_people(evening, *(f"V{n}" for n in range(most + 1)))
    *first, last = propose(evening, *people)
    for reserve in first:
        accept(reserve)

    with pytest.raises(refusals.ReserveIsFull):
        accept(last)
    actions.give_back_reserve(first[0], by=SYSTEM, now=NOW)

    assert accept(last).is_agreed


def test_a_no_is_a_no_and_may_become_a_yes(evening):
    (alice,) = make_people(evening, "Alice")
    (reserve,) = propose(evening, alice)

    for _twice in range(2):
        actions.decline_reserve(reserve, by=Actor.volunteer_link(alice), now=NOW)

    assert because(reserve) == "declined"
    assert Availability.objects.get(registration__volunteer=alice).answer == "yes"
    assert Entry.objects.filter(verb="declined_reserve").count() == 1
    assert accept(reserve).is_agreed


@pytest.mark.parametrize(("moment", "refusal"), [(TONIGHT, refusals.ReserveIsOver), (NOW, refusals.NoLongerProposed)])
def test_a_yes_comes_too_late(evening, moment, refusal):
    (alice,) = make_people(evening, "Alice")
    (reserve,) = propose(evening, alice)
    if moment == NOW:
        actions.take_back_reserve(reserve, by=SYSTEM, now=NOW)

    with pytest.raises(refusal):
        accept(reserve, now=moment)
    with pytest.raises(refusals.ReserveIsOver):
        propose(evening, alice, now=TONIGHT)


# Given back, taken back, undone.


def test_who_gives_it_back_is_on_call_no_more_and_who_is_on_duty_hears_so(evening, lea):
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve_of(alice, evening)

    actions.give_back_reserve(reserve, cannot_come=True, by=Actor.volunteer_link(alice), now=at(25, 12))

    assert because(reserve) == "gave_back"
    answer = Availability.objects.get(registration__volunteer=alice)
    assert (answer.answer, answer.on_call_at) == ("no", None)
    assert "reminder_reserve" not in kinds(alice)
    assert Message.objects.get(kind="reserve_given_back").user == lea


def test_who_agrees_and_gives_back_time_and_again_is_told_of_once_an_hour(evening):
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve_of(alice, evening)

    for minute in (0, 1, 2, 59, 60):
        moment = at(25, 12) + timedelta(minutes=minute)
        accept(reserve, moment)
        actions.give_back_reserve(reserve, by=Actor.volunteer_link(alice), now=moment)

    told = Message.objects.filter(kind="reserve_given_back").order_by("created_at")
    assert [one.created_at for one in told] == [at(25, 12), at(25, 13)]


def test_an_old_link_says_nothing_about_an_evening_on_which_she_has_a_place(evening):
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve_of(alice, evening)
    post = post_at(evening)
    place = actions.assign(post, alice, by=SYSTEM, now=NOW)

    actions.give_back_reserve(reserve, cannot_come=True, by=Actor.volunteer_link(alice), now=NOW)

    place.refresh_from_db()
    assert (place.is_active, because(reserve)) == (True, "came")
    assert Availability.objects.get(registration__volunteer=alice).answer == "yes"


def test_who_is_blocked_is_not_asked_whatever_is_ticked(evening):
    (alice,) = make_people(evening, "Alice", blocked_at=NOW)

    with pytest.raises(AskedByPhoneOnly):
        propose(evening, alice, accept={alice.pk: ["blocked"]})

    assert not Reserve.objects.exists()


def test_what_was_ticked_for_nothing_is_not_kept(evening):
    alice, bob = make_people(evening, "Alice", "Bob")
    Availability.objects.filter(registration__volunteer=bob).update(answer="no")

    propose(evening, alice, bob, accept={alice.pk: ["blocked"], bob.pk: ["said_no", "a tick that nobody knows"]})

    assert Entry.objects.get(verb="proposed_reserve").data["accepted"] == {str(bob.pk): ["said_no"]}


def make_reserve_of(volunteer, evening):
    """An agreement with its word at noon."""
    return accept(propose(evening, volunteer)[0])


def test_far_ahead_it_is_no_alarm_and_the_word_at_noon_comes_back_with_her(evening):
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve_of(alice, evening)

    actions.give_back_reserve(reserve, by=Actor.volunteer_link(alice), now=NOW)
    assert kinds(alice) == ["reserve_proposed"]
    with translation.override("en"):
        lines = digest(evening.edition, since=NOW - timedelta(hours=1), now=NOW).withdrawn
    assert [line.text for line in lines] == ["Alice Dupont cannot be on call after all on Thursday 26\u00a0March"]
    accept(reserve)

    assert digest(evening.edition, since=NOW - timedelta(hours=1), now=NOW).withdrawn == []
    assert not Message.objects.filter(kind="reserve_given_back").exists()
    assert "reminder_reserve" in kinds(alice)


@pytest.mark.parametrize("how", ["a no", "no answer", "an offer"])
def test_her_answer_for_the_evening_takes_the_reserve_along(evening, how):
    (alice,) = make_people(evening, "Alice")
    post = post_at(evening)
    reserve = make_reserve_of(alice, evening)

    if how == "an offer":
        search = open_search(post, now=at(26, 10))
        sweep(at(26, 10, 5))
        actions.decline(offer_to(alice, search).ask, by=SYSTEM, now=at(26, 10, 10))
    else:
        answer = "no" if how == "a no" else ""
        volunteers.set_availability(alice.registrations.get(), evening, answer, by=SYSTEM, now=NOW)
        actions.free_reserve(now=NOW)

    assert because(reserve) == "gave_back"
    assert not on_call(alice)


def test_a_proposal_is_undone_until_its_message_left(evening, lea):
    alice, bob = make_people(evening, "Alice", "Bob")
    by = Actor.user(lea)
    (reserve, _other) = propose(evening, alice, bob, by=by)
    entry = Entry.objects.get(verb="proposed_reserve")

    actions.undo(entry, by=by, now=NOW)

    assert because(reserve) == "taken_back"
    assert messaging.reason_to_skip(Message.objects.get(user=alice.user), NOW)
    propose(evening, alice, by=by)
    messaging.record_as_sent(Message.objects.get(kind="reserve_proposed", user=alice.user), now=NOW)
    with pytest.raises(MessageHasLeft):
        actions.undo(Entry.objects.filter(verb="proposed_reserve").latest("pk"), by=by, now=NOW)


def test_an_agreement_taken_back_is_told_unless_it_is_undone(evening, lea):
    (alice,) = make_people(evening, "Alice")
    reserve, by = make_reserve_of(alice, evening), Actor.user(lea)

    actions.take_back_reserve(reserve, by=by, now=NOW)
    assert (because(reserve), on_call(alice)) == ("taken_back", False)
    assert "reserve_taken_back" in kinds(alice)
    actions.undo(Entry.objects.get(verb="took_back_reserve"), by=by, now=NOW)

    assert (because(reserve), on_call(alice)) == ("", True)
    assert messaging.reason_to_skip(Message.objects.get(kind="reserve_taken_back"), NOW)


def test_people_are_told_in_the_order_in_which_their_users_are_locked(evening):
    older = User.objects.create_user("bob@example.org", first_name="Bob", language="fr")
    alice, bob = *make_people(evening, "Alice"), *make_people(evening, "Bob", user=older)

    propose(evening, alice, bob)

    told = Message.objects.filter(kind="reserve_proposed").order_by("pk").values_list("user", flat=True)
    assert list(told) == [older.pk, alice.user.pk]


@pytest.mark.parametrize("since", ["called_off", "blocked", "placed"])
def test_she_is_not_called_again_where_that_cannot_be_any_more(evening, lea, since):
    (alice,) = make_people(evening, "Alice")
    post = post_at(evening)
    reserve, by = make_reserve_of(alice, evening), Actor.user(lea)
    actions.take_back_reserve(reserve, by=by, now=NOW)

    if since == "blocked":
        actions.block(alice, by=by, now=NOW)
    elif since == "placed":
        actions.step_in(post, alice, by=Actor.volunteer_link(alice), now=NOW)
    else:
        actions.call_off_evening(evening, by=by, now=NOW)
    with pytest.raises(ChangedSince):
        actions.undo(Entry.objects.get(verb="took_back_reserve"), by=by, now=NOW)

    assert (because(reserve), on_call(alice)) == ("taken_back", False)


# She has a place.


def test_a_yes_to_an_offer_ends_it_and_so_does_the_coordinators_hand_until_it_is_undone(evening, lea):
    alice, bob = make_people(evening, "Alice", "Bob")
    post, other = post_at(evening), post_at(evening, "Horta")
    hers, his = make_reserve_of(alice, evening), make_reserve_of(bob, evening)
    search = open_search(post, now=at(26, 10))
    sweep(at(26, 10, 5))

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(26, 10, 10))
    assigned = actions.assign(other, bob, by=Actor.user(lea), now=at(26, 10, 20))

    assert (because(hers), because(his)) == ("came", "came")
    assert not on_call(alice)
    actions.undo(Entry.objects.filter(verb="assigned").latest("pk"), by=Actor.user(lea), now=at(26, 10, 21))
    assert assigned.pk
    assert (because(his), on_call(bob)) == ("", True)


def test_a_place_that_comes_by_another_way_is_seen_by_the_sweep(evening):
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve_of(alice, evening)
    make_assignment(post_at(evening), alice)

    actions.free_reserve(now=NOW)

    assert because(reserve) == "came"


# Free.


def test_at_the_edition_s_hour_she_is_free_and_hears_so_once(evening):
    (alice, bob) = make_people(evening, "Alice", "Bob")
    make_assignment(post_at(evening, places=1))
    reserve, asked = make_reserve_of(alice, evening), propose(evening, bob)[0]

    assert actions.free_reserve(now=TONIGHT - timedelta(minutes=1)) == 0
    assert [actions.free_reserve(now=TONIGHT) for _twice in range(2)] == [1, 0]

    assert (because(reserve), because(asked)) == ("freed", "freed")
    assert [message.user for message in Message.objects.filter(kind="reserve_freed")] == [alice.user]
    assert reserve.counts_as_attended
    assert not asked.counts_as_attended


@pytest.mark.parametrize("filled", [True, False])
def test_while_a_place_is_open_she_stays_until_it_is_filled_or_too_late(evening, filled):
    (alice,) = make_people(evening, "Alice")
    post = post_at(evening, places=1)
    reserve = make_reserve_of(alice, evening)

    assert actions.free_reserve(now=TONIGHT) == 0
    moment = at(26, 18, 45) if filled else at(26, 19)
    if filled:
        make_assignment(post)
    assert actions.free_reserve(now=moment) == 1

    assert because(reserve) == ("freed" if filled else "over")


def test_a_place_that_is_wanted_on_top_or_that_nobody_replaces_keeps_nobody(evening):
    (alice,) = make_people(evening, "Alice")
    post_at(evening, places=2, needed=0)
    make_reserve_of(alice, evening)

    assert actions.free_reserve(now=TONIGHT) == 1


def test_while_a_search_looks_for_one_more_than_is_needed_she_stays(evening):
    evening.edition.rules_data = {"wanted_stops": 0}
    evening.edition.save()
    (alice,) = make_people(evening, "Alice")
    post = post_at(evening, places=1, needed=0, report_at=at(26, 19), starts_at=at(26, 19, 30), ends_at=at(26, 22))
    reserve = make_reserve_of(alice, evening)
    assert open_search(post, now=at(26, 18)).is_live

    assert actions.free_reserve(now=TONIGHT) == 0

    assert because(reserve) == ""


def test_an_evening_long_over_ends_without_a_word(evening):
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve(alice, evening)

    assert actions.free_reserve(now=TONIGHT + timedelta(days=2)) == 0

    assert because(reserve) == "freed"
    assert not Message.objects.filter(kind="reserve_freed").exists()


def test_an_evening_called_off_ends_it_and_its_undo_calls_her_again(evening, lea):
    (alice,) = make_people(evening, "Alice")
    post_at(evening)
    reserve = make_reserve_of(alice, evening)

    actions.call_off_evening(evening, by=Actor.user(lea), now=NOW)
    assert because(reserve) == "called_off"
    with pytest.raises(EveningIsCalledOff):
        accept(reserve)
    actions.undo(Entry.objects.get(verb="called_off_evening"), by=Actor.user(lea), now=NOW)

    assert (because(reserve), on_call(alice)) == ("", True)


# Counted, ranked, blocked, merged.


def test_an_evening_kept_free_counts_and_the_next_is_somebody_elses_turn(evening):
    alice, bob, carol = make_people(evening, "Alice", "Bob", "Carol")
    earlier = published_evening(date(2026, 3, 19))
    make_reserve(alice, earlier, ended_at=NOW, ended_because="freed")
    make_reserve(bob, earlier, ended_at=NOW, ended_because="gave_back")
    make_assignment(post_at(earlier), carol)
    make_reserve(carol, earlier, ended_at=NOW, ended_because="freed")

    assert nights_on_call(evening.edition_id) == {alice.pk: 1}
    names = [one.volunteer.first_name for one in for_the_reserve(evening, now=NOW)]

    assert names == ["Bob", "Alice", "Carol"]


def test_an_evening_kept_free_uses_up_no_evening_that_she_wished_for(evening):
    (alice,) = make_people(evening, "Alice")
    Registration.objects.filter(volunteer=alice).update(most_evenings=1)
    make_reserve(alice, published_evening(date(2026, 3, 19)), ended_at=NOW, ended_because="freed")

    before = ranking.warnings_for(post_at(evening), alice, now=NOW)
    make_assignment(post_at(published_evening(date(2026, 4, 16))), alice)

    assert before == []
    assert ranking.warnings_for(post_at(evening), alice, now=NOW) == ["enough_evenings"]


def test_blocking_ends_it_and_unblocking_within_two_minutes_brings_it_back(evening, lea):
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve_of(alice, evening)

    actions.block(alice, by=Actor.user(lea), now=NOW)
    assert (because(reserve), on_call(alice)) == ("taken_back", False)
    actions.undo(Entry.objects.get(verb="blocked"), by=Actor.user(lea), now=NOW)

    assert (because(reserve), on_call(alice)) == ("", True)


def test_two_records_of_one_person_are_on_call_once(evening):
    keep, other = make_people(evening, "Alice", "Alicia")
    asked, agreed = propose(evening, keep)[0], make_reserve_of(other, evening)

    actions.merge(keep, other, by=SYSTEM, now=NOW)

    assert (because(asked), because(agreed)) == ("taken_back", "")
    assert agreed.volunteer == keep
    assert on_call(keep)


def test_a_changed_address_renews_the_link(evening):
    (alice,) = make_people(evening, "Alice")
    reserve = make_reserve(alice, evening)

    registration = alice.registrations.get()
    actions.change_person(registration, said_of(registration, email="new@example.org"), by=SYSTEM, now=NOW)

    reserve.refresh_from_db()
    assert reserve.link_version == 2


def test_the_agreements_of_before_are_made_of_what_was_noted():
    evening = published_evening()
    make_available(make_volunteer("Alice"), evening, on_call_at=NOW)
    make_reserve(make_volunteer("Bob"), evening)

    import_module("shifts.migrations.0009_agreements_of_who_was_on_call").make_agreements(apps, None)

    rows = Reserve.objects.order_by("volunteer__first_name").values_list("volunteer__first_name", "accepted_at")
    assert list(rows) == [("Alice", NOW), ("Bob", NOW)]
    assert make_edition().pk == evening.edition_id
