"""A coordinator's hand on a search: hold, release, widen, leave out, consent (design.md 3.9 and 6)."""

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from messaging import kinds
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions, pace
from shifts.actions.undo import MessageHasLeft
from shifts.models import LeftOut, Offer, Search
from tests.factories import make_coordinator
from tests.shifts.searches import (
    asked,
    at,
    make_many,
    make_people,
    make_withdrawal,
    open_search,
    post_at,
    published_evening,
    sweep,
)

pytestmark = pytest.mark.django_db

UNDO = timedelta(minutes=2)
PAUSED, TAKEN_OVER = Search.Hold.PAUSED, Search.Hold.TAKEN_OVER


@pytest.fixture
def camille():
    return Actor.user(make_coordinator("Camille"))


def fresh(search):
    return Search.objects.get(pk=search.pk)


def verbs(search):
    return [*Entry.objects.about(search).order_by("pk").values_list("verb", flat=True)]


def rule(evening, **rules):
    evening.edition.rules_data = rules
    evening.edition.save()


def searched(number=8, **fields):
    """A search that was opened on Tuesday at 10:00 for Thursday evening, and so many people whom it may ask."""
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    make_many(evening, number, **fields)
    return search


def hold(search, now, held=PAUSED, by=SYSTEM):
    actions.hold_search(search, held=held, by=by, now=now)


# Held.


def test_a_search_that_is_held_asks_nobody_until_it_is_released_and_then_goes_on(camille):
    search = searched()
    hold(search, at(24, 10, 20), TAKEN_OVER, camille)
    hold(search, at(24, 10, 21), TAKEN_OVER, camille)
    assert (fresh(search).held, fresh(search).held_by_id) == (TAKEN_OVER, camille.id)

    assert sweep(at(24, 14)) == 0
    assert actions.next_due(at(24, 10, 20)) > at(24, 18)

    actions.release_search(search, by=camille, now=at(24, 14, 10))
    actions.release_search(search, by=camille, now=at(24, 14, 11))
    assert fresh(search).next_wave_at == at(24, 14, 12)
    assert [sweep(at(24, 14, 11)), sweep(at(24, 14, 12))] == [0, 3]
    assert verbs(search) == ["opened_search", "held_search", "released_search", "asked"]


def test_released_early_it_asks_when_it_would_have_asked():
    search = searched()
    hold(search, at(24, 10, 5))

    actions.release_search(search, by=SYSTEM, now=at(24, 10, 10))

    assert fresh(search).next_wave_at == at(24, 10, 30)


def test_released_in_the_evening_it_asks_when_people_are_awake():
    search = searched()
    hold(search, at(24, 10, 20))

    actions.release_search(search, by=SYSTEM, now=at(24, 21))

    assert fresh(search).next_wave_at == at(25, 9, 2)


def test_released_when_everybody_is_to_be_asked_it_asks_everybody_at_once():
    search = searched(8)
    sweep(at(24, 10, 30))
    hold(search, at(24, 11))
    assert sweep(at(26, 14)) == 0

    actions.release_search(search, by=SYSTEM, now=at(26, 14))

    assert sweep(at(26, 14)) == 5


def test_while_it_is_held_nobody_is_told_of_its_hole_in_another_message():
    evening = published_evening()
    held = open_search(post_at(evening, "BELvue", places=1), now=at(24, 10))
    make_many(evening, 8)
    sweep(at(24, 10, 30))
    hold(held, at(24, 10, 40))
    other = open_search(post_at(evening, "MIM", places=1), now=at(24, 11))

    sweep(at(24, 11, 30))

    assert (len(asked(held)), len(asked(other))) == (3, 3)


def test_a_yes_to_an_earlier_offer_fills_a_search_that_is_held():
    search = searched(3)
    sweep(at(24, 10, 30))
    hold(search, at(24, 10, 40))

    actions.accept_offer(search.offers.first(), by=SYSTEM, now=at(24, 11))

    assert fresh(search).ended_because == Search.Because.FILLED


