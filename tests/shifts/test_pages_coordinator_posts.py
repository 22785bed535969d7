"""Who for this place: the ranked list, assigning from it, the one tick; and how many places a post has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from nocturnes import clock
from nocturnes.models import Entry
from shifts.models import Assignment, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _now_in_french(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with translation.override("fr"):
        yield


@pytest.fixture
def post():
    return make_post(make_opening(make_evening(published_at=NOW)))


def url(name, post):
    return reverse(name, args=[make_edition().slug, post.pk])


def free_volunteer(post, name="Alice", answer="yes"):
    volunteer = make_volunteer(name)
    make_available(volunteer, post.opening.evening, answer)
    return volunteer


def test_the_list_stands_beside_the_evening_with_reasons_in_words(desk, post):
    alice = free_volunteer(post)

    response = desk.get(url("post_panel", post))

    assert [choice.volunteer for choice in response.context["panel"].choices] == [alice]
    assert response.context["panel"].choices[0].why
    assert response.context["page"].evening == post.opening.evening


def test_htmx_gets_the_list_alone(desk, post):
    free_volunteer(post)

    response = desk.get(url("post_panel", post), headers={"HX-Request": "true", "HX-Target": "beside"})

    text = response.content.decode()
    assert "Alice D." in text
    assert "<html" not in text
    assert "page" not in response.context


def test_assigning_leads_back_to_the_post_on_its_evening(desk, post):
    alice = free_volunteer(post)

    response = desk.post(url("post_assign", post), {"volunteer": alice.pk})

    assert Assignment.objects.active().get().volunteer == alice
    assert response["Location"] == f"/fr/nocturnes-2026/evenings/2026-03-26/#post-{post.pk}"


def test_a_second_click_assigns_nobody_twice_and_says_why(desk, post):
    alice = free_volunteer(post)

    desk.post(url("post_assign", post), {"volunteer": alice.pk})
    again = desk.post(url("post_assign", post), {"volunteer": alice.pk}, follow=True)

    assert Assignment.objects.active().count() == 1
    assert [message.level_tag for message in again.context["messages"]] == ["error"]


def test_a_warned_person_needs_one_tick_and_what_was_ticked_is_recorded(desk, post):
    alice = free_volunteer(post, answer="no")

    asked = desk.post(url("post_assign", post), {"volunteer": alice.pk}, follow=True)
    assert Assignment.objects.count() == 0
    choice = asked.context["panel"].choices[0]
    assert (asked.status_code, choice.asks_tick, choice.accept) == (200, True, "said_no")
    # The warning says it: as a reason too it would be there twice.
    assert (choice.warnings, "a dit non" in choice.why.lower()) == ("a dit non pour ce soir-là", False)

    desk.post(url("post_assign", post), {"volunteer": alice.pk, "accept": choice.accept})
    assert Assignment.objects.active().get().volunteer == alice
    assert Entry.objects.get(verb="assigned").data["accepted"] == ["said_no"]


def test_a_tick_for_something_else_does_not_count(desk, post):
    alice = free_volunteer(post, answer="no")

    desk.post(url("post_assign", post), {"volunteer": alice.pk, "accept": "languages"})

    assert Assignment.objects.count() == 0


def test_who_is_in_two_places_is_refused_with_a_sentence(desk, post):
    alice = free_volunteer(post)
    make_assignment(make_post(make_opening(post.opening.evening)), alice)

    response = desk.post(url("post_assign", post), {"volunteer": alice.pk}, follow=True)

    assert not post.assignments.exists()
    assert ["Alice D." in str(message) for message in response.context["messages"]] == [True]


@pytest.mark.parametrize("tick", ["x", "0", "-1", "9" * 30])
def test_a_tick_for_nobody_changes_nothing_of_the_list(desk, post, tick):
    free_volunteer(post, answer="no")

    response = desk.get(url("post_panel", post), {"tick": tick})

    assert [choice.asks_tick for choice in response.context["panel"].choices] == [False]


@pytest.mark.parametrize("volunteer", ["", "x", "-1", "0", "9" * 30, "²"])
def test_somebody_who_is_not_there_cannot_be_assigned(desk, post, volunteer):
    response = desk.post(url("post_assign", post), {"volunteer": volunteer})

    assert response.status_code == 404
    assert Assignment.objects.count() == 0


def test_a_volunteer_of_another_edition_is_not_there(desk, post):
    stranger = make_volunteer()
    make_registration(stranger, make_edition("museum-night-2026"))

    assert desk.post(url("post_assign", post), {"volunteer": stranger.pk}).status_code == 404


def test_a_post_of_another_edition_is_not_there(desk, post):
    other = make_edition("museum-night-2026")

    assert desk.get(reverse("post_panel", args=[other.slug, post.pk])).status_code == 404


def test_a_draft_assigns_a_draft(desk):
    post = make_post(make_opening(make_evening()))
    alice = free_volunteer(post)

    desk.post(url("post_assign", post), {"volunteer": alice.pk})

    assert Assignment.objects.active().get().is_draft


def test_a_full_post_has_no_list(desk):
    post = make_post(make_opening(make_evening(published_at=NOW)), places=1)
    free_volunteer(post)
    make_assignment(post)

    panel = desk.get(url("post_panel", post)).context["panel"]

    assert (panel.is_full, panel.choices) == (True, [])


def test_the_list_of_thirty_takes_as_many_queries_as_the_list_of_two(desk, post):
    free_volunteer(post)
    free_volunteer(post, "Bob", answer="no")
    desk.get(url("post_panel", post))
    with CaptureQueriesContext(connection) as few:
        desk.get(url("post_panel", post))
    for number in range(28):
        free_volunteer(post, f"V{number}", answer="no")
    with CaptureQueriesContext(connection) as many:
        response = desk.get(url("post_panel", post))

    assert len(response.context["panel"].choices) == 30
    assert len(many) == len(few)


def test_places_are_changed_and_searched_with_one_click(desk, post):
    response = desk.post(url("post_places", post), {"places": 4, "needed": 3, "then": "search"})

    post.refresh_from_db()
    assert (response.status_code, post.places, post.needed) == (302, 4, 3)
    assert Search.objects.live().get().post == post


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"places": 1, "needed": 2}, "needed"),
        ({"places": "", "needed": 1}, "places"),
        ({"places": "many", "needed": 1}, "places"),
        ({"places": -1, "needed": 0}, "places"),
        ({"places": 10**12, "needed": 0}, "places"),
    ],
)
def test_places_that_make_no_sense_get_a_sentence_and_keep_what_was_typed(desk, post, typed, field):
    response = desk.post(url("post_places", post), {"then": "leave_open", **typed})

    post.refresh_from_db()
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form["places"].value() == str(typed["places"])
    assert (post.places, post.needed) == (2, 2)


def test_fewer_places_than_people_are_refused_with_a_sentence(desk, post):
    make_assignment(post)
    make_assignment(post)

    response = desk.post(url("post_places", post), {"places": 1, "needed": 1, "then": "leave_open"})

    post.refresh_from_db()
    assert list(response.context["form"].errors) == ["places"]
    assert post.places == 2
