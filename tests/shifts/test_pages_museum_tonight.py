"""Tonight's link of a museum: the list of the day, its ticks, the number to call, and nothing else."""

from datetime import date

import pytest
from django.urls import reverse

from museums.models import Opening
from nocturnes.history import Actor
from nocturnes.models import Entry, Evening
from shifts import actions
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.pages import link, rows, text_of
from tests.shifts.searches import at as moment
from tests.shifts.searches import published_evening

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PHONE, SHOWN = "+32470123456", "0470 12 34 56"


@pytest.fixture
def belvue():
    return make_museum("Musée BELvue")


@pytest.fixture
def lien(belvue):
    make_coordinator(first_name="Léa")
    post = make_post(make_opening(published_evening(), belvue), places=3)
    return make_assignment(post, make_volunteer("Lien", "Declercq", phone=PHONE))


@pytest.fixture
def wout(belvue):
    """Expected a week later."""
    later = make_opening(make_evening(date(2026, 4, 2), published_at=NOW), belvue)
    return make_assignment(make_post(later), make_volunteer("Wout", "Vermeulen"))


def reload(assignment):
    assignment.refresh_from_db()
    return assignment


@pytest.mark.parametrize(
    ("when", "is_there"),
    [
        ((25, 23, 59), False),
        ((26, 0, 0), True),
        ((26, 17, 30), True),
        ((27, 11, 59), True),
        ((27, 12, 0), False),
    ],
)
def test_the_list_is_there_from_the_day_to_noon_the_day_after(client, at, belvue, lien, wout, when, is_there):
    at(moment(*when))

    text = text_of(client.get(link("tonight", belvue)))

    assert ("Lien D." in text) is is_there
    assert ("Is here" in text) is is_there
    assert ("+32 470 00 00 12 Léa" in text) is is_there
    assert "Wout" not in text


def test_on_other_days_it_says_when_the_next_evening_is_and_nothing_else(client, at, belvue, lien, wout):
    at(moment(25, 10))

    text = text_of(client.get(link("tonight", belvue)))

    assert "The list of your next evening is here on Thursday 26 March." in text
    for words in ("Lien", "2 April", "470", "expected", "place", "Léa", "18:00"):
        assert words not in text


def test_an_evening_that_is_called_off_is_not_the_next_one(client, at, belvue, lien, wout):
    actions.call_off(lien.post.opening, by=Actor.user(make_coordinator("tom@example.org")), now=NOW)
    at(moment(25, 10))

    text = text_of(client.get(link("tonight", belvue)))

    assert "is here on Thursday 2 April." in text


def test_a_museum_without_evenings_to_come_is_told_so(client, at, belvue):
    at(NOW)

    assert "No evening to come" in text_of(client.get(link("tonight", belvue)))


def test_phone_numbers_keep_their_hours_here_too(client, at, belvue, lien):
    for when, shown in (((26, 11, 59), False), ((26, 12), True), ((27, 11, 59), True)):
        at(moment(*when))
        assert (SHOWN in text_of(client.get(link("tonight", belvue)))) is shown


def test_ticks_through_it_are_the_museums_and_lead_back_to_it(client, at, belvue, lien):
    at(moment(26, 17, 30))

    address = link("tonight_arrived", belvue, lien.pk)
    answer = client.post(address)
    assert reload(lien).arrived_at == moment(26, 17, 30)
    assert answer["Location"] == address.removesuffix(f"{lien.pk}/arrived/") + f"#tick-{lien.pk}"

    client.post(link("tonight_absent", belvue, lien.pk))
    assert reload(lien).absent_at == moment(26, 17, 30)
    client.post(link("tonight_unmark", belvue, lien.pk))
    client.post(link("tonight_all_arrived", belvue, lien.post.opening_id))

    assert reload(lien).arrived_at == moment(26, 17, 30)
    assert {(e.actor_kind, e.actor_id) for e in Entry.objects.about(lien)} == {(Actor.MUSEUM_LINK, belvue.pk)}


def test_its_buttons_use_this_link_and_not_the_seasons(client, at, belvue, lien):
    at(moment(26, 17, 30))

    address = link("tonight", belvue)

    page = client.get(address).content.decode()

    assert f'action="{address}{lien.pk}/arrived/"' in page
    assert f'action="{address}all-arrived/{lien.post.opening_id}/"' in page
    assert "/museum/" not in page
    assert "/sheet/" not in page


def test_nothing_of_an_evening_to_come_can_be_ticked_through_it(client, at, belvue, lien, wout):
    at(moment(26, 18))
    before = rows()

    for name in ("tonight_arrived", "tonight_absent", "tonight_unmark"):
        text = text_of(client.post(link(name, belvue, wout.pk), follow=True))
        assert "Attendance is ticked from the day of the evening on." in text
        assert "Wout" not in text
    client.post(link("tonight_all_arrived", belvue, wout.post.opening_id))
    assert rows() == before


