"""A museum's page, by its secret link: what it may know, and its ticks (design.md 3.6)."""

from datetime import date, time, timedelta

import pytest
from django.test import Client

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.models import Assignment, Offer
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_role,
    make_volunteer,
)
from tests.shifts.pages import link, queries_of, rows, text_of
from tests.shifts.searches import at as moment
from tests.shifts.searches import make_people, open_search, published_evening, sweep

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PHONE = "+32470123456"
SHOWN = "0470 12 34 56"


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


@pytest.fixture
def belvue():
    return make_museum("Musée BELvue")


@pytest.fixture
def post(belvue):
    return make_post(make_opening(published_evening(), belvue), places=3)


@pytest.fixture
def lien(post):
    return make_assignment(
        post, make_volunteer("Lien", "Declercq", phone=PHONE, languages=[make_language("nl"), make_language("fr")])
    )


def reload(assignment):
    assignment.refresh_from_db()
    return assignment


# What it shows.


def test_a_museum_sees_who_comes_and_no_more_than_it_may(client, belvue, lien):
    make_coordinator(first_name="Léa")

    text = text_of(client.get(link("museum", belvue)))

    for words in (
        "Thursday 26 March, 18:00",
        "1 person expected from 17:30 on",
        "Lien D. FR NL",
        "Welcome desk, 17:30",
        "first time here",
        "+32 470 00 00 12",
        "Léa",
        "2 places, Welcome desk still to be filled",
        "Phone numbers are shown on the day itself from 12:00.",
    ):
        assert words in text
    assert "Declercq" not in text
    assert lien.volunteer.user.email not in text


def test_a_museum_never_sees_who_withdrew_why_or_who_was_asked(client, at, belvue, post):
    inès, nora = make_people(post.opening.evening, "Inès", "Nora")
    place = make_assignment(post, inès)
    actions.withdraw(place, reason="work", by=Actor.volunteer_link(inès), now=NOW)
    at(moment(26, 12))
    sweep(moment(26, 12))
    assert Offer.objects.filter(volunteer=nora).exists()

    text = text_of(client.get(link("museum", belvue)))

    assert "3 places, Welcome desk being filled" in text
    assert not any(secret in text for secret in ("Inès", "Nora", "Work", "withdrew", "asked"))


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ((26, 11, 59), False),
        ((26, 12, 0), True),
        ((26, 23, 59), True),
        ((27, 11, 59), True),
        ((27, 12, 0), False),
    ],
)
def test_phone_numbers_stand_from_noon_on_the_day_to_noon_the_day_after(client, at, belvue, lien, when, shown):
    at(moment(*when))

    page = client.get(link("museum", belvue)).content.decode()

    assert (SHOWN in page) is shown
    assert ("470123456" in page) is shown


def test_tonights_numbers_open_no_other_evenings(client, at, belvue, lien):
    next_week = make_opening(make_evening(date(2026, 4, 2), published_at=NOW), belvue)
    make_assignment(make_post(next_week), make_volunteer("Wout", "Vermeulen", phone="+32470999999"))
    at(moment(26, 18))

    text = text_of(client.get(link("museum", belvue)))

    assert SHOWN in text
    assert "Wout V." in text
    assert "0470 99 99 99" not in text


def test_the_hours_of_the_numbers_are_the_editions(client, at, belvue, lien):
    edition = lien.post.opening.evening.edition
    edition.rules_data = {"phones_from": "15:00", "phones_until": "09:00"}
    edition.save()

    for when, shown in (((26, 14, 59), False), ((26, 15), True), ((27, 8, 59), True), ((27, 9), False)):
        at(moment(*when))
        assert (SHOWN in text_of(client.get(link("museum", belvue)))) is shown


def test_another_museums_openings_never_show(client, at, belvue, lien):
    other = make_opening(lien.post.opening.evening, make_museum("Autoworld"))
    make_assignment(make_post(other), make_volunteer("Wout", "Vermeulen"))
    at(moment(26, 18))

    text = text_of(client.get(link("museum", belvue)))

    assert "Lien D." in text
    assert "Wout" not in text


