from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from messaging import kinds
from messaging.models import Message
from museums.models import Opening
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import assignments, places
from shifts.models import Assignment, Post
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)
from volunteers.models import AgeGroup

pytestmark = pytest.mark.django_db

# A day and a half before the evening: who is on duty hears at once of what happens then.
NEAR = NOW + timedelta(days=1)


def published_post(**fields):
    return make_post(make_opening(make_evening(published_at=NOW)), **fields)


def available(post, first_name="Alice", **fields):
    volunteer = make_volunteer(first_name, **fields)
    make_available(volunteer, post.opening.evening)
    return volunteer


def assign(post, volunteer, **words):
    return actions.assign(post, volunteer, by=words.pop("by", SYSTEM), now=words.pop("now", NOW), **words)


def test_assigning_takes_a_place_and_writes_history():
    post = published_post(places=2)
    alice = available(post)

    assignment = assign(post, alice)

    post.refresh_from_db()
    assert post.taken == 1
    assert assignment.published_at == NOW
    assert Entry.objects.about(assignment).get().data == {"post": post.pk, "volunteer": alice.pk, "accepted": []}


def test_assigning_on_a_published_evening_tells_her_after_two_minutes():
    post = published_post()
    alice = available(post)

    assign(post, alice)

    message = Message.objects.get(kind="changed")
    assert message.user == alice.user
    assert message.due == NOW + timedelta(minutes=2)


def test_assigning_in_a_draft_holds_the_place_and_sends_nothing():
    post = make_post()
    alice = available(post)

    assignment = assign(post, alice)

    post.refresh_from_db()
    assert assignment.is_draft
    assert post.taken == 1
    assert Message.objects.count() == 0


def test_a_full_post_is_refused_and_nothing_changes():
    post = published_post(places=1)
    make_assignment(post)
    bob = available(post, "Bob")

    with pytest.raises(places.PostFull):
        assign(post, bob)

    post.refresh_from_db()
    assert post.taken == 1
    assert not bob.assignments.exists()


def test_two_posts_that_overlap_are_refused():
    opening = make_opening(make_evening(published_at=NOW))
    alice = available(make_post(opening))
    make_assignment(opening.posts.get(), alice)
    late = make_post(opening, report=time(21), starts=time(21), ends=time(23))

    with pytest.raises(places.Overlaps, match=r"Alice D\."):
        assign(late, alice)

    late.refresh_from_db()
    assert late.taken == 0


def test_two_posts_one_after_the_other_are_possible():
    opening = make_opening(make_evening(published_at=NOW))
    first = make_post(opening, ends=time(20))
    second = make_post(opening, report=time(20), starts=time(20), ends=time(22))
    alice = available(first)
    make_assignment(first, alice)

    assert assign(second, alice).is_active


def test_the_same_post_twice_is_refused_with_its_own_sentence():
    post = published_post()
    alice = available(post)
    assign(post, alice)

    with pytest.raises(places.AlreadyThere):
        assign(post, alice)


def test_a_minor_is_refused_on_a_post_for_adults():
    post = published_post(minimum_age=18)
    young = available(post, "Zoé", age_group=AgeGroup.YOUNG, parent_consented_at=NOW)

    with pytest.raises(places.TooYoung):
        assign(post, young)


def test_an_opening_that_is_called_off_takes_nobody():
    post = published_post()
    alice = available(post)
    post.opening.called_off_at = NOW
    post.opening.save()

    with pytest.raises(places.CalledOff):
        assign(post, alice)


def test_after_its_end_a_post_takes_nobody():
    post = published_post()
    alice = available(post)

    with pytest.raises(places.PostIsOver):
        assign(post, alice, now=post.ends_at)


def test_who_said_no_needs_one_tick_and_the_tick_is_recorded():
    post = published_post()
    alice = make_volunteer()
    make_available(alice, post.opening.evening, "no")

    with pytest.raises(places.NeedsTick) as refusal:
        assign(post, alice)
    assignment = assign(post, alice, accept=refusal.value.warnings)

    assert refusal.value.warnings
    assert Entry.objects.about(assignment).get(verb="assigned").data["accepted"] == refusal.value.warnings


