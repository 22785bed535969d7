from datetime import date, time, timedelta
from importlib import import_module

import pytest
from django.urls import reverse

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import locks, places
from shifts.actions.people import ChangedMeanwhile, IsCoordinator
from shifts.actions.undo import SomebodyElseIsThere
from shifts.models import Assignment, Offer, PlaceRequest, Search
from shifts.pages.evening import on_call
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.pages import link, page, text_of
from tests.shifts.searches import ask_of, make_people, make_withdrawal, offer_to, post_at, published_evening, sweep
from tests.shifts.searches import at as hour
from volunteers import actions as volunteers
from volunteers.actions import RecordHasMoved
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_now(at):
    at(hour(24, 11))


@pytest.fixture
def evening():
    return published_evening()


def blocked(volunteer, **words):
    gone = actions.block(volunteer, **{"by": SYSTEM, "now": NOW, **words})
    volunteer.refresh_from_db()
    return gone


def asked_alice(evening):
    """Alice is asked for the only place of a post; returns the post, its search and her."""
    alice = make_people(evening, "Alice")[0]
    post = post_at(evening, places=1)
    _, search = make_withdrawal(post, now=hour(24, 10))
    sweep(hour(24, 10, 30))
    return post, search, alice


def test_her_places_ahead_end_and_she_is_told_of_all_of_them_once(evening):
    alice = make_people(evening, "Alice")[0]
    first = make_assignment(post_at(evening, "BELvue"), alice)
    later = make_assignment(post_at(published_evening(date(2026, 4, 2)), "Horta"), alice)

    gone = blocked(alice)

    assert gone == [first, later]
    assert not alice.assignments.active().exists()
    assert {a.cause for a in alice.assignments.all()} == {Assignment.Cause.REMOVED}
    message = Message.objects.get(user=alice.user)
    assert (message.kind, message.due) == ("changed", NOW + timedelta(minutes=2))
    assert len(message.facts["items"]) == 2
    for assignment in gone:
        assignment.post.refresh_from_db()
        assert assignment.post.taken == 0


def test_what_began_or_was_stays_in_the_books(evening):
    alice = make_people(evening, "Alice")[0]
    place = make_assignment(post_at(evening), alice)

    gone = blocked(alice, now=place.report_at)

    assert gone == []
    assert alice.assignments.active().get() == place


def test_of_a_draft_she_hears_nothing():
    evening = make_evening()
    alice = make_people(evening, "Alice")[0]
    make_assignment(post_at(evening), alice, published_at=None)

    assert len(blocked(alice, then="search")) == 1

    assert not Message.objects.filter(user=alice.user).exists()
    assert not Search.objects.exists()


@pytest.mark.parametrize(("then", "searches"), [("leave_open", 0), ("myself", 0), ("search", 2)])
def test_what_happens_to_her_places_is_chosen_for_all_of_them(evening, then, searches):
    alice = make_people(evening, "Alice")[0]
    make_assignment(post_at(evening, "BELvue"), alice)
    make_assignment(post_at(evening, "Horta", report=time(13), starts=time(13), ends=time(15)), alice)

    blocked(alice, then=then)

    assert Search.objects.live().count() == searches


def test_one_line_of_history_says_what_the_click_did(evening):
    alice = make_people(evening, "Alice")[0]
    place = make_assignment(post_at(evening), alice)
    request = PlaceRequest.objects.create(post=post_at(evening), volunteer=alice, asked_at=NOW)

    blocked(alice)
    blocked(alice)

    data = {"assignments": [place.pk], "requests": [request.pk], "then": "leave_open"}
    assert [entry.data for entry in Entry.objects.about(alice)] == [data]
    request.refresh_from_db()
    assert request.answer == PlaceRequest.Answer.NO


def test_an_offer_that_she_has_is_good_no_more(evening):
    _post, search, alice = asked_alice(evening)
    blocked(alice, now=hour(24, 11))

    with pytest.raises(places.Blocked):
        actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=hour(24, 11))

    assert not alice.assignments.exists()


def test_the_page_of_an_offer_asks_her_to_call_and_shows_no_button(evening, client, at_now):
    _post, search, alice = asked_alice(evening)
    blocked(alice, now=hour(24, 11))
    address = link("offer", ask_of(alice), language="en")

    shown = client.get(address)
    said = client.post(address + "answer/", {"answer": "yes", "offer": offer_to(alice, search).pk}, follow=True)

    assert "Can you call us first?" in text_of(shown)
    assert "btn--lamp" not in shown.content.decode()
    assert "We cannot give you a place from here." in text_of(said)
    assert not alice.assignments.exists()


