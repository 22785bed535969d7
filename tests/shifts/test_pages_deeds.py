"""What a coordinator decides about a person, on its pages: shown before the click, and each wrong form with a word."""

import pytest

from messaging.models import Message
from shifts.models import PlaceRequest
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_registration,
    make_volunteer,
)
from tests.shifts.pages import page, rows, text_of
from tests.shifts.searches import at as hour
from tests.shifts.searches import make_people, make_withdrawal, post_at, published_evening, sweep
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def now(at):
    at(NOW)


@pytest.fixture
def alice():
    return make_registration(make_volunteer("Alice")).volunteer


def address(name, volunteer):
    return page(name, make_edition().slug, volunteer.pk)


def registration_of(volunteer):
    return volunteer.registrations.get()


def test_a_pause_is_set_from_her_page_and_ended_there(desk, alice):
    desk.post(address("person_pause", alice), {"until": "2026-04-01"})
    paused = text_of(desk.get(address("person", alice)))

    desk.post(address("person_resume", alice))

    assert "Paused: we ask nothing new before Wednesday 1 April." in paused
    assert registration_of(alice).paused_at is None
    assert "Paused" not in text_of(desk.get(address("person", alice)))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2026-03-24", "Choose a day after today, or leave it empty until you end the pause yourself."),
        ("soon", "Write a day as in 2026-03-26, or leave it empty."),
        ("2026-02-30", "Write a day as in 2026-03-26, or leave it empty."),
        ("9" * 500, "Write a day as in 2026-03-26, or leave it empty."),
    ],
)
def test_a_day_that_is_wrong_gets_its_sentence_and_is_kept(desk, alice, typed, says):
    before = rows()

    response = desk.post(address("person_pause", alice), {"until": typed})

    assert response.status_code == 422
    assert says in text_of(response)
    assert f'value="{typed}"' in response.content.decode()
    assert rows() == before


@pytest.mark.parametrize(("again", "may"), [("no", False), ("yes", True), ("", True), ("perhaps", True)])
def test_she_is_invited_again_or_not(desk, alice, again, may):
    desk.post(address("person_invite_again", alice), {"again": again})

    assert registration_of(alice).may_be_invited_again is may


def test_museums_are_ticked_and_say_so_on_her_page(desk, alice):
    evening = make_evening()
    post = post_at(evening, "Musée Horta")
    post_at(make_evening(edition=make_edition("elsewhere")), "Musée d’ailleurs")
    gone = make_museum("Musée Ancien")
    alice.not_at.add(gone)

    form = text_of(desk.get(address("person_not_at", alice)))
    desk.post(address("person_not_at", alice), {"museums": [post.opening.museum_id, gone.pk]})

    assert "Musée Horta" in form
    assert "Musée Ancien" in form
    assert "ailleurs" not in form
    assert set(alice.not_at.all()) == {post.opening.museum, gone}
    assert "Not placed at: Musée Ancien, Musée Horta." in text_of(desk.get(address("person", alice)))


def test_it_says_that_it_is_saved_and_where_she_is_placed_already(desk, alice):
    post = post_at(published_evening(), "Musée Horta")
    make_assignment(post, alice)

    placed = text_of(desk.post(address("person_not_at", alice), {"museums": [post.opening.museum_id]}, follow=True))
    nowhere = text_of(desk.post(address("person_not_at", alice), {}, follow=True))

    assert "Saved. Nothing is asked of Alice D. at: Musée Horta." in placed
    assert "Alice D. already has a place there, and keeps it until you remove it: " in placed
    assert "Musée Horta, Thursday 26 March." in placed
    assert "Saved. Every museum is possible." in nowhere
    assert "already has a place" not in nowhere


@pytest.mark.parametrize("typed", ["0", "x", "9" * 30])
def test_a_museum_that_is_not_in_the_list_is_refused(desk, alice, typed):
    before = rows()

    response = desk.post(address("person_not_at", alice), {"museums": [typed]})

    assert response.status_code == 422
    assert "Choose museums of this list." in text_of(response)
    assert rows() == before


