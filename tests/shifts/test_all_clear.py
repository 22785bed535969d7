"""The word to everybody who was asked and has not answered, once nobody is needed any more (design.md 6)."""

import pytest

from messaging import kinds
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.models import Ask
from tests.factories import make_coordinator
from tests.shifts.searches import ask_of, at, make_people, offer_to, open_search, post_at, published_evening, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def camille():
    return Actor.user(make_coordinator("Camille"))


@pytest.fixture
def evening():
    return published_evening()


def asked_search(evening, *names, museum="BELvue", places=1):
    """A search whose wave has told these people of its hole on Tuesday at 10:30; returns it and them."""
    search = open_search(post_at(evening, museum, places=places), now=at(24, 10))
    people = make_people(evening, *names)
    sweep(at(24, 10, 30))
    Message.objects.filter(kind="offer").update(sent_at=at(24, 10, 30))
    return search, people


def hears():
    """Who hears that nobody is needed, and when."""
    waiting = Message.objects.filter(kind="all_clear", skipped_at=None).order_by("user__first_name")
    return [(message.user.first_name, message.due) for message in waiting]


def still_true(message, now):
    return kinds.get("all_clear").check(message, now) is None


def test_who_was_asked_and_has_not_answered_hears_that_the_place_is_filled(evening):
    search, (alice, _bob, chloe) = asked_search(evening, "Alice", "Bob", "Chloé")
    actions.decline(ask_of(chloe), by=SYSTEM, now=at(24, 11))

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 12))

    assert hears() == [("Bob", at(24, 12))]


def test_it_waits_for_the_morning(evening):
    search, (alice, _bob) = asked_search(evening, "Alice", "Bob")

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 22))

    assert hears() == [("Bob", at(25, 9))]


def test_whose_yes_came_too_late_has_heard_already(evening):
    search, (alice, bob) = asked_search(evening, "Alice", "Bob")
    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 22))
    with pytest.raises(actions.PlaceTaken):
        actions.accept_offer(offer_to(bob, search), by=SYSTEM, now=at(24, 23))

    assert not still_true(Message.objects.get(kind="all_clear"), at(25, 9))


def test_who_never_got_the_offer_hears_nothing(evening):
    search, (alice, bob, _chloe) = asked_search(evening, "Alice", "Bob", "Chloé")
    Message.objects.filter(about_id=ask_of(bob).pk, kind="offer").update(sent_at=None)

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 12))

    assert [name for name, _due in hears()] == ["Chloé"]


def test_filled_by_hand_it_is_said_once_that_can_be_undone_no_more(evening, camille):
    search, _people = asked_search(evening, "Bob")
    zoe = make_people(evening, "Zoé")[0]

    actions.assign(search.post, zoe, by=camille, now=at(24, 12))
    assert hears() == [("Bob", at(24, 12, 2))]

    actions.undo(Entry.objects.get(verb="assigned"), by=camille, now=at(24, 12, 1))
    assert hears() == []

    actions.assign(search.post, zoe, by=camille, now=at(24, 12, 5))
    assert hears() == [("Bob", at(24, 12, 7))]


def test_while_another_place_of_hers_is_open_she_hears_nothing_and_then_one_word_for_all(evening):
    first, (alice, bob, _chloe) = asked_search(evening, "Alice", "Bob", "Chloé")
    second = open_search(post_at(evening, "MIM", places=1), now=at(24, 10, 40))
    make_people(evening, "David")
    actions.ask_by_hand(second, bob, by=SYSTEM, now=at(24, 11))
    sweep(at(24, 11, 10))

    actions.accept_offer(offer_to(alice, first), by=SYSTEM, now=at(24, 12))
    assert [name for name, _due in hears()] == ["Chloé"]

    actions.accept_offer(offer_to(make_david(evening, second), second), by=SYSTEM, now=at(24, 13))
    assert [name for name, _due in hears()] == ["Bob", "Chloé"]


def make_david(evening, search):
    david = make_people(evening, "Dirk")[0]
    actions.ask_by_hand(search, david, by=SYSTEM, now=at(24, 12, 30))
    return david


