"""The races of design.md 3.1, on PostgreSQL, twenty rounds each: none over, none double, `taken` equal to the rows."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F, Q

from messaging.models import Message
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.actions import places
from shifts.actions.evenings import MoveOverlaps, TooManyAssigned
from shifts.models import Assignment, Post
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.races import ROUNDS, at_once, meet, refused
from volunteers import actions as volunteers

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def books_balance():
    """After every race: no post over its places, every counter equal to its rows, nobody in two places at one time."""
    yield
    active = Count("assignments", filter=Q(assignments__cancelled_at=None))
    assert not Post.objects.annotate(active=active).exclude(taken=F("active")).exists()
    assert not Post.objects.filter(taken__gt=F("places")).exists()
    busy = list(Assignment.objects.active())
    for one in busy:
        others = [a for a in busy if a.volunteer_id == one.volunteer_id and a.pk != one.pk]
        assert not any(one.report_at < other.ends_at and other.report_at < one.ends_at for other in others)


def evening_of_round(number):
    return make_evening(date(2026, 4, 2) + timedelta(days=number), published_at=NOW)


def someone(evening):
    volunteer = make_volunteer()
    make_available(volunteer, evening)
    return volunteer


def assign(post, volunteer):
    return lambda: actions.assign(post, volunteer, by=SYSTEM, now=NOW)


def test_the_last_place_goes_to_one_of_eight():
    for number in range(ROUNDS):
        evening = evening_of_round(number)
        post = make_post(make_opening(evening), places=1)
        takers = [someone(evening) for _ in range(8)]

        results = at_once(assign(post, taker) for taker in takers)

        assert len(refused(results)) == 7
        assert post.assignments.active().count() == 1


def test_one_person_gets_one_of_two_posts_that_overlap():
    for number in range(ROUNDS):
        evening = evening_of_round(number)
        opening = make_opening(evening)
        posts = [make_post(opening), make_post(opening, report=time(19), starts=time(19))]
        alice = someone(evening)

        results = at_once(assign(post, alice) for post in posts)

        assert len(refused(results)) == 1
        assert alice.assignments.active().of_evening(evening).count() == 1


def test_places_are_not_lowered_under_somebody_who_takes_one():
    for number in range(ROUNDS):
        evening = evening_of_round(number)
        post = make_post(make_opening(evening), places=2)
        make_assignment(post)
        alice = someone(evening)

        results = at_once(
            [
                assign(post, alice),
                lambda post=post: actions.change_places(post, places_wanted=1, needed=1, by=SYSTEM, now=NOW),
            ]
        )

        post.refresh_from_db()
        assert len(refused(results)) == 1
        assert (post.places, post.taken) in {(1, 1), (2, 2)}


def test_publishing_twice_at_once_publishes_once():
    for number in range(ROUNDS):
        evening = make_evening(date(2026, 4, 2) + timedelta(days=number))
        assignment = make_assignment(make_post(make_opening(evening)), published_at=None)

        results = at_once([lambda evening=evening: actions.publish(evening, by=SYSTEM, now=NOW)] * 2)

        assert len(refused(results)) == 1
        assert Message.objects.filter(kind="published", user=assignment.volunteer.user).count() == 1


def test_an_assignment_made_while_the_evening_is_published_is_told_of_either_way():
    for number in range(ROUNDS):
        evening = make_evening(date(2026, 4, 2) + timedelta(days=number))
        post = make_post(make_opening(evening))
        alice = someone(evening)

        at_once([assign(post, alice), lambda evening=evening: actions.publish(evening, by=SYSTEM, now=NOW)])

        assert not alice.assignments.get().is_draft
        assert Message.objects.filter(kind__in=("published", "changed"), user=alice.user).count() == 1


def test_calling_off_while_somebody_is_assigned_leaves_nobody_there():
    for number in range(ROUNDS):
        evening = evening_of_round(number)
        post = make_post(make_opening(evening))
        alice = someone(evening)

        at_once([assign(post, alice), lambda post=post: actions.call_off(post.opening, by=SYSTEM, now=NOW)])

        assert not post.assignments.active().exists()


def test_two_clicks_on_i_cannot_come_free_one_place_and_open_one_search():
    for number in range(ROUNDS):
        post = make_post(make_opening(evening_of_round(number)), places=1)
        assignment = make_assignment(post)

        at_once([lambda pk=assignment.pk: actions.withdraw(Assignment.objects.get(pk=pk), by=SYSTEM, now=NOW)] * 2)

        assert post.searches.count() == 1


def test_coming_back_and_being_replaced_fill_the_place_once():
    for number in range(ROUNDS):
        evening = evening_of_round(number)
        post = make_post(make_opening(evening), places=1)
        assignment = make_assignment(post)
        actions.withdraw(assignment, by=SYSTEM, now=NOW)
        bob = someone(evening)

        results = at_once([lambda a=assignment: actions.come_back(a, by=SYSTEM, now=NOW), assign(post, bob)])

        assert len(refused(results)) == 1
        assert post.assignments.active().count() == 1


def test_two_clicks_on_i_can_come_after_all_are_one():
    for number in range(ROUNDS):
        post = make_post(make_opening(evening_of_round(number)), places=1)
        assignment = make_assignment(post)
        actions.withdraw(assignment, by=SYSTEM, now=NOW)

        results = at_once([lambda a=assignment: actions.come_back(a, by=SYSTEM, now=NOW)] * 2)

        assert results[0] == results[1]
        assert post.assignments.active().count() == 1


def test_two_evenings_published_at_once_tell_the_same_people():
    people = [make_volunteer() for _ in range(12)]
    for number in range(ROUNDS):
        evenings = [make_evening(date(2026, 4, 2) + timedelta(days=2 * number + n)) for n in range(2)]
        posts = [make_post(make_opening(evening), places=6) for evening in evenings]
        for place, volunteer in enumerate(people):
            for evening in evenings:
                make_available(volunteer, evening)
            make_assignment(posts[place % 2], volunteer, published_at=None)

        results = at_once(
            [lambda evening=evening: actions.publish(evening, by=SYSTEM, now=NOW) for evening in evenings]
        )

        assert results == [6, 6]


@pytest.mark.parametrize("deed", ["remove", "call_off"])
def test_another_language_while_her_place_goes_holds_nobody_up(deed):
    for number in range(ROUNDS):
        evening = evening_of_round(number)
        alice = someone(evening)
        assignment = make_assignment(make_post(make_opening(evening)), alice)
        actions.plan_reminders(assignment, by=SYSTEM, now=NOW)
        row = assignment if deed == "remove" else assignment.post.opening

        at_once(
            [
                lambda row=row: getattr(actions, deed)(row, by=SYSTEM, now=NOW),
                lambda alice=alice: volunteers.set_language(alice, "nl", by=SYSTEM, now=NOW),
            ]
        )

        alice.user.refresh_from_db()
        assert alice.user.language == "nl"
        assert not assignment.post.assignments.active().exists()


def take(post, volunteer):
    return transaction.atomic(lambda: places.take_place(post, volunteer, now=NOW, published_at=NOW))


def test_places_are_not_lowered_before_somebody_who_takes_one_is_counted():
    evening = evening_of_round(0)
    post = make_post(make_opening(evening), places=1)

    results = meet(
        take(post, someone(evening)),
        lambda: actions.change_places(post, places_wanted=0, needed=0, by=SYSTEM, now=NOW),
    )

    post.refresh_from_db()
    assert isinstance(results[1], TooManyAssigned)
    assert (post.places, post.taken) == (1, 1)


def test_one_person_does_not_take_two_posts_that_overlap_through_two_doors():
    evening = evening_of_round(0)
    opening = make_opening(evening)
    alice = someone(evening)
    posts = [make_post(opening), make_post(opening, report=time(19), starts=time(19))]

    results = meet(*(take(post, alice) for post in posts))

    assert isinstance(results[1], places.Overlaps)
    assert alice.assignments.active().count() == 1


def test_a_post_is_not_moved_onto_a_place_that_somebody_on_it_takes_elsewhere():
    evening = evening_of_round(0)
    opening = make_opening(evening)
    early, late = make_post(opening, ends=time(19)), make_post(opening, report=time(19), starts=time(19))
    alice = make_assignment(early).volunteer

    results = meet(
        take(late, alice),
        lambda: actions.move_hours(
            early, report_at=early.report_at, starts_at=early.starts_at, ends_at=late.ends_at, by=SYSTEM, now=NOW
        ),
    )

    assert isinstance(results[1], MoveOverlaps)
