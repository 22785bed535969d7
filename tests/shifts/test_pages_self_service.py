"""Open places on my evenings, by both doors: what is shown, and the click that takes one."""

import re

import pytest
from django.test import Client

from messaging.models import Message
from shifts.models import Assignment
from tests.factories import NOW, make_assignment, make_available, make_volunteer
from tests.shifts.pages import link, page, text_of
from tests.shifts.searches import make_offer
from tests.shifts.test_self_service import fresh, open_post

pytestmark = [pytest.mark.django_db, pytest.mark.once]


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


def test_an_open_place_is_shown_with_what_she_needs_to_decide(client, door, post):
    text = text_of(client.get(door()))

    for words in (
        "A place is left for you",
        "Thursday 26 March, 17:30",
        "Musée BELvue · Welcome desk until 22:00",
        "I’ll take it",
    ):
        assert words in text


def test_one_is_shown_and_the_rest_behind_a_link(client, door, post):
    for _ in range(3):
        open_post()

    text = text_of(client.get(door()))
    everything = client.get(door("places"))

    assert text.count("I’ll take it") == 1
    assert "All open places" in text
    assert text_of(everything).count("I’ll take it") == 4


def test_without_open_places_the_page_of_them_says_so(client, door, post):
    for _ in range(2):
        make_assignment(post)

    assert "No place is open for you at this moment" in text_of(client.get(door("places")))
    assert "I’ll take it" not in text_of(client.get(door()))


@pytest.mark.parametrize("number", ["0", "-1", "nonsense", "9" * 30])
def test_a_page_that_is_none_shows_one_that_is(client, door, number):
    assert client.get(door("places"), {"page": number}).status_code == 200


def approve(post):
    edition = post.opening.evening.edition
    edition.rules_data = {"self_service": "approve"}
    edition.save()


def test_where_a_coordinator_decides_a_click_asks_and_a_second_click_takes_it_back(client, door, camille, post):
    approve(post)
    assert "Ask for it" in text_of(client.get(door()))

    response = client.post(door("take", post.pk), follow=True)

    text = text_of(response)
    assert "We have your request, and answer you by mail." in text
    assert "You asked for Thursday 26 March, 17:30" in text
    assert not Assignment.objects.exists()

    response = client.post(door("request_back", camille.place_requests.get().pk), follow=True)

    assert "You no longer ask for that place." in text_of(response)
    assert "Ask for it" in text_of(response)


def test_a_request_that_was_answered_meanwhile_is_not_taken_back(client, door, camille, post):
    request = camille.place_requests.create(post=post, asked_at=NOW, answered_at=NOW, answer="no")

    response = client.post(door("request_back", request.pk), follow=True)

    assert "answered already" in text_of(response)


def test_the_request_of_somebody_else_is_not_there(client, door, post):
    request = make_volunteer("Bob").place_requests.create(post=post, asked_at=NOW)

    assert client.post(door("request_back", request.pk)).status_code == 404


def test_where_places_are_not_taken_nothing_is_shown_and_a_click_is_refused(client, door, post):
    edition = post.opening.evening.edition
    edition.rules_data = {}
    edition.save()

    assert "I’ll take it" not in text_of(client.get(door()))
    response = client.post(door("take", post.pk), follow=True)

    assert "Places are not taken here" in text_of(response)
    assert not Assignment.objects.exists()


def test_what_we_asked_her_for_stands_first_and_leads_to_its_answers(client, door, camille, post):
    make_offer(post, camille)

    first = text_of(client.get(door()))
    address = re.search(r'href="([^"]*/link/offer/[^"]*)"', client.get(door()).content.decode())[1]

    assert "We wait for your answer Thursday 26 March, 17:30 Answer" in first
    assert "Can you help? Musée BELvue · Welcome desk" in first
    assert "I’ll take it" not in first
    assert "We wait for your answer" in text_of(client.get(door("places")))
    client.post(f"{address}answer/", {"answer": "yes", "offer": camille.offers.get().pk})
    assert camille.assignments.get().post == post
    again = text_of(client.get(door()))
    assert "We wait for your answer" not in again
    assert "We asked you once, you said yes once." in again


def test_who_asks_for_what_we_asked_her_is_led_to_the_offer(client, door, camille, post):
    edition = post.opening.evening.edition
    edition.rules_data = {"self_service": "approve"}
    edition.save()
    make_offer(post, camille)

    response = client.post(door("take", post.pk), follow=True)

    assert "We asked you for this place: say yes here, and it is yours." in text_of(response)
    assert not camille.place_requests.exists()