def test_held_too_it_ends_when_nobody_can_be_of_use_or_nothing_takes_place():
    search = searched()
    other = open_search(post_at(search.post.opening.evening, "MIM"), now=at(24, 10))
    for one in (search, other):
        hold(one, at(24, 10, 1))

    actions.call_off(other.post.opening, by=SYSTEM, now=at(25, 10))
    sweep(at(26, 19))

    assert fresh(other).ended_because == Search.Because.CALLED_OFF
    assert fresh(search).ended_because == Search.Because.TOO_LATE


def test_a_search_that_was_held_and_filled_is_held_again_when_that_is_undone(camille):
    search = searched()
    hold(search, at(24, 10, 1))
    actions.assign(search.post, make_people(search.post.opening.evening, "Alice")[0], by=camille, now=at(24, 10, 5))

    actions.undo(Entry.objects.get(verb="assigned"), by=camille, now=at(24, 10, 6))

    assert (fresh(search).is_live, fresh(search).held) == (True, PAUSED)
    assert sweep(at(24, 12)) == 0


def test_a_withdrawal_leaves_it_held_and_a_coordinators_search_now_lets_it_go_on():
    evening = published_evening()
    post = post_at(evening, places=2)
    _, search = make_withdrawal(post, now=at(24, 10))
    make_many(evening, 4)
    hold(search, at(24, 10, 1))

    make_withdrawal(post, now=at(24, 11), name="Jan")
    assert fresh(search).is_held

    actions.search_now(post, by=SYSTEM, now=at(24, 12))
    assert not fresh(search).is_held
    assert sweep(at(24, 12, 2)) == 4


def test_search_now_hurries_what_began_by_itself_and_a_second_click_on_ones_own_does_nothing():
    evening = published_evening(date(2026, 4, 9))
    by_itself = make_withdrawal(post_at(evening, places=1), now=at(24, 11))[1]
    hers = open_search(post_at(evening, "MIM", places=1), now=at(24, 11))
    planned = [search.next_wave_at for search in (by_itself, hers)]

    for search in (by_itself, hers):
        assert actions.search_now(search.post, by=SYSTEM, now=at(24, 11, 5)) == search

    assert fresh(by_itself).next_wave_at < planned[0]
    assert fresh(hers).next_wave_at == planned[1]
    assert verbs(hers) == ["opened_search"]


def test_while_it_is_held_nobody_reads_that_nobody_is_left():
    search = searched(1)
    sweep(at(24, 10, 30))
    hold(search, at(24, 10, 40))

    actions.decline(search.offers.get().ask, by=SYSTEM, now=at(24, 11))

    assert fresh(search).nobody_left_at is None


def test_nothing_is_done_to_a_search_that_has_ended():
    search = searched()
    actions.stop_search(search, by=SYSTEM, now=at(24, 10, 1))

    hold(search, at(24, 10, 2))
    actions.release_search(search, by=SYSTEM, now=at(24, 10, 2))
    actions.leave_out(search, make_people(search.post.opening.evening, "Zoé")[0], by=SYSTEM, now=at(24, 10, 2))

    assert actions.widen_now(search, by=SYSTEM, now=at(24, 10, 2)) is None
    assert actions.agree_to_wave(search, wave=1, by=SYSTEM, now=at(24, 10, 2)) is None
    assert actions.next_asked(search, now=at(24, 10, 2)) == []
    assert verbs(search) == ["opened_search", "ended_search"]


# Widened.


def test_widened_it_asks_once_it_can_be_undone_no_more_and_a_second_click_is_the_same_wave(camille):
    search = searched()
    sweep(at(24, 10, 30))

    first = actions.widen_now(search, by=camille, now=at(24, 11))
    second = actions.widen_now(search, by=camille, now=at(24, 11, 1))

    assert first == second == at(24, 11) + UNDO
    assert [sweep(at(24, 11, 1)), sweep(at(24, 11, 2)), sweep(at(24, 11, 3))] == [0, 3, 0]
    assert fresh(search).next_wave_at == at(24, 15, 2)
    assert verbs(search).count("widened") == 1