def test_the_database_itself_refuses_a_post_that_is_overfull():
    post = published_post(places=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(taken=2)


def test_the_database_itself_refuses_a_volunteer_twice_on_a_post():
    assignment = make_assignment()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_assignment(assignment.post, assignment.volunteer)


@pytest.mark.postgres
def test_the_database_itself_refuses_two_places_at_one_time():
    opening = make_opening()
    alice = make_volunteer()
    make_assignment(make_post(opening), alice)

    # The constraint is looked at when the transaction commits; "immediate" asks for it now.
    connection.cursor().execute("SET CONSTRAINTS nobody_is_in_two_places IMMEDIATE")

    with pytest.raises(IntegrityError, match="nobody_is_in_two_places"), transaction.atomic():
        make_assignment(make_post(opening), alice)


def test_an_assignment_is_counted_for_the_evening_of_its_post():
    post = published_post()

    assignment = actions.assign(post, available(post), by=SYSTEM, now=NOW)

    assert assignment.evening == post.opening.evening


@pytest.mark.postgres
def test_the_database_itself_keeps_assignments_on_the_evening_of_their_post():
    assignment, elsewhere = make_assignment(), make_opening(make_evening(date(2026, 4, 9)))
    opening = assignment.post.opening

    with pytest.raises(IntegrityError, match="an_assignment_is_of_its_posts_evening"), transaction.atomic():
        make_assignment(assignment.post, evening_id=elsewhere.evening_id)
    with pytest.raises(IntegrityError, match="an_assignment_is_of_its_posts_evening"), transaction.atomic():
        Assignment.objects.update(evening=elsewhere.evening)
    with pytest.raises(IntegrityError, match="a_post_stays_at_its_opening"), transaction.atomic():
        Post.objects.update(opening=elsewhere)
    with pytest.raises(IntegrityError, match="an_opening_stays_on_its_evening"), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(evening=elsewhere.evening)


def test_confirming_twice_keeps_the_first_time():
    assignment = make_assignment()
    actions.confirm(assignment, how="link", by=SYSTEM, now=NOW)

    actions.confirm(assignment, how="phone", by=SYSTEM, now=NOW + timedelta(hours=1))

    assert (assignment.confirmed_at, assignment.confirmed_how) == (NOW, "link")
    assert Entry.objects.about(assignment).filter(verb="confirmed").count() == 1


def test_a_place_is_confirmed_until_its_post_ends():
    post = published_post()
    assignment = make_assignment(post)

    with pytest.raises(places.PostIsOver):
        actions.confirm(assignment, how=Assignment.How.PHONE, by=SYSTEM, now=post.ends_at)

    assignment.refresh_from_db()
    assert not assignment.is_confirmed


def test_a_place_that_was_given_back_cannot_be_confirmed():
    assignment = make_assignment(published_post())
    actions.withdraw(assignment, by=SYSTEM, now=NOW)

    with pytest.raises(actions.NoLongerAssigned):
        actions.confirm(assignment, how="link", by=SYSTEM, now=NOW)


def test_withdrawing_frees_the_place_and_opens_a_search():
    post = published_post(places=1)
    assignment = make_assignment(post)

    search = actions.withdraw(assignment, reason="transport", by=SYSTEM, now=NOW)

    post.refresh_from_db()
    assert post.taken == 0
    assert (assignment.cause, assignment.reason) == ("withdrew", "transport")
    assert search.is_live
    assert search.withdrawn == assignment


def test_withdrawing_twice_changes_nothing_more():
    post = published_post(places=2)
    assignment = make_assignment(post)
    make_assignment(post)
    first = actions.withdraw(assignment, by=SYSTEM, now=NOW)

    again = actions.withdraw(Assignment.objects.get(pk=assignment.pk), by=SYSTEM, now=NOW)

    post.refresh_from_db()
    assert again == first
    assert post.taken == 1
    assert Entry.objects.about(assignment).filter(verb="withdrew").count() == 1


def test_withdrawing_works_until_the_end_and_not_after_it():
    post = published_post()
    assignment = make_assignment(post)

    with pytest.raises(places.PostIsOver):
        actions.withdraw(assignment, by=SYSTEM, now=post.ends_at)
    actions.withdraw(assignment, by=SYSTEM, now=post.ends_at - timedelta(minutes=1))

    assert not assignment.is_active


def test_a_withdrawal_from_a_draft_looks_for_nobody_and_says_why():
    post = make_post()
    assignment = make_assignment(post, published_at=None)

    search = actions.withdraw(assignment, by=SYSTEM, now=NOW, recorded=True)

    assert search is None
    assert Entry.objects.about(post).get(verb="no_search").data == {"because": "draft"}
    assert Message.objects.count() == 0


def test_a_withdrawal_is_told_to_who_is_on_duty():
    lea = make_coordinator()
    make_coordinator("tom@example.org", first_name="Tom")
    post = make_post(make_opening(make_evening(published_at=NOW, lead=lea)))

    actions.withdraw(make_assignment(post), by=SYSTEM, now=NEAR)

    assert [message.user for message in Message.objects.filter(kind="withdrawn")] == [lea]


def test_where_nobody_is_on_duty_every_coordinator_hears_of_a_withdrawal():
    lea, tom = make_coordinator(), make_coordinator("tom@example.org", first_name="Tom")
    make_coordinator("former@example.org", is_active=False)
    post = make_post(make_opening(make_evening(published_at=NOW)))

    actions.withdraw(make_assignment(post), by=SYSTEM, now=NEAR)

    assert {message.user for message in Message.objects.filter(kind="withdrawn")} == {lea, tom}


def test_who_writes_a_withdrawal_down_is_not_told_of_it_and_others_are_once_it_stands():
    lea, tom = make_coordinator(), make_coordinator("tom@example.org", first_name="Tom")
    post = make_post(make_opening(make_evening(published_at=NOW)))

    actions.withdraw(make_assignment(post), by=Actor.user(lea), now=NEAR, recorded=True)

    told = Message.objects.filter(kind="withdrawn").values_list("user", "due")
    assert list(told) == [(tom.pk, NEAR + timedelta(minutes=2))]


def test_a_withdrawal_is_told_at_once_only_within_two_days_of_the_report_time():
    post = make_post(make_opening(make_evening(published_at=NOW, lead=make_coordinator())), places=3)
    two_days = post.report_at - timedelta(hours=48)

    # On Monday the digest of Tuesday 09:00 comes before it is near.
    actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW - timedelta(days=1))
    assert not Message.objects.filter(kind="withdrawn").exists()

    actions.withdraw(make_assignment(post), by=SYSTEM, now=two_days + timedelta(seconds=1))
    assert Message.objects.get(kind="withdrawn").due == two_days + timedelta(seconds=1)


