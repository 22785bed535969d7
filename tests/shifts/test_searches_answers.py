"""Stories of the replacement search, with fixed times (design.md 6): what an answer does."""

from datetime import date, time

import pytest

from messaging import kinds
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from shifts import actions
from shifts.actions import places
from shifts.models import Ask, Assignment, Offer, Search
from tests.factories import (
    make_assignment,
    make_language,
)
from tests.shifts.searches import (
    ask_of,
    asked,
    at,
    make_many,
    make_people,
    offer_to,
    open_search,
    post_at,
    published_evening,
    sweep,
)
from volunteers.models import Availability

pytestmark = pytest.mark.django_db


def test_the_first_yes_has_the_place_and_counts_as_confirmed():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    assignment = actions.accept_offer(offer_to(alice, search), by=Actor.volunteer_link(alice), now=at(24, 11))

    search.refresh_from_db()
    post.refresh_from_db()
    assert (assignment.confirmed_how, assignment.confirmed_at) == (Assignment.How.TOOK, at(24, 11))
    assert assignment.published_at == at(24, 11)
    assert post.taken == 1
    assert (search.ended_at, search.ended_because) == (at(24, 11), Search.Because.FILLED)
    assert offer_to(alice, search).answer == Offer.Answer.YES


def test_a_second_click_on_yes_changes_nothing():
    evening = published_evening()
    search = open_search(post_at(evening, places=2), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))
    first = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 11))

    assert actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 12)) == first
    assert Assignment.objects.active().count() == 1


def test_who_says_yes_hears_where_to_be():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 11))

    assert Message.objects.get(kind="changed", user=alice.user).due == at(24, 11)
    assert Message.objects.filter(kind="reminder_eve", user=alice.user).count() == 1
    assert not Message.objects.filter(kind="reminder_unconfirmed").exists()


def test_a_yes_by_night_is_confirmed_in_the_morning():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(23, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(23, 10, 30))

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(23, 23))

    assert Message.objects.get(kind="changed").due == at(24, 9)


@pytest.mark.parametrize("hour", [12, 16])
def test_a_yes_on_the_sunday_of_the_evening_itself_is_confirmed_before_she_leaves_home(hour):
    evening = published_evening(date(2026, 3, 29))
    search = open_search(post_at(evening, places=1), now=at(28, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(28, 10, 30))

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(29, hour))

    message = Message.objects.get(kind="changed")
    assert message.due == at(29, hour)
    assert kinds.is_urgent(message)


def test_a_search_with_two_places_goes_on_after_one_yes():
    evening = published_evening()
    search = open_search(post_at(evening, places=2), now=at(24, 10))
    alice, bob = make_people(evening, "Alice", "Bob")
    sweep(at(24, 10, 30))

    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 11))
    search.refresh_from_db()
    assert search.is_live

    actions.accept_offer(offer_to(bob, search), by=SYSTEM, now=at(24, 12))
    search.refresh_from_db()
    assert search.ended_because == Search.Because.FILLED


def test_a_late_yes_is_kept_and_stands_by():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice, bob = make_people(evening, "Alice", "Bob")
    sweep(at(24, 10, 30))
    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 11))

    with pytest.raises(actions.PlaceTaken):
        actions.accept_offer(offer_to(bob, search), by=SYSTEM, now=at(24, 12))

    assert offer_to(bob, search).answer == Offer.Answer.LATE
    assert ask_of(bob).stands_by_at == at(24, 12)
    assert not bob.assignments.exists()


def test_who_stands_by_is_asked_first_when_a_place_opens_again():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice, _bob, chloe = make_people(evening, "Alice", "Bob", "Chloé")
    sweep(at(24, 10, 30))
    assignment = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 11))
    with pytest.raises(actions.PlaceTaken):
        actions.accept_offer(offer_to(chloe, search), by=SYSTEM, now=at(24, 12))

    make_people(evening, "Rosa", on_call=True)
    again = actions.withdraw(assignment, by=SYSTEM, now=at(24, 13))
    sweep(at(24, 13, 30))

    assert again != search
    # Bob was asked about this evening already; Chloé offered herself, so the budget does not keep her out.
    assert asked(again) == ["Chloé", "Rosa"]


def test_who_stood_by_and_has_a_place_stands_by_no_more():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice, bob = make_people(evening, "Alice", "Bob")
    sweep(at(24, 10, 30))
    assignment = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 11))
    with pytest.raises(actions.PlaceTaken):
        actions.accept_offer(offer_to(bob, search), by=SYSTEM, now=at(24, 12))
    actions.withdraw(assignment, by=SYSTEM, now=at(24, 13))

    actions.accept_offer(offer_to(bob, search), by=SYSTEM, now=at(24, 13, 5))

    assert not Ask.objects.exclude(stands_by_at=None).exists()


def test_a_late_yes_takes_the_place_by_itself_when_it_is_open_again():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice, bob = make_people(evening, "Alice", "Bob")
    sweep(at(24, 10, 30))
    assignment = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 11))
    actions.withdraw(assignment, by=SYSTEM, now=at(24, 12))

    taken = actions.accept_offer(offer_to(bob, search), by=SYSTEM, now=at(24, 12, 5))

    assert taken.volunteer == bob
    assert not Search.objects.live().exists()


def test_a_yes_is_good_after_the_search_was_stopped_while_the_place_is_open():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))
    actions.stop_search(search, by=SYSTEM, now=at(24, 11))

    assert actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 12)).is_active


def test_a_stopped_search_asks_nobody_else():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    make_many(evening, 8)
    actions.stop_search(search, by=SYSTEM, now=at(24, 10, 10))
    search.refresh_from_db()

    assert sweep(at(24, 10, 30)) == 0
    assert search.ended_because == Search.Because.STOPPED