@pytest.mark.parametrize(
    ("clicked", "leaves"),
    [
        ((24, 20, 29), (25, 9, 1)),
        ((24, 23), (25, 9, 2)),
        ((26, 8), (26, 9)),
        ((26, 16), (26, 16)),
    ],
)
def test_widened_by_night_it_asks_in_the_morning_but_at_once_where_everybody_is_asked(clicked, leaves):
    search = searched(4)
    hold(search, at(24, 10, 1))
    leaves = at(*leaves)

    assert actions.widen_now(search, by=SYSTEM, now=at(*clicked)) == leaves
    assert sweep(leaves - timedelta(seconds=1)) == 0
    assert sweep(leaves) > 0


def test_widened_after_the_clock_change_it_asks_by_the_clock_on_the_wall():
    evening = published_evening(at(2, 12, month=4).date())
    search = open_search(post_at(evening, places=1), now=at(28, 10))
    make_many(evening, 3)

    assert actions.widen_now(search, by=SYSTEM, now=at(28, 22)) == at(30, 9, 2)


def test_widening_releases_what_is_held_and_undo_holds_it_again(camille):
    search = searched()
    hold(search, at(24, 10, 20))

    assert actions.widen_now(search, by=camille, now=at(24, 11)) == at(24, 11, 2)
    entry = actions.latest_undoable(camille, edition=search.post.opening.evening.edition, now=at(24, 11, 1))
    actions.undo(entry, by=camille, now=at(24, 11, 1))

    assert (entry.verb, fresh(search).held, fresh(search).next_wave_at) == ("widened", PAUSED, at(24, 10, 30))
    assert sweep(at(24, 12)) == 0


def test_a_wave_that_was_asked_is_not_undone(camille):
    search = searched()
    actions.widen_now(search, by=camille, now=at(26, 14))
    sweep(at(26, 14))

    with pytest.raises(MessageHasLeft):
        actions.undo(Entry.objects.get(verb="widened"), by=camille, now=at(26, 14, 1))

    assert search.offers.count() == 8


def test_a_second_click_after_the_wave_has_asked_everybody_is_the_same_wave(camille):
    search = searched(3)
    sweep(at(24, 10, 30))
    assert actions.widen_now(search, by=camille, now=at(26, 14)) == at(26, 14)
    sweep(at(26, 14))

    assert actions.widen_now(search, by=camille, now=at(26, 14, 1)) == at(26, 14)

    # The last row of the table begins then, and asks everybody who is left.
    assert fresh(search).next_wave_at == at(26, 14, 30)
    assert verbs(search).count("widened") == 1


def test_where_the_others_wait_for_the_reserve_widening_asks_them_at_once():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(26, 10))
    make_people(evening, "Rosa", on_call=True)
    make_people(evening, "Alice", "Bob")
    sweep(at(26, 10))
    assert asked(search) == ["Rosa"]

    actions.widen_now(search, by=SYSTEM, now=at(26, 10, 5))
    sweep(at(26, 10, 5))

    assert asked(search) == ["Rosa", "Alice", "Bob"]


# Left out.