def test_what_no_digest_tells_before_it_is_near_is_told_when_it_is_and_only_while_the_place_is_open():
    post = make_post(make_opening(make_evening(published_at=NOW, lead=make_coordinator())), places=2)
    gone, other = make_assignment(post), make_assignment(post)

    # On Tuesday at 10:00 the digest has left, and the next one comes on Thursday, the day of the evening.
    actions.withdraw(gone, by=SYSTEM, now=NOW)
    message = Message.objects.get(kind="withdrawn")
    assert message.due == post.report_at - timedelta(hours=48)
    assert kinds.get("withdrawn").check(message, message.due) is None

    make_assignment(post)
    assert kinds.get("withdrawn").check(message, message.due) == "Toutes les places sont de nouveau prises."
    assert other.is_active


def test_how_near_that_is_is_a_rule_of_the_edition():
    make_edition(rules_data={"alert_within": 60, "working_days": [0, 1, 2, 3]})
    post = make_post(make_opening(make_evening(published_at=NOW, lead=make_coordinator())), places=3)

    actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)
    assert not Message.objects.filter(kind="withdrawn").exists()

    actions.withdraw(make_assignment(post), by=SYSTEM, now=post.report_at - timedelta(minutes=59))
    assert Message.objects.filter(kind="withdrawn").exists()


