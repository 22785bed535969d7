"""A whole evening does not take place: everybody hears of it once, and it can be taken back while nobody has."""

from datetime import date, time, timedelta

import pytest

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import evenings, places
from shifts.actions.undo import MessageHasLeft, NotYoursToUndo
from shifts.messages.assignments import called_off_context
from shifts.models import Assignment
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def published(day=date(2026, 3, 26), **fields):
    return make_evening(day, **{"published_at": NOW, **fields})


def two_posts(evening):
    """One after the other, at two museums."""
    early = make_post(make_opening(evening, make_museum("BELvue")), ends=time(20))
    return early, make_post(make_opening(evening, make_museum("Horta")), report=time(20), starts=time(20))


def call_off(evening, *, by=SYSTEM, now=NOW):
    return actions.call_off_evening(evening, by=by, now=now)


def told(kind="called_off"):
    return {message.user.first_name for message in Message.objects.pending().filter(kind=kind)}


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


def test_everybody_is_free_and_told_once_with_two_posts_too_and_so_is_the_reserve():
    evening = published()
    early, late = two_posts(evening)
    alice, bob, rik = make_volunteer("Alice"), make_volunteer("Bob"), make_volunteer("Rik")
    for post, who in ((early, alice), (late, alice), (late, bob)):
        make_assignment(post, who)
    make_available(rik, evening, on_call_at=NOW)

    number = call_off(evening)

    evening.refresh_from_db()
    assert number == 3
    assert evening.called_off_at == NOW
    assert {opening.called_off_at for opening in evening.openings.all()} == {NOW}
    assert not Assignment.objects.active().exists()
    assert Message.objects.filter(kind="called_off").count() == 3
    assert told() == {"Alice", "Bob", "Rik"}


def test_each_message_says_what_was_hers():
    evening = published()
    early, late = two_posts(evening)
    alice, rik = make_volunteer("Alice"), make_volunteer("Rik")
    make_assignment(early, alice)
    make_assignment(late, alice)
    make_available(rik, evening, on_call_at=NOW)
    make_available(alice, evening, on_call_at=NOW)
    call_off(evening)

    hers = called_off_context(Message.objects.get(kind="called_off", user=alice.user), NOW)
    his = called_off_context(Message.objects.get(kind="called_off", user=rik.user), NOW)

    assert ([slot.museum for slot in hers["slots"]], hers["on_call"]) == (["BELvue", "Horta"], [])
    assert (his["slots"], his["on_call"]) == ([], [evening])


def test_a_draft_ends_without_a_word_and_answers_stay():
    evening = make_evening()
    early, _late = two_posts(evening)
    draft = make_assignment(early, published_at=None)
    make_available(make_volunteer(), evening, on_call_at=NOW)

    number = call_off(evening)

    draft.refresh_from_db()
    assert number == 0
    assert draft.cause == "called_off"
    assert not Message.objects.exists()
    assert evening.availabilities.get().on_call_at == NOW


def test_reminders_words_to_the_reserve_and_offers_on_their_way_stay_at_home():
    evening = published()
    early, late = two_posts(evening)
    assignment = make_assignment(early)
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)
    answer = make_available(make_volunteer(), evening, on_call_at=NOW)
    actions.plan_reserve_reminder(answer, by=SYSTEM, now=NOW)
    make_available(make_volunteer("Carol"), evening)
    gone = make_assignment(late)
    actions.withdraw(gone, by=SYSTEM, now=NOW)
    actions.advance_searches(now=NOW + timedelta(hours=1))
    waiting = Message.objects.pending()
    kinds = {"reminder_unconfirmed", "reminder_eve", "reminder_reserve", "offer"}
    assert kinds <= set(waiting.values_list("kind", flat=True))

    call_off(evening, now=NOW + timedelta(hours=1))

    assert not waiting.filter(kind__in=kinds).exists()


def test_searches_end_and_a_yes_to_an_offer_is_refused():
    evening = published()
    early, _late = two_posts(evening)
    search = actions.withdraw(make_assignment(early), by=SYSTEM, now=NOW)
    carol = make_volunteer("Carol")
    make_available(carol, evening)
    actions.advance_searches(now=NOW + timedelta(hours=1))

    call_off(evening, now=NOW + timedelta(hours=1))

    search.refresh_from_db()
    assert search.ended_because == "called_off"
    with pytest.raises(places.CalledOff):
        actions.accept_offer(search.offers.get(volunteer=carol), by=SYSTEM, now=NOW + timedelta(hours=2))


def test_twice_tells_nobody_again():
    evening = published()
    make_assignment(two_posts(evening)[0])
    call_off(evening)

    assert call_off(evening) == 0
    assert Message.objects.filter(kind="called_off").count() == 1


def test_an_opening_that_was_called_off_before_keeps_its_time_and_its_people_their_message():
    evening = published()
    early, late = two_posts(evening)
    alice = make_volunteer("Alice")
    make_assignment(early, alice)
    make_assignment(late, alice)
    actions.call_off(early.opening, by=SYSTEM, now=NOW)

    call_off(evening, now=NOW + timedelta(minutes=1))

    early.opening.refresh_from_db()
    assert early.opening.called_off_at == NOW
    message = Message.objects.get(kind="called_off")
    assert len(message.facts["items"]) == 2


def test_who_has_done_her_work_keeps_it():
    evening = published()
    early, _late = two_posts(evening)
    done = make_assignment(early)

    call_off(evening, now=hours.instant(evening.date, time(20, 30), evening.edition.zone))

    done.refresh_from_db()
    assert done.is_active