def test_a_place_that_opens_again_before_it_leaves_makes_it_untrue(evening, camille):
    search, (alice, _bob) = asked_search(evening, "Alice", "Bob")
    hers = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 22))

    actions.withdraw(hers, by=SYSTEM, now=at(24, 23))

    assert not still_true(Message.objects.get(kind="all_clear"), at(25, 9))


def test_a_place_that_is_filled_twice_before_it_leaves_is_told_once(evening, camille):
    search, (alice, bob) = asked_search(evening, "Alice", "Bob")
    hers = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 22))
    again = actions.withdraw(hers, by=SYSTEM, now=at(24, 22, 10))
    actions.ask_by_hand(again, bob, by=camille, now=at(24, 22, 20))

    actions.assign(search.post, make_people(evening, "Zoé")[0], by=camille, now=at(24, 22, 30))

    assert hears() == [("Bob", at(25, 9))]


def test_who_has_a_place_that_evening_by_now_hears_nothing_of_the_other(evening, camille):
    search, (alice, bob) = asked_search(evening, "Alice", "Bob")
    actions.assign(post_at(evening, "MIM"), bob, by=camille, now=at(24, 11))

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 12))

    assert hears() == []


def test_who_was_blocked_meanwhile_hears_nothing(evening, camille):
    search, (alice, bob, chloe) = asked_search(evening, "Alice", "Bob", "Chloé")
    actions.block(bob, by=camille, now=at(24, 11))
    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 22))
    assert [name for name, _due in hears()] == ["Chloé"]

    actions.block(chloe, by=camille, now=at(24, 23))
    assert not still_true(Message.objects.get(kind="all_clear"), at(25, 9))


def test_what_is_called_off_needs_nobody_either(evening, camille):
    search, _people = asked_search(evening, "Bob")

    actions.call_off(search.post.opening, by=camille, now=at(24, 12))
    assert hears() == [("Bob", at(24, 12, 2))]


def test_a_search_that_is_stopped_or_too_late_says_nothing(evening):
    search, _people = asked_search(evening, "Bob")
    actions.stop_search(search, by=SYSTEM, now=at(24, 12))
    other, _people = asked_search(evening, "Chloé", museum="MIM")
    sweep(at(26, 19))

    assert (hears(), other.offers.count()) == ([], 1)


def test_a_mail_that_waits_for_the_morning_after_is_too_late(evening):
    search, (alice, _bob) = asked_search(evening, "Alice", "Bob")

    actions.accept_offer(offer_to(alice, search), minutes=10, by=SYSTEM, now=at(26, 18, 30))
    message = Message.objects.get(kind="all_clear")

    assert kinds.get("all_clear").too_late(message) == at(26, 19)
    assert Ask.objects.filter(pk=message.about_id).exists()


def test_who_was_asked_before_the_search_was_stopped_hears_it_once_the_place_is_filled(evening, camille):
    search, (_alice, bob) = asked_search(evening, "Alice", "Bob")
    actions.stop_search(search, by=SYSTEM, now=at(24, 12))

    actions.accept_offer(offer_to(bob, search), by=SYSTEM, now=at(24, 13))
    assert hears() == [("Alice", at(24, 13))]

    Message.objects.filter(kind="all_clear").update(sent_at=at(24, 13))
    actions.settle(search.post, by=camille, now=at(24, 14))
    assert len(hears()) == 1


def test_who_was_asked_for_a_place_that_opened_again_hears_it_when_somebody_else_has_it(evening, camille):
    search, (alice, _bob, _chloe) = asked_search(evening, "Alice", "Bob", "Chloé")
    hers = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 12))
    heard = Message.objects.filter(kind="all_clear", user__first_name="Chloé")
    heard.update(sent_at=at(24, 12))
    actions.withdraw(hers, by=SYSTEM, now=at(24, 13))
    Message.objects.filter(kind="all_clear", sent_at=None).update(skipped_at=at(24, 13))

    actions.assign(search.post, make_people(evening, "Zoé")[0], by=camille, now=at(24, 13, 1))

    assert hears() == [("Bob", at(24, 13, 3)), ("Chloé", heard.get().due)]