def test_who_is_left_out_is_not_asked_by_this_search_and_may_be_put_there_by_hand():
    search = searched(2)
    evening = search.post.opening.evening
    other = open_search(post_at(evening, "MIM", places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    for _click in range(2):
        actions.leave_out(search, alice, by=SYSTEM, now=at(24, 10, 1))

    sweep(at(24, 10, 30))

    assert asked(search) == ["V00", "V01"]
    assert "Alice" in asked(other)
    assert actions.assign(search.post, alice, by=SYSTEM, now=at(24, 11)).is_active
    assert verbs(search).count("left_out") == 1


def test_who_is_let_in_again_is_asked():
    search = searched(0)
    alice = make_people(search.post.opening.evening, "Alice")[0]
    actions.leave_out(search, alice, by=SYSTEM, now=at(24, 10, 1))
    assert actions.next_asked(search, now=at(24, 10, 1)) == []

    for _click in range(2):
        actions.let_in(search, alice, by=SYSTEM, now=at(24, 10, 2))

    assert [one.volunteer for one in actions.next_asked(search, now=at(24, 10, 2))] == [alice]
    assert verbs(search) == ["opened_search", "left_out", "let_in"]


def test_who_was_asked_already_is_not_left_out():
    search = searched(1)
    sweep(at(24, 10, 30))

    actions.leave_out(search, search.offers.get().volunteer, by=SYSTEM, now=at(24, 10, 31))

    assert not LeftOut.objects.exists()


# Whom the next wave asks.


def test_the_next_wave_asks_whom_it_said_that_it_would_ask():
    search = searched(8)
    other = open_search(post_at(search.post.opening.evening, "MIM", places=1), now=at(24, 10))

    said = {one: [c.pk for c in actions.next_asked(one, now=at(24, 10, 5))] for one in (search, other)}
    sweep(at(24, 10, 30))

    for one, pks in said.items():
        assert [*one.offers.order_by("rank").values_list("volunteer", flat=True)] == pks != []


def test_of_a_search_that_is_held_one_reads_whom_it_would_ask_if_it_were_released():
    search = searched(8)
    hold(search, at(24, 10, 20))

    assert len(actions.next_asked(search, now=at(24, 15))) == 3
    assert fresh(search).is_held


def test_the_budget_of_a_week_that_is_over_by_then_holds_nobody_back():
    search = searched(0)
    evening = search.post.opening.evening
    alice = make_people(evening, "Alice")[0]
    alice.registrations.update(no_asks_until=evening.date - timedelta(days=1))
    assert actions.next_asked(search, now=at(24, 10, 5)) == []

    Search.objects.update(next_wave_at=at(25, 10))
    assert [one.volunteer for one in actions.next_asked(search, now=at(24, 10, 5))] == [alice]


# Consent.


@pytest.fixture
def with_consent(camille):
    evening = published_evening()
    rule(evening, asks_need_consent=True)
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    make_many(evening, 8)
    return search


def test_a_wave_waits_for_consent_says_so_once_and_asks_when_she_agreed(with_consent, camille):
    search = with_consent
    assert [sweep(at(24, 10, 30)), sweep(at(24, 10, 31)), sweep(at(24, 12))] == [0, 0, 0]
    assert fresh(search).wave_proposed_at == at(24, 10, 30)

    for minute in (0, 1):
        assert actions.agree_to_wave(search, wave=1, by=camille, now=at(24, 12, minute)) == at(24, 12, 2)
    assert [sweep(at(24, 12, 1)), sweep(at(24, 12, 2)), sweep(at(24, 12, 3))] == [0, 3, 0]

    sweep(at(24, 16, 2))
    assert len(asked(search)) == 3
    assert verbs(search) == ["opened_search", "wave_proposed", "agreed_to_wave", "asked", "wave_proposed"]


def test_a_wave_that_waits_takes_nobody_from_what_another_says_that_it_asks(with_consent):
    evening = with_consent.post.opening.evening
    other = open_search(post_at(evening, "MIM", places=1), now=at(24, 10))
    sweep(at(24, 10, 30))
    actions.agree_to_wave(other, wave=1, by=SYSTEM, now=at(24, 10, 40))

    said = actions.next_asked(fresh(other), now=at(24, 10, 40))
    sweep(at(24, 10, 42))

    assert [candidate.volunteer.first_name for candidate in said] == asked(other)


def test_an_agreement_to_another_wave_than_the_next_changes_nothing(with_consent):
    sweep(at(24, 10, 30))

    for wave in (0, 2):
        actions.agree_to_wave(with_consent, wave=wave, by=SYSTEM, now=at(24, 11))

    assert sweep(at(24, 12)) == 0
    assert fresh(with_consent).agreed_wave == 0


def test_agreed_beforehand_the_wave_keeps_its_hour(with_consent):
    actions.agree_to_wave(with_consent, wave=1, by=SYSTEM, now=at(24, 10, 5))

    assert [sweep(at(24, 10, 29)), sweep(at(24, 10, 30))] == [0, 3]


def test_an_agreement_can_be_undone(with_consent, camille):
    sweep(at(24, 10, 30))
    actions.agree_to_wave(with_consent, wave=1, by=camille, now=at(24, 11))

    actions.undo(Entry.objects.get(verb="agreed_to_wave"), by=camille, now=at(24, 11, 1))

    assert sweep(at(24, 12)) == 0
    assert fresh(with_consent).wave_proposed_at == at(24, 10, 30)


def test_widening_is_agreeing(with_consent):
    sweep(at(24, 10, 30))

    actions.widen_now(with_consent, by=SYSTEM, now=at(24, 11))

    assert sweep(at(24, 11, 2)) == 3


def test_where_everybody_is_asked_a_wave_waits_for_no_consent_any_more(with_consent):
    sweep(at(24, 10, 30))
    begins = pace.frame(with_consent.post).report_at - timedelta(hours=12)
    assert actions.next_due(begins - timedelta(minutes=1)) == begins

    assert (actions.next_due(begins), sweep(at(26, 8, 59)), sweep(at(26, 9))) == (at(26, 9), 0, 8)
    assert fresh(with_consent).wave_proposed_at is None


def test_whoever_becomes_free_when_everybody_was_asked_waits_for_no_consent_either(with_consent):
    sweep(at(26, 14))
    make_people(with_consent.post.opening.evening, "Late")

    assert sweep(at(26, 14, 5)) == 1


def test_consent_that_the_edition_wants_no_more_is_not_waited_for(with_consent):
    sweep(at(24, 10, 30))
    rule(with_consent.post.opening.evening)

    assert sweep(at(24, 10, 31)) == 3
    assert fresh(with_consent).wave_proposed_at is None


def test_where_nobody_is_to_be_asked_nobody_is_asked_for_consent():
    evening = published_evening(lead=make_coordinator())
    rule(evening, asks_need_consent=True)
    search = open_search(post_at(evening, places=1), now=at(25, 10))

    sweep(at(25, 10, 5))

    assert fresh(search).wave_proposed_at is None
    assert fresh(search).nobody_left_at == at(25, 10, 5)


@pytest.mark.parametrize(
    ("opened", "proposed", "told_at"),
    [
        # At once, however far the evening is.
        ((25, 10), (25, 10, 5), (25, 10, 5)),
        ((24, 10), (24, 10, 30), (24, 10, 30)),
    ],
)
def test_who_is_on_duty_hears_once_that_a_wave_waits(opened, proposed, told_at):
    evening = published_evening(lead=make_coordinator())
    rule(evening, asks_need_consent=True, working_days=[0])
    search = open_search(post_at(evening, places=1), now=at(*opened))
    make_many(evening, 2)

    for minutes in range(3):
        sweep(at(*proposed) + timedelta(minutes=minutes))

    told = Message.objects.get(kind="wave_waits")
    assert (told.user, told.due, told.facts["wave"]) == (evening.lead, at(*told_at), 1)
    assert told.about_id == search.pk


def test_offers_by_hand_keep_no_wave_waiting_nor_make_one(with_consent):
    evening = with_consent.post.opening.evening
    alice = make_people(evening, "Alice")[0]

    offer = actions.ask_by_hand(with_consent, alice, by=SYSTEM, now=at(24, 10, 5))
    sweep(at(24, 10, 30))

    assert (offer.by_hand, fresh(with_consent).waves) == (True, 0)
    assert Offer.objects.count() == 1
    assert fresh(with_consent).wave_proposed_at


def test_who_is_told_of_a_hole_in_anothers_message_makes_no_wave_of_it():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    make_many(evening, 8)
    sweep(at(24, 10, 30))
    open_search(post_at(evening, "MIM", places=1), now=at(24, 11))

    sweep(at(24, 11, 30))

    assert (len(asked(search)), fresh(search).waves) == (6, 1)
    assert {offer.wave for offer in search.offers.all()} == {1}


def test_what_a_coordinator_asked_for_is_not_put_off_by_another_holes_wave():
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    make_many(evening, 12)
    sweep(at(24, 10, 30))
    open_search(post_at(evening, "MIM", places=1), now=at(24, 11))
    actions.widen_now(search, by=SYSTEM, now=at(24, 11, 29))

    sweep(at(24, 11, 30))

    assert fresh(search).next_wave_at == at(24, 11, 31)


@pytest.mark.parametrize(
    ("rules", "hold_it", "words"),
    [
        ({}, True, "The search is held by a coordinator: nobody is asked before it goes on."),
        ({"asks_need_consent": True}, False, "The search has started; people are asked once you agree."),
        ({}, False, "The search has started; the next people are asked on Wednesday 25\u00a0March, 10:05."),
    ],
)
def test_who_is_on_duty_reads_of_a_withdrawal_what_the_search_waits_for(rules, hold_it, words):
    evening = published_evening(lead=make_coordinator())
    rule(evening, **rules)
    _gone, search = make_withdrawal(post_at(evening, places=1), now=at(25, 10))
    if hold_it:
        hold(search, at(25, 10))

    with translation.override("en"):
        message = Message.objects.get(kind="withdrawn")
        text = render_to_string("messages/_withdrawn_text.txt", kinds.get("withdrawn").context(message, at(25, 10)))

    assert words in text


def test_what_was_put_off_by_a_click_is_not_brought_forward_by_another(camille):
    search = searched()
    hold(search, at(24, 10, 20))
    actions.release_search(search, by=camille, now=at(24, 14))

    actions.change_places(search.post, places_wanted=3, needed=3, by=camille, now=at(24, 14, 1))

    assert fresh(search).next_wave_at == at(24, 14, 2)


def test_a_place_that_was_filled_by_mistake_leaves_the_reserve_its_minutes(camille):
    evening = published_evening()
    search = open_search(post_at(evening, places=1), now=at(26, 10))
    make_people(evening, "Rosa", on_call=True)
    zoe, *_others = make_people(evening, "Zoé", "Alice", "Bob")
    sweep(at(26, 10))

    actions.assign(search.post, zoe, by=camille, now=at(26, 10, 1))
    actions.undo(Entry.objects.get(verb="assigned"), by=camille, now=at(26, 10, 2))

    assert fresh(search).next_wave_at == at(26, 10, 15)
    assert [sweep(at(26, 10, 2)), sweep(at(26, 10, 15))] == [0, 3]


def test_what_comes_of_a_click_leaves_once_it_can_be_undone_no_more_whatever_was_planned_before(camille):
    search = searched()
    hold(search, at(24, 10, 20))

    assert actions.widen_now(search, by=camille, now=at(24, 10, 29)) == at(24, 10, 31)
    assert sweep(at(24, 10, 30)) == 0
    actions.undo(Entry.objects.get(verb="widened"), by=camille, now=at(24, 10, 30))

    assert (fresh(search).held, fresh(search).next_wave_at) == (PAUSED, at(24, 10, 30))


def test_while_a_wave_waits_for_consent_nobody_is_told_of_its_hole_in_another_message(with_consent):
    search, other = with_consent, open_search(post_at(with_consent.post.opening.evening, "MIM"), now=at(24, 10))
    actions.agree_to_wave(search, wave=1, by=SYSTEM, now=at(24, 10, 5))
    sweep(at(24, 10, 30))
    sweep(at(24, 14, 30))
    assert fresh(search).wave_proposed_at == at(24, 14, 30)

    actions.agree_to_wave(other, wave=other.waves + 1, by=SYSTEM, now=at(24, 15))
    sweep(at(24, 15, 2))

    assert (len(asked(search)), len(asked(other)) > 0) == (3, True)
