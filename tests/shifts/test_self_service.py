"""Taking an open place oneself: who may, what follows, and what is said where it cannot be."""

from datetime import time, timedelta

import pytest
from django.utils import translation

from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import places, self_service
from shifts.models import Offer, Post
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_language,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.shifts.searches import make_offer
from volunteers.models import AgeGroup, Availability

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def open_post(*, self_service="at_once", published_at=NOW, **fields):
    edition = make_edition()
    edition.rules_data = {"self_service": self_service}
    edition.save()
    evening = edition.evenings.first() or make_evening(edition=edition, published_at=published_at)
    return fresh(make_post(make_opening(evening), **fields))


def fresh(post):
    return Post.objects.for_pages().get(pk=post.pk)


def someone(post, answer="yes", **fields):
    volunteer = make_volunteer(**fields)
    make_available(volunteer, post.opening.evening, answer)
    return volunteer


def take(post, volunteer, *, now=NOW):
    return actions.take_open_place(fresh(post), volunteer, by=Actor.volunteer_link(volunteer), now=now)


def test_who_takes_a_place_has_it_and_has_confirmed():
    post = open_post(places=1)
    alice = someone(post)

    assignment = take(post, alice)

    assert fresh(post).taken == 1
    assert (assignment.published_at, assignment.confirmed_at, assignment.confirmed_how) == (NOW, NOW, "took")
    assert Entry.objects.about(assignment).get(verb="took_place").data == {"post": post.pk}


def test_she_gets_one_message_and_the_reminders_of_who_has_confirmed():
    post = open_post()
    alice = someone(post)

    assignment = take(post, alice, now=NOW - timedelta(days=10))

    kinds = Message.objects.about(assignment).values_list("kind", "user").order_by("kind")
    assert set(kinds) == {(kind, alice.user_id) for kind in ("place_taken", "reminder_briefing", "reminder_eve")}


def test_nobody_else_hears_of_it():
    post = open_post()
    make_assignment(post)

    take(post, alice := someone(post))

    assert set(Message.objects.values_list("user", flat=True)) == {alice.user_id}


def test_the_message_waits_for_the_morning_in_quiet_hours_unless_she_is_on_her_way_by_then():
    post = open_post()
    late = NOW.replace(hour=21)

    night, last = (
        take(post, someone(post), now=late),
        take(post, someone(post), now=post.report_at - timedelta(hours=9)),
    )

    due = {message.about_id: message.due for message in Message.objects.filter(kind="place_taken")}
    assert due[night.pk] == (NOW + timedelta(days=1)).replace(hour=8)
    assert due[last.pk] == post.report_at - timedelta(hours=8, minutes=30)


def test_a_second_click_gives_the_same_place_and_no_second_message():
    post = open_post(places=2)
    alice = someone(post)
    first = take(post, alice)

    again = take(post, alice)

    assert again == first
    assert fresh(post).taken == 1
    assert Message.objects.filter(kind="place_taken").count() == 1


def test_a_second_click_on_the_last_place_gives_the_same_place():
    post = open_post(places=1)
    alice = someone(post)

    assert take(post, alice) == take(post, alice)


def test_the_last_place_is_taken_once():
    post = open_post(places=1)
    take(post, someone(post))

    with pytest.raises(self_service.JustFilled, match="has just been filled"):
        take(post, someone(post, first_name="Bob"))


def test_a_blank_for_the_evening_becomes_a_yes():
    post = open_post()
    alice = someone(post, "")
    bob = make_volunteer("Bob")
    registration = make_registration(bob)

    take(post, alice)
    take(post, bob)

    assert Availability.objects.get(registration__volunteer=alice).answer == "yes"
    assert registration.availabilities.get().answer == "yes"


def test_if_needed_stays_what_she_said():
    post = open_post()
    alice = someone(post, "if_needed")

    take(post, alice)

    assert Availability.objects.get(registration__volunteer=alice).answer == "if_needed"


def test_the_search_for_the_place_ends():
    post = open_post(places=1)
    search = actions.open_search(post, by=SYSTEM, now=NOW)

    take(post, someone(post))

    search.refresh_from_db()
    assert search.ended_because == "filled"


def test_an_offer_for_the_place_is_answered_with_it_and_one_that_overlaps_too():
    post = open_post(places=1)
    other = make_post(post.opening, places=1, report=time(19), starts=time(19))
    alice = someone(post)
    offer, overlapping = make_offer(post, alice), make_offer(other, alice)

    take(post, alice)

    assert [Offer.objects.get(pk=one.pk).answer for one in (offer, overlapping)] == ["yes", "other"]


