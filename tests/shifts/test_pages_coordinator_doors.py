"""Every page of the coordinator is hers: a volunteer and a stranger see nothing and change nothing."""

import pytest
from django.urls import reverse
from django.utils import translation

from nocturnes import clock
from nocturnes.models import Entry
from shifts.models import Assignment
from shifts.urls import coordinator as urls
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

BY_DAY = {"evening", "evening_call_off", "evening_publish"}
BY_POST = {
    "post_assign",
    "post_history",
    "post_panel",
    "post_places",
    "search",
    "search_open",
    "search_stop",
}
BY_ASSIGNMENT = {
    "assignment_confirm_by_phone",
    "assignment_history",
    "assignment_record_withdrawal",
    "assignment_remove",
}
BY_OPENING = {"opening_call_off", "opening_print"}
BY_MUSEUM = {"museum_link", "museum_link_renew"}
ACTS = {
    "assignment_confirm_by_phone": {},
    "assignment_record_withdrawal": {"reason": ""},
    "assignment_remove": {"then": "search"},
    "evening_call_off": {},
    "evening_publish": {},
    "opening_call_off": {},
    "post_assign": {},
    "post_places": {"places": 5, "needed": 5, "then": "search"},
    "search_open": {},
    "search_stop": {},
}
POST_ONLY = {"assignment_confirm_by_phone", "museum_link_renew", "post_assign", "search_open", "search_stop"}
NAMES = [pattern.name for pattern in urls.urlpatterns]


@pytest.fixture(autouse=True)
def _now_in_french(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with translation.override("fr"):
        yield


@pytest.fixture
def assignment():
    return make_assignment(make_post(make_opening(make_evening(published_at=NOW)), places=3))


def address(name, assignment):
    post = assignment.post
    evening = post.opening.evening
    rest = [evening.date] if name in BY_DAY else [post.pk] if name in BY_POST else [assignment.pk]
    rest = [post.opening.museum_id] if name in BY_MUSEUM else rest
    rest = [] if name == "season" else [post.opening_id] if name in BY_OPENING else rest
    return reverse(name, args=[evening.edition.slug, *rest])


def state(assignment):
    assignment.refresh_from_db()
    return (
        list(Assignment.objects.values_list("pk", "cancelled_at", "confirmed_at")),
        list(type(assignment.post).objects.values_list("places", "taken")),
        list(type(assignment.post.opening).objects.values_list("called_off_at")),
        Entry.objects.count(),
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_coordinator_comes_in_and_looking_changes_nothing(client, assignment, name):
    client.force_login(make_coordinator())
    before = state(assignment)

    response = client.get(address(name, assignment))

    # The evening is published, so the page before publishing leads to it.
    expected = 405 if name in POST_ONLY else 302 if name == "evening_publish" else 200
    assert response.status_code == expected
    assert state(assignment) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_volunteer_gets_nothing_and_changes_nothing(client, assignment, name):
    client.force_login(assignment.volunteer.user)
    alice = make_volunteer("Alice")
    make_available(alice, assignment.post.opening.evening)
    before = state(assignment)

    statuses = [client.post(address(name, assignment), ACTS.get(name, {}) | {"volunteer": alice.pk}).status_code]
    if name not in POST_ONLY:
        statuses.append(client.get(address(name, assignment)).status_code)

    assert set(statuses) <= {403, 405}
    assert 403 in statuses
    assert state(assignment) == before


@pytest.mark.parametrize("name", sorted(BY_POST | BY_ASSIGNMENT | BY_MUSEUM | BY_OPENING))
def test_under_another_editions_address_there_is_nothing(client, assignment, name):
    client.force_login(make_coordinator())
    ours = assignment.post.opening.evening.edition.slug
    theirs = address(name, assignment).replace(f"/{ours}/", f"/{make_edition('museum-night').slug}/")
    before = state(assignment)

    statuses = {client.get(theirs).status_code, client.post(theirs, ACTS.get(name, {})).status_code}

    assert statuses <= {404, 405}
    assert 404 in statuses
    assert state(assignment) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_led_to_the_sign_in(client, assignment, name):
    before = state(assignment)

    response = client.post(address(name, assignment)) if name in ACTS else client.get(address(name, assignment))

    assert response.status_code == 302
    assert "/account/login/" in response["Location"]
    assert state(assignment) == before


@pytest.mark.parametrize("name", sorted(ACTS))
def test_the_coordinators_own_post_does_change_something(client, assignment, name):
    client.force_login(make_coordinator())
    alice = make_volunteer("Alice")
    evening = assignment.post.opening.evening
    make_available(alice, evening)
    if name == "evening_publish":
        type(evening).objects.update(published_at=None)
    if name == "search_stop":
        client.post(address("search_open", assignment))
    before = state(assignment)

    client.post(address(name, assignment), ACTS[name] | {"volunteer": alice.pk})

    assert state(assignment) != before
