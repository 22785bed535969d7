"""The races of blocking and merging, on PostgreSQL, twenty rounds each (design.md 3.1)."""

import time as machine
from datetime import date, time, timedelta
from threading import Event

import pytest
from django.db import transaction

from messaging.models import Message
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.actions import evenings
from shifts.actions.locks import lock_post
from shifts.models import Assignment, Offer
from tests.factories import NOW, make_assignment, make_available, make_evening, make_registration, make_volunteer
from tests.invariants.places import counters, double_bookings
from tests.races import ROUNDS, at_once, meet, refused
from tests.shifts.searches import make_people, offer_to, open_search, post_at, published_evening, sweep
from tests.volunteers.test_by_hand import said_of
from volunteers import actions as volunteers
from volunteers.models import Volunteer

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def books_balance():
    """After every race: every counter equals its rows, nobody is in two places, nothing is a merged record's."""
    yield
    assert [*counters(), *double_bookings()] == []
    merged = Volunteer.objects.exclude(merged_into=None)
    assert not Assignment.objects.filter(volunteer__in=merged).exists()
    assert not Offer.objects.filter(volunteer__in=merged).exists()
    assert not merged.exclude(registrations=None).exists()
    assert not Message.objects.filter(user__volunteer__in=merged).exists()


def round_evening(number, **fields):
    return published_evening(date(2026, 4, 2) + timedelta(days=7 * number), **fields)


def two_records(evening):
    """The one that stays, and the other one, whose number is smaller: locks are taken in the order of numbers."""
    other, keep = make_people(evening, "Zoë", "Zoé")
    return keep, other


def merge(keep, other, now=NOW):
    return lambda: actions.merge(keep, other, by=SYSTEM, now=now)


def assign(post, volunteer):
    return lambda: actions.assign(post, volunteer, by=SYSTEM, now=NOW)


def asked(evening, *people):
    """A post whose search has asked `people`; returns it, the search, and a moment soon after."""
    post = post_at(evening)
    begun = post.report_at - timedelta(days=2, hours=7)
    search = open_search(post, now=begun)
    sweep(begun + timedelta(minutes=30))
    assert {person.pk for person in people} <= set(search.offers.values_list("volunteer", flat=True))
    return post, search, begun + timedelta(hours=1)


def accept(search, volunteer, now):
    offer = offer_to(volunteer, search)
    return lambda: actions.accept_offer(offer, by=SYSTEM, now=now)


def test_merging_against_an_assignment_of_the_other_record():
    for number in range(ROUNDS):
        evening = round_evening(number)
        keep, other = two_records(evening)
        make_assignment(post_at(evening, report=time(13), starts=time(13), ends=time(15)), keep)

        results = at_once([merge(keep, other), assign(post_at(evening), other)])

        assert len(refused(results)) <= 1


def test_merging_against_an_assignment_that_overlaps_leaves_one_of_them():
    for number in range(ROUNDS):
        evening = round_evening(number)
        keep, other = two_records(evening)
        make_assignment(post_at(evening), keep)

        results = at_once([merge(keep, other), assign(post_at(evening, "Horta"), other)])

        assert len(refused(results)) >= 1


def test_both_records_assigned_at_the_same_hour_while_they_are_merged():
    for number in range(ROUNDS):
        evening = round_evening(number)
        keep, other = two_records(evening)
        posts = [post_at(evening), post_at(evening, "Horta")]

        at_once([assign(posts[0], keep), assign(posts[1], other), merge(keep, other)])


def test_merging_against_an_acceptance_of_either_record():
    for number in range(ROUNDS):
        evening = round_evening(number)
        keep, other = two_records(evening)
        post, search, now = asked(evening, keep, other)

        at_once([merge(keep, other, now), accept(search, other, now), accept(search, keep, now)])

        assert post.assignments.active().filter(volunteer=keep).count() <= 1


def test_a_yes_that_waits_for_the_merge_finds_the_record_moved():
    evening = round_evening(0)
    keep, other = two_records(evening)
    _post, search, now = asked(evening, keep, other)

    results = meet(merge(keep, other, now), accept(search, other, now))

    assert len(refused(results)) == 1


def test_the_same_two_records_are_merged_once_whichever_way_round():
    for number in range(ROUNDS):
        keep, other = two_records(round_evening(number))

        results = at_once([merge(keep, other), merge(other, keep), merge(keep, other)])

        assert Volunteer.objects.filter(pk__in=[keep.pk, other.pk], merged_into=None).count() == 1
        assert not all(result in refused(results) for result in results)