def test_who_stood_by_stands_by_no_more():
    post = open_post()
    alice = someone(post)
    ask = make_offer(post, alice).ask
    ask.stands_by_at = NOW
    ask.save()

    take(post, alice)

    ask.refresh_from_db()
    assert ask.stands_by_at is None


def test_who_is_asked_rarely_or_never_may_still_take_a_place():
    post = open_post()
    alice = make_volunteer()
    make_registration(alice, may_be_asked=False, no_asks_until=NOW.date() + timedelta(days=6))

    assert take(post, alice).is_active


REFUSED = {
    "not_accepted": ({"accepted_at": None}, {}, "We read your sign-up first"),
    "blocked": ({"blocked_at": NOW}, {}, "Call us if you would like to come"),
    "no_consent": ({"age_group": AgeGroup.YOUNG}, {}, "A parent has not agreed yet"),
    "paused": ({}, {"paused_at": NOW}, "You are on a break"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_rule_that_stands_against_it_is_said_kindly_and_nothing_changes(code):
    of_volunteer, of_registration, words = REFUSED[code]
    post = open_post()
    alice = make_volunteer(**of_volunteer)
    make_registration(alice, **of_registration)

    with pytest.raises(self_service.CannotTake, match=words) as refusal:
        take(post, alice)

    assert refusal.value.code == code
    assert fresh(post).taken == 0
    assert not alice.assignments.exists()


def test_who_said_no_for_the_evening_is_told_to_change_her_answer_first():
    post = open_post()

    with pytest.raises(self_service.CannotTake, match="Change your answer first"):
        take(post, someone(post, "no"))


def test_a_post_whose_language_she_does_not_speak_is_refused():
    post = open_post()
    post.languages.add(make_language("nl"))

    with pytest.raises(self_service.CannotTake, match="a language that you have not told us"):
        take(post, someone(post))


def test_a_museum_where_she_is_not_placed_is_refused_without_saying_so():
    post = open_post()
    alice = someone(post)
    alice.not_at.add(post.opening.museum)

    with pytest.raises(self_service.CannotTake, match="Call us"):
        take(post, alice)


def test_who_has_as_many_evenings_as_she_wished_is_refused():
    post = open_post()
    other = make_evening(post.opening.evening.date + timedelta(days=7), published_at=NOW)
    alice = make_volunteer()
    make_registration(alice, most_evenings=1)
    make_assignment(make_post(make_opening(other)), alice)

    with pytest.raises(self_service.CannotTake, match="more evenings than you wished"):
        take(post, alice)


def test_two_posts_at_one_time_are_refused():
    post = open_post()
    alice = someone(post)
    make_assignment(make_post(post.opening, report=time(20), starts=time(20)), alice)

    with pytest.raises(actions.AlreadyBusy):
        take(post, alice)

    assert fresh(post).taken == 0


def test_who_is_too_young_is_refused():
    post = open_post(minimum_age=18)

    with pytest.raises(places.TooYoung):
        take(post, someone(post, age_group=AgeGroup.YOUNG, parent_consented_at=NOW))


def test_who_is_not_signed_up_for_the_season_is_told_to_sign_up():
    with pytest.raises(self_service.NotSignedUp):
        take(open_post(), make_volunteer())


@pytest.mark.parametrize("rule", ["off", "approve"])
def test_an_edition_that_gives_out_its_places_itself_refuses(rule):
    post = open_post(self_service=rule)

    with pytest.raises(self_service.NotTakenHere):
        take(post, someone(post))


def test_an_evening_that_is_a_draft_is_not_open_yet():
    post = open_post(published_at=None)

    with pytest.raises(self_service.NotArrangedYet):
        take(post, someone(post))


def test_once_the_team_meets_a_place_is_no_longer_taken_by_a_click():
    post = open_post()
    alice, bob = someone(post), someone(post)

    take(post, alice, now=post.report_at - timedelta(minutes=1))
    with pytest.raises(self_service.TheyMeetAlready):
        take(post, bob, now=post.report_at)
    with pytest.raises(places.PostIsOver):
        take(post, bob, now=post.ends_at)


def test_an_opening_that_is_called_off_is_refused():
    post = open_post()
    post.opening.called_off_at = NOW
    post.opening.save()

    with pytest.raises(places.CalledOff):
        take(post, someone(post))
