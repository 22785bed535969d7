"""Open places on my evenings, by both doors: what is shown, and the click that takes one."""

import pytest
from django.test import Client

from messaging.models import Message
from shifts.models import Assignment
from tests.factories import NOW, make_assignment, make_available, make_volunteer
from tests.shifts.pages import link, page, text_of
from tests.shifts.test_self_service import fresh, open_post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


@pytest.fixture
def post():
    return open_post(places=2)


@pytest.fixture
def camille(post):
    volunteer = make_volunteer("Camille", "Lambert", language="en")
    make_available(volunteer, post.opening.evening)
    return volunteer


@pytest.fixture(params=["mine", "evenings"])
def door(request, client, camille):
    """A function that makes the addresses behind one of the two doors."""
    if request.param == "mine":
        client.force_login(camille.user)
        return lambda name="", *args: page(f"mine_{name}" if name else "mine", "nocturnes-2026", *args)
    return lambda name="", *args: link(f"evenings_{name}" if name else "evenings", camille, *args)


def test_a_click_takes_the_place_and_shows_the_evening(client, door, camille, post):
    response = client.post(door("take", post.pk), follow=True)

    assert "The place is yours. See you on Thursday 26 March." in text_of(response)
    assert "Your next evening" in text_of(response)
    assert camille.assignments.get().confirmed_how == "took"


def test_two_clicks_are_one(client, door, post):
    for _ in range(2):
        response = client.post(door("take", post.pk), follow=True)

    assert "The place is yours" in text_of(response)
    assert fresh(post).taken == 1
    assert Message.objects.filter(kind="place_taken").count() == 1


def test_a_refusal_is_said_on_her_evenings(client, door, post):
    for _ in range(2):
        make_assignment(post)

    response = client.post(door("take", post.pk), follow=True)

    assert "The place has just been filled. Thank you for wanting to help." in text_of(response)


def test_looking_takes_nothing(client, door, post):
    response = client.get(door("take", post.pk))

    assert response.status_code == 405
    assert not Assignment.objects.exists()


def test_a_post_of_an_edition_that_she_is_not_in_is_not_there(client, post):
    stranger = make_volunteer("Bob")
    client.force_login(stranger.user)

    response = client.post(page("mine_take", "nocturnes-2026", post.pk))

    assert response.status_code == 404
    assert not Assignment.objects.exists()


def test_who_is_not_signed_in_takes_nothing(post):
    response = Client().post(page("mine_take", "nocturnes-2026", post.pk))

    assert response.status_code == 302
    assert not Assignment.objects.exists()
