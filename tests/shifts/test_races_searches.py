"""The races of the search, on PostgreSQL, most of them twenty rounds: none over, none double, nobody asked twice."""

from datetime import date, timedelta

import pytest
from django.db.models import Count, F, Q

from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions.searches import waves
from shifts.actions.undo import ChangedSince
from shifts.models import Ask, Assignment, Call, Offer, Post, Search
from tests.factories import NOW, make_coordinator
from tests.races import ROUNDS, at_once, meet, refused
from tests.shifts.searches import make_people, make_withdrawal, offer_to, open_search, post_at, published_evening, sweep

# Rounds of a race between deeds that few click at the same moment.
FEW = 5

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


def test_two_coordinators_who_search_now_at_once_begin_one_search_and_add_no_place():
    post = post_at(round_evening(0), places=1)

    def click():
        return actions.search_now(Post.objects.for_pages().get(pk=post.pk), by=SYSTEM, now=NOW)

    assert refused(meet(click, click)) == []

    assert [*Entry.objects.filter(data__post=post.pk).values_list("verb", flat=True)] == ["opened_search"]


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

    asked = meet(*(wave_of(search.post, now) for search in searches))

    assert asked == [1, 0]
    earlier.delete()


def test_a_wave_that_meets_an_acceptance_finds_the_search_ended():
    post, search, volunteers, _ = asked_post(round_evening(0), ["Alice", "Bob", "Chloé", "David", "Eva"])
    search.refresh_from_db()
    wave = search.next_wave_at
    asked = [volunteer for volunteer in volunteers if search.offers.filter(volunteer=volunteer).exists()]

    results = meet(accept(search, asked[0], wave), wave_of(post, wave))

    search.refresh_from_db()
    assert results[1] == 0
    assert search.next_wave_at is None
    assert search.offers.count() == len(asked)


# A coordinator's hand, and what happens at the same moment.


def wave_of(post, now):
    return lambda: waves._advance_evening(post.opening.evening_id, [post], now)


def held_or_asked(evening, hold_first):
    """A search whose wave is due, and a click that holds it: whoever comes first makes the other wait."""
    post = post_at(evening, places=1)
    make_people(evening, "Alice", "Bob", "Chloé")
    begun = post.report_at - timedelta(days=2, hours=7)
    search, due = open_search(post, now=begun), begun + timedelta(minutes=30)

    def hold():
        actions.hold_search(search, held=Search.Hold.PAUSED, by=SYSTEM, now=due)

    deeds = (hold, wave_of(post, due)) if hold_first else (wave_of(post, due), hold)
    meet(*deeds)
    search.refresh_from_db()
    return search


def test_a_hold_against_a_wave_asks_nobody_or_all_of_the_wave():
    assert held_or_asked(round_evening(0), hold_first=True).offers.count() == 0

    search = held_or_asked(round_evening(1), hold_first=False)
    assert (search.offers.count(), search.waves, search.is_held) == (3, 1, True)


def test_two_who_widen_at_once_ask_one_wave():
    for number in range(FEW):
        evening = round_evening(number)
        post = post_at(evening, places=1)
        begun = post.report_at - timedelta(days=2, hours=7)
        make_people(evening, *(f"V{n}" for n in range(8)))
        search = open_search(post, now=begun)

        left = at_once([lambda search=search, begun=begun: actions.widen_now(search, by=SYSTEM, now=begun)] * 3)

        assert len(set(left)) == 1
        assert [sweep(left[0]), sweep(left[0])] == [3, 0]
        assert Entry.objects.about(search).filter(verb="widened").count() == 1
        Search.objects.live().update(ended_at=NOW, ended_because="stopped", next_wave_at=None)


