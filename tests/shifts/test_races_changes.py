"""Calling off and moving against whoever takes a place at that moment, on PostgreSQL, twenty rounds each."""

from datetime import date, time, timedelta

import pytest
from django.db.models import Count, F, Q

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, Evening
from shifts import actions
from shifts.actions import assignments, evenings, her_word, places
from shifts.models import Assignment, Post, Search
from tests.factories import NOW, make_assignment, make_coordinator, make_edition, make_museum, make_opening, make_post
from tests.races import ROUNDS, at_once, meet, refused
from tests.shifts.searches import make_people, offer_to, open_search, published_evening, sweep

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def books_balance():
    """After every race: counters equal rows, copies equal the post's hours, nobody in two places or on what is off."""
    yield
    active = Count("assignments", filter=Q(assignments__cancelled_at=None))
    assert not Post.objects.annotate(active=active).exclude(taken=F("active")).exists()
    assert not Post.objects.filter(taken__gt=F("places")).exists()
    rows = Assignment.objects.active()
    assert not rows.exclude(report_at=F("post__report_at"), ends_at=F("post__ends_at")).exists()
    assert not rows.exclude(post__opening__called_off_at=None, post__opening__evening__called_off_at=None).exists()
    assert not Search.objects.live().exclude(post__opening__called_off_at=None).exists()
    for one in rows:
        others = rows.filter(volunteer=one.volunteer_id, report_at__lt=one.ends_at, ends_at__gt=one.report_at)
        assert others.count() == 1


@pytest.fixture(autouse=True)
def at_once_edition(transactional_db):
    make_edition(rules_data={"self_service": "at_once"})


def round_evening(number):
    return published_evening(date(2026, 4, 2) + timedelta(days=7 * number))


def post_of(evening, museum="BELvue", **fields):
    return make_post(make_opening(evening, make_museum(museum)), **fields)


def asked_post(evening, *names):
    """A post for which these people were asked, their offers, and the moment just after."""
    post = post_of(evening, places=len(names))
    people = make_people(evening, *names)
    begun = post.report_at - timedelta(days=2, hours=7)
    search = open_search(post, now=begun)
    sweep(begun + timedelta(minutes=30))
    return post, [offer_to(one, search) for one in people], begun + timedelta(hours=1)


def yes(offer, now):
    return lambda: actions.accept_offer(offer, by=SYSTEM, now=now)


def take(post, volunteer, now=NOW):
    read = Post.objects.for_pages().get(pk=post.pk)
    return lambda: actions.take_open_place(read, volunteer, by=SYSTEM, now=now)


def call_off(post, which, now=NOW):
    if which == "opening":
        return lambda: actions.call_off(post.opening, by=SYSTEM, now=now)
    return lambda: actions.call_off_evening(post.opening.evening, by=SYSTEM, now=now)


def news(people, kinds=("changed", "called_off")):
    """How many of these mails each of `people` (users' ids) gets, once they have left."""
    for message in Message.objects.pending().filter(kind__in=kinds).order_by("pk"):
        messaging.record_as_sent(message, now=message.due)
    sent = Message.objects.filter(kind__in=kinds).exclude(sent_at=None)
    return {user: sent.filter(user=user).count() for user in people}


def freed(evening):
    gone = Assignment.objects.of_evening(evening).filter(cause=Assignment.Cause.CALLED_OFF)
    return set(gone.values_list("volunteer__user", flat=True))


@pytest.mark.parametrize("which", ["opening", "evening"])
def test_calling_off_against_two_who_accept(which):
    for number in range(ROUNDS):
        evening = round_evening(number)
        post, offers, now = asked_post(evening, "Alice", "Bob")

        at_once([*(yes(offer, now) for offer in offers), call_off(post, which, now)])

        assert not Assignment.objects.active().of_evening(evening).exists()
        assert news(freed(evening)) == dict.fromkeys(freed(evening), 1)


@pytest.mark.parametrize("which", ["opening", "evening"])
def test_calling_off_against_two_who_take_a_place_themselves(which):
    for number in range(ROUNDS):
        evening = round_evening(number)
        post = post_of(evening, places=3)
        people = make_people(evening, "Alice", "Bob")
        make_assignment(post, make_people(evening, "Chloé")[0])

        at_once([*(take(post, one) for one in people), call_off(post, which)])

        assert not Assignment.objects.active().of_evening(evening).exists()
        assert news(freed(evening)) == dict.fromkeys(freed(evening), 1)


def test_an_opening_and_its_evening_called_off_at_once_tell_everybody_once():
    for number in range(ROUNDS):
        evening = round_evening(number)
        post, other = post_of(evening), post_of(evening, "Horta")
        people = make_people(evening, "Alice", "Bob")
        make_assignment(post, people[0])
        make_assignment(other, people[1])

        at_once([call_off(post, "opening"), call_off(other, "evening"), call_off(other, "evening")])

        both = [one.user_id for one in people]
        assert news(both) == dict.fromkeys(both, 1)


