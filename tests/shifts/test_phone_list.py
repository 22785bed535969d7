"""Whom to call, with the texts filled in, and the page that their links lead to."""

from datetime import date
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from nocturnes import links
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.models import Ask, Assignment
from shifts.pages.phone_list import group_text, phone_list
from shifts.ranking import warning_words
from tests.factories import make_assignment, make_evening, make_language, make_role
from tests.shifts.pages import text_of
from tests.shifts.searches import (
    ask_of,
    at,
    make_many,
    make_people,
    offer_to,
    open_search,
    post_at,
    published_evening,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_time(monkeypatch):
    """Sets the product time, under another name than the instants of these tests."""
    return lambda moment: monkeypatch.setattr("nocturnes.clock.now", lambda: moment)


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def post(evening):
    return post_at(evening, places=1)


def names(post, now):
    return [call.name.split()[0] for call in phone_list(post, now=now)]


# The list.


def test_the_list_is_in_the_order_of_the_ranking_with_who_was_asked(post, evening):
    open_search(post, now=at(25, 10))
    make_people(evening, "Alice", "Bob")
    make_people(evening, "Rosa", on_call=True)
    sweep(at(25, 10, 5))

    with translation.override("en"):
        calls = phone_list(post, now=at(25, 10, 6))

    assert [call.name for call in calls] == ["Rosa Dupont", "Alice Dupont", "Bob Dupont"]
    assert calls[0].asked_at == at(25, 10, 5)
    assert calls[0].answer_words == "No answer yet"
    assert calls[0].why.startswith("On call, ")


def test_who_said_no_or_cannot_is_not_called(post, evening):
    search = open_search(post, now=at(25, 10))
    no, other, *_ = make_people(evening, "No", "Other", "Yes")
    make_people(evening, "Unavailable", answer="no")
    make_people(evening, "Silent", phone="")
    unwilling = make_people(evening, "Unwilling")[0]
    unwilling.registrations.update(may_be_asked=False)
    sweep(at(25, 10, 5))
    actions.decline(ask_of(no), by=SYSTEM, now=at(25, 10, 6))
    actions.decline(ask_of(other), other_post=True, by=SYSTEM, now=at(25, 10, 6))

    assert names(post, at(25, 10, 7)) == ["Yes"]
    assert search.is_live


def test_who_is_spared_from_mails_may_be_called(post, evening):
    spared = make_people(evening, "Spared")[0]
    spared.registrations.update(no_asks_until=at(30, 9).date())
    open_search(post, now=at(25, 10))

    assert names(post, at(25, 10)) == ["Spared"]
    assert phone_list(post, now=at(25, 10))[0].spared_words == warning_words(["not_now"])


def test_nobody_is_called_for_a_post_that_is_full(post, evening):
    search = open_search(post, now=at(25, 10))
    alice, _bob = make_people(evening, "Alice", "Bob")
    sweep(at(25, 10, 5))
    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(25, 10, 6))

    assert phone_list(post, now=at(25, 10, 7)) == []


def test_links_carry_the_number_and_the_text_with_a_link_of_her_own(post, evening):
    open_search(post, now=at(25, 10))
    alice = make_people(evening, "Alice", phone="+32470000041", language="en")[0]
    sweep(at(25, 10, 5))

    call = phone_list(post, now=at(25, 10, 6))[0]

    words, _space, link = call.text.rpartition(" ")
    *_site, language, _link, page, token, _end = link.split("/")
    assert call.phone == "0470 00 00 41"
    assert call.tel == "tel:+32470000041"
    assert call.whatsapp.startswith("https://wa.me/32470000041?text=")
    assert unquote(call.sms) == f"sms:+32470000041?&body={call.text}"
    assert words == (
        "Alice, can you help on Thursday 26\u00a0March at Musée BELvue? Report at 17:30, until 22:00. Answer here:"
    )
    assert (language, page) == ("en", "offer")
    assert links.read("offer", token, Ask.objects, now=at(25, 11)) == ask_of(alice)


def test_who_was_not_asked_gets_a_link_that_shows_what_is_open(post, evening):
    open_search(post, now=at(24, 10))
    make_people(evening, "Alice", language="nl")

    text = phone_list(post, now=at(24, 10))[0].text

    assert "http://testserver/nl/link/help/" in text
    assert text.startswith("Alice, kan jij donderdag 26\u00a0maart helpen")


