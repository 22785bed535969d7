"""The page of a search: who was asked, when, what she answered, what comes next; begin it, stop it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.text import capfirst

from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.models import Entry
from shifts import actions
from shifts.models import Ask, Offer, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_opening,
    make_post,
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


@pytest.fixture
def search(post):
    ines = make_assignment(post, make_volunteer("Inès", "Delvaux"))
    return actions.withdraw(ines, by=SYSTEM, now=NOW)


def url(name, post):
    return reverse(name, args=[make_edition().slug, post.pk])


def offer(search, name="Elke", *, wave=1, answer="", minutes=None):
    volunteer = make_volunteer(name, "Maes")
    at = NOW + timedelta(minutes=30 * wave)
    ask = Ask.objects.create(volunteer=volunteer, evening=search.post.opening.evening, asked_at=at)
    return Offer.objects.create(
        search=search,
        ask=ask,
        volunteer=volunteer,
        wave=wave,
        rank=1,
        reasons=[["on_call", {}]],
        asked_at=at,
        answer=answer,
        answered_at=at if answer else None,
        minutes=minutes,
    )


def moments(response):
    return [(moment.kind, moment.number, len(moment.asked)) for moment in response.context["page"].moments]


def test_a_search_is_told_by_the_hour(desk, search):
    offer(search, "Elke")
    offer(search, "Joris", answer="no")
    offer(search, "Lotte", wave=2)

    response = desk.get(url("search", search.post))

    told, coming = moments(response)[:4], moments(response)[4:]
    assert told == [("opened", 0, 0), ("wave", 1, 2), ("wave", 2, 1), ("now", 0, 0)]
    assert [kind for kind, *_ in coming] == ["next", "later", "later", "more", "over"]
    assert "Inès D. ne peut pas venir" in response.content.decode()
    assert response.context["page"].waiting == 2


def test_who_gives_a_place_back_during_a_search_is_in_its_story(desk, search):
    camille = make_assignment(search.post, make_volunteer("Camille", "Lambert"))
    offer(search, "Elke")
    later = NOW + timedelta(hours=1)
    actions.withdraw(camille, by=SYSTEM, now=later, reason="transport")

    response = desk.get(url("search", search.post))

    told = [
        (moment.kind, moment.gone and moment.gone.volunteer.first_name) for moment in response.context["page"].moments
    ]
    assert told[:4] == [("opened", "Inès"), ("wave", None), ("withdrew", "Camille"), ("now", None)]
    page = response.content.decode()
    assert "Camille L. ne peut pas venir" in page
    assert page.count("Transport") == 1


def test_what_happens_within_a_minute_is_told_as_a_story(desk, search):
    sofie = make_assignment(search.post, make_volunteer("Sofie"))
    actions.withdraw(sofie, by=SYSTEM, now=NOW + timedelta(seconds=50))
    Ask.objects.filter(pk=offer(search, wave=1).ask_id).update(asked_at=NOW + timedelta(seconds=40))

    response = desk.get(url("search", search.post))

    assert [kind for kind, *_ in moments(response) if kind != "deed"][:3] == ["opened", "withdrew", "wave"]


def test_who_has_not_answered_and_got_the_place_by_another_way_is_shown_with_it(desk, search):
    elke, bob = offer(search, "Elke"), offer(search, "Bob")
    actions.assign(search.post, elke.volunteer, by=SYSTEM, now=NOW)

    page = desk.get(url("search", search.post)).context["page"]

    said = {one.volunteer.pk: (one.kind, one.word) for moment in page.moments for one in moment.asked}
    assert said == {
        elke.volunteer_id: ("full", "A la place"),
        bob.volunteer_id: ("unconfirmed", "Pas encore de réponse"),
    }
    assert page.waiting == 1


def test_a_search_that_is_over_waits_for_no_answer(desk, search):
    offer(search, "Bob")
    actions.stop_search(search, by=SYSTEM, now=NOW)

    page = desk.get(url("search", search.post)).context["page"]

    assert [(one.kind, one.word) for moment in page.moments for one in moment.asked] == [("skipped", "Pas de réponse")]


def test_who_gave_a_place_back_before_a_search_or_after_it_is_not_in_its_story(desk, search):
    make_assignment(search.post, make_volunteer("Avant"), cancelled_at=NOW - timedelta(days=1), cause="withdrew")
    make_assignment(search.post, make_volunteer("Après"), cancelled_at=NOW + timedelta(days=1), cause="withdrew")
    actions.stop_search(search, by=SYSTEM, now=NOW)

    response = desk.get(url("search", search.post))

    assert [kind for kind, *_ in moments(response)] == ["opened", "ended"]


@pytest.mark.parametrize(
    ("answer", "minutes", "kind", "word"),
    [
        ("", None, "unconfirmed", "Pas encore de réponse"),
        ("yes", None, "full", "Vient, 10:30"),
        ("yes", 25, "full", "Arrive dans 25 minutes, 10:30"),
        ("no", None, "refused", "Pas ce soir-là, 10:30"),
        ("other", None, "full", "Prend un autre poste, 10:30"),
        ("late", None, "reserve", "Oui, mais la place était prise, 10:30"),
    ],
)
def test_every_answer_has_its_shape_and_its_word(desk, search, answer, minutes, kind, word):
    offer(search, answer=answer, minutes=minutes)

    page = desk.get(url("search", search.post)).context["page"]

    (asked,) = [one for moment in page.moments for one in moment.asked]
    assert (asked.kind, asked.word) == (kind, word)


def test_who_was_asked_comes_with_the_reasons_of_that_moment(desk, search):
    offer(search)

    page = desk.get(url("search", search.post)).context["page"]

    (asked,) = [one for moment in page.moments for one in moment.asked]
    assert asked.why


def test_the_waves_to_come_say_how_many_they_ask(desk, search):
    actions.change_places(search.post, places_wanted=4, needed=4, by=SYSTEM, now=NOW)
    make_available(make_volunteer("Rita"), search.post.opening.evening)

    page = desk.get(url("search", search.post)).context["page"]

    assert [(moment.kind, moment.people) for moment in page.moments[2:5]] == [
        ("next", 1),
        ("later", 3 * 4),
        ("later", 5 * 4),
    ]


def test_a_search_that_is_over_says_why_and_one_that_follows_stands_below(desk, search):
    actions.stop_search(search, by=SYSTEM, now=NOW)
    actions.open_search(search.post, by=SYSTEM, now=NOW)

    response = desk.get(url("search", search.post))

    assert [kind for kind, *_ in moments(response)][:5] == ["opened", "ended", "opened", "now", "next"]
    search.refresh_from_db()
    assert capfirst(search.get_ended_because_display()) in response.content.decode()


def test_a_post_that_nobody_ever_looked_for_says_so(desk, post):
    response = desk.get(url("search", post))

    assert moments(response) == []
    assert 'class="empty"' in response.content.decode()
    assert reverse("search_open", args=[make_edition().slug, post.pk]) in response.content.decode()


def test_search_now_begins_one_search_however_often_it_is_clicked(desk, post):
    for _ in range(2):
        response = desk.post(url("search_open", post))

    assert Search.objects.count() == 1
    assert response["Location"] == url("search", post)
    assert not Entry.objects.filter(verb="place_added_to_search").exists()


def test_search_now_on_a_draft_looks_for_nobody_and_says_why(desk):
    post = make_post(make_opening(make_evening()))

    response = desk.post(url("search_open", post), follow=True)

    assert not Search.objects.live().exists()
    assert [message.level_tag for message in response.context["messages"]] == ["warning"]


def test_stop_ends_the_search_and_a_second_click_changes_nothing(desk, search):
    for _ in range(2):
        response = desk.post(url("search_stop", search.post))

    search.refresh_from_db()
    assert (search.ended_because, response.status_code) == ("stopped", 302)
    assert reverse("search_stop", args=[make_edition().slug, search.post_id]) not in (
        desk.get(url("search", search.post)).content.decode()
    )


def test_whom_to_call_comes_with_links_that_work_from_any_phone(desk, search):
    elke = make_volunteer("Elke", "Maes", phone="+32470000041")
    make_available(elke, search.post.opening.evening)

    response = desk.get(url("search", search.post))

    (call,) = [call for call in response.context["calls"] if call.name == "Elke Maes"]
    text = response.content.decode()
    assert f'href="{call.tel}"' in text
    assert 'href="https://wa.me/32470000041?text=' in text
    assert 'href="sms:+32470000041?' in text


def test_the_text_for_the_group_can_be_copied_without_a_script_too(desk, search):
    response = desk.get(url("search", search.post))

    assert response.context["group_text"]
    assert escape(response.context["group_text"]) in response.content.decode()


def test_thirty_offers_take_as_many_queries_as_one(desk, search):
    offer(search)
    desk.get(url("search", search.post))
    with CaptureQueriesContext(connection) as few:
        desk.get(url("search", search.post))
    for number in range(29):
        offer(search, f"V{number}", wave=number % 5 + 1)
    with CaptureQueriesContext(connection) as many:
        desk.get(url("search", search.post))

    assert len(many) == len(few)