def test_drafts_and_unpublished_evenings_show_nobody(client, belvue, post):
    make_assignment(post, make_volunteer("Draft", "Person"), published_at=None)
    coming = make_opening(make_evening(date(2026, 4, 2)), belvue)
    make_assignment(make_post(coming), make_volunteer("Early", "Bird"))

    text = text_of(client.get(link("museum", belvue)))

    assert "The team is not settled yet." in text
    assert "Draft" not in text
    assert "Early" not in text


@pytest.mark.parametrize("door", ["museum", "tonight"])
def test_an_opening_that_is_called_off_says_so_in_the_head_and_tells_nothing_of_a_list(client, at, belvue, lien, door):
    at(moment(26, 13))
    actions.call_off(lien.post.opening, by=Actor.user(make_coordinator()), now=NOW)

    page = client.get(link(door, belvue))

    assert '<h1 class="mid">This opening does not take place.</h1>' in page.content.decode()
    assert all(words not in text_of(page) for words in ("Lien", "Phone numbers", "Ticking nothing"))


def test_that_ticking_nothing_sends_nothing_is_said_where_something_can_be_ticked(client, at, belvue, lien):
    assert "Ticking nothing sends nothing." not in text_of(client.get(link("museum", belvue)))

    at(moment(26, 17, 30))

    assert "Ticking nothing sends nothing." in text_of(client.get(link("museum", belvue)))


def test_first_time_here_is_about_this_museum_and_about_having_come(client, belvue, lien):
    wout, nora = make_volunteer("Wout", "V"), make_volunteer("Nora", "B")
    for volunteer in (wout, nora):
        make_assignment(lien.post, volunteer)
    earlier = make_post(make_opening(make_evening(date(2026, 3, 12), published_at=NOW), belvue))
    make_assignment(earlier, wout)
    make_assignment(earlier, nora, absent_at=NOW)
    elsewhere = make_post(make_opening(earlier.opening.evening, make_museum("Autoworld")))
    make_assignment(elsewhere, lien.volunteer)

    text = text_of(client.get(link("museum", belvue)))

    assert "Lien D. FR NL Welcome desk, 17:30 · first time here" in text
    assert "Nora B. Welcome desk, 17:30 · first time here" in text
    assert "Wout V. Welcome desk, 17:30 ·" not in text


def test_a_museum_without_evenings_is_told_so(client, belvue):
    assert "No evening to come" in text_of(client.get(link("museum", belvue)))


def test_past_evenings_are_gone_from_noon_on(client, at, belvue, lien):
    at(moment(27, 11, 59))
    assert "Lien D." in text_of(client.get(link("museum", belvue)))

    at(moment(27, 12))

    assert "Lien D." not in text_of(client.get(link("museum", belvue)))


def test_the_page_takes_the_same_number_of_queries_with_one_and_with_many(client, belvue, lien):
    address = link("museum", belvue)
    with_one = queries_of(client, address)
    for week in range(1, 6):
        evening = make_evening(date(2026, 3, 26) + timedelta(weeks=week), published_at=NOW)
        for role in ("welcome", "cloakroom"):
            other = make_post(make_opening_of(evening, belvue), role=make_role(role), places=3)
            for _ in range(3):
                make_assignment(other, make_volunteer(languages=[make_language("nl")]))

    assert queries_of(client, address) == with_one


def make_opening_of(evening, museum):
    return evening.openings.filter(museum=museum).first() or make_opening(evening, museum)


# Its ticks.


