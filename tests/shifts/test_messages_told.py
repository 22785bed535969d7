"""Nobody is told of the end of what she never heard of, nor of one thing twice."""

from datetime import date, timedelta

import pytest

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Opening
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, Evening
from shifts import actions
from shifts.messages import assignments
from shifts.models import Post
from shifts.ranking import WARNINGS
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

pytestmark = pytest.mark.django_db

SOON, LATER, LONG_AFTER = (NOW + timedelta(minutes=minutes) for minutes in (1, 2, 30))
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def evening():
    return make_evening(date(2026, 4, 9))


@pytest.fixture
def alice(evening):
    volunteer = make_volunteer()
    make_available(volunteer, evening)
    return volunteer


@pytest.fixture
def draft(evening, alice):
    return make_assignment(make_post(make_opening(evening)), alice, published_at=None)


def sent_by(now):
    """Let everything leave that is due; the kinds of what left so far."""
    for message in Message.objects.due(now).order_by("due", "pk"):
        messaging.record_as_sent(message, now=max(message.due, NOW))
    return list(Message.objects.exclude(sent_at=None).order_by("sent_at", "pk").values_list("kind", flat=True))


def test_who_is_removed_before_the_mail_of_her_evening_leaves_hears_nothing(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)
    draft.refresh_from_db()

    actions.remove(draft, by=SYSTEM, now=SOON)

    assert sent_by(LONG_AFTER) == []


def test_who_confirmed_and_loses_her_place_while_a_worker_reads_it_hears_of_the_end_alone(
    evening, draft, alice, monkeypatch
):
    actions.publish(evening, by=SYSTEM, now=NOW)
    sent_by(LATER)
    draft.refresh_from_db()
    actions.confirm(draft, how="link", by=Actor.volunteer_link(alice), now=LATER)
    post = draft.post
    hours = {name: getattr(post, name) + HALF_AN_HOUR for name in ("report_at", "starts_at", "ends_at")}
    actions.move_hours(post, by=SYSTEM, now=LATER, **hours)
    moved, read = Message.objects.get(kind="changed"), assignments._ahead

    def removed_meanwhile(rows, now):
        actions.remove(draft, by=SYSTEM, now=LATER)
        return read(rows, now)

    monkeypatch.setattr(assignments, "_ahead", removed_meanwhile)

    assert messaging.reason_to_skip(moved, LATER) == "In the end nothing changed."
    assert messaging.reason_to_skip(Message.objects.pending().get(kind="changed"), LATER) is None


def test_who_is_removed_after_the_mail_of_her_evening_left_hears_it(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)
    draft.refresh_from_db()
    sent_by(LATER)

    actions.remove(draft, by=SYSTEM, now=LATER)

    assert sent_by(LONG_AFTER) == ["published", "changed"]


def test_who_confirmed_on_her_page_before_the_mail_left_hears_that_she_is_removed(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)
    actions.confirm(draft, how="signed_in", by=SYSTEM, now=NOW)

    actions.remove(draft, by=SYSTEM, now=SOON)

    assert sent_by(LONG_AFTER) == ["changed"]


def test_who_confirmed_a_new_place_on_her_page_before_its_mail_left_hears_that_she_is_removed(alice):
    post = make_post(make_opening(make_evening(published_at=NOW)))
    assignment = actions.assign(post, alice, accept=["no_answer"], by=SYSTEM, now=NOW)
    actions.confirm(assignment, how="signed_in", by=Actor.volunteer_link(alice), now=SOON)

    actions.remove(assignment, by=SYSTEM, now=SOON)

    assert sent_by(LONG_AFTER) == ["changed"]
    assert "Plus nécessaire" in Message.objects.get(kind="changed").text


def test_who_took_a_place_at_night_hears_in_the_morning_that_it_was_taken_back_since():
    evening = make_evening(date(2026, 4, 2), published_at=NOW)
    post, bob = make_post(make_opening(evening)), make_volunteer("Bob")
    make_available(bob, evening)
    night, morning = NOW + timedelta(hours=12), NOW + timedelta(hours=24)
    hers = actions.step_in(post, bob, by=Actor.volunteer_link(bob), now=night)

    actions.remove(hers, by=SYSTEM, now=night)

    assert sent_by(morning) == ["changed"]


def test_what_is_called_off_before_its_mail_leaves_is_never_mentioned(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)

    actions.call_off(draft.post.opening, by=SYSTEM, now=SOON)

    assert sent_by(LONG_AFTER) == []