def test_the_links_of_the_group_and_of_an_sms_say_it_kindly_too(evening, client, at_now):
    post, _search, alice = asked_alice(evening)
    blocked(alice, now=hour(24, 11))
    client.force_login(alice.user)

    signed_in = client.post(page("help_take", evening.edition.slug, post.pk), follow=True)
    by_link = client.post(link("help_link_take", alice, post.pk, purpose="help"), follow=True)

    for answer in (signed_in, by_link):
        assert "We cannot give you a place from here." in text_of(answer)
    assert not alice.assignments.exists()


def test_every_way_to_a_place_is_closed_to_her(evening):
    post, _search, alice = asked_alice(evening)
    place = make_assignment(post_at(evening, "Horta", report=time(13), starts=time(13), ends=time(15)), alice)
    actions.withdraw(place, by=SYSTEM, now=hour(24, 10))
    blocked(alice, now=hour(24, 11))
    deeds = (
        lambda now: actions.step_in(post, alice, by=SYSTEM, now=now),
        lambda now: actions.take_another(ask_of(alice), post, by=SYSTEM, now=now),
        lambda now: actions.come_back(place, by=SYSTEM, now=now),
        lambda now: places.take_place(post, alice, now=now, published_at=now, confirmed_how=Assignment.How.TOOK),
    )

    for deed in deeds:
        with pytest.raises(places.Blocked):
            deed(hour(24, 11))
    assert actions.wanted_posts(alice, now=hour(24, 11)) == []
    assert not alice.assignments.active().exists()


def test_a_search_that_waited_for_her_answer_alone_tells_that_nobody_is_left(evening):
    make_coordinator()
    _post, search, alice = asked_alice(evening)
    assert not Message.objects.filter(kind="nobody_left").exists()

    blocked(alice, now=hour(24, 11))

    search.refresh_from_db()
    assert search.nobody_left_at == hour(24, 11)


def test_a_message_that_waits_to_ask_her_stays_at_home(evening):
    _post, _search, alice = asked_alice(evening)

    blocked(alice, now=hour(24, 11))

    offer = Message.objects.get(kind="offer")
    assert messaging.reason_to_skip(offer, hour(24, 11))


def test_who_was_on_call_is_neither_counted_nor_reminded(evening):
    alice = make_people(evening, "Alice", on_call=True)[0]
    actions.plan_reserve_reminder(alice.registrations.get().availabilities.get(), by=SYSTEM, now=NOW)
    assert on_call(evening) == [alice]

    blocked(alice)

    assert on_call(evening) == []
    reminder = Message.objects.get(kind="reminder_reserve")
    assert messaging.reason_to_skip(reminder, NOW) == "This person is blocked."


def test_her_open_session_ends_with_it(evening, client):
    alice = make_people(evening, "Alice")[0]
    client.force_login(alice.user)
    mine = reverse("mine", args=[evening.edition.slug])
    assert client.get(mine).status_code == 200

    actions.block(alice, by=SYSTEM, now=NOW)

    assert client.get(mine).status_code == 302


def test_a_coordinator_is_not_blocked():
    lea = make_volunteer("Léa", user=make_coordinator())

    with pytest.raises(IsCoordinator):
        blocked(lea)

    lea.refresh_from_db()
    assert lea.blocked_at is None


def test_a_record_that_was_merged_is_not_blocked():
    alice, kept = make_volunteer(), make_volunteer("Kept")
    Volunteer.objects.filter(pk=alice.pk).update(merged_into=kept)

    with pytest.raises(RecordHasMoved):
        blocked(alice)


def test_a_place_that_she_got_while_this_waited_is_never_overlooked(evening, monkeypatch):
    alice = make_people(evening, "Alice")[0]
    locked = locks.lock_volunteers

    def meanwhile(pks):
        make_assignment(post_at(evening), alice)
        return locked(pks)

    monkeypatch.setattr(import_module("shifts.actions.people.block"), "lock_volunteers", meanwhile)

    with pytest.raises(ChangedMeanwhile):
        blocked(alice)


