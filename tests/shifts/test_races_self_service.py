"""The races of taking an open place oneself, on PostgreSQL, twenty rounds each: the rules of `test_races` hold."""

from datetime import date, time, timedelta

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from shifts import actions
from shifts.models import Offer, PlaceRequest, Post
from tests.factories import NOW, make_edition, make_evening, make_opening, make_post
from tests.races import ROUNDS, at_once, meet, refused
from tests.shifts.searches import make_offer
from tests.shifts.test_races import books_balance, someone

__all__ = ["books_balance"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def rounds(self_service="at_once", **fields):
    """A post of one place on an evening of its own, for each round."""
    edition = make_edition(rules_data={"self_service": self_service})
    for number in range(ROUNDS):
        evening = make_evening(date(2026, 4, 2) + timedelta(days=number), edition=edition, published_at=NOW)
        yield read(make_post(make_opening(evening), **{"places": 1, **fields}))


def read(post):
    return Post.objects.for_pages().get(pk=post.pk)


def take(post, volunteer):
    by = Actor.volunteer_link(volunteer)
    return lambda: actions.take_open_place(read(post), volunteer, by=by, now=NOW)


def assign(post, volunteer):
    return lambda: actions.assign(post, volunteer, by=SYSTEM, now=NOW)


def told(volunteer):
    return Message.objects.filter(kind__in=("place_taken", "changed"), user=volunteer.user).count()


def test_the_last_place_goes_to_one_of_eight_who_take_it():
    for post in rounds():
        takers = [someone(post.opening.evening) for _ in range(8)]

        results = at_once(take(post, taker) for taker in takers)

        assert len(refused(results)) == 7
        assert post.assignments.active().count() == 1
        assert sum(told(taker) for taker in takers) == 1


def test_two_clicks_at_once_are_one_place_and_one_message():
    for post in rounds(places=3):
        alice = someone(post.opening.evening)

        results = at_once([take(post, alice)] * 3)

        assert refused(results) == []
        assert len(set(results)) == 1
        assert told(alice) == 1


def test_two_clicks_at_once_on_the_last_place_are_one():
    for post in rounds():
        alice = someone(post.opening.evening)

        results = at_once([take(post, alice)] * 2)

        assert results[0] == results[1]


def test_one_person_takes_one_of_two_posts_that_overlap():
    for post in rounds():
        other = read(make_post(post.opening, report=time(19), starts=time(19)))
        alice = someone(post.opening.evening)

        results = at_once([take(post, alice), take(other, alice)])

        assert len(refused(results)) == 1
        assert alice.assignments.active().of_evening(post.opening.evening).count() == 1


def test_the_coordinator_and_a_volunteer_who_want_the_last_place():
    for post in rounds():
        alice, bob = someone(post.opening.evening), someone(post.opening.evening)

        results = at_once([take(post, alice), assign(post, bob)])

        assert len(refused(results)) == 1
        assert post.assignments.active().count() == 1


def test_the_coordinator_and_the_volunteer_herself_mean_the_same_place():
    for post in rounds(places=2):
        alice = someone(post.opening.evening)

        at_once([take(post, alice), assign(post, alice)])

        assert post.assignments.active().count() == 1
        assert told(alice) == 1


def test_an_acceptance_and_a_volunteer_who_want_the_last_place():
    for post in rounds():
        alice, bob = someone(post.opening.evening), someone(post.opening.evening)
        offer = make_offer(post, bob)

        results = at_once(
            [take(post, alice), lambda offer=offer: actions.accept_offer(offer, by=SYSTEM, now=NOW)],
        )

        assert len(refused(results)) == 1
        assert post.assignments.active().count() == 1
        assert Offer.objects.get(pk=offer.pk).answer in ("yes", "late")


def test_somebody_takes_one_post_while_she_accepts_another_that_overlaps():
    for post in rounds():
        other = read(make_post(post.opening, report=time(19), starts=time(19)))
        alice = someone(post.opening.evening)
        offer = make_offer(other, alice)

        results = at_once([take(post, alice), lambda offer=offer: actions.accept_offer(offer, by=SYSTEM, now=NOW)])

        assert len(refused(results)) == 1
        assert alice.assignments.active().of_evening(post.opening.evening).count() == 1


def test_a_place_is_not_taken_at_an_opening_that_is_being_called_off():
    for post in rounds():
        alice = someone(post.opening.evening)

        at_once([take(post, alice), lambda post=post: actions.call_off(post.opening, by=SYSTEM, now=NOW)])

        assert not post.assignments.active().exists()


def ask(post, volunteer):
    return actions.request_place(read(post), volunteer, by=Actor.volunteer_link(volunteer), now=NOW)


def answer(request, *, grant=True):
    return lambda: actions.answer_request(request, grant=grant, by=SYSTEM, now=NOW)


def test_a_request_that_is_granted_twice_at_once_gives_one_place():
    for post in rounds("approve", places=2):
        alice = someone(post.opening.evening)
        request = ask(post, alice)

        results = at_once([answer(request)] * 2)

        assert refused(results) == []
        assert results[0] == results[1]
        assert told(alice) == 1


def test_of_two_requests_for_the_last_place_one_is_granted():
    for post in rounds("approve"):
        requests = [ask(post, someone(post.opening.evening)) for _ in range(2)]

        results = at_once(answer(request) for request in requests)

        assert len(refused(results)) == 1
        assert sorted(PlaceRequest.objects.filter(post=post).values_list("answer", flat=True)) == ["gone", "yes"]


def test_a_yes_and_a_no_at_once_end_in_a_yes_and_one_message():
    for post in rounds("approve"):
        alice = someone(post.opening.evening)
        request = ask(post, alice)

        at_once([answer(request), answer(request, grant=False)])

        assert post.assignments.active().count() == 1
        assert not Message.objects.pending().filter(kind="request_declined", user=alice.user).exists()


def test_a_request_that_is_taken_back_while_it_is_granted_is_one_of_the_two():
    for post in rounds("approve"):
        request = ask(post, someone(post.opening.evening))

        results = at_once([answer(request), lambda r=request: actions.take_back_request(r, by=SYSTEM, now=NOW)])

        request.refresh_from_db()
        assert len(refused(results)) == 1
        assert post.assignments.active().exists() == (request.answer == "yes")


def test_asking_twice_at_once_is_asking_once():
    for post in rounds("approve"):
        alice = someone(post.opening.evening)

        results = at_once([lambda post=post, alice=alice: ask(post, alice)] * 2)

        assert results[0] == results[1]


def test_asking_while_the_last_place_is_filled_leaves_nobody_waiting():
    for post in rounds("approve"):
        alice, bob = someone(post.opening.evening), someone(post.opening.evening)

        meet(assign(post, bob), lambda post=post, alice=alice: ask(post, alice))

        assert not PlaceRequest.objects.waiting().filter(post=post).exists()