def test_a_near_withdrawal_is_told_by_night_too():
    night = NOW.replace(day=25, hour=21)
    post = make_post(make_opening(make_evening(published_at=NOW, lead=make_coordinator())))

    actions.withdraw(make_assignment(post), by=SYSTEM, now=night)

    assert Message.objects.get(kind="withdrawn").due == night


def test_withdrawing_cancels_the_reminders_that_were_to_come():
    post = published_post()
    alice = available(post)
    assignment = assign(post, alice)

    actions.withdraw(assignment, by=SYSTEM, now=NOW)

    assert not Message.objects.about(assignment).pending().filter(kind__startswith="reminder").exists()
    assert Message.objects.about(assignment).filter(kind__startswith="reminder").exists()


def test_she_can_come_after_all_while_the_place_is_open():
    post = published_post(places=1)
    assignment = make_assignment(post)
    search = actions.withdraw(assignment, by=SYSTEM, now=NOW)

    back = actions.come_back(assignment, by=SYSTEM, now=NOW)

    search.refresh_from_db()
    post.refresh_from_db()
    assert back.is_confirmed
    assert post.taken == 1
    assert search.ended_because == "filled"


def test_coming_back_twice_is_once():
    assignment = make_assignment(published_post(places=2))
    actions.withdraw(assignment, by=SYSTEM, now=NOW)

    first = actions.come_back(assignment, by=SYSTEM, now=NOW)

    assert actions.come_back(assignment, by=SYSTEM, now=NOW) == first


def test_who_was_removed_does_not_come_back_by_an_old_link():
    assignment = make_assignment(published_post())
    actions.remove(assignment, by=SYSTEM, now=NOW)

    with pytest.raises(assignments.NotGivenBack):
        actions.come_back(assignment, by=SYSTEM, now=NOW)


def test_she_cannot_come_back_to_a_place_that_is_taken():
    post = published_post(places=1)
    assignment = make_assignment(post)
    actions.withdraw(assignment, by=SYSTEM, now=NOW)
    make_assignment(post)

    with pytest.raises(assignments.PlaceTaken):
        actions.come_back(assignment, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(("then", "searches"), [("leave_open", 0), ("myself", 0), ("search", 1)])
def test_removing_asks_what_next(then, searches):
    post = published_post(places=1)
    assignment = make_assignment(post)

    actions.remove(assignment, then=then, by=SYSTEM, now=NOW)

    post.refresh_from_db()
    assert post.taken == 0
    assert post.searches.live().count() == searches
    assert Message.objects.get(kind="changed").user == assignment.volunteer.user


def test_attendance_is_ticked_from_the_day_on():
    post = published_post()
    assignment = make_assignment(post)
    midnight = post.report_at.replace(day=25, hour=23, minute=0)

    with pytest.raises(actions.NotTheDay):
        actions.mark(assignment, arrived=True, by=SYSTEM, now=midnight - timedelta(minutes=1))
    actions.mark(assignment, arrived=True, by=SYSTEM, now=midnight)

    assignment.refresh_from_db()
    assert assignment.arrived_at == midnight


def test_a_tick_can_change_its_mind_and_sends_nothing():
    post = published_post()
    assignment = make_assignment(post)
    by = Actor.museum_link(post.opening.museum)

    for arrived in (True, False, None):
        actions.mark(assignment, arrived=arrived, by=by, now=post.starts_at)

    assignment.refresh_from_db()
    assert (assignment.arrived_at, assignment.absent_at) == (None, None)
    assert [e.verb for e in Entry.objects.about(assignment)] == ["arrived", "absent", "unticked"]
    assert Message.objects.count() == 0
