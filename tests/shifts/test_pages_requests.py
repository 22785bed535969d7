"""The coordinator's page of requests for a place: give it, say no, and one tick where a rule stands against it."""

import pytest
from django.urls import reverse

from messaging.models import Message
from shifts.models import Assignment
from tests.factories import NOW, make_assignment, make_available, make_edition, make_volunteer
from tests.shifts.pages import page, text_of
from tests.shifts.test_requests import ask, reload
from tests.shifts.test_self_service import open_post, someone
from volunteers.models import Availability

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


@pytest.fixture
def post():
    return open_post(self_service="approve", places=2)


@pytest.fixture
def asked(post):
    return ask(post, someone(post, first_name="Camille", last_name="Lambert"))


def here():
    return page("requests", "nocturnes-2026")


def grant(asked):
    return page("request_grant", "nocturnes-2026", asked.pk)


def decline(asked):
    return page("request_decline", "nocturnes-2026", asked.pk)


def test_who_waits_is_shown_with_what_it_takes_to_decide(desk, post, asked):
    make_assignment(post)

    text = text_of(desk.get(here()))

    for words in (
        "Camille Lambert",
        "Thursday 26 March, 17:30",
        "Musée BELvue, welcome desk",
        "1 of 2 taken",
        "asked on 24 March, 10:00",
        "answer for that evening: Yes",
        "has 0 evenings",
    ):
        assert words in text


def test_evenings_are_those_that_she_has_now(desk, post, asked):
    for fields in ({}, {"cancelled_at": NOW, "cause": "removed"}):
        make_assignment(open_post(self_service="approve"), asked.volunteer, **fields)

    assert "has 1 evening " in text_of(desk.get(here()))


def test_giving_the_place_assigns_her_and_shows_the_undo_bar(desk, asked):
    response = desk.post(grant(asked), follow=True)

    assert asked.volunteer.assignments.get().is_confirmed
    text = text_of(response)
    assert "No request waits" in text
    assert "Camille L. is at" in text


def test_a_no_stands_below_as_long_as_it_may_become_a_yes(desk, asked):
    response = desk.post(decline(asked), follow=True)
    assert "Give the place after all" in text_of(response)

    desk.post(grant(asked))

    assert reload(asked).answer == "yes"


def test_who_got_a_no_and_then_the_place_otherwise_is_no_longer_below(desk, post, asked):
    desk.post(decline(asked))
    make_assignment(post, asked.volunteer)

    assert "Give the place after all" not in text_of(desk.get(here()))


def test_two_clicks_on_no_are_one(desk, asked):
    for _ in range(2):
        desk.post(decline(asked))

    assert Message.objects.filter(kind="request_declined").count() == 1


def test_what_stands_against_it_is_shown_with_a_tick_and_not_done_before(desk, asked):
    Availability.objects.filter(registration__volunteer=asked.volunteer).update(answer="no")

    response = desk.post(grant(asked), follow=True)

    assert "I know: said no for that evening" in text_of(response)
    assert not Assignment.objects.exists()

    desk.post(grant(asked), {"accept": "said_no"})

    assert Assignment.objects.get().volunteer == asked.volunteer


def test_who_is_busy_by_now_is_refused_with_a_sentence(desk, post, asked):
    make_assignment(open_post(self_service="approve"), asked.volunteer)

    response = desk.post(grant(asked), follow=True)

    assert "already on another post at that time" in text_of(response)
    assert reload(asked).answer == ""


def test_who_is_blocked_by_now_is_refused_in_words_for_the_coordinator(desk, asked):
    type(asked.volunteer).objects.filter(pk=asked.volunteer.pk).update(blocked_at=NOW)

    response = desk.post(grant(asked), {"accept": "blocked"}, follow=True)

    assert "Camille L. is blocked: unblock first." in text_of(response)


def test_what_was_taken_back_meanwhile_says_so(desk, asked):
    asked.answer, asked.answered_at = "taken_back", NOW
    asked.save()

    response = desk.post(grant(asked), follow=True)

    assert "answered already, or was taken back" in text_of(response)


def test_another_editions_request_is_not_there(desk, asked):
    make_edition("other")

    response = desk.post(reverse("request_grant", args=["other", asked.pk]))

    assert response.status_code == 404
    assert reload(asked).answer == ""


def test_nonsense_in_the_address_asks_for_no_tick(desk, asked):
    assert desk.get(here() + "?tick=%00x").status_code == 200


def test_a_volunteer_sees_no_requests(client, asked):
    volunteer = make_volunteer()
    make_available(volunteer, asked.post.opening.evening)
    client.force_login(volunteer.user)

    assert client.get(here()).status_code == 403
