"""Whose place may come free: each sign, asking again once a day, and who could come then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, User
from shifts import actions
from shifts.actions import asking_again, places
from shifts.models import Assignment, StillComing
from shifts.pages.at_risk import at_risk
from shifts.pages.waiting import waiting
from shifts.pages.warm_up import warm_up
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.messaging.factories import make_message
from tests.shifts.test_disruptions import TEXTS

pytestmark = pytest.mark.django_db

# Wednesday 25 March, 12:00 and a minute before, in Brussels.
NOON = datetime(2026, 3, 25, 11, 0, tzinfo=UTC)
BEFORE_NOON = NOON - timedelta(minutes=1)


@pytest.fixture
def evening():
    return make_evening(published_at=NOW - timedelta(days=8))


@pytest.fixture
def last_week():
    return make_evening(date(2026, 3, 19), published_at=NOW - timedelta(days=20))


def place_at(evening):
    return make_post(make_opening(evening))


def on(evening, volunteer, **fields):
    make_available(volunteer, evening)
    return make_assignment(place_at(evening), volunteer, **fields)


def known(name, last_week, **fields):
    """Somebody who came last week."""
    volunteer = make_volunteer(name, **fields)
    on(last_week, volunteer, confirmed_at=NOW, confirmed_how="link")
    return volunteer


def signs(now):
    return {
        one.assignment.volunteer.first_name: one.signs
        for night in at_risk(make_edition(), now=now)
        for one in (*night.people, *night.newcomers)
    }


def test_who_has_not_confirmed_is_to_be_phoned_from_noon_of_the_day_before_on(evening, last_week):
    on(evening, known("Alice", last_week))
    on(evening, known("Bob", last_week), confirmed_at=NOW, confirmed_how="link")
    on(evening, known("Dora", last_week), published_at=None)

    assert signs(BEFORE_NOON) == {}
    assert signs(NOON) == {"Alice": ("to_phone",)}


def test_who_is_there_for_the_first_time_and_whose_mails_fail_is_on_the_list(evening, last_week):
    on(evening, make_volunteer("Nora"), confirmed_at=NOW, confirmed_how="link")
    alice, bob = known("Alice", last_week), known("Bob", last_week)
    for volunteer in (alice, bob):
        on(evening, volunteer, confirmed_at=NOW, confirmed_how="link")
        make_message(volunteer.user, failed_at=NOW)
    make_message(bob.user, sent_at=NOW + timedelta(hours=1))

    assert signs(NOW) == {"Nora": ("first_time",), "Alice": ("mail_failed",)}
    [night] = at_risk(make_edition(), now=NOW)
    assert [one.assignment.volunteer.first_name for one in night.newcomers] == ["Nora"]


def test_who_gave_a_place_back_late_is_on_the_list_but_not_for_a_strike_nor_where_she_took_it_again(evening, last_week):
    lea = Actor.user(make_coordinator())
    late, early, strike, back = (known(name, last_week) for name in ("Late", "Early", "Strike", "Back"))
    first = make_evening(date(2026, 3, 12), published_at=NOW - timedelta(days=20))
    gone = {one: on(first, one) for one in (late, early, strike, back)}
    near = gone[late].report_at - timedelta(hours=40)
    for one, at in ((late, near), (early, near - timedelta(days=1)), (back, near)):
        actions.withdraw(gone[one], by=SYSTEM, now=at)
    actions.come_back(gone[back], by=SYSTEM, now=near)
    actions.ask_still_coming(first, why="strike", texts=TEXTS, by=lea, now=near)
    question = StillComing.objects.get(assignment=gone[strike])
    actions.answer_still_coming(question, yes=False, by=SYSTEM, now=near)
    for one in (late, early, strike, back):
        on(evening, one, confirmed_at=NOW, confirmed_how="link")

    assert signs(NOW) == {"Late": ("withdrew_late",)}


def test_asking_again_is_undoable_and_once_a_day(evening, last_week):
    lea = Actor.user(make_coordinator())
    assignment = on(evening, known("Alice", last_week))

    first = actions.ask_again(assignment, by=lea, now=NOW)
    assert first.due == NOW + timedelta(minutes=2)
    assert [line.message for line in waiting(evening.edition, now=NOW).lines] == [first]
    actions.undo(actions.latest_undoable(lea, edition=evening.edition, now=NOW), by=lea, now=NOW)
    second = actions.ask_again(assignment, by=lea, now=NOW)
    messaging.record_as_sent(second, now=NOW + timedelta(minutes=2))

    with pytest.raises(asking_again.AskedToday):
        actions.ask_again(assignment, by=lea, now=NOW + timedelta(hours=3))
    tomorrow = actions.ask_again(assignment, by=lea, now=NOW + timedelta(days=1))
    first.refresh_from_db()
    assert first.skipped_at
    assert Message.objects.pending().get() == tomorrow
    actions.confirm(assignment, how="link", by=SYSTEM, now=NOW + timedelta(days=1))
    assert not Message.objects.pending().exists()
    assert Entry.objects.filter(verb="asked_again").count() == 3


def test_who_will_be_asked_today_anyway_is_not_asked_again(evening, last_week):
    assignment = on(evening, known("Alice", last_week))
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW - timedelta(days=1))

    with pytest.raises(asking_again.AskedToday):
        actions.ask_again(assignment, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"confirmed_at": NOW, "confirmed_how": "link"}, asking_again.HasConfirmed),
        ({"published_at": None}, asking_again.HasNoPlace),
        ({"cancelled_at": NOW, "cause": "removed"}, asking_again.HasNoPlace),
    ],
)
def test_who_need_not_be_asked_is_not(fields, refusal, evening):
    assignment = on(evening, make_volunteer(), **fields)

    with pytest.raises(refusal):
        actions.ask_again(assignment, by=SYSTEM, now=NOW)

    assert not Message.objects.exists()


def test_who_has_no_address_or_is_on_her_way_is_not_asked(evening):
    assignment = on(evening, make_volunteer())

    with pytest.raises(places.PostIsOver):
        actions.ask_again(assignment, by=SYSTEM, now=assignment.report_at)
    User.objects.filter(pk=assignment.volunteer.user_id).update(email=None)
    with pytest.raises(asking_again.CannotBeWritten):
        actions.ask_again(assignment, by=SYSTEM, now=NOW)


def test_who_could_come_is_known_before_the_place_is_empty(evening, last_week):
    alice = on(evening, known("Alice", last_week))
    for name, answer in (("Bob", "yes"), ("Carol", "no"), ("Dora", "if_needed")):
        make_available(make_volunteer(name, language="nl"), evening, answer)
    make_available(make_volunteer("Eve"), evening, on_call_at=NOW)

    page = warm_up(alice.post, now=NOON)

    assert [call.name.split()[0] for call in page.calls] == ["Eve", "Bob", "Dora"]
    assert "donderdag 26\u00a0maart" in page.calls[1].text
    assert [one.assignment for one in page.people] == [alice]
    assert not alice.post.searches.exists()


@pytest.mark.parametrize("place", [on, lambda evening, volunteer: make_assignment(place_at(evening), volunteer)])
def test_a_call_is_noted_on_the_list_whatever_was_heard(evening, client, at, place):
    """Of somebody who was put there by hand, too, and is not registered in the edition."""
    at(NOON)
    client.force_login(make_coordinator(language="en"))
    assignment = place(evening, make_volunteer())
    call = reverse("search_phoned", args=[evening.edition.slug, assignment.post_id])
    said = {"volunteer": assignment.volunteer_id, "back": "at_risk"}

    client.post(call, said | {"answer": "none"})
    unheard = client.get(reverse("at_risk", args=[evening.edition.slug])).content.decode()
    client.post(call, said | {"answer": "yes"})
    page = client.get(reverse("at_risk", args=[evening.edition.slug])).content.decode()

    assert "Léa a appelé à 12:00\u00a0: pas de réponse" in unheard
    assert "Léa a appelé à 12:00\u00a0: oui" in page
    assert Assignment.objects.get(pk=assignment.pk).confirmed_how == Assignment.How.PHONE
    assert not assignment.post.searches.exists()


def test_the_list_confirms_asks_again_and_leads_to_who_could_come(evening, client, at):
    at(NOON)
    client.force_login(make_coordinator(language="en"))
    assignment = on(evening, make_volunteer())
    url = reverse("at_risk", args=[evening.edition.slug])

    page = client.get(url).content.decode()
    client.post(reverse("assignment_ask_again", args=[evening.edition.slug, assignment.pk]))
    asked = client.get(url).content.decode()
    sent = client.post(
        reverse("search_phoned", args=[evening.edition.slug, assignment.post_id]),
        {"volunteer": assignment.volunteer_id, "answer": "yes", "back": "at_risk"},
    )

    ask = reverse("assignment_ask_again", args=[evening.edition.slug, assignment.pk])
    assert ask in page
    assert reverse("post_warm_up", args=[evening.edition.slug, assignment.post_id]) in page
    assert ask not in asked
    assert sent["Location"] == url
    assert Assignment.objects.get(pk=assignment.pk).is_confirmed