def test_after_the_last_useful_moment_a_yes_is_too_late():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(26, 15))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 15))

    with pytest.raises(actions.TooLateToCome):
        actions.accept_offer(offer_to(alice, search), minutes=10, by=SYSTEM, now=at(26, 19))
    assert not alice.assignments.exists()


@pytest.mark.parametrize("minutes", [None, -1, 181])
def test_after_the_report_time_a_yes_says_in_how_many_minutes(minutes):
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(26, 17))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 17))

    with pytest.raises(actions.SayInHowManyMinutes):
        actions.accept_offer(offer_to(alice, search), minutes=minutes, by=SYSTEM, now=at(26, 17, 30))
    actions.accept_offer(offer_to(alice, search), minutes=25, by=SYSTEM, now=at(26, 17, 30))

    assert offer_to(alice, search).minutes == 25


def test_who_was_assigned_elsewhere_meanwhile_cannot_say_yes():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))
    make_assignment(post_at(evening, "MIM"), alice)

    with pytest.raises(actions.AlreadyBusy):
        actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 11))
    post.refresh_from_db()
    assert post.taken == 0


def test_who_was_blocked_meanwhile_cannot_say_yes():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))
    type(alice).objects.filter(pk=alice.pk).update(blocked_at=at(24, 11))

    with pytest.raises(places.Blocked):
        actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 12))


def test_a_yes_answers_the_other_choices_at_the_same_time():
    evening = published_evening()
    belvue = open_search(post_at(evening, places=1), now=at(24, 10))
    mim = open_search(post_at(evening, "MIM", places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.accept_offer(offer_to(alice, belvue), by=SYSTEM, now=at(24, 11))

    assert offer_to(alice, mim).answer == Offer.Answer.OTHER


def test_a_choice_at_another_hour_stays_open_after_a_yes():
    evening = published_evening()
    late = open_search(post_at(evening, places=1), now=at(24, 10))
    early = post_at(evening, "MIM", places=1, report=time(14), starts=time(14), ends=time(17))
    early = open_search(early, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.accept_offer(offer_to(alice, late), by=SYSTEM, now=at(24, 11))

    assert not offer_to(alice, early).is_answered


def test_no_means_not_this_evening():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.decline(ask_of(alice), by=SYSTEM, now=at(24, 11))
    open_search(post_at(evening, "MIM", places=1), now=at(26, 15))

    assert offer_to(alice, search).answer == Offer.Answer.NO
    assert Availability.objects.get(registration__volunteer=alice).answer == "no"
    assert sweep(at(26, 15)) == 0


def test_no_beside_a_post_at_another_hour_leaves_her_answer_for_the_evening():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(26, 15))
    alice = make_people(evening, "Alice")[0]
    make_assignment(post_at(evening, "MIM", report=time(14), starts=time(14), ends=time(17)), alice)
    sweep(at(26, 15))

    actions.decline(ask_of(alice), by=SYSTEM, now=at(26, 15, 10))
    open_search(post_at(evening, "Musée Horta", places=1), now=at(26, 15, 20))

    assert Availability.objects.get(registration__volunteer=alice).answer == "yes"
    assert sweep(at(26, 15, 20)) == 0


def test_no_takes_her_off_the_reserve():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(24, 10))
    rosa = make_people(evening, "Rosa", on_call=True)[0]
    sweep(at(24, 10, 30))

    actions.decline(ask_of(rosa), by=SYSTEM, now=at(24, 11))

    assert Availability.objects.get(registration__volunteer=rosa).on_call_at is None


def test_another_post_declines_this_one_and_not_the_evening():
    evening = published_evening()
    belvue = open_search(post_at(evening, places=1), now=at(26, 15))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 15))
    actions.decline(ask_of(alice), other_post=True, by=SYSTEM, now=at(26, 15, 10))

    mim = open_search(post_at(evening, "MIM", places=1), now=at(26, 15, 20))
    sweep(at(26, 15, 20))

    assert offer_to(alice, belvue).answer == Offer.Answer.OTHER
    assert offer_to(alice, mim)


def test_another_post_may_be_any_open_one_of_the_evening():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    mim = post_at(evening, "MIM", places=1)
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    assert actions.other_posts(ask_of(alice), now=at(24, 11)) == [mim]
    assignment = actions.take_another(ask_of(alice), mim, by=SYSTEM, now=at(24, 11))

    assert assignment.post == mim
    assert offer_to(alice, search).answer == Offer.Answer.OTHER


def test_another_post_is_none_that_it_is_too_late_for():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(26, 15))
    late = post_at(evening, "MIM", places=1, report=time(19), starts=time(19, 30))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 15))
    ask = ask_of(alice)

    assert actions.other_posts(ask, now=at(26, 20, 29)) == [late]
    assert actions.other_posts(ask, now=at(26, 20, 30)) == []


def test_another_post_has_to_fit():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(24, 10))
    dutch = post_at(evening, "MIM", places=1)
    dutch.languages.add(make_language("nl"))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    assert actions.other_posts(ask_of(alice), now=at(24, 11)) == []
    with pytest.raises(actions.DoesNotFit):
        actions.take_another(ask_of(alice), dutch, by=SYSTEM, now=at(24, 11))


def test_not_this_week_asks_nothing_before_monday():
    evening = published_evening(date(2026, 4, 2))
    open_search(post_at(evening, places=1), now=at(27, 10))
    alice = make_people(evening, "Alice")[0]
    registration = alice.registrations.get()

    assert actions.not_this_week(registration, by=SYSTEM, now=at(27, 10)) == date(2026, 3, 30)
    assert sweep(at(27, 10, 30)) == 0
    assert sweep(at(30, 9)) == 1
