"""Stories of the replacement search, with fixed times (design.md 6)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from messaging import kinds
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, Heartbeat
from shifts import actions, tasks
from shifts.actions import places
from shifts.actions.searches import waves
from shifts.models import Ask, Assignment, Offer, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_language,
    make_role,
)
from tests.shifts.searches import (
    ask_of,
    asked,
    at,
    make_many,
    make_people,
    make_withdrawal,
    offer_to,
    open_search,
    post_at,
    published_evening,
    sweep,
)
from volunteers.models import Availability

pytestmark = pytest.mark.django_db


def offers_sent():
    return Message.objects.filter(kind="offer")


# Beginning.


def test_a_withdrawal_opens_a_search_in_the_same_breath():
    post = post_at(published_evening(), places=1)

    assignment, search = make_withdrawal(post, now=at(24, 10))

    assert search.is_live
    assert (search.withdrawn, search.next_wave_at) == (assignment, at(24, 10, 30))


def test_a_role_that_is_not_replaced_records_why_nobody_is_looked_for():
    post = post_at(published_evening(), places=1, role=make_role("flyers", replace_if_empty=False))

    _, search = make_withdrawal(post, now=at(24, 10))

    assert (search.is_live, search.ended_because) == (False, Search.Because.NOT_REPLACED)


def test_search_now_looks_for_a_role_that_is_not_replaced_by_itself():
    post = post_at(published_evening(), places=1, role=make_role("flyers", replace_if_empty=False))

    assert open_search(post, now=at(24, 10)).is_live


def test_after_the_last_useful_moment_the_search_says_that_it_is_too_late():
    post = post_at(published_evening(), places=1)

    _, search = make_withdrawal(post, now=at(26, 19))

    assert (search.is_live, search.ended_because) == (False, Search.Because.TOO_LATE)


def test_an_evening_that_is_a_draft_is_not_searched_for():
    post = post_at(published_evening(published_at=None), places=1)

    assert open_search(post, now=at(24, 10)).ended_because == Search.Because.DRAFT


def test_a_post_has_one_search_for_all_its_open_places():
    evening = published_evening()
    post = post_at(evening, places=2)
    _, first = make_withdrawal(post, now=at(24, 10))
    make_people(evening, "Alice", "Bob", "Chloé", "David")
    sweep(at(24, 10, 30))

    _, second = make_withdrawal(post, now=at(24, 11), name="Jan")

    assert second == first
    assert Search.objects.count() == 1
    second.refresh_from_db()
    assert second.next_wave_at == at(24, 11, 30)


def test_an_urgent_search_tells_the_workers_at_once(monkeypatch, django_capture_on_commit_callbacks):
    knocked = []
    monkeypatch.setattr(tasks.advance, "apply_async", lambda *args, **options: knocked.append(args))
    evening = published_evening()

    with django_capture_on_commit_callbacks(execute=True):
        open_search(post_at(evening, places=1), now=at(24, 10))
    assert knocked == []

    with django_capture_on_commit_callbacks(execute=True):
        open_search(post_at(evening, "MIM", places=1), now=at(26, 15))
    assert len(knocked) == 1


# The rows of the table.


def test_from_two_to_seven_days_three_are_asked_a_place():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    make_many(evening, 8)

    assert sweep(at(24, 10, 29)) == 0
    assert sweep(at(24, 10, 30)) == 3
    assert sweep(at(24, 14, 29)) == 0
    assert sweep(at(24, 14, 30)) == 3
    assert asked(search) == ["V00", "V01", "V02", "V03", "V04", "V05"]


def test_over_seven_days_two_are_asked_on_the_coordinators_working_day():
    evening = published_evening()
    search = actions.withdraw(make_assignment(post_at(evening, places=1)), by=SYSTEM, now=at(13, 12))
    make_many(evening, 8)

    assert sweep(at(16, 9, 59)) == 0
    assert sweep(at(16, 10)) == 2
    search.refresh_from_db()
    assert search.next_wave_at == at(18, 11)


def test_over_seven_days_a_search_that_the_coordinator_wants_now_asks_two_once_she_cannot_undo_it():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(13, 12))
    make_many(evening, 8)

    assert sweep(at(13, 12, 1)) == 0
    assert sweep(at(13, 12, 2)) == 2


def test_from_twelve_hours_to_two_days_five_are_asked_every_ninety_minutes():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(25, 10))
    make_many(evening, 12)

    assert sweep(at(25, 10, 5)) == 5
    assert sweep(at(25, 11, 34)) == 0
    assert sweep(at(25, 11, 35)) == 5
    assert sweep(at(25, 13, 5)) == 2


def test_from_three_to_twelve_hours_the_reserve_comes_first_and_everybody_after_fifteen_minutes():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(26, 10))
    make_many(evening, 8)
    make_people(evening, "Rosa", "Rik", on_call=True)

    assert sweep(at(26, 10)) == 2
    assert asked(search) == ["Rosa", "Rik"]
    assert sweep(at(26, 10, 14)) == 0
    assert sweep(at(26, 10, 15)) == 8


def test_somebody_who_joins_the_reserve_meanwhile_keeps_nobody_waiting():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(26, 10))
    make_many(evening, 8)
    make_people(evening, "Rosa", on_call=True)
    sweep(at(26, 10))

    make_people(evening, "Rik", on_call=True)

    assert sweep(at(26, 10, 15)) == 9


def test_where_nobody_is_in_reserve_everybody_is_asked_at_once():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(26, 10))
    make_many(evening, 8)

    assert sweep(at(26, 10)) == 8


def test_under_three_hours_the_reserve_and_everybody_are_asked_at_once():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(26, 15))
    make_many(evening, 8)
    make_people(evening, "Rosa", on_call=True)

    assert sweep(at(26, 15)) == 9


def test_a_wave_asks_its_number_for_each_open_place():
    evening = published_evening()
    open_search(post_at(evening, places=2), now=at(24, 10))
    make_many(evening, 8)

    assert sweep(at(24, 10, 30)) == 6


def test_whoever_becomes_free_when_everybody_was_asked_is_asked_at_the_next_sweep():
    evening = published_evening()
    post = post_at(evening, places=1)
    elsewhere = make_assignment(post_at(evening, "MIM", places=1), make_people(evening, "Zoé")[0])
    search = open_search(post, now=at(26, 15))
    make_people(evening, "Alice")
    sweep(at(26, 15))

    assert sweep(at(26, 15, 1)) == 0
    actions.remove(elsewhere, by=SYSTEM, now=at(26, 15, 2))

    assert sweep(at(26, 15, 3)) == 1
    assert asked(search) == ["Alice", "Zoé"]


def test_entering_the_last_twelve_hours_asks_everybody_without_waiting_for_the_planned_wave():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(25, 19))
    make_many(evening, 12)
    assert sweep(at(25, 19, 5)) == 5

    # Ninety waking minutes would end at 09:05.
    assert sweep(at(26, 9)) == 7


def test_nobody_is_asked_in_the_night_nor_on_sunday():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(21, 20, 20))
    make_many(evening, 8)

    assert sweep(at(21, 21)) == sweep(at(22, 12)) == sweep(at(23, 9, 19)) == 0
    assert sweep(at(23, 9, 20)) == 3
    assert [offer.asked_at for offer in search.offers.all()] == [at(23, 9, 20)] * 3


def test_a_sweep_that_was_late_does_not_ask_in_the_night():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(23, 19, 30))
    make_many(evening, 8)

    # Due at 20:00, but no sweep ran before 21:00.
    assert sweep(at(23, 21)) == 0
    assert sweep(at(24, 9)) == 3


def test_under_three_hours_offers_are_urgent_and_leave_in_quiet_hours():
    evening = published_evening()
    open_search(post_at(evening, places=1, report=time(22), starts=time(22, 30), ends=time(23, 30)), now=at(26, 21))
    make_people(evening, "Alice")

    assert sweep(at(26, 21)) == 1
    assert offers_sent().get().facts["urgent"] is True


def test_an_offer_with_days_left_is_not_urgent():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(24, 10))
    make_people(evening, "Alice")
    sweep(at(24, 10, 30))

    assert offers_sent().get().facts["urgent"] is False


def test_across_the_clock_change_the_first_wave_is_at_nine_on_the_new_clock():
    evening = published_evening(date(2026, 4, 2))
    search = open_search(post_at(evening, places=1), now=at(28, 20, 30))
    make_many(evening, 4)

    assert search.next_wave_at == datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    assert sweep(at(30, 9, 30)) == 3


# One message a person.


def test_one_message_lists_every_hole_that_fits():
    evening = published_evening()
    belvue, mim = post_at(evening, places=1), post_at(evening, "MIM", places=1)
    open_search(belvue, now=at(24, 10))
    open_search(mim, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]

    assert sweep(at(24, 10, 30)) == 1

    assert offers_sent().get().user == alice.user
    assert {offer.search.post for offer in ask_of(alice).offers.all()} == {belvue, mim}


def test_two_holes_ask_twice_as_many_people_as_one():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(24, 10))
    open_search(post_at(evening, "MIM", places=1), now=at(24, 10))
    make_many(evening, 10)

    assert sweep(at(24, 10, 30)) == 6
    assert Ask.objects.count() == offers_sent().count() == 6
    assert Offer.objects.count() == 12


def test_a_hole_that_does_not_fit_is_not_in_the_message():
    evening = published_evening()
    dutch = post_at(evening, places=1)
    dutch.languages.add(make_language("nl"))
    mim = post_at(evening, "MIM", places=1)
    open_search(dutch, now=at(24, 10))
    open_search(mim, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]

    sweep(at(24, 10, 30))

    assert [offer.search.post for offer in ask_of(alice).offers.all()] == [mim]


def test_a_search_whose_first_wave_is_to_come_is_not_told_before_it():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(24, 10))
    later = open_search(post_at(evening, "MIM", places=1), now=at(24, 10, 20))
    make_people(evening, "Alice")

    sweep(at(24, 10, 30))

    assert not later.offers.exists()


def test_a_search_that_has_begun_is_told_to_who_is_asked_for_another_hole():
    evening = published_evening()
    begun = open_search(post_at(evening, places=1), now=at(24, 10))
    make_many(evening, 3)
    sweep(at(24, 10, 30))
    open_search(post_at(evening, "MIM", places=1), now=at(24, 11))
    zoe = make_people(evening, "Zoé")[0]

    assert sweep(at(24, 11, 30)) == 1

    begun.refresh_from_db()
    assert (offer_to(zoe, begun).wave, begun.waves, begun.next_wave_at) == (1, 1, at(24, 14, 30))


def test_while_the_others_wait_for_the_reserve_nobody_else_is_told_of_the_hole():
    evening = published_evening()
    belvue = open_search(post_at(evening, places=1), now=at(26, 10))
    make_people(evening, "Rosa", on_call=True)
    alice = make_people(evening, "Alice", languages=[make_language("nl")])[0]
    sweep(at(26, 10))
    dutch = post_at(evening, "MIM", places=1)
    dutch.languages.add(make_language("nl"))
    mim = open_search(dutch, now=at(26, 10, 5))

    sweep(at(26, 10, 5))
    assert asked(mim) == ["Alice"]
    assert asked(belvue) == ["Rosa"]

    sweep(at(26, 10, 15))
    assert {offer.search for offer in ask_of(alice).offers.all()} == {belvue, mim}


def test_who_is_asked_again_has_all_her_choices_in_the_new_message():
    evening = published_evening()
    first = open_search(post_at(evening, places=1), now=at(26, 15))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 15))
    second = open_search(post_at(evening, "MIM", places=1), now=at(26, 15, 30))

    sweep(at(26, 15, 30))

    assert {offer.search for offer in ask_of(alice).offers.all()} == {first, second}
    assert {offer.ask for offer in Offer.objects.all()} == {ask_of(alice)}


def test_a_second_sweep_at_the_same_moment_asks_nobody():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(24, 10))
    make_many(evening, 8)
    sweep(at(24, 10, 30))

    assert sweep(at(24, 10, 30)) == 0


# The budget.


def test_nobody_is_asked_twice_about_one_evening_with_days_left():
    evening = published_evening()
    open_search(post_at(evening, places=1), now=at(24, 10))
    make_people(evening, "Alice")
    sweep(at(24, 10, 30))
    open_search(post_at(evening, "MIM", places=1), now=at(24, 11))

    assert sweep(at(24, 11, 30)) == 0


def test_nobody_is_asked_more_than_twice_a_week():
    evenings = [published_evening(date(2026, 4, day)) for day in (2, 9, 16)]
    alice = make_people(evenings[0], "Alice")[0]
    for evening in evenings[1:]:
        make_available(alice, evening)
    for evening in evenings:
        open_search(post_at(evening, places=1), now=at(23, 9))

    sweep(at(24, 10))

    assert Ask.objects.count() == 2


def test_the_week_is_over_after_seven_days():
    evenings = [published_evening(date(2026, 4, day)) for day in (16, 23)]
    alice = make_people(evenings[0], "Alice")[0]
    make_available(alice, evenings[1])
    for days in (6, 5):
        Ask.objects.create(volunteer=alice, evening=published_evening(date(2026, 4, days)), asked_at=at(17, 10, days))
    open_search(post_at(evenings[0], places=1), now=at(23, 9))

    assert sweep(at(24, 10)) == 0
    assert sweep(at(25, 11)) == 0
    assert sweep(at(26, 11)) == 1


def test_the_budget_ends_twelve_hours_before():
    evening = published_evening()
    alice = make_people(evening, "Alice")[0]
    for minute in (1, 2):
        Ask.objects.create(volunteer=alice, evening=evening, asked_at=at(24, 10, minute))
    open_search(post_at(evening, places=1), now=at(25, 10))

    assert sweep(at(25, 10, 5)) == 0
    assert sweep(at(26, 9)) == 1


def test_what_the_reserve_is_asked_is_not_counted():
    evening = published_evening()
    make_people(evening, "Rosa", on_call=True)
    for number, museum in enumerate(("BELvue", "MIM", "Horta")):
        open_search(post_at(evening, museum, places=1), now=at(24, 10 + number))

    assert [sweep(at(24, 10 + number, 30)) for number in range(3)] == [1, 1, 1]


# Answers.


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


# Ending.


def test_an_assignment_by_hand_ends_the_search():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]

    actions.assign(post, alice, by=SYSTEM, now=at(24, 10, 10))

    search.refresh_from_db()
    assert search.ended_because == Search.Because.FILLED
    assert sweep(at(24, 10, 30)) == 0


def test_taking_the_assignment_back_lets_the_search_go_on():
    lea = Actor.user(make_coordinator())
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice, *_ = make_people(evening, "Alice", "Bob")
    assignment = actions.assign(post, alice, by=lea, now=at(24, 10, 10))
    entry = Entry.objects.about(assignment).get(verb="assigned")

    actions.undo(entry, by=lea, now=at(24, 10, 11))

    search.refresh_from_db()
    assert (search.is_live, search.next_wave_at) == (True, at(24, 10, 30))


def test_calling_the_opening_off_ends_the_search():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))

    actions.call_off(post.opening, by=SYSTEM, now=at(24, 10, 10))

    search.refresh_from_db()
    assert search.ended_because == Search.Because.CALLED_OFF


def test_the_last_useful_moment_ends_the_search():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(26, 15))

    sweep(at(26, 18, 59))
    search.refresh_from_db()
    assert search.is_live

    sweep(at(26, 19))
    search.refresh_from_db()
    assert search.ended_because == Search.Because.TOO_LATE


def test_places_that_are_only_wanted_are_no_longer_searched_twelve_hours_before():
    evening = published_evening()
    search = open_search(post_at(evening, places=2, needed=0), now=at(25, 10))
    make_many(evening, 20)
    sweep(at(25, 10, 5))

    assert sweep(at(26, 9)) == 0
    search.refresh_from_db()
    assert search.ended_because == Search.Because.ENOUGH


def test_hours_that_move_nearer_bring_the_next_wave_nearer():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    make_many(evening, 8)
    sweep(at(24, 10, 30))
    hours = [moment - timedelta(hours=5) for moment in (post.report_at, post.starts_at, post.ends_at)]

    actions.move_hours(post, report_at=hours[0], starts_at=hours[1], ends_at=hours[2], by=SYSTEM, now=at(24, 10, 40))

    search.refresh_from_db()
    # Two days before is now 12:30, from when ninety minutes are the wait.
    assert search.next_wave_at == at(24, 12, 30)


def test_hours_that_move_at_night_plan_no_wave_in_the_past():
    evening = published_evening()
    post = post_at(evening, places=1)
    search = open_search(post, now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    alice.registrations.update(no_asks_until=at(25, 9).date())
    # Nobody may be asked today: none of its waves finds anybody.
    for hour, minute in ((10, 30), (14, 30), (18, 30), (20, 0)):
        sweep(at(24, hour, minute))
    hours = [moment + timedelta(hours=1) for moment in (post.report_at, post.starts_at, post.ends_at)]

    actions.move_hours(post, report_at=hours[0], starts_at=hours[1], ends_at=hours[2], by=SYSTEM, now=at(24, 22))

    search.refresh_from_db()
    assert search.waves == 0
    assert search.next_wave_at == at(25, 9)


# What the coordinator hears.


def test_who_is_on_duty_hears_once_that_every_place_is_filled():
    lea = make_coordinator()
    make_coordinator("other@example.org")
    evening = published_evening(lead=lea)
    search = open_search(post_at(evening, places=1), now=at(25, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(25, 10, 5))
    actions.accept_offer(offer_to(alice, search), by=Actor.volunteer_link(alice), now=at(25, 11))

    assert [message.user for message in Message.objects.filter(kind="place_filled")] == [lea]


@pytest.mark.parametrize(("moment", "is_told"), [((17, 30), False), ((17, 31), True)])
def test_a_place_that_is_filled_is_told_at_once_only_within_two_days(moment, is_told):
    evening = published_evening(lead=make_coordinator())
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.accept_offer(offer_to(alice, search), by=Actor.volunteer_link(alice), now=at(24, *moment))

    search.refresh_from_db()
    assert search.ended_because == "filled"
    assert Message.objects.filter(kind="place_filled").exists() is is_told


@pytest.mark.parametrize(("moment", "told_at"), [((11, 0), (17, 30)), ((17, 31), (17, 31))])
def test_that_nobody_is_left_is_told_when_it_is_near_where_no_digest_tells_it_before(moment, told_at):
    evening = published_evening(lead=make_coordinator())
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.decline(ask_of(alice), by=SYSTEM, now=at(24, *moment))

    search.refresh_from_db()
    assert search.nobody_left_at == at(24, *moment)
    assert Message.objects.get(kind="nobody_left").due == at(24, *told_at)


def test_who_filled_the_place_herself_needs_no_mail_about_it():
    lea = make_coordinator()
    evening = published_evening(lead=lea)
    post = post_at(evening, places=1)
    open_search(post, now=at(25, 10))
    alice = make_people(evening, "Alice")[0]

    actions.assign(post, alice, by=Actor.user(lea), now=at(25, 10, 10))

    assert not Message.objects.filter(kind="place_filled").exists()


def test_with_nobody_to_ask_the_coordinator_hears_it_once_and_the_search_goes_on():
    lea = make_coordinator()
    evening = published_evening(lead=lea)
    search = open_search(post_at(evening, places=1), now=at(25, 10))
    make_people(evening, "Alice", answer="no")

    sweep(at(25, 10, 5))
    sweep(at(25, 14, 30))

    search.refresh_from_db()
    assert (search.is_live, search.nobody_left_at) == (True, at(25, 10, 5))
    assert [message.user for message in Message.objects.filter(kind="nobody_left")] == [lea]

    make_people(evening, "Bob")
    assert sweep(search.next_wave_at) == 1


def test_while_somebody_is_only_spared_for_now_nobody_left_is_not_said():
    evening = published_evening(lead=make_coordinator())
    open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    Ask.objects.create(volunteer=alice, evening=evening, asked_at=at(23, 10))

    assert sweep(at(24, 10, 30)) == 0
    assert not Message.objects.filter(kind="nobody_left").exists()


def test_when_everybody_said_no_the_coordinator_hears_it_at_once():
    evening = published_evening(lead=make_coordinator())
    open_search(post_at(evening, places=1), now=at(26, 15))
    alice, bob = make_people(evening, "Alice", "Bob")
    sweep(at(26, 15))
    sweep(at(26, 15, 1))

    actions.decline(ask_of(alice), by=SYSTEM, now=at(26, 15, 5))
    assert not Message.objects.filter(kind="nobody_left").exists()

    actions.decline(ask_of(bob), by=SYSTEM, now=at(26, 15, 6))
    assert Message.objects.get(kind="nobody_left").due == at(26, 15, 6)


def test_when_the_only_one_left_takes_another_post_the_coordinator_hears_it():
    evening = published_evening(lead=make_coordinator())
    belvue = open_search(post_at(evening, places=1), now=at(26, 15))
    mim = open_search(post_at(evening, "MIM", places=1), now=at(26, 15))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 15))

    actions.accept_offer(offer_to(alice, mim), by=SYSTEM, now=at(26, 15, 5))

    assert Message.objects.get(kind="nobody_left").about_id == belvue.pk


def test_what_happens_by_night_is_told_in_the_morning():
    evening = published_evening(lead=make_coordinator())
    open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    actions.decline(ask_of(alice), by=SYSTEM, now=at(24, 23))

    assert Message.objects.get(kind="nobody_left").due == at(25, 9)


# The sweep.


def test_the_sweep_says_that_it_came_to_its_end(at):
    at(NOW)

    tasks.sweep()

    assert Heartbeat.objects.filter(name="searches").exists()


@pytest.mark.logs_errors
def test_an_evening_that_fails_holds_up_no_other(monkeypatch):
    evenings = [published_evening(), published_evening(day=NOW.date())]
    for evening in evenings:
        open_search(post_at(evening, places=1), now=at(24, 10))
        make_people(evening, "Alice")
    real = waves._advance_evening
    fails = evenings[0].pk
    monkeypatch.setattr(waves, "_advance_evening", lambda pk, *rest: 1 / 0 if pk == fails else real(pk, *rest))

    sweep(at(24, 16, 30))

    assert {ask.evening for ask in Ask.objects.all()} == {evenings[1]}


def test_the_next_moment_of_all_searches_is_the_earliest_wave_or_end():
    evening = published_evening()
    assert actions.next_due(at(24, 10)) is None

    open_search(post_at(evening, places=1), now=at(24, 10))

    assert actions.next_due(at(24, 10)) == at(24, 10, 30)
    assert actions.next_due(at(26, 18)) == at(26, 19)
