"""Deeds that want the same rows, on PostgreSQL: who locks in another order than the rest waits for ever (`locks`)."""

from datetime import timedelta

import pytest

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Edition, Evening
from shifts import actions
from shifts.actions import evenings as moving
from shifts.actions import lending, places, planning
from shifts.actions.evenings import calling_off, publishing
from shifts.actions.places import AlreadyThere, NeedsTick
from shifts.actions.planning import Row
from shifts.actions.self_service import AnsweredAlready
from shifts.actions.undo import AlreadyUndone
from shifts.models import Assignment, Call, Post
from tests.factories import NOW, make_assignment, make_coordinator, make_evening, make_reserve
from tests.races import meet, refused
from tests.shifts.races import SOON, kinds_of, undo
from tests.shifts.searches import make_people, post_at, published_evening
from tests.shifts.test_disruptions import TEXTS
from tests.shifts.test_races_self_service import ask
from volunteers import actions as volunteers

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def post(evening):
    return post_at(evening)


@pytest.fixture
def alice(evening):
    return make_people(evening, "Alice")[0]


def publish(evening, by=SYSTEM):
    return lambda: actions.publish(evening, by=by, now=NOW)


# A draft evening, and what becomes of those who come to it.


def test_who_is_put_on_a_post_while_the_evening_is_published_is_no_draft():
    evening = make_evening()
    post, (alice,) = post_at(evening), make_people(evening, "Alice")

    results = meet(publish(evening), lambda: actions.assign(post, alice, by=SYSTEM, now=NOW))

    assert refused(results) == []
    assert not Assignment.objects.get().is_draft


def test_a_yes_on_the_phone_waits_while_the_evening_is_published(lea):
    evening = make_evening()
    post, (alice,) = post_at(evening), make_people(evening, "Alice")

    results = meet(
        publish(evening),
        lambda: actions.phoned(post, alice, answer=Call.Answer.YES, by=lea, now=NOW),
        before=(publishing, "lock_posts"),
    )

    assert refused(results) == []
    assert not Assignment.objects.get().is_draft


@pytest.mark.parametrize("first", ["published", "removed"])
def test_who_is_put_back_while_the_evening_becomes_a_draft_again_is_a_draft(first, alice, post, evening, lea):
    jan = Actor.user(make_coordinator("jan@example.org"))
    Evening.objects.update(published_at=None)
    hers = make_assignment(post, alice, published_at=None)
    publish(evening, lea)()
    hers.refresh_from_db()
    actions.remove(hers, by=jan, now=SOON)
    deeds = {"published": undo("published", lea), "removed": undo("removed", jan)}
    second = "removed" if first == "published" else "published"

    results = meet(deeds[first], deeds[second])

    assert refused(results) == []
    assert Assignment.objects.active().get().is_draft


# Somebody is lent.


@pytest.fixture
def hers(alice, post):
    return make_assignment(post, alice)


def lend(hers, post):
    return lambda: actions.lend(hers, post, by=SYSTEM, now=NOW)


def test_nobody_is_lent_on_an_evening_that_becomes_a_draft_again(evening, post, alice, lea):
    Evening.objects.update(published_at=None)
    hers = make_assignment(post, alice, published_at=None)
    publish(evening, lea)()
    hers.refresh_from_db()
    actions.confirm(hers, how="link", by=Actor.volunteer_link(alice), now=NOW)

    results = meet(undo("published", lea), lend(hers, post_at(evening, "Horta")))

    assert kinds_of(results) == [lending.NotThisEvening]


def test_a_loan_and_a_change_of_both_posts_do_not_wait_for_each_other_for_ever(evening, alice):
    before, post = post_at(evening, "Horta"), post_at(evening)
    hers = make_assignment(post, alice)
    rows = [Row(one.pk, places=3, needed=1) for one in (before, post)]

    results = meet(
        lend(hers, before),
        lambda: planning.change_posts(evening, rows, by=SYSTEM, now=NOW),
        before=(places, "take_place"),
    )

    assert refused(results) == []
    assert Assignment.objects.active().get().post == before


def test_nobody_is_lent_where_nobody_is_to_place_her_any_more(evening, alice, hers):
    horta = post_at(evening, "Horta")

    results = meet(
        lambda: volunteers.set_not_at(alice, [horta.opening.museum_id], by=SYSTEM, now=NOW), lend(hers, horta)
    )

    assert kinds_of(results) == [NeedsTick]


# The evening before the posts, a post before who is on it, and she before her messages.