@pytest.mark.parametrize("which", ["opening", "evening"])
def test_whoever_is_taking_a_place_is_found_by_the_calling_off(which):
    evening = round_evening(0)
    post = post_of(evening)
    (alice,) = make_people(evening, "Alice")

    meet(take(post, alice), call_off(post, which))

    assert freed(evening) == {alice.user_id}


@pytest.mark.parametrize("which", ["opening", "evening"])
def test_whoever_comes_while_it_is_called_off_is_refused(which):
    evening = round_evening(0)
    post = post_of(evening)
    (alice,) = make_people(evening, "Alice")

    results = meet(call_off(post, which), take(post, alice))

    assert isinstance(results[1], places.CalledOff)


def later(post, minutes=60):
    by = timedelta(minutes=minutes)
    return evenings.Hours(post.report_at + by, post.starts_at + by, post.ends_at + by)


def move(post, now=NOW):
    opening, by = post.opening, timedelta(minutes=60)
    hours = {"starts_at": opening.starts_at + by, "ends_at": opening.ends_at + by}
    return lambda: actions.move_opening(opening, **hours, posts={post.pk: later(post)}, by=SYSTEM, now=now)


def test_moving_against_two_who_take_a_place_themselves():
    for number in range(ROUNDS):
        evening = round_evening(number)
        post = post_of(evening, places=2)
        people = make_people(evening, "Alice", "Bob")

        results = at_once([*(take(post, one) for one in people), move(post)])

        assert refused(results) == []
        assert post.assignments.active().count() == 2
        assert max(news([one.user_id for one in people]).values()) <= 1


def test_moving_against_two_who_accept():
    for number in range(ROUNDS):
        evening = round_evening(number)
        post, offers, now = asked_post(evening, "Alice", "Bob")

        results = at_once([*(yes(offer, now) for offer in offers), move(post, now)])

        assert refused(results) == []
        assert post.assignments.active().count() == 2
        assert max(news([offer.volunteer.user_id for offer in offers]).values()) <= 1


def test_moving_onto_hours_at_which_somebody_takes_another_place():
    """She is on the post that moves; the other place begins when it ends. One of the two is refused."""
    for number in range(ROUNDS):
        evening = round_evening(number)
        post = post_of(evening, ends=time(20))
        other = post_of(evening, "Horta", report=time(20), starts=time(20))
        (alice,) = make_people(evening, "Alice")
        make_assignment(post, alice)

        results = at_once([take(other, alice), move(post)])

        assert len(refused(results)) == 1


def test_two_moves_at_once_leave_one_of_them():
    for number in range(ROUNDS):
        evening = round_evening(number)
        post = post_of(evening)
        (alice,) = make_people(evening, "Alice")
        make_assignment(post, alice)
        sooner = later(post, -30)

        at_once(
            [
                move(post),
                lambda post=post, to=sooner: actions.move_hours(post, **to._asdict(), by=SYSTEM, now=NOW),
            ]
        )

        assert news([alice.user_id]) == {alice.user_id: 1}


def test_moving_against_the_same_opening_called_off():
    for number in range(ROUNDS):
        evening = round_evening(number)
        post = post_of(evening)
        (alice,) = make_people(evening, "Alice")
        make_assignment(post, alice)

        at_once([move(post), call_off(post, "evening" if number % 2 else "opening")])

        assert news([alice.user_id]) == {alice.user_id: 1}


@pytest.mark.parametrize(
    ("module", "last_step", "deed"),
    [(assignments, "forget_messages", {}), (her_word.messaging, "skip", {"how": "link"})],
    ids=["withdraw", "confirm"],
)
def test_who_withdraws_or_confirms_while_the_evening_becomes_a_draft_again_waits_and_is_not_waited_for(
    module, last_step, deed
):
    lea, evening = Actor.user(make_coordinator()), round_evening(0)
    Evening.objects.update(published_at=None)
    alice = make_assignment(post_of(evening), *make_people(evening, "Alice"), published_at=None)
    actions.publish(evening, by=lea, now=NOW)
    alice.refresh_from_db()
    say = actions.confirm if deed else actions.withdraw

    def undo():
        actions.undo(Entry.objects.get(verb="published"), by=lea, now=NOW)

    results = meet(lambda: say(alice, by=SYSTEM, now=NOW, **deed), undo, before=(module, last_step))

    assert refused(results) == []


def test_who_is_taken_off_a_draft_while_it_is_published_is_not_told_of_it():
    evening = round_evening(0)
    Evening.objects.update(published_at=None)
    alice = make_assignment(post_of(evening), *make_people(evening, "Alice"), published_at=None)

    results = meet(
        lambda: actions.remove(alice, by=SYSTEM, now=NOW), lambda: actions.publish(evening, by=SYSTEM, now=NOW)
    )

    assert results == [None, 0]
    assert not Message.objects.exclude(kind="no_place").exists()