def test_a_museum_ticks_who_is_there_and_who_is_not_and_takes_it_back(client, at, belvue, lien):
    at(moment(26, 17, 30))
    assert "Is everybody there?" in text_of(client.get(link("museum", belvue)))

    client.post(link("museum_arrived", belvue, lien.pk))
    assert reload(lien).arrived_at == moment(26, 17, 30)
    assert "1 is here" in text_of(client.get(link("museum", belvue)))
    client.post(link("museum_absent", belvue, lien.pk))
    assert (reload(lien).arrived_at, lien.absent_at) == (None, moment(26, 17, 30))
    client.post(link("museum_unmark", belvue, lien.pk))

    assert (reload(lien).arrived_at, lien.absent_at) == (None, None)
    entries = Entry.objects.about(lien)
    assert list(entries.values_list("verb", flat=True)) == ["arrived", "absent", "unticked"]
    assert {(e.actor_kind, e.actor_id) for e in entries} == {(Actor.MUSEUM_LINK, belvue.pk)}


def test_who_is_ticked_as_not_here_leaves_a_hole_and_is_not_counted(client, at, belvue, lien):
    wout, _nora = make_assignment(lien.post), make_assignment(lien.post)
    at(moment(26, 17, 30))
    assert "3 people expected" in text_of(client.get(link("museum", belvue)))

    client.post(link("museum_absent", belvue, wout.pk))

    for name in ("museum", "tonight"):
        text = text_of(client.get(link(name, belvue)))
        assert "2 people expected from 17:30 on" in text
        assert "1 place, Welcome desk still to be filled" in text
    paper = text_of(client.get(link("museum_print", belvue, lien.post.opening_id, purpose="museum")))
    assert "2 people expected from 17:30 on" in paper
    assert "1 place, Welcome desk (still to be filled)." in paper


def test_a_search_fills_the_free_place_and_not_that_of_who_is_not_here(client, at, belvue, lien):
    wout = make_assignment(lien.post)
    at(moment(26, 17, 30))
    client.post(link("museum_absent", belvue, wout.pk))
    open_search(lien.post, now=moment(26, 17, 30))

    text = text_of(client.get(link("museum", belvue)))

    assert "1 place, Welcome desk being filled" in text
    assert "1 place, Welcome desk still to be filled" in text


def test_where_all_are_ticked_as_not_here_nobody_is(client, at, belvue, lien):
    at(moment(26, 17, 30))

    client.post(link("museum_absent", belvue, lien.pk))

    assert "Nobody is here." in text_of(client.get(link("museum", belvue)))


def test_ticks_send_nothing(client, at, belvue, lien):
    make_coordinator()
    at(moment(26, 18))

    client.post(link("museum_absent", belvue, lien.pk))
    client.post(link("museum_all_arrived", belvue, lien.post.opening_id))

    assert not Message.objects.exists()


def test_a_museums_form_needs_no_cookie(at, belvue, lien):
    at(moment(26, 18))

    Client(enforce_csrf_checks=True).post(link("museum_arrived", belvue, lien.pk), headers={"origin": "null"})

    assert reload(lien).arrived_at


def test_all_here_ticks_everybody_without_a_tick_and_leaves_the_others(client, at, belvue, lien):
    wout, nora = make_assignment(lien.post), make_assignment(lien.post)
    at(moment(26, 18))
    client.post(link("museum_absent", belvue, nora.pk))

    client.post(link("museum_all_arrived", belvue, lien.post.opening_id))

    assert reload(lien).arrived_at
    assert reload(wout).arrived_at
    assert reload(nora).absent_at


def test_nobody_is_ticked_before_the_day(client, at, belvue, lien):
    at(moment(25, 23, 59))
    assert "Is here" not in text_of(client.get(link("museum", belvue)))

    response = client.post(link("museum_arrived", belvue, lien.pk), follow=True)

    assert "Attendance is ticked from the day of the evening on." in text_of(response)
    assert not reload(lien).arrived_at


def test_the_ticks_close_with_the_list_at_noon(client, at, belvue, lien):
    at(moment(27, 11, 59))
    client.post(link("museum_arrived", belvue, lien.pk))
    assert reload(lien).arrived_at

    at(moment(27, 12))
    response = client.post(link("museum_absent", belvue, lien.pk), follow=True)

    assert "The list of that evening is closed." in text_of(response)
    assert reload(lien).arrived_at


