"""The races of the search, on PostgreSQL, twenty rounds each: none over, none double, nobody asked twice."""

from datetime import date, timedelta

import pytest
from django.db.models import Count, F, Q

from messaging.models import Message
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.actions.searches import waves
from shifts.models import Ask, Assignment, Offer, Post, Search
from tests.factories import NOW
from tests.races import ROUNDS, at_once, one_into_the_other, refused
from tests.shifts.searches import make_people, make_withdrawal, offer_to, open_search, post_at, published_evening, sweep

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def books_balance():
    """After every race: every counter equals its rows, no post is over, one live search a post, none without a hole."""
    yield
    active = Count("assignments", filter=Q(assignments__cancelled_at=None))
    assert not Post.objects.annotate(active=active).exclude(taken=F("active")).exists()
    assert not Post.objects.filter(taken__gt=F("places")).exists()
    assert not Search.objects.live().filter(post__taken=F("post__places")).exists()
    assert not Ask.objects.annotate(offered=Count("offers")).filter(offered=0).exists()


def round_evening(number):
    return published_evening(date(2026, 4, 2) + timedelta(days=7 * number))


def asked_post(evening, names, *, places=1):
    """A post whose search has asked `names`, two days and a half before; returns the post, search and volunteers."""
    post = post_at(evening, places=places)
    volunteers = make_people(evening, *names)
    begun = post.report_at - timedelta(days=2, hours=7)
    search = open_search(post, now=begun)
    sweep(begun + timedelta(minutes=30))
    return post, search, volunteers, begun + timedelta(hours=1)


def accept(search, volunteer, now):
    offer = offer_to(volunteer, search)
    return lambda: actions.accept_offer(offer, by=SYSTEM, now=now)


def test_of_three_who_accept_the_last_place_one_has_it_and_two_stand_by():
    for number in range(ROUNDS):
        post, search, volunteers, now = asked_post(round_evening(number), ["Alice", "Bob", "Chloé"])

        results = at_once(accept(search, volunteer, now) for volunteer in volunteers)

        assert len(refused(results)) == 2
        assert post.assignments.active().count() == 1
        assert sorted(search.offers.values_list("answer", flat=True)) == ["late", "late", "yes"]
        assert Ask.objects.filter(evening=post.opening.evening, stands_by_at=now).count() == 2
        search.refresh_from_db()
        assert search.ended_because == Search.Because.FILLED


def test_a_double_click_on_yes_takes_one_place():
    for number in range(ROUNDS):
        post, search, (alice,), now = asked_post(round_evening(number), ["Alice"], places=2)

        results = at_once([accept(search, alice, now)] * 3)

        assert refused(results) == []
        assert post.assignments.active().count() == 1


def test_an_acceptance_against_a_coordinators_assignment_fills_the_place_once():
    for number in range(ROUNDS):
        evening = round_evening(number)
        post, search, (alice,), now = asked_post(evening, ["Alice"])
        bob = make_people(evening, "Bob")[0]

        results = at_once(
            [
                accept(search, alice, now),
                lambda post=post, bob=bob, now=now: actions.assign(post, bob, by=SYSTEM, now=now),
            ]
        )

        assert len(refused(results)) == 1
        assert post.assignments.active().count() == 1


def test_a_withdrawal_against_an_acceptance_leaves_a_search_where_a_place_is_open():
    for number in range(ROUNDS):
        evening = round_evening(number)
        post, search, (alice, bob), now = asked_post(evening, ["Alice", "Bob"])
        hers = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=now)

        results = at_once(
            [
                lambda hers=hers, now=now: actions.withdraw(hers, by=SYSTEM, now=now),
                accept(search, bob, now),
            ]
        )

        post.refresh_from_db()
        assert not isinstance(results[0], Exception)
        assert post.taken == (0 if refused(results) else 1)
        assert Search.objects.live().filter(post=post).exists() == (post.taken == 0)