@pytest.mark.parametrize("hour", [22, 23])
def test_an_evening_that_is_over_is_not_called_off(hour):
    evening = published()
    two_posts(evening)

    with pytest.raises(evenings.EveningIsOver):
        call_off(evening, now=hours.instant(evening.date, time(hour), evening.edition.zone))


def test_a_called_off_evening_is_not_published_and_nobody_is_put_there():
    evening = make_evening()
    early, _late = two_posts(evening)
    alice = make_volunteer()
    make_available(alice, evening)
    call_off(evening)

    with pytest.raises(evenings.EveningIsCalledOff):
        actions.publish(evening, by=SYSTEM, now=NOW)
    with pytest.raises(places.CalledOff):
        actions.assign(early, alice, by=SYSTEM, now=NOW)


def test_a_change_that_waits_is_not_told_beside_the_calling_off():
    evening = published()
    early, _late = two_posts(evening)
    make_assignment(early)
    later = [moment + timedelta(minutes=15) for moment in evenings.Hours.of(early)]
    actions.move_hours(early, **evenings.Hours(*later)._asdict(), by=SYSTEM, now=NOW)

    call_off(evening)

    message = Message.objects.get(kind="changed")
    messaging.record_as_sent(message, now=message.due)
    assert message.sent_at is None


@pytest.mark.parametrize(("hour", "urgent"), [(22, True), (12, False)])
def test_the_reserve_hears_at_night_only_where_the_morning_is_too_late(hour, urgent):
    day = date(2026, 3, 29)
    evening = published(day)
    make_post(
        make_opening(
            evening,
            starts_at=hours.instant(day, time(10), evening.edition.zone),
            ends_at=hours.instant(day, time(23), evening.edition.zone),
        ),
        ends=time(23),
    )
    make_available(make_volunteer(), evening, on_call_at=NOW)

    call_off(evening, now=hours.instant(date(2026, 3, 28), time(hour), evening.edition.zone))

    assert bool(Message.objects.get(kind="called_off").facts.get("urgent")) is urgent


# Taking it back.


def test_an_opening_called_off_is_taken_back_everybody_as_before_and_nobody_told(lea):
    evening = published()
    post = make_post(make_opening(evening), places=2)
    assignment = make_assignment(post, confirmed_at=NOW, confirmed_how="link")
    search = actions.open_search(post, by=SYSTEM, now=NOW)
    actions.call_off(post.opening, by=lea, now=NOW)
    entry = actions.latest_undoable(lea, edition=evening.edition, now=NOW)

    actions.undo(entry, by=lea, now=NOW)

    post.opening.refresh_from_db()
    search.refresh_from_db()
    back = post.assignments.active().get()
    message = Message.objects.get(kind="called_off")
    messaging.record_as_sent(message, now=message.due)
    assert post.opening.called_off_at is None
    assert (back.volunteer, back.confirmed_how) == (assignment.volunteer, "link")
    assert search.is_live
    assert message.sent_at is None


def test_an_evening_called_off_is_taken_back_with_its_openings_reserve_and_reminders(lea):
    evening = published()
    early, late = two_posts(evening)
    actions.call_off(late.opening, by=SYSTEM, now=NOW - timedelta(days=1))
    make_assignment(early)
    answer = make_available(make_volunteer("Rik"), evening, on_call_at=NOW)
    actions.plan_reserve_reminder(answer, by=SYSTEM, now=NOW)
    call_off(evening, by=lea)

    actions.undo(actions.latest_undoable(lea, edition=evening.edition, now=NOW), by=lea, now=NOW)

    evening.refresh_from_db()
    early.opening.refresh_from_db()
    late.opening.refresh_from_db()
    assert (evening.called_off_at, early.opening.called_off_at) == (None, None)
    assert late.opening.called_off_at == NOW - timedelta(days=1)
    assert Message.objects.pending().filter(kind="reminder_reserve").exists()
    assert Message.objects.pending().filter(kind="reminder_eve").exists()
    for message in Message.objects.filter(kind="called_off"):
        messaging.record_as_sent(message, now=message.due)
        assert message.sent_at is None


def test_it_is_not_taken_back_where_somebody_has_another_place_by_now(lea):
    evening = published()
    early, _late = two_posts(evening)
    alice = make_volunteer("Alice")
    make_assignment(early, alice)
    actions.call_off(early.opening, by=lea, now=NOW)
    other = make_post(make_opening(evening, make_museum("MIM")))
    make_assignment(other, alice)
    entry = Entry.objects.get(verb="called_off", about_type="museums.opening")

    with pytest.raises(places.Overlaps, match=r"Alice D\."):
        actions.undo(entry, by=lea, now=NOW)

    early.opening.refresh_from_db()
    assert early.opening.is_called_off


def test_what_somebody_was_told_is_not_taken_back(lea):
    evening = published()
    early, _late = two_posts(evening)
    make_assignment(early)
    call_off(evening, by=lea)
    messaging.record_as_sent(Message.objects.get(kind="called_off"), now=NOW)
    entry = Entry.objects.get(verb="called_off_evening")

    with pytest.raises(MessageHasLeft):
        actions.undo(entry, by=lea, now=NOW)

    assert actions.latest_undoable(lea, edition=evening.edition, now=NOW) is None


def test_the_end_of_one_place_alone_is_nothing_to_take_back(lea):
    evening = published()
    early, _late = two_posts(evening)
    make_assignment(early)
    call_off(evening, by=lea)
    part = Entry.objects.get(verb="called_off", about_type="shifts.assignment")

    with pytest.raises(NotYoursToUndo):
        actions.undo(part, by=lea, now=NOW)