def test_what_is_called_off_while_a_new_assignment_waits_is_never_mentioned(alice):
    post = make_post(make_opening(make_evening(date(2026, 4, 16), published_at=NOW)))
    actions.assign(post, alice, by=SYSTEM, now=NOW)

    actions.call_off(post.opening, by=SYSTEM, now=SOON)

    assert sent_by(LONG_AFTER) == []


def test_an_assignment_that_the_mail_of_all_her_evenings_names_is_not_told_again(evening, draft, alice):
    post = make_post(make_opening(make_evening(date(2026, 4, 16), published_at=NOW)))
    actions.publish(evening, by=SYSTEM, now=NOW)

    actions.assign(post, alice, by=SYSTEM, now=SOON)

    assert sent_by(LONG_AFTER) == ["published"]


def test_an_assignment_made_after_that_mail_is_told(evening, draft, alice):
    post = make_post(make_opening(make_evening(date(2026, 4, 16), published_at=NOW)))
    actions.publish(evening, by=SYSTEM, now=NOW)
    sent_by(LATER)

    actions.assign(post, alice, by=SYSTEM, now=LATER)

    assert sent_by(LONG_AFTER) == ["published", "changed"]


def test_a_mail_names_nobody_whose_place_is_still_a_draft(evening, draft):
    post = make_post(draft.post.opening)
    bob, carol = (make_assignment(post, make_volunteer(name)) for name in ("Bob", "Carol"))
    message = actions.tell(bob, "assigned", due=NOW, by=SYSTEM, now=NOW)

    text = messaging.render(message, now=NOW).text

    assert carol.volunteer.short_name in text
    assert draft.volunteer.short_name not in text


def later(post, now):
    post = Post.objects.for_pages().get(pk=post.pk)
    moved = {name: getattr(post, name) + HALF_AN_HOUR for name in ("report_at", "starts_at", "ends_at")}
    actions.move_hours(post, **moved, by=SYSTEM, now=now)


def test_a_move_before_the_mail_of_her_evening_leaves_is_told_by_that_mail_alone(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)

    later(draft.post, SOON)

    assert sent_by(LONG_AFTER) == ["published"]
    assert "18:00" in Message.objects.get(kind="published").text


def test_a_move_after_that_mail_is_told(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)
    sent_by(LATER)

    later(draft.post, LATER + timedelta(minutes=1))

    assert sent_by(LONG_AFTER) == ["published", "changed"]


def test_a_move_is_told_to_who_confirmed_on_her_page_before_the_mail_left(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)
    actions.confirm(draft, how="signed_in", by=SYSTEM, now=NOW)

    later(draft.post, SOON)

    assert sent_by(LONG_AFTER) == ["published", "changed"]


def test_a_move_is_not_told_to_who_confirmed_the_new_hour_on_her_page(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)
    later(draft.post, NOW)

    actions.confirm(draft, how="signed_in", by=SYSTEM, now=SOON)

    assert sent_by(LONG_AFTER) == ["published"]


def test_a_move_of_what_is_a_draft_again_is_told_to_nobody(evening, draft):
    lea = Actor.user(make_coordinator())
    actions.publish(evening, by=lea, now=NOW)
    later(draft.post, SOON)

    actions.undo(Entry.objects.get(verb="published"), by=lea, now=SOON)

    assert sent_by(LONG_AFTER) == []


def test_what_is_called_off_again_after_undoing_is_named_once(evening, draft):
    actions.publish(evening, by=SYSTEM, now=NOW)
    sent_by(LATER)
    lea = Actor.user(make_coordinator())
    actions.call_off(draft.post.opening, by=lea, now=LATER)
    actions.undo(Entry.objects.get(verb="called_off", about_type="museums.opening"), by=lea, now=LATER)
    opening = Opening.objects.get(pk=draft.post.opening_id)

    actions.call_off(opening, by=lea, now=LATER)

    assert sent_by(LONG_AFTER) == ["published", "called_off"]
    ((_name, calendar, _type),) = Message.objects.get(kind="called_off").files
    assert "SEQUENCE:3" in calendar


def test_who_took_a_place_and_is_lent_and_removed_at_once_hears_of_the_end_of_her_own_alone(evening, alice):
    own, other = (make_post(make_opening(evening)) for _museum in range(2))
    taken = make_assignment(own, alice, confirmed_at=NOW, confirmed_how="took")
    Evening.objects.update(published_at=NOW)
    lent = actions.lend(taken, other, then="leave_open", accept=WARNINGS, by=SYSTEM, now=SOON)

    actions.remove(lent, by=SYSTEM, now=SOON)

    told = assignments.changes(Message.objects.get(kind="changed"), LATER)
    assert {what: [row.post for row in rows] for what, rows in told.items() if rows} == {"gone": [own]}
