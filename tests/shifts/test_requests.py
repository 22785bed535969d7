"""Asking for an open place, where a coordinator decides: the request, its answers, and how it ends by itself."""

from datetime import timedelta

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Edition, Entry
from shifts import actions
from shifts.actions import places, self_service
from shifts.models import PlaceRequest
from shifts.tasks import sweep
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_language,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.test_self_service import fresh, open_post, someone
from volunteers.models import Availability

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def post():
    return open_post(self_service="approve", places=2)


@pytest.fixture
def alice(post):
    return someone(post)


@pytest.fixture
def asked(post, alice):
    return ask(post, alice)


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


def ask(post, volunteer, *, now=NOW):
    return actions.request_place(fresh(post), volunteer, by=Actor.volunteer_link(volunteer), now=now)


def reload(request):
    request.refresh_from_db()
    return request


def fill(post, number=2):
    return [actions.assign(post, someone(post), by=SYSTEM, now=NOW) for _ in range(number)]


def declined():
    return Message.objects.pending().filter(kind="request_declined")


def test_a_request_holds_no_place_and_tells_nobody(post, asked):
    assert fresh(post).taken == 0
    assert not Message.objects.exists()
    assert Entry.objects.about(asked).get().verb == "requested_place"


def test_a_second_click_gives_the_same_request(post, alice, asked):
    assert ask(post, alice) == asked


def test_a_full_post_is_not_asked_for(post, alice):
    fill(post)

    with pytest.raises(self_service.JustFilled):
        ask(post, alice)


def test_the_rules_of_taking_hold_for_asking(post):
    post.languages.add(make_language("nl"))

    with pytest.raises(self_service.CannotTake):
        ask(post, someone(post))

    assert not PlaceRequest.objects.exists()


def test_who_is_busy_then_does_not_ask(post, alice):
    make_assignment(make_post(make_opening(post.opening.evening)), alice)

    with pytest.raises(self_service.CannotTake):
        ask(post, alice)


@pytest.mark.parametrize("rule", ["off", "at_once"])
def test_an_edition_in_which_nobody_decides_takes_no_requests(rule):
    post = open_post(self_service=rule)

    with pytest.raises(self_service.NotTakenHere):
        ask(post, someone(post))


def test_a_yes_gives_her_the_place_confirmed_and_tells_her(post, alice, asked, lea):
    assignment = actions.answer_request(asked, grant=True, by=lea, now=SOON)

    assert (assignment.volunteer, assignment.confirmed_how) == (alice, "took")
    assert reload(asked).answer == "yes"
    assert list(Message.objects.filter(due__lt=NOW + timedelta(hours=1)).values_list("kind", "user")) == [
        ("changed", alice.user_id)
    ]


def test_a_yes_for_an_evening_that_she_had_left_blank_is_her_yes_too(post, lea):
    alice = someone(post, "")

    actions.answer_request(ask(post, alice), grant=True, by=lea, now=SOON)

    assert Availability.objects.get(registration__volunteer=alice).answer == "yes"


def test_a_second_yes_gives_the_same_place(post, asked, lea):
    first = actions.answer_request(asked, grant=True, by=lea, now=SOON)

    assert actions.answer_request(asked, grant=True, by=lea, now=SOON) == first
    assert fresh(post).taken == 1


def test_what_stands_against_it_since_wants_a_tick(post, alice, asked, lea):
    Availability.objects.filter(registration__volunteer=alice).update(answer="no")

    with pytest.raises(places.NeedsTick) as refusal:
        actions.answer_request(asked, grant=True, by=lea, now=SOON)
    assert reload(asked).answer == ""
    actions.answer_request(asked, grant=True, accept=refusal.value.warnings, by=lea, now=SOON)

    assert alice.assignments.active().exists()


def test_a_no_tells_her_once_and_holds_for_two_minutes(post, alice, asked, lea):
    for _ in range(2):
        actions.answer_request(asked, grant=False, by=lea, now=SOON)

    message = Message.objects.get()
    assert (message.kind, message.user) == ("request_declined", alice.user)
    assert message.due == SOON + timedelta(minutes=2)
    assert fresh(post).taken == 0


def test_a_no_may_become_a_yes_and_she_hears_the_yes_only(alice, asked, lea):
    actions.answer_request(asked, grant=False, by=lea, now=SOON)

    actions.answer_request(asked, grant=True, by=lea, now=SOON)

    assert not declined().exists()
    assert alice.assignments.active().exists()


