"""A night whose posts begin after midnight: its evening bears the date of the day before."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from nocturnes.history import SYSTEM, Actor
from shifts import actions
from shifts.models import Assignment, Post
from tests.factories import make_assignment, make_coordinator, make_edition, make_registration, make_volunteer
from tests.shifts.examples_of_disruptions import TEXTS
from tests.shifts.searches import at, make_offer, make_people, offer_to, open_search, post_at, published_evening, sweep
from volunteers.models import Availability

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LATE = datetime(2026, 3, 26, 23, 10, tzinfo=UTC)


@pytest.fixture
def post():
    """On Thursday 26 March, from 00:30 to 03:00."""
    edition = make_edition()
    edition.rules_data = {"self_service": "at_once"}
    edition.save()
    hours = {"report_at": at(27, 0, 30), "starts_at": at(27, 1), "ends_at": at(27, 3)}
    post = post_at(published_evening(), places=1, **hours)
    post.opening.ends_at = hours["ends_at"]
    post.opening.save()
    return post


def asked_about(post, name):
    return make_offer(post, make_people(post.opening.evening, name, answer="")[0])


def answer_of(volunteer):
    return list(Availability.objects.filter(registration__volunteer=volunteer).values_list("answer", flat=True))


def test_who_said_no_before_midnight_comes_after_all(post):
    offer = asked_about(post, "Alice")
    actions.decline(offer.ask, by=SYSTEM, now=at(26, 23, 50))

    assignment = actions.accept_offer(offer, by=SYSTEM, now=LATE)

    assert assignment.is_active
    assert answer_of(offer.volunteer) == ["yes"]


def test_who_is_a_moment_too_late_after_midnight_stands_by(post):
    offer = asked_about(post, "Alice")
    actions.decline(offer.ask, by=SYSTEM, now=at(26, 23, 50))
    make_assignment(post)

    with pytest.raises(actions.PlaceTaken):
        actions.accept_offer(offer, by=SYSTEM, now=LATE)

    offer.ask.refresh_from_db()
    assert (offer.ask.stands_by_at, answer_of(offer.volunteer)) == (LATE, ["yes"])


def test_a_no_after_midnight_is_a_no_for_that_evening(post):
    offer = asked_about(post, "Alice")

    actions.decline(offer.ask, by=SYSTEM, now=LATE)

    assert answer_of(offer.volunteer) == ["no"]


def test_an_open_place_is_taken_after_midnight_without_an_answer_before(post):
    alice = make_volunteer()
    make_registration(alice, make_edition())

    actions.take_open_place(Post.objects.for_pages().get(pk=post.pk), alice, by=SYSTEM, now=LATE)

    assert Assignment.objects.active().get().volunteer == alice


def test_a_withdrawal_after_midnight_finds_somebody(post):
    hers = make_assignment(post, make_people(post.opening.evening, "Inès")[0])
    bob = make_people(post.opening.evening, "Bob")[0]

    search = actions.withdraw(hers, by=SYSTEM, now=LATE)
    sweep(LATE)

    assert offer_to(bob, search)
    assert open_search(post, now=LATE) == search


def test_a_night_can_still_be_called_off_and_asked_about_after_midnight(post, client, at):
    evening, lea = post.opening.evening, make_coordinator()
    make_assignment(post, make_people(evening, "Alice", "Bob")[0])
    client.force_login(lea)
    at(LATE)

    page = client.get(reverse("evening", args=[evening.edition.slug, evening.date]))
    asked = actions.ask_still_coming(evening, why="strike", texts=TEXTS, by=Actor.user(lea), now=LATE)
    told = actions.call_off_evening(evening, by=Actor.user(lea), now=LATE)

    assert not page.context["page"].is_past
    assert asked
    assert told == 1
