"""Somebody on a post: confirmed by phone, removed, cannot come, and the history of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from nocturnes import clock, history
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.models import Assignment, Search
from shifts.pages.history import of_assignment, of_post
from shifts.pages.history_words import WORDS
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

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _now_in_french(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with translation.override("fr"):
        yield


@pytest.fixture
def lea():
    return make_coordinator()


@pytest.fixture
def desk(client, lea):
    """A client signed in as the coordinator."""
    client.force_login(lea)
    return client


@pytest.fixture
def post():
    return make_post(make_opening(make_evening(published_at=NOW)))


@pytest.fixture
def assignment(post):
    return make_assignment(post, make_volunteer("Lien", "Declercq"))


def url(name, row):
    return reverse(name, args=[make_edition().slug, row.pk])


def test_a_confirmation_by_phone_is_written_down_once(desk, assignment):
    desk.post(url("assignment_confirm_by_phone", assignment))
    response = desk.post(url("assignment_confirm_by_phone", assignment))

    assignment.refresh_from_db()
    assert (assignment.confirmed_how, response.status_code) == ("phone", 302)
    assert Entry.objects.filter(verb="confirmed").count() == 1


def test_who_is_no_longer_there_cannot_be_confirmed(desk, assignment):
    actions.remove(assignment, by=SYSTEM, now=NOW)

    response = desk.post(url("assignment_confirm_by_phone", assignment), follow=True)

    assignment.refresh_from_db()
    assert not assignment.is_confirmed
    assert ["Lien D." in str(message) for message in response.context["messages"]] == [True]


@pytest.mark.parametrize(("then", "searches"), [("leave_open", 0), ("myself", 0), ("search", 1)])
def test_removing_asks_what_happens_to_the_place(desk, assignment, then, searches):
    response = desk.post(url("assignment_remove", assignment), {"then": then})

    assignment.refresh_from_db()
    assert (response.status_code, assignment.cause) == (302, "removed")
    assert Search.objects.live().count() == searches
    assert Entry.objects.get(verb="removed").data["then"] == then


@pytest.mark.parametrize("then", ["", "anything"])
def test_removing_without_a_choice_changes_nothing(desk, assignment, then):
    response = desk.post(url("assignment_remove", assignment), {"then": then})

    assignment.refresh_from_db()
    assert (response.status_code, assignment.is_active) == (200, True)
    assert list(response.context["form"].errors) == ["then"]


def test_a_draft_is_removed_without_a_choice(desk):
    draft = make_assignment(make_post(make_opening(make_evening())), published_at=None)

    page = desk.get(url("assignment_remove", draft)).content.decode()
    desk.post(url("assignment_remove", draft))

    draft.refresh_from_db()
    assert 'name="then"' not in page
    assert draft.cause == Assignment.Cause.REMOVED


def test_a_recorded_withdrawal_begins_the_search_and_keeps_the_reason(desk, assignment):
    response = desk.post(url("assignment_record_withdrawal", assignment), {"reason": "transport"})

    assignment.refresh_from_db()
    assert (assignment.cause, assignment.reason) == ("withdrew", "transport")
    assert Search.objects.live().get().withdrawn == assignment
    assert response["Location"].endswith(f"#post-{assignment.post_id}")


def test_the_reason_may_stay_unsaid_and_is_never_anything_else(desk, assignment):
    page = desk.get(url("assignment_record_withdrawal", assignment))
    assert [value for value, _word in page.context["form"].fields["reason"].choices] == [
        "",
        "transport",
        "work",
        "unforeseen",
    ]

    refused = desk.post(url("assignment_record_withdrawal", assignment), {"reason": "flu"})
    assignment.refresh_from_db()
    assert (list(refused.context["form"].errors), assignment.is_active) == (["reason"], True)

    desk.post(url("assignment_record_withdrawal", assignment), {})
    assignment.refresh_from_db()
    assert (assignment.withdrew, assignment.reason) == (True, "")


def test_a_second_click_records_one_withdrawal(desk, assignment):
    for _ in range(2):
        desk.post(url("assignment_record_withdrawal", assignment), {"reason": "work"})

    assert Entry.objects.filter(verb="recorded_withdrawal").count() == 1
    assert Search.objects.count() == 1


def test_after_the_end_nothing_is_recorded_any_more(desk, assignment, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=4))

    response = desk.post(url("assignment_record_withdrawal", assignment), {}, follow=True)

    assignment.refresh_from_db()
    assert assignment.is_active
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


@pytest.mark.parametrize("name", ["assignment_remove", "assignment_record_withdrawal"])
def test_a_page_about_somebody_who_left_has_no_button(desk, assignment, name):
    actions.remove(assignment, by=SYSTEM, now=NOW)

    text = desk.get(url(name, assignment)).content.decode()

    assert 'class="btn btn--brick btn--big"' not in text
    assert 'class="btn btn--act btn--big"' not in text


def test_the_history_of_a_person_says_who_did_what(desk, lea, post):
    lien = make_volunteer("Lien", "Declercq")
    make_available(lien, post.opening.evening)
    by_lea, by_lien = Actor.user(lea), Actor.volunteer_link(lien)
    assignment = actions.assign(post, lien, by=by_lea, now=NOW)
    actions.confirm(assignment, how="phone", by=by_lea, now=NOW)
    actions.withdraw(assignment, reason="work", by=by_lien, now=NOW)
    actions.come_back(assignment, by=by_lien, now=NOW)

    response = desk.get(url("assignment_history", assignment).replace("/fr/", "/en/"))

    lines = [(line.who, line.what) for line in response.context["lines"]]
    assert lines == [
        ("Léa", "put Lien D. on this post"),
        ("Léa", "confirmed"),
        ("Lien D.", "cannot come"),
        ("Lien D.", "can come after all"),
    ]
    assert [line.detail for line in response.context["lines"]] == ["", "by phone", "Work or studies", ""]


def test_a_search_begins_and_ends_by_itself_and_not_by_who_gave_the_place_back(post, lea):
    lien = make_volunteer("Lien", "Declercq")
    assignment = make_assignment(post, lien)
    actions.withdraw(assignment, by=Actor.user(lien.user), now=NOW)
    actions.stop_search(post.searches.get(), by=Actor.user(lea), now=NOW)

    with translation.override("en"):
        who = {line.what: line.who for line in of_post(post)}
        assert who[str(WORDS["withdrew"])] == "Lien D."
        assert who[str(WORDS["opened_search"])] == "Nocturnes"
        assert who[str(WORDS["ended_search"])] == "Léa"


def test_the_history_of_a_post_has_its_places_people_search_and_evening(lea, post):
    by = Actor.user(lea)
    ines = make_assignment(post, make_volunteer("Inès", "Delvaux"))
    actions.change_places(post, places_wanted=3, needed=2, by=by, now=NOW)
    actions.withdraw(ines, by=by, now=NOW, recorded=True)
    actions.stop_search(Search.objects.get(), by=by, now=NOW)
    history.record("published", post.opening.evening, by=by, now=NOW)

    verbs = [line.what for line in of_post(post)]

    assert len(verbs) == 5
    assert all(verbs)


def test_what_was_undone_stands_after_what_was_done(lea, assignment):
    by = Actor.user(lea)
    actions.remove(assignment, by=by, now=NOW)
    actions.undo(Entry.objects.get(verb="removed"), by=by, now=NOW)

    assert len(of_assignment(assignment)) == 3


@pytest.mark.parametrize("data", [{}, {"how": 7, "then": [], "old": None, "accepted": ["gone"], "volunteer": "x"}])
@pytest.mark.parametrize(
    "verb", ["changed_places", "removed", "assigned", "confirmed", "withdrew", "asked", "never_heard_of"]
)
def test_a_line_that_nobody_expected_breaks_nothing(assignment, verb, data):
    history.record(verb, assignment, by=Actor("ghost", 99), now=NOW, **data)

    lines = of_assignment(assignment)

    assert len(lines) == 1
    assert lines[0].what


def test_the_page_of_a_person_lists_the_messages_about_her_place(desk, assignment):
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)
    planned = messaging.plan(
        "reminder_eve",
        "one-more",
        about=assignment,
        to=assignment.volunteer.user,
        language="fr",
        facts={},
        due=NOW + timedelta(hours=1),
        by=SYSTEM,
        now=NOW,
    )

    sent = desk.get(url("assignment_history", assignment)).context["sent"]

    assert planned in [line.message for line in sent]
    assert len(sent) > 1


@pytest.mark.parametrize("name", ["post_history", "assignment_history"])
def test_a_long_history_takes_as_many_queries_as_a_short_one(desk, lea, assignment, name):
    row = assignment if name == "assignment_history" else assignment.post
    history.record("arrived", assignment, by=Actor.user(lea), now=NOW)
    desk.get(url(name, row))
    with CaptureQueriesContext(connection) as few:
        desk.get(url(name, row))
    for _ in range(30):
        history.record("arrived", assignment, by=Actor.user(lea), now=NOW)
    with CaptureQueriesContext(connection) as many:
        desk.get(url(name, row))

    assert len(many) == len(few)