def test_after_a_no_the_same_place_is_not_asked_for_again(post, alice, asked, lea):
    actions.answer_request(asked, grant=False, by=lea, now=SOON)

    with pytest.raises(self_service.AnsweredAlready):
        ask(post, alice)


def test_what_she_took_back_is_not_answered(asked, lea):
    actions.take_back_request(asked, by=SYSTEM, now=SOON)

    for grant in (True, False):
        with pytest.raises(self_service.AnsweredAlready):
            actions.answer_request(asked, grant=grant, by=lea, now=SOON)
    assert not Message.objects.exists()


def test_taking_back_twice_is_once_and_she_may_ask_again(post, alice, asked):
    for _ in range(2):
        actions.take_back_request(asked, by=SYSTEM, now=SOON)

    assert reload(asked).answer == "taken_back"
    assert Entry.objects.about(asked).filter(verb="took_request_back").count() == 1
    assert ask(post, alice) != asked


def test_what_is_answered_is_not_taken_back(asked, lea):
    actions.answer_request(asked, grant=True, by=lea, now=SOON)

    with pytest.raises(self_service.AnsweredAlready):
        actions.take_back_request(asked, by=SYSTEM, now=SOON)


def test_requests_end_when_the_last_place_is_filled_and_they_hear_so(post, alice, asked):
    fill(post, 1)
    assert reload(asked).answer == ""

    fill(post, 1)

    assert reload(asked).answer == "gone"
    assert declined().get().user == alice.user


def test_the_request_of_who_gets_the_place_otherwise_is_a_yes(post, alice, asked, lea):
    actions.assign(post, alice, by=lea, now=SOON)

    assert reload(asked).answer == "yes"
    assert not declined().exists()


def test_requests_end_when_the_opening_is_called_off(post, asked):
    actions.call_off(post.opening, by=SYSTEM, now=SOON)

    assert reload(asked).answer == "gone"
    assert declined().exists()


def test_requests_end_without_a_word_once_the_team_meets(post, asked, at):
    at(post.report_at - timedelta(minutes=1))
    sweep()
    assert reload(asked).answer == ""

    at(post.report_at)
    sweep()

    assert reload(asked).answer == "gone"
    assert not Message.objects.exists()


def test_undoing_what_filled_the_place_lets_the_others_wait_again(post, asked, lea):
    fill(post, 1)
    actions.assign(post, someone(post), by=lea, now=SOON)

    actions.undo(Entry.objects.filter(verb="assigned").latest("pk"), by=lea, now=SOON)

    assert reload(asked).answer == ""
    assert not declined().exists()


def test_undoing_that_an_opening_was_called_off_lets_them_wait_again(post, asked, lea):
    actions.call_off(post.opening, by=lea, now=SOON)

    actions.undo(Entry.objects.get(verb="called_off"), by=lea, now=SOON)

    assert reload(asked).answer == ""
    assert not declined().exists()


def test_undoing_a_yes_lets_the_request_wait_again(alice, asked, lea):
    actions.answer_request(asked, grant=True, by=lea, now=SOON)

    actions.undo(Entry.objects.get(verb="assigned"), by=lea, now=SOON)

    assert reload(asked).answer == ""
    assert not alice.assignments.active().exists()


def test_somebody_young_does_not_ask_for_a_post_for_adults():
    post = open_post(self_service="approve", minimum_age=18)
    young = make_volunteer(age_group="16-17", parent_consented_at=NOW)
    make_available(young, post.opening.evening)

    with pytest.raises(places.TooYoung):
        ask(post, young)


def test_who_takes_the_place_once_nobody_decides_any_more_waits_for_no_answer(post, alice, asked, lea):
    Edition.objects.update(rules_data={"self_service": "at_once"})

    actions.take_open_place(fresh(post), alice, by=Actor.volunteer_link(alice), now=NOW)

    assert reload(asked).answer == "yes"


def test_a_no_after_a_yes_that_was_taken_back_at_the_same_moment_is_told(asked, lea):
    actions.answer_request(asked, grant=False, by=lea, now=NOW)
    actions.answer_request(asked, grant=True, by=lea, now=NOW)
    actions.undo(Entry.objects.get(verb="assigned"), by=lea, now=NOW)

    actions.answer_request(asked, grant=False, by=lea, now=NOW)

    assert declined().pending().count() == 1