def busy_alice():
    """On a post, asked for another one, on call, and with a request that waits."""
    evening = published_evening()
    alice = make_people(evening, "Alice", on_call=True)[0]
    make_withdrawal(post_at(evening, "Musée Horta", places=1), now=hour(24, 9))
    sweep(hour(24, 9, 30))
    make_assignment(post_at(evening, "BELvue"), alice)
    PlaceRequest.objects.create(post=post_at(evening, "MIM"), volunteer=alice, asked_at=NOW)
    return alice


def test_all_that_blocking_does_stands_on_the_page_before_the_click(desk):
    alice = busy_alice()
    before = rows()

    text = text_of(desk.get(address("person_block", alice)))

    assert "1 place is taken back" in text
    assert "BELvue" in text
    assert "One mail says so, 2 minutes after your click. Until then you can undo it." in text
    assert "1 unanswered offer is no longer valid." in text
    assert "1 request for a place is declined." in text
    assert "This person is no longer counted in the reserve of 1 evening." in text
    assert "Leave the place open" in text
    assert rows() == before


def test_the_click_does_it_and_says_how_to_take_it_back(desk):
    alice = busy_alice()

    response = desk.post(address("person_block", alice), {"then": "search"}, follow=True)

    text = text_of(response)
    alice.refresh_from_db()
    assert alice.blocked_at
    assert "1 place is taken back." in text
    assert "Alice D. is blocked." in text
    assert "blocked since 24 March" in text


def test_who_has_no_address_is_called_about_it(desk, alice):
    make_assignment(post_at(published_evening(), "BELvue"), alice)
    type(alice.user).objects.filter(pk=alice.user_id).update(email=None)

    assert "the message waits for your call" in text_of(desk.get(address("person_block", alice)))


def test_who_has_only_drafts_hears_nothing_and_nothing_is_asked(desk, alice):
    make_assignment(post_at(make_evening(), "BELvue"), alice, published_at=None)

    text = text_of(desk.get(address("person_block", alice)))
    desk.post(address("person_block", alice))

    assert "Nobody here knows of a place yet." in text
    assert "And the places?" not in text
    assert not alice.assignments.active().exists()
    assert not Message.objects.filter(user=alice.user).exists()


@pytest.mark.parametrize("then", ["", "later"])
def test_what_becomes_of_her_places_has_to_be_said(desk, alice, then):
    make_assignment(post_at(published_evening()), alice)

    response = desk.post(address("person_block", alice), {"then": then})

    alice.refresh_from_db()
    assert response.status_code == 422
    assert alice.blocked_at is None


def test_a_coordinator_is_told_why_she_cannot_be_blocked(desk):
    lea = make_registration(make_volunteer("Max", user=make_coordinator("max@example.org"))).volunteer

    shown = text_of(desk.get(address("person_block", lea)))
    clicked = text_of(desk.post(address("person_block", lea), follow=True))

    assert "Max is a coordinator and cannot be blocked" in shown
    assert "Max is a coordinator and cannot be blocked" in clicked


def test_unblocking_says_what_it_does_not_do(desk, alice):
    Volunteer.objects.filter(pk=alice.pk).update(blocked_at=NOW)

    text = text_of(desk.post(address("person_unblock", alice), follow=True))

    alice.refresh_from_db()
    assert alice.blocked_at is None
    assert "Alice D. may be asked again. Places do not come back by themselves." in text


NAMES = ["pause", "resume", "invite_again", "not_at", "block", "unblock", "merge"]


@pytest.mark.parametrize("name", [f"person_{name}" for name in NAMES])
def test_somebody_of_another_edition_is_not_there(desk, alice, name):
    other = make_edition("elsewhere")
    before = rows()

    answer = desk.post(page(name, other.slug, alice.pk), {"then": "leave_open", "other": alice.pk})

    assert answer.status_code == 404
    assert rows() == before