def test_unblocking_gives_no_place_back(evening):
    alice = make_people(evening, "Alice")[0]
    make_assignment(post_at(evening), alice)
    blocked(alice)

    for _ in range(2):
        actions.unblock(alice, by=SYSTEM, now=NOW)

    alice.refresh_from_db()
    assert alice.blocked_at is None
    assert not alice.assignments.active().exists()
    assert [entry.verb for entry in Entry.objects.about(alice)] == ["blocked", "unblocked"]


def test_a_coordinator_may_place_her_with_one_more_tick(evening):
    alice = make_people(evening, "Alice")[0]
    blocked(alice)

    assignment = actions.assign(post_at(evening), alice, by=SYSTEM, now=NOW, accept=["blocked"])

    assert assignment.is_active


# Within two minutes the click is taken back, with all that it did.


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


def entry_of(volunteer):
    return Entry.objects.about(volunteer).get(verb="blocked")


def test_undoing_it_puts_her_back_as_she_was_and_nobody_hears_of_it(evening, lea):
    alice = make_people(evening, "Alice")[0]
    make_assignment(post_at(evening, "BELvue"), alice, confirmed_at=NOW, confirmed_how="link")
    make_assignment(post_at(evening, "Horta", report=time(13), starts=time(13), ends=time(15)), alice)
    request = PlaceRequest.objects.create(post=post_at(evening), volunteer=alice, asked_at=NOW)
    blocked(alice, by=lea, then="search")
    assert actions.latest_undoable(lea, edition=evening.edition, now=NOW) == entry_of(alice)

    actions.undo(entry_of(alice), by=lea, now=NOW + timedelta(minutes=1))

    alice.refresh_from_db()
    request.refresh_from_db()
    assert alice.blocked_at is None
    assert sorted(alice.assignments.active().values_list("confirmed_how", flat=True)) == ["", "link"]
    assert request.answered_at is None
    assert not Search.objects.live().exists()
    later = NOW + timedelta(minutes=2)
    assert all(messaging.reason_to_skip(message, later) for message in Message.objects.filter(kind="changed"))
    assert actions.latest_undoable(lea, edition=evening.edition, now=later) is None


def test_undoing_it_is_all_or_nothing(evening, lea):
    alice, bob = make_people(evening, "Alice", "Bob")
    post = post_at(evening, places=1)
    make_assignment(post, alice)
    blocked(alice, by=lea)
    actions.assign(post, bob, by=lea, now=NOW)

    with pytest.raises(SomebodyElseIsThere):
        actions.undo(entry_of(alice), by=lea, now=NOW)

    alice.refresh_from_db()
    assert alice.blocked_at == NOW


def test_it_is_not_undone_once_she_was_told(evening, lea):
    alice = make_people(evening, "Alice")[0]
    make_assignment(post_at(evening), alice)
    blocked(alice, by=lea)
    messaging.record_as_sent(Message.objects.get(kind="changed"), now=NOW)

    assert actions.latest_undoable(lea, edition=evening.edition, now=NOW) is None


def test_send_now_sends_what_waits_to_tell_her(evening, lea):
    alice = make_people(evening, "Alice")[0]
    make_assignment(post_at(evening), alice)
    blocked(alice, by=lea)

    assert [message.kind for message in actions.waiting_messages(entry_of(alice))] == ["changed"]


def test_no_search_asks_who_is_blocked(evening):
    alice = make_people(evening, "Alice")[0]
    blocked(alice)
    make_withdrawal(post_at(evening), now=hour(24, 10))

    sweep(hour(24, 10, 30))

    assert not Offer.objects.filter(volunteer=alice).exists()


def test_an_answer_for_an_evening_stays(evening):
    alice = make_volunteer()
    answer = make_available(alice, make_opening(evening).evening)

    blocked(alice)

    answer.refresh_from_db()
    assert answer.answer == "yes"


def test_who_is_paused_or_not_placed_there_keeps_her_places(evening):
    alice = make_people(evening, "Alice")[0]
    place = make_assignment(make_post(make_opening(evening)), alice)

    volunteers.pause(alice.registrations.get(), by=SYSTEM, now=NOW)
    volunteers.set_not_at(alice, [place.post.opening.museum_id], by=SYSTEM, now=NOW)

    place.refresh_from_db()
    assert place.is_active