def test_a_request_is_refused_while_the_evening_is_called_off(evening, post, alice):
    Edition.objects.update(rules_data={"self_service": "approve"})
    request = ask(post, alice)

    results = meet(
        lambda: actions.call_off_evening(evening, by=SYSTEM, now=NOW),
        lambda: actions.answer_request(request, grant=True, by=SYSTEM, now=NOW),
        before=(calling_off, "_locked"),
    )

    assert kinds_of(results) == [AnsweredAlready]


def test_an_assignment_is_undone_while_its_hours_move(post, alice, lea):
    actions.assign(post, alice, by=lea, now=NOW)
    hours = {name: getattr(post, name) + timedelta(hours=1) for name in moving.Hours._fields}

    results = meet(
        lambda: actions.move_hours(post, **hours, by=SYSTEM, now=NOW),
        undo("assigned", lea),
        before=(moving.moving, "lock_volunteers"),
    )

    assert refused(results) == []
    assert not Assignment.objects.active().exists()


def test_who_is_blocked_while_somebody_puts_her_where_she_is_has_no_place(post, alice, hers):
    results = meet(
        lambda: actions.assign(post, alice, by=SYSTEM, now=NOW),
        lambda: actions.block(alice, by=SYSTEM, now=NOW),
        before=(places, "lock_volunteers"),
    )

    assert kinds_of(results) == [AlreadyThere]
    assert not Assignment.objects.active().exists()


def test_two_evenings_that_tell_the_same_people_in_another_order_do_not_wait_for_each_other_for_ever():
    """Who is on call comes after who had a place, though her number is smaller; the other evening tells both."""
    off, other = published_evening(), make_evening(NOW.date() + timedelta(days=9))
    first, second = make_people(off, "Alice", "Bob")
    make_assignment(post_at(off), second)
    make_reserve(first, off)
    for volunteer in (first, second):
        make_assignment(post_at(other), volunteer, published_at=None)

    results = meet(
        lambda: actions.call_off_evening(off, by=SYSTEM, now=NOW), publish(other), before=(calling_off, "_tell_on_call")
    )

    assert results == [2, 2]


def test_a_table_that_changes_the_last_post_before_the_first_holds_nobody_up(evening):
    near, far = post_at(evening, "Horta"), post_at(evening)
    mixed = [Row(near.pk, report_at=near.report_at - timedelta(minutes=10)), Row(far.pk, places=3, needed=1)]
    both = [Row(post.pk, places=4, needed=1) for post in (near, far)]

    results = meet(
        lambda: planning.change_posts(evening, mixed, by=SYSTEM, now=NOW),
        lambda: planning.change_posts(evening, both, by=SYSTEM, now=NOW),
        before=(planning.table, "move_posts"),
    )

    assert refused(results) == []
    assert [post.places for post in post_rows(near, far)] == [4, 4]


def post_rows(*posts):
    return Post.objects.filter(pk__in=[post.pk for post in posts]).order_by("pk")


def test_of_two_clicks_on_undo_one_does(evening, hers, lea):
    actions.write_to_all(evening, texts=TEXTS, by=lea, now=NOW)

    assert kinds_of(meet(*[undo("wrote_to_all", lea)] * 2)) == [AlreadyUndone]


def test_an_evening_is_taken_out_of_a_message_into_which_another_one_comes(evening, lea):
    """She is asked about three evenings in one message, and the second click of the three is taken back."""
    later = [published_evening(evening.date + timedelta(days=days)) for days in (7, 14)]
    make_people(make_evening(evening.date + timedelta(days=21)), "Alice")
    for one in (evening, later[0]):
        actions.ask_unanswered([one], by=lea, now=NOW)

    results = meet(undo("asked_unanswered", lea), lambda: actions.ask_unanswered([later[1]], by=SYSTEM, now=SOON))

    assert results == [None, 1]
    assert Message.objects.pending().get(kind="ask_answer").facts["items"] == [evening.pk, later[1].pk]


def test_a_message_that_leaves_at_that_moment_is_not_skipped(hers):
    message = actions.tell(hers, "details", due=NOW, by=SYSTEM, now=NOW)

    results = meet(
        lambda: Message.objects.filter(pk=message.pk).update(sent_at=NOW),
        lambda: messaging.skip(Message.objects.filter(pk=message.pk), reason="", by=SYSTEM, now=NOW),
    )

    assert results[1] == 0


def test_a_message_is_resumed_once(hers):
    message = actions.tell(hers, "details", due=SOON, by=SYSTEM, now=NOW)
    these = Message.objects.filter(pk=message.pk)
    messaging.skip(these, reason="", by=SYSTEM, now=NOW)

    assert meet(*[lambda: messaging.resume(these, by=SYSTEM, now=NOW)] * 2) == [1, 0]