def test_neither_link_opens_what_the_other_does(client, at, belvue, lien):
    at(moment(26, 18))

    assert client.get(link("museum", belvue, purpose="tonight")).status_code == 404
    assert client.get(link("museum_print", belvue, lien.post.opening_id, purpose="tonight")).status_code == 404
    assert client.get(link("tonight", belvue, purpose="museum")).status_code == 404
    assert client.post(link("tonight_arrived", belvue, lien.pk, purpose="museum")).status_code == 404
    assert not reload(lien).arrived_at


def test_another_museum_ticks_nobody_through_its_own(client, at, belvue, lien):
    other = make_opening(lien.post.opening.evening, make_museum("Autoworld")).museum
    at(moment(26, 18))
    before = rows()

    for name in ("tonight_arrived", "tonight_absent", "tonight_unmark"):
        assert client.post(link(name, other, lien.pk)).status_code == 404
    assert client.post(link("tonight_all_arrived", other, lien.post.opening_id)).status_code == 404
    assert "Lien" not in text_of(client.get(link("tonight", other)))
    assert rows() == before


def test_yesterdays_list_stands_below_todays_until_noon(client, at, belvue, lien):
    today = make_opening(make_evening(date(2026, 3, 27), published_at=NOW), belvue)
    make_assignment(make_post(today), make_volunteer("Wout", "Vermeulen"))
    at(moment(27, 11))

    text = text_of(client.get(link("tonight", belvue)))

    assert text.index("Wout V.") < text.index("Lien D.")


def test_somebody_extra_is_counted_once_however_often_the_button_is_pressed(client, at, belvue, lien):
    at(moment(26, 18))
    opening, address = lien.post.opening, link("tonight_extra", belvue, lien.post.opening_id)
    assert "Somebody extra came" in text_of(client.get(link("tonight", belvue)))

    for _click in range(2):
        answer = client.post(address, {"seen": 0})

    opening.refresh_from_db()
    assert opening.came_extra == 1
    assert answer["Location"].endswith(f"#extra-{opening.pk}")
    assert "1 person who was not on the list" in text_of(client.get(link("tonight", belvue)))
    entries = Entry.objects.about(opening).values_list("verb", "actor_kind", "actor_id", "data")
    assert list(entries) == [("extra_came", Actor.MUSEUM_LINK, belvue.pk, {"old": 0, "new": 1})]


def test_somebody_extra_is_taken_back_and_never_below_nobody(client, at, belvue, lien):
    at(moment(26, 18))
    opening, address = lien.post.opening, link("museum_extra", belvue, lien.post.opening_id)
    client.post(address, {"seen": 0})

    for seen in (1, 0, -1, 1, "", "x", 10**9):
        client.post(address, {"seen": seen, "back": ""})

    opening.refresh_from_db()
    assert opening.came_extra == 0
    assert [entry.verb for entry in Entry.objects.about(opening)] == ["extra_came", "extra_taken_back"]


@pytest.mark.parametrize("when", [(25, 23, 59), (27, 12, 0)])
def test_nobody_extra_is_counted_while_the_list_is_not_there(client, at, belvue, lien, when):
    at(moment(*when))
    before = rows()

    client.post(link("tonight_extra", belvue, lien.post.opening_id), {"seen": 0})

    assert "Somebody extra came" not in text_of(client.get(link("tonight", belvue)))
    assert rows() == before


def test_nobody_extra_comes_to_a_draft(client, at, belvue, lien):
    at(moment(26, 18))
    Evening.objects.update(published_at=None)

    answer = client.post(link("tonight_extra", belvue, lien.post.opening_id), {"seen": 0})

    assert answer.status_code == 404
    assert not Opening.objects.exclude(came_extra=0).exists()


def test_nobody_extra_comes_to_what_does_not_take_place(client, at, belvue, lien):
    actions.call_off(lien.post.opening, by=Actor.user(make_coordinator("tom@example.org")), now=NOW)
    at(moment(26, 18))

    text = text_of(client.post(link("tonight_extra", belvue, lien.post.opening_id), {"seen": 0}, follow=True))

    lien.post.opening.refresh_from_db()
    assert lien.post.opening.came_extra == 0
    assert "This opening does not take place." in text
    assert "Somebody extra came" not in text


def test_the_coordinator_reads_who_came_extra_at_the_museum(client, at, belvue, lien):
    at(moment(26, 18))
    client.post(link("tonight_extra", belvue, lien.post.opening_id), {"seen": 0})
    evening = lien.post.opening.evening
    client.force_login(evening.lead or make_coordinator("tom@example.org"))

    text = text_of(client.get(reverse("evening", args=[evening.edition.slug, evening.date])))

    assert "1 person came who was not on the list" in text