def test_all_here_leaves_who_comes_for_the_last_hours_of_the_night(client, at, belvue, lien):
    late = make_assignment(make_post(lien.post.opening, report=time(21, 30), starts=time(21, 45)))
    at(moment(26, 18))

    client.post(link("museum_all_arrived", belvue, lien.post.opening_id))

    assert (reload(lien).arrived_at, reload(late).arrived_at) == (moment(26, 18), None)
    assert "All here" not in text_of(client.get(link("museum", belvue)))

    at(moment(26, 21))
    assert "All here" in text_of(client.get(link("museum", belvue)))
    client.post(link("museum_all_arrived", belvue, lien.post.opening_id))
    assert reload(late).arrived_at == moment(26, 21)


def test_nobody_is_ticked_on_an_evening_that_is_a_draft_again(client, at, belvue, lien):
    lien.post.opening.evening.published_at = None
    lien.post.opening.evening.save()
    at(moment(26, 18))

    one = client.post(link("museum_arrived", belvue, lien.pk))
    client.post(link("museum_all_arrived", belvue, lien.post.opening_id))

    assert (one.status_code, reload(lien).arrived_at) == (404, None)


def test_a_place_to_be_filled_says_from_when(client, at, belvue, lien):
    make_post(lien.post.opening, report=time(21, 30), starts=time(21, 45), role=lien.post.role, places=1)
    at(moment(26, 18))

    text = text_of(client.get(link("museum", belvue)))

    assert "1 place, Welcome desk still to be filled 21:30" in text


def test_nobody_comes_any_more_for_the_early_post_once_it_is_over(client, at, belvue, lien):
    make_post(lien.post.opening, ends=time(20), role=make_role("cloakroom"), places=1)
    make_post(lien.post.opening, report=time(20), starts=time(20), role=make_role("cloakroom"), places=2)
    places = "1 place, Welcome desk still", "2 places, Welcome desk still to be filled 20:00"

    def shown():
        text = text_of(client.get(link("museum", belvue)))
        return [words in text for words in places]

    at(moment(26, 19, 59))
    assert shown() == [True, True]
    at(moment(26, 20))
    assert shown() == [False, True]


def test_a_museum_ticks_nobody_of_another_museum_nor_who_is_no_longer_expected(client, at, belvue, lien):
    other = make_assignment(make_post(make_opening(lien.post.opening.evening, make_museum("Autoworld"))))
    gone = make_assignment(lien.post, cancelled_at=NOW, cause="withdrew")
    draft = make_assignment(lien.post, published_at=None)
    at(moment(26, 18))
    before = rows()

    for name in ("museum_arrived", "museum_absent", "museum_unmark"):
        for assignment in (other, gone, draft):
            assert client.post(link(name, belvue, assignment.pk)).status_code == 404
    assert client.post(link("museum_all_arrived", belvue, other.post.opening_id)).status_code == 404
    assert rows() == before


def test_looking_changes_nothing_and_ticks_are_posts(client, at, belvue, lien):
    at(moment(26, 18))
    before = rows()

    assert client.get(link("museum", belvue)).status_code == 200
    for name in ("museum_arrived", "museum_absent", "museum_unmark", "museum_all_arrived"):
        assert client.get(link(name, belvue, lien.pk)).status_code == 405
    assert rows() == before


def test_a_museums_link_that_is_altered_or_renewed_opens_nothing(client, at, belvue, lien):
    at(moment(26, 18))
    address = link("museum_arrived", belvue, lien.pk)
    wrong = link("museum_arrived", lien.volunteer, lien.pk, purpose="evenings")

    assert client.post(address.replace("/museum/", "/museum/x")).status_code == 404
    assert client.post(wrong).status_code == 404
    belvue.link_version = 2
    belvue.save()
    over = client.post(address)
    assert over.status_code == 410
    # It is told where to write, and not where a volunteer finds her evenings.
    assert 'href="mailto:nocturnes@example.org"' in over.content.decode()
    assert "/mine/" not in over.content.decode()
    assert not Assignment.objects.exclude(arrived_at=None).exists()
    assert client.get(link("museum", belvue))["Referrer-Policy"] == "no-referrer"