def test_merging_against_publishing_tells_her_once_under_the_record_that_stays():
    for number in range(ROUNDS):
        evening = make_evening(date(2026, 4, 2) + timedelta(days=number))
        keep, other = two_records(evening)
        make_assignment(post_at(evening), other, published_at=None)

        at_once([merge(keep, other), lambda evening=evening: actions.publish(evening, by=SYSTEM, now=NOW)])

        assert Message.objects.pending().filter(kind="published", user=keep.user).count() == 1


@pytest.mark.parametrize("merge_first", [True, False])
def test_publishing_and_merging_wait_for_each_other(merge_first):
    evening = make_evening(date(2026, 4, 2))
    keep, other = two_records(evening)
    make_assignment(post_at(evening), other, published_at=None)
    deeds = [merge(keep, other), lambda: actions.publish(evening, by=SYSTEM, now=NOW)]

    meet(*(deeds if merge_first else reversed(deeds)))

    assert Message.objects.pending().filter(kind="published", user=keep.user).count() == 1


def test_merging_against_an_answer_and_a_welcome():
    for number in range(ROUNDS):
        evening = round_evening(number)
        keep, other = make_volunteer("Zoé"), make_volunteer("Zoë", accepted_at=None)
        make_available(keep, evening)
        registration = make_available(other, evening).registration

        at_once(
            [
                merge(keep, other),
                lambda r=registration, e=evening: volunteers.set_availability(r, e, "no", by=SYSTEM, now=NOW),
                lambda other=other: volunteers.accept(other, by=SYSTEM, now=NOW),
            ]
        )

        assert keep.registrations.get().availabilities.count() == 1


def test_merging_against_a_wave_that_asks_the_other_record():
    for number in range(ROUNDS):
        evening = round_evening(number)
        keep, other = two_records(evening)
        post = post_at(evening)
        begun = post.report_at - timedelta(days=2, hours=7)
        search = open_search(post, now=begun)
        wave = begun + timedelta(minutes=30)

        at_once([merge(keep, other, wave), lambda wave=wave: sweep(wave)])

        assert search.offers.filter(volunteer=keep).count() == 1
        type(evening).objects.filter(pk=evening.pk).update(called_off_at=NOW)


def test_blocking_against_an_acceptance_leaves_her_without_a_place_or_unblocked():
    for number in range(ROUNDS):
        evening = round_evening(number)
        alice = make_people(evening, "Alice")[0]
        post, search, now = asked(evening, alice)

        at_once(
            [
                accept(search, alice, now),
                lambda alice=alice, now=now: actions.block(alice, by=SYSTEM, now=now),
            ]
        )

        alice.refresh_from_db()
        assert not (alice.blocked_at and post.assignments.active().exists())


def test_a_yes_that_waits_for_the_block_is_refused():
    evening = round_evening(0)
    alice = make_people(evening, "Alice")[0]
    post, search, now = asked(evening, alice)

    results = meet(lambda: actions.block(alice, by=SYSTEM, now=now), accept(search, alice, now))

    assert len(refused(results)) == 1
    assert not post.assignments.active().exists()


def test_blocking_against_coming_back_and_stepping_in():
    for number in range(ROUNDS):
        evening = round_evening(number)
        alice = make_people(evening, "Alice")[0]
        place = make_assignment(post_at(evening), alice)
        actions.withdraw(place, by=SYSTEM, now=NOW)
        other = post_at(evening, "Horta", report=time(13), starts=time(13), ends=time(15))

        at_once(
            [
                lambda alice=alice: actions.block(alice, by=SYSTEM, now=NOW),
                lambda place=place: actions.come_back(place, by=SYSTEM, now=NOW),
                lambda other=other, alice=alice: actions.step_in(other, alice, by=SYSTEM, now=NOW),
            ]
        )

        alice.refresh_from_db()
        assert not (alice.blocked_at and alice.assignments.active().exists())


def test_a_new_address_waits_for_whoever_changes_a_place_of_hers_and_then_tells_her():
    place = make_assignment(post_at(round_evening(0)))
    registration = make_registration(place.volunteer)
    has_the_place = Event()

    @transaction.atomic
    def change_place():
        lock_post(place.post_id)
        evenings.bump_sequence(Assignment.objects.filter(pk=place.pk))
        has_the_place.set()
        machine.sleep(0.4)
        actions.tell(place, "details", due=NOW, by=SYSTEM, now=NOW)

    def change_address():
        has_the_place.wait(timeout=20)
        said = said_of(registration, email="right@example.org")
        actions.change_person(registration, said, by=SYSTEM, now=NOW)

    at_once([change_place, change_address])

    place.refresh_from_db()
    assert (place.sequence, place.link_version) == (1, 2)
