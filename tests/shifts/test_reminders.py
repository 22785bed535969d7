import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM
from shifts import actions
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from volunteers import actions as volunteers

pytestmark = pytest.mark.django_db


def assignment_on(day, **fields):
    return make_assignment(make_post(make_opening(make_evening(day, published_at=NOW))), **fields)


def planned(assignment):
    return dict(Message.objects.about(assignment).pending().values_list("kind", "due"))


def test_reminders_are_planned_by_calendar_days_on_the_wall_across_the_clock_change():
    assignment = assignment_on(date(2026, 4, 2))

    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)

    # The clock changes on 29 March, between the first reminder (10:00 is 09:00 UTC) and the others.
    assert planned(assignment) == {
        "reminder_briefing": datetime(2026, 3, 27, 9, 0, tzinfo=UTC),
        "reminder_unconfirmed": datetime(2026, 3, 31, 10, 0, tzinfo=UTC),
        "reminder_eve": datetime(2026, 4, 1, 15, 0, tzinfo=UTC),
    }


def test_a_confirmed_volunteer_is_not_asked_again():
    assignment = assignment_on(date(2026, 4, 2), confirmed_at=NOW, confirmed_how="link")

    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)

    assert set(planned(assignment)) == {"reminder_briefing", "reminder_eve"}


def test_a_moment_that_is_past_is_not_planned():
    assignment = assignment_on(date(2026, 3, 26))

    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)

    # J-6 was on Friday 20 March; J-2 is today at noon.
    assert set(planned(assignment)) == {"reminder_unconfirmed", "reminder_eve"}


def test_planning_again_changes_nothing():
    assignment = assignment_on(date(2026, 4, 2))
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)
    before = planned(assignment)

    actions.plan_reminders(assignment, by=SYSTEM, now=NOW + timedelta(hours=1))

    assert planned(assignment) == before
    assert Message.objects.about(assignment).count() == 3


def test_other_offsets_move_what_is_still_to_come():
    assignment = assignment_on(date(2026, 4, 2))
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)
    edition = make_edition()
    edition.rules_data = {"eve": {"days": 1, "at": "16:00"}}
    edition.save()
    assignment = type(assignment).objects.for_pages().get(pk=assignment.pk)

    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)

    assert planned(assignment)["reminder_eve"] == datetime(2026, 4, 1, 14, 0, tzinfo=UTC)


def test_a_reminder_that_falls_on_a_sunday_waits_for_monday_morning():
    edition = make_edition(rules_data={"unconfirmed": {"days": 4, "at": "12:00"}})
    assignment = make_assignment(make_post(make_opening(make_evening(date(2026, 4, 2), edition=edition))))

    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)

    assert planned(assignment)["reminder_unconfirmed"] == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"confirmed_at": NOW, "confirmed_how": "link"}, "Confirmed in the meantime."),
        ({"cancelled_at": NOW, "cause": "withdrew"}, "This person is no longer on the post."),
        ({"published_at": None}, "The evening is not published any more."),
    ],
)
def test_a_reminder_that_is_no_longer_true_is_skipped_with_its_reason(change, reason):
    assignment = assignment_on(date(2026, 4, 2))
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)
    type(assignment).objects.filter(pk=assignment.pk).update(**change)
    message = Message.objects.get(kind="reminder_unconfirmed")

    messaging.record_as_sent(message, now=message.due)

    assert message.sent_at is None
    assert message.reason == reason


def test_a_reminder_after_the_report_time_is_too_late():
    assignment = assignment_on(date(2026, 4, 2))
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)
    message = Message.objects.get(kind="reminder_eve")

    messaging.record_as_sent(message, now=assignment.report_at)

    assert message.skipped_at
    assert "late" in message.reason


def test_a_new_assignment_inside_six_days_carries_the_briefing_itself():
    post = make_post(make_opening(make_evening(published_at=NOW)), briefing_fr="Tu ouvres la porte.", ends=time(22))
    assignment = make_assignment(post)
    message = actions.tell(assignment, "assigned", due=NOW, by=SYSTEM, now=NOW)

    near = messaging.render(message, now=NOW).text
    far = messaging.render(message, now=NOW - timedelta(days=10)).text

    assert "Tu ouvres la porte." in near
    assert "Tu ouvres la porte." not in far


def reserve_reminder(evening, **fields):
    availability = make_available(make_volunteer(), evening, on_call_at=NOW, **fields)
    actions.plan_reserve_reminder(availability, by=SYSTEM, now=NOW)
    return availability, Message.objects.get(kind="reminder_reserve")


def test_the_reserve_hears_nothing_once_the_evening_is_over():
    evening = make_evening(published_at=NOW)
    post = make_post(make_opening(evening))
    _, message = reserve_reminder(evening)

    messaging.record_as_sent(message, now=post.ends_at)

    assert "late" in message.reason


@pytest.mark.parametrize("asked_before", [True, False])
def test_the_reserve_reads_at_noon_which_places_are_looked_for_and_where_to_say_yes(asked_before):
    evening = make_evening(published_at=NOW)
    search = actions.open_search(make_post(make_opening(evening)), by=SYSTEM, now=NOW)
    make_opening(evening, make_museum("MIM"))
    _, message = reserve_reminder(evening)
    if asked_before:
        actions.advance_searches(now=NOW + timedelta(hours=1))
        assert search.offers.count() == 1

    text = messaging.render(message, now=message.due).text

    assert search.post.opening.museum.name in text
    # As a word: what a link is signed with may have any letters.
    assert not re.search(r"\bMIM\b", text)
    assert ("/offer/" in text, "/help/" in text) == (asked_before, not asked_before)


def test_the_reserve_reads_of_no_place_that_she_refused_or_that_nobody_looks_for():
    evening = make_evening(published_at=NOW)
    search = actions.open_search(make_post(make_opening(evening)), by=SYSTEM, now=NOW)
    _, message = reserve_reminder(evening)
    name = search.post.opening.museum.name
    actions.advance_searches(now=NOW + timedelta(hours=1))
    assert name in messaging.render(message, now=message.due).text

    actions.decline(search.offers.get().ask, by=SYSTEM, now=NOW + timedelta(hours=2))

    assert name not in messaging.render(message, now=message.due).text


def test_the_reserve_of_an_evening_that_is_no_longer_published_hears_nothing():
    evening = make_evening()
    make_post(make_opening(evening))
    _, message = reserve_reminder(evening)

    messaging.record_as_sent(message, now=message.due)

    assert message.reason == "The evening is not published any more."


def test_who_takes_her_answer_back_is_no_longer_reminded_of_the_reserve():
    evening = make_evening(published_at=NOW)
    make_post(make_opening(evening))
    availability, message = reserve_reminder(evening)
    volunteers.set_availability(availability.registration, evening, "", by=SYSTEM, now=NOW)

    messaging.record_as_sent(message, now=message.due)

    assert message.reason == "This person is no longer on call."