def test_one_person_who_accepts_two_posts_at_the_same_time_has_one():
    for number in range(ROUNDS):
        evening = round_evening(number)
        posts = [post_at(evening, museum, places=1) for museum in ("BELvue", "MIM")]
        alice = make_people(evening, "Alice")[0]
        begun = posts[0].report_at - timedelta(days=2, hours=7)
        searches = [open_search(post, now=begun) for post in posts]
        sweep(begun + timedelta(minutes=30))

        results = at_once(accept(search, alice, begun + timedelta(hours=1)) for search in searches)

        assert len(refused(results)) == 1
        assert alice.assignments.active().of_evening(evening).count() == 1


def test_sweeps_at_the_same_moment_ask_nobody_twice():
    for number in range(ROUNDS):
        evening = round_evening(number)
        begun = post_at(evening).report_at - timedelta(days=2, hours=7)
        for museum in ("BELvue", "MIM"):
            make_withdrawal(post_at(evening, museum, places=1), now=begun, name=f"Gone{museum}")
        make_people(evening, *(f"V{n}" for n in range(10)))

        asked = at_once([lambda begun=begun: sweep(begun + timedelta(minutes=30))] * 4)

        assert sorted(asked) == [0, 0, 0, 6]
        assert Ask.objects.filter(evening=evening).count() == 6
        assert Message.objects.filter(kind="offer", facts__evening=evening.pk).count() == 6
        Search.objects.live().update(ended_at=NOW, ended_because="stopped")


def test_sweeps_of_two_evenings_keep_the_budget_of_a_person():
    for number in range(ROUNDS):
        evenings = [round_evening(2 * number), round_evening(2 * number + 1)]
        alice = make_people(evenings[0], "Alice")[0]
        begun = post_at(evenings[0]).report_at - timedelta(days=9)
        Ask.objects.create(volunteer=alice, evening=published_evening(begun.date()), asked_at=begun)
        searches = [open_search(post_at(evening, places=1), now=begun) for evening in evenings]
        now = max(search.next_wave_at for search in searches)

        asked = at_once([lambda now=now: sweep(now)] * 2)

        assert sum(asked) == 1
        Offer.objects.all().delete()
        Ask.objects.all().delete()
        Search.objects.live().update(ended_at=NOW, ended_because="stopped")
        alice.registrations.update(may_be_asked=False)


def test_an_acceptance_against_a_sweep_never_asks_for_a_filled_place():
    for number in range(ROUNDS):
        evening = round_evening(number)
        post, search, *_ = asked_post(evening, ["Alice", "Bob", "Chloé", "David", "Eva"])
        search.refresh_from_db()
        wave = search.next_wave_at
        asked = search.offers.select_related("volunteer").first().volunteer

        results = at_once([accept(search, asked, wave), lambda wave=wave: sweep(wave)])

        assert refused(results) == []
        search.refresh_from_db()
        assert search.ended_because == Search.Because.FILLED
        assert Assignment.objects.active().filter(post=post).count() == 1


def test_waves_of_two_evenings_at_the_same_moment_keep_the_budget_of_a_person():
    evenings = [round_evening(0), round_evening(1)]
    alice = make_people(evenings[0], "Alice")[0]
    begun = post_at(evenings[0]).report_at - timedelta(days=9)
    earlier = Ask.objects.create(volunteer=alice, evening=published_evening(begun.date()), asked_at=begun)
    searches = [open_search(post_at(evening, places=1), now=begun) for evening in evenings]
    now = max(search.next_wave_at for search in searches)

    asked = one_into_the_other(*(lambda pk=evening.pk: waves._advance_evening(pk, now) for evening in evenings))

    assert asked == [1, 0]
    earlier.delete()


def test_a_wave_that_meets_an_acceptance_finds_the_search_ended():
    post, search, volunteers, _ = asked_post(round_evening(0), ["Alice", "Bob", "Chloé", "David", "Eva"])
    search.refresh_from_db()
    wave = search.next_wave_at
    asked = [volunteer for volunteer in volunteers if search.offers.filter(volunteer=volunteer).exists()]

    results = one_into_the_other(
        accept(search, asked[0], wave), lambda: waves._advance_evening(post.opening.evening_id, wave)
    )

    search.refresh_from_db()
    assert results[1] == 0
    assert search.next_wave_at is None
    assert search.offers.count() == len(asked)
