"""The pages on which a coordinator asks whether people still come: nothing leaves that was not shown."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import Actor
from shifts import actions
from shifts.models import Assignment, Disruption
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.test_disruptions import TEXTS

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NIGHT = datetime(2026, 3, 24, 21, 0, tzinfo=UTC)


@pytest.fixture
def evening():
    return make_evening(published_at=NOW - timedelta(days=8))


@pytest.fixture
def lea(client, at):
    at(NOW)
    lea = make_coordinator(language="en")
    client.force_login(lea)
    return lea


def on(evening, name, museum):
    volunteer = make_volunteer(name)
    make_available(volunteer, evening)
    return make_assignment(make_post(make_opening(evening, make_museum(museum))), volunteer)


def ask_page(evening):
    return reverse("evening_disruption", args=[evening.edition.slug, evening.date])


def shown(response):
    form = response.context["form"]
    return form.choices, form.texts, response.context["before"].told.total


def typed(**words):
    return {"why": "strike", "museum": "", **{f"text_{code}": text for code, text in TEXTS.items()}, **words}


def test_what_is_asked_was_shown_first(evening, lea, client):
    alice, _bob = on(evening, "Alice", "Musée BELvue"), on(evening, "Bob", "Musée Horta")
    museum = alice.post.opening.museum_id

    first = client.get(ask_page(evening))
    assert shown(first)[0] == "strike:"
    assert "jeudi 26\u00a0mars" in shown(first)[1]["fr"]
    assert "donderdag 26\u00a0maart" in shown(first)[1]["nl"]
    assert "Alice" in first.context["before"].example.text

    # Another reason and one museum alone: our words follow, and what she wrote herself stays.
    other = client.post(ask_page(evening), typed(seen="strike:", why="weather", museum=museum, text_nl=""))
    choices, texts, people = shown(other)
    assert (choices, people) == (f"weather:{museum}", 1)
    assert texts["fr"] == TEXTS["fr"]
    assert texts["nl"] != TEXTS["nl"]
    assert "donderdag 26\u00a0maart" in texts["nl"]
    assert not Disruption.objects.exists()

    asked = client.post(ask_page(evening), typed(seen=choices, why="weather", museum=museum))

    disruption = Disruption.objects.get()
    assert asked["Location"] == reverse("disruption", args=[evening.edition.slug, disruption.pk])
    assert [one.assignment for one in disruption.questions.all()] == [alice]
    assert disruption.asked_by == lea


def test_what_waits_for_the_morning_says_so(evening, lea, client, at):
    on(evening, "Alice", "Musée BELvue")
    at(NIGHT)

    page = client.get(ask_page(evening))

    assert timezone.localtime(page.context["before"].leaves_late).hour == 9


def test_answers_come_in_while_the_page_is_open_and_stop_when_it_is_over(evening, lea, client, at):
    alice, bob = on(evening, "Alice", "Musée BELvue"), on(evening, "Bob", "Musée BELvue")
    by = Actor.user(lea)
    disruption = actions.ask_still_coming(evening, why="strike", texts=TEXTS, by=by, now=NOW)
    questions = {one.assignment: one for one in disruption.questions.all()}
    live = reverse("disruption_live", args=[evening.edition.slug, disruption.pk])
    actions.answer_still_coming(questions[alice], yes=False, by=by, now=NOW)

    answer = reverse("disruption_answer", args=[evening.edition.slug, disruption.pk])
    client.post(answer, {"question": questions[bob].pk, "answer": "yes"})
    page = client.get(live, {"said": "0-1-1"})

    assert (page.status_code, page.context["page"].no, page.context["page"].yes) == (200, 1, 1)
    assert f"{live}?said=1-1-0" in page.content.decode()
    assert "every 10s" in page.content.decode()
    # Sums are told once, into a region that stays.
    assert "disruption-said" in page.content.decode()
    assert "disruption-said" not in client.get(live, {"said": "1-1-0"}).content.decode()
    assert Assignment.objects.get(pk=bob.pk).confirmed_how == "phone"
    at(NOW + timedelta(days=5))
    over = client.get(live)
    assert over.status_code == 286
    assert "every 10s" not in over.content.decode()


def test_asking_again_by_the_page_asks_who_has_not_answered(evening, lea, client, at):
    on(evening, "Alice", "Musée BELvue")
    disruption = actions.ask_still_coming(evening, why="strike", texts=TEXTS, by=Actor.user(lea), now=NOW)
    messaging.record_as_sent(Message.objects.get(kind="still_coming"), now=NOW)
    again = reverse("disruption_again", args=[evening.edition.slug, disruption.pk])
    page = reverse("disruption", args=[evening.edition.slug, disruption.pk])

    assert again not in client.get(page).content.decode()
    at(NOW + timedelta(hours=1))
    assert again in client.get(page).content.decode()
    client.post(again)

    assert Message.objects.pending().filter(kind="still_coming").count() == 1


def test_another_editions_questions_are_not_there(evening, lea, client):
    on(evening, "Alice", "Musée BELvue")
    disruption = actions.ask_still_coming(evening, why="strike", texts=TEXTS, by=Actor.user(lea), now=NOW)
    other = make_edition("autumn")

    for name in ("disruption", "disruption_live"):
        assert client.get(reverse(name, args=[other.slug, disruption.pk])).status_code == 404
    assert client.post(reverse("disruption_again", args=[other.slug, disruption.pk])).status_code == 404