def test_the_list_takes_as_many_queries_for_thirty_as_for_three(post, evening):
    open_search(post, now=at(24, 10))
    counts = []
    for number in (3, 27):
        make_many(evening, number)
        with CaptureQueriesContext(connection) as queries:
            assert phone_list(post, now=at(24, 10))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_groups_text_lists_every_hole_in_french_then_dutch_with_one_link(evening, post):
    dutch = {"name_fr": "Vestiaire", "name_nl": "Vestiaire", "name_en": "Cloakroom"}
    open_search(post, now=at(26, 14))
    open_search(post_at(evening, "Musée Horta", places=2, role=make_role("cloakroom", **dutch)), now=at(26, 14))
    post_at(evening, "MIM", places=2)

    text = group_text(evening, now=at(26, 14))

    french, dutch = text.split("\n\n")
    assert french.splitlines()[:3] == [
        "Pour jeudi 26\u00a0mars, nous cherchons encore\u00a0:",
        "- 1 personne, Musée BELvue, accueil. Rendez-vous à 17:30, jusqu’à 22:00.",
        "- 2 personnes, Musée Horta, vestiaire. Rendez-vous à 17:30, jusqu’à 22:00.",
    ]
    assert dutch.startswith("Voor donderdag 26\u00a0maart zoeken we nog:\n- 1 persoon, Musée BELvue, onthaal.")
    assert french.endswith("http://testserver/fr/nocturnes-2026/help/")
    assert dutch.endswith("http://testserver/nl/nocturnes-2026/help/")
    assert "MIM" not in text


def test_with_nothing_open_there_is_no_text_for_the_group(evening):
    assert group_text(evening, now=at(26, 14)) == ""


# The page behind the links.


def help_page(client, volunteer):
    client.force_login(volunteer.user)
    return client.get(reverse("help", args=["nocturnes-2026"]))


def test_the_page_offers_only_what_fits(client, post, evening, at_time):
    at_time(at(26, 14))
    open_search(post, now=at(26, 14))
    dutch = post_at(evening, "Musée Horta", places=1)
    dutch.languages.add(make_language("nl"))
    open_search(dutch, now=at(26, 14))
    post_at(evening, "MIM", places=2)
    alice = make_people(evening, "Alice")[0]

    page = text_of(help_page(client, alice))

    assert "Musée BELvue" in page
    assert "Musée Horta" not in page
    assert "MIM" not in page


def test_a_place_is_taken_by_a_click_and_only_once(client, post, evening, at_time):
    at_time(at(26, 14))
    search = open_search(post, now=at(26, 14))
    alice = make_people(evening, "Alice")[0]
    client.force_login(alice.user)
    url = reverse("help_take", args=["nocturnes-2026", post.pk])

    answers = [client.post(url, follow=True) for _ in range(2)]

    assert Assignment.objects.active().get().volunteer == alice
    assert all("jeudi 26\u00a0mars" in answer.content.decode() for answer in answers)
    search.refresh_from_db()
    assert not search.is_live


def test_who_comes_late_reads_that_the_place_is_filled(client, post, evening, at_time):
    at_time(at(26, 14))
    open_search(post, now=at(26, 14))
    alice, bob = make_people(evening, "Alice", "Bob")
    actions.step_in(post, alice, by=SYSTEM, now=at(26, 14))

    client.force_login(bob.user)
    answer = client.post(reverse("help_take", args=["nocturnes-2026", post.pk]), follow=True)

    assert "La place vient d" in answer.content.decode()
    assert Assignment.objects.active().get().volunteer == alice


def test_what_does_not_fit_cannot_be_taken(client, post, evening, at_time):
    at_time(at(26, 14))
    open_search(post, now=at(26, 14))
    post.languages.add(make_language("nl"))
    alice = make_people(evening, "Alice")[0]
    client.force_login(alice.user)

    client.post(reverse("help_take", args=["nocturnes-2026", post.pk]))

    assert not Assignment.objects.exists()


def test_a_draft_stays_unknown_to_who_tries_its_number(client, evening, at_time):
    at_time(at(26, 14))
    draft = post_at(make_evening(date(2026, 4, 2)))
    alice = make_people(evening, "Alice")[0]
    make_assignment(draft, alice, published_at=None)
    client.force_login(alice.user)

    answer = client.post(reverse("help_take", args=["nocturnes-2026", draft.pk]), follow=True)

    assert "2 avril" not in answer.content.decode()
    assert "La place vient d" in answer.content.decode()


def test_a_link_of_her_own_needs_no_sign_in(client, post, evening, at_time):
    at_time(at(26, 17, 40))
    open_search(post, now=at(26, 17, 40))
    alice = make_people(evening, "Alice")[0]
    token = links.token("help", alice)

    page = client.get(reverse("help_link", args=[token])).content.decode()
    client.post(reverse("help_link_take", args=[token, post.pk]), {"minutes": ""})
    assert not Assignment.objects.exists()
    client.post(reverse("help_link_take", args=[token, post.pk]), {"minutes": "20"})

    assert "Musée BELvue" in page
    assert Assignment.objects.active().get().volunteer == alice
    assert "_auth_user_id" not in client.session