def test_two_who_agree_and_two_sweeps_ask_one_wave_and_tell_of_it_once():
    lea = make_coordinator()
    for number in range(FEW):
        evening = round_evening(number)
        evening.edition.rules_data = {"asks_need_consent": True}
        evening.edition.save()
        evening.lead = lea
        evening.save()
        post = post_at(evening, places=1)
        begun = post.report_at - timedelta(days=1, hours=7)
        make_people(evening, *(f"V{n}" for n in range(8)))
        search = open_search(post, now=begun)
        due = begun + timedelta(minutes=5)

        assert at_once([lambda due=due: sweep(due)] * 2) == [0, 0]
        assert Message.objects.filter(kind="wave_waits", facts__evening=evening.pk).count() == 1
        agree = [lambda search=search, due=due: actions.agree_to_wave(search, wave=1, by=SYSTEM, now=due)] * 2
        left = max(at_once(agree))
        assert sum(at_once([lambda left=left: sweep(left)] * 2)) == 5
        assert Entry.objects.about(search).filter(verb="agreed_to_wave").count() == 1
        Search.objects.live().update(ended_at=NOW, ended_because="stopped", next_wave_at=None)


def test_a_yes_by_phone_against_an_acceptance_gives_the_place_once():
    lea = Actor.user(make_coordinator())
    for number in range(FEW):
        evening = round_evening(number)
        post, search, (alice, bob), now = asked_post(evening, ["Alice", "Bob"])
        phone = {"answer": Call.Answer.YES, "by": lea, "now": now}

        results = at_once(
            [
                accept(search, alice, now),
                lambda post=post, bob=bob, phone=phone: actions.phoned(post, bob, **phone),
            ]
        )

        assert len(refused(results)) == 1
        assert post.assignments.active().count() == 1
        assert Call.objects.filter(post=post).count() == post.assignments.active().filter(volunteer=bob).count()
        search.refresh_from_db()
        assert search.ended_because == Search.Because.FILLED


def test_the_same_yes_by_phone_and_by_her_link_is_one_place():
    lea = Actor.user(make_coordinator())
    for number in range(FEW):
        post, search, (alice,), now = asked_post(round_evening(number), ["Alice"], places=2)
        phone = {"answer": Call.Answer.YES, "by": lea, "now": now}

        results = at_once(
            [
                accept(search, alice, now),
                *[lambda post=post, alice=alice, phone=phone: actions.phoned(post, alice, **phone)] * 2,
            ]
        )

        assert refused(results) == []
        assert post.assignments.active().count() == 1
        assert offer_to(alice, search).answer == "yes"
        Search.objects.live().update(ended_at=NOW, ended_because="stopped", next_wave_at=None)


def test_who_is_asked_by_hand_and_by_a_wave_at_once_is_asked_once():
    for number in range(FEW):
        evening = round_evening(number)
        post = post_at(evening, places=1)
        alice = make_people(evening, "Alice")[0]
        begun = post.report_at - timedelta(days=2, hours=7)
        search, due = open_search(post, now=begun), begun + timedelta(minutes=30)

        def by_hand(search=search, alice=alice, due=due):
            return actions.ask_by_hand(search, alice, by=SYSTEM, now=due)

        results = at_once([by_hand, by_hand, wave_of(post, due)])

        assert refused(results) == []
        assert Offer.objects.filter(volunteer=alice, search=search).count() == 1
        assert Message.objects.filter(kind="offer", user=alice.user).count() == 1
        Search.objects.live().update(ended_at=NOW, ended_because="stopped", next_wave_at=None)


def test_who_accepts_as_her_offer_by_hand_is_taken_back_has_her_place_or_a_refusal():
    lea = Actor.user(make_coordinator())
    for number in range(FEW):
        evening = round_evening(number)
        post = post_at(evening, places=1)
        alice = make_people(evening, "Alice")[0]
        now = post.report_at - timedelta(days=2, hours=7)
        search = open_search(post, now=now)
        offer = actions.ask_by_hand(search, alice, by=lea, now=now)
        entry = Entry.objects.about(search).get(verb="asked_by_hand")

        results = at_once(
            [accept(search, alice, now), lambda entry=entry, now=now: actions.undo(entry, by=lea, now=now)]
        )

        has_place = post.assignments.active().count()
        assert has_place == 1
        assert Offer.objects.filter(pk=offer.pk, answer="yes").exists() == isinstance(results[1], ChangedSince)
        Search.objects.live().update(ended_at=NOW, ended_because="stopped", next_wave_at=None)
