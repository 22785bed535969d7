"""Stories of the replacement search, with fixed times (design.md 6): whom it asks, how many and when."""

from datetime import UTC, date, datetime, time

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM
from nocturnes.models import Heartbeat
from shifts import actions, tasks
from shifts.actions.searches import waves
from shifts.models import Ask, Offer, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
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
