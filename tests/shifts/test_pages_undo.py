from datetime import date, timedelta

import pytest
from django.urls import reverse

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Entry, Evening, User
from shifts import actions
from shifts.models import Assignment
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def lea(client, at):
    at(NOW)
    lea = make_coordinator()
    client.force_login(lea)
    return lea


@pytest.fixture
def assigned(lea):
    """Léa just put Alice on a post."""
    post = make_post(make_opening(make_evening(published_at=NOW)))
    alice = make_volunteer()
    make_available(alice, post.opening.evening)
    return actions.assign(post, alice, by=Actor.user(lea), now=NOW)


def address(name, assignment):
    entry = Entry.objects.about(assignment).get(verb="assigned")
    return reverse(name, args=[assignment.post.opening.evening.edition.slug, entry.pk])


def season(assignment):
    return reverse("season", args=[assignment.post.opening.evening.edition.slug])


def test_the_bar_says_what_was_done_and_offers_to_take_it_back(client, assigned):
    page = client.get(season(assigned)).content.decode()

    assert "Alice D." in page
    assert address("undo", assigned) in page
    assert address("send_now", assigned) in page
    assert "Envoi dans" in page


def test_the_bar_promises_no_message_where_none_waits(client, lea):
    assignment = make_assignment(make_post(make_opening(make_evening(published_at=NOW))), published_at=NOW)
    actions.confirm(assignment, how=Assignment.How.PHONE, by=Actor.user(lea), now=NOW)

    page = client.get(season(assignment)).content.decode()

    assert "Personne ne reçoit de message." in page
    assert "Envoi dans" not in page
    assert "/send-now/" not in page


def test_the_bar_of_a_draft_promises_no_message_whatever_else_waits_for_her(client, lea):
    post = make_post(make_opening(make_evening()))
    alice = make_volunteer()
    make_available(alice, post.opening.evening)
    tom = Actor.user(make_coordinator("tom@example.org"))
    known = make_post(make_opening(make_evening(date(2026, 4, 2), published_at=NOW)))
    make_available(alice, known.opening.evening)
    actions.assign(known, alice, by=tom, now=NOW)

    assignment = actions.assign(post, alice, by=Actor.user(lea), now=NOW)

    page = client.get(season(assignment)).content.decode()
    client.post(address("send_now", assignment))
    assert "Personne ne reçoit de message." in page
    assert "/send-now/" not in page
    assert Message.objects.get(kind="changed").due > NOW


def test_who_has_no_address_is_a_call_to_make_in_the_bar(client, lea):
    post = make_post(make_opening(make_evening(published_at=NOW)))
    alice = make_volunteer(user=User.objects.create_user(first_name="Alice"))
    make_available(alice, post.opening.evening)
    assignment = actions.assign(post, alice, by=Actor.user(lea), now=NOW)

    page = client.get(season(assignment).replace("/fr/", "/en/")).content.decode()

    assert "1 message waits for your call" in page
    assert "?state=to-phone" in page
    assert "Sending in" not in page
    assert "/send-now/" not in page
    said = client.post(address("send_now", assignment).replace("/fr/", "/en/"), follow=True).content.decode()
    assert "The message leaves now." not in said
    assert Message.objects.get(kind="changed").due > NOW


def test_before_the_click_who_has_no_address_is_a_call_to_make(client, lea):
    post = make_post(make_opening(make_evening(published_at=NOW)))
    alice = make_volunteer(user=User.objects.create_user(first_name="Alice"))
    make_available(alice, post.opening.evening)
    slug = post.opening.evening.edition.slug

    panel = client.get(reverse("post_panel", args=[slug, post.pk]).replace("/fr/", "/en/")).content.decode()
    place = make_assignment(post, alice)
    remove = client.get(reverse("assignment_remove", args=[slug, place.pk]).replace("/fr/", "/en/")).content.decode()
    add = client.get(reverse("person_add", args=[slug]).replace("/fr/", "/en/")).content.decode()

    assert "No e-mail address: a call to make" in panel
    assert "the message waits for your call" in remove
    assert "The message leaves" not in remove
    assert "the welcome becomes a call to make" in add


def test_undo_takes_it_back_and_leads_to_the_page_she_was_on(client, assigned):
    evening = reverse("evening", args=[assigned.post.opening.evening.edition.slug, "2026-03-26"])

    response = client.post(address("undo", assigned), headers={"referer": "http://testserver" + evening})

    assigned.refresh_from_db()
    assert not assigned.is_active
    assert response["Location"].endswith(evening)
    assert address("undo", assigned) not in client.get(season(assigned)).content.decode()


def test_undo_on_an_address_that_only_takes_a_button_leads_to_the_page_of_the_button(client, assigned):
    edition, alice = assigned.post.opening.evening.edition, assigned.volunteer
    answers = reverse("person_answers", args=[edition.slug, alice.pk])

    response = client.post(address("undo", assigned), headers={"referer": "http://testserver" + answers}, follow=True)

    assert response.redirect_chain[-1][0] == reverse("person", args=[edition.slug, alice.pk])
    assert [message.level_tag for message in response.context["messages"]] == ["success"]
    assert client.get(answers).status_code == 405


def test_undo_never_leads_to_another_site(client, assigned):
    response = client.post(address("undo", assigned), headers={"referer": "https://evil.example/"})

    assert response["Location"] == season(assigned)


def test_somebody_elses_bar_shows_nothing_of_it(client, assigned):
    client.force_login(make_coordinator("tom@example.org", first_name="Tom"))

    assert address("undo", assigned) not in client.get(season(assigned)).content.decode()


def test_send_now_makes_the_message_due(client, assigned):
    client.post(address("send_now", assigned))

    assert Message.objects.get(kind="changed").due == NOW


def test_send_now_in_quiet_hours_says_when_it_leaves(client, assigned, at):
    at(NOW.replace(hour=20))

    page = client.post(address("send_now", assigned), follow=True).content.decode()

    assert "mercredi 25\u00a0mars, 09:00" in page


def test_send_now_of_what_a_worker_just_sent_is_no_error(client, assigned, monkeypatch):
    message = Message.objects.get(kind="changed")
    monkeypatch.setattr(actions, "waiting_messages", lambda entry: [message])
    messaging.record_as_sent(message, now=NOW)

    response = client.post(address("send_now", assigned))

    assert response.status_code == 302


def test_an_undo_that_comes_too_late_says_so_and_changes_nothing(client, assigned, at):
    at(NOW.replace(minute=10))

    page = client.post(address("undo", assigned), follow=True).content.decode()

    assigned.refresh_from_db()
    assert assigned.is_active
    assert "Il est trop tard pour revenir en arrière" in page


def test_an_evening_that_was_published_can_be_taken_back_from_the_bar(client, lea):
    evening = make_evening()
    make_assignment(make_post(make_opening(evening)), published_at=None)
    actions.publish(evening, by=Actor.user(lea), now=NOW)

    page = client.get(reverse("season", args=[evening.edition.slug])).content.decode()

    assert "jeudi 26\u00a0mars" in page
    entry = Entry.objects.get(verb="published")
    client.post(reverse("undo", args=[evening.edition.slug, entry.pk]))
    evening.refresh_from_db()
    assert not evening.is_published


def asked_for(evening, by):
    make_registration(make_volunteer())
    actions.ask_unanswered([evening], by=by, now=NOW)
    return evening, "evening_delete"


def called_off_altogether(evening, by):
    actions.call_off_evening(evening, by=by, now=NOW)
    return evening, "evening_delete"


def called_off(evening, by):
    opening = make_opening(evening)
    actions.call_off(opening, by=by, now=NOW)
    return opening, "opening_delete"


def moved(evening, by):
    post = make_post(make_opening(evening))
    hours = {"report_at": post.report_at - timedelta(hours=1), "starts_at": post.starts_at, "ends_at": post.ends_at}
    actions.move_hours(post, **hours, by=by, now=NOW)
    return post, "post_delete"


@pytest.mark.parametrize("did", [asked_for, called_off_altogether, called_off, moved])
def test_what_is_taken_away_after_a_deed_leaves_nothing_to_undo(did, client, lea):
    evening = make_evening()
    row, delete = did(evening, Actor.user(lea))
    entry, slug = Entry.objects.about(row).latest("pk"), evening.edition.slug
    bar = reverse("undo", args=[slug, entry.pk])
    key = evening.date if isinstance(row, Evening) else row.pk
    assert bar in client.get(reverse("season", args=[slug])).content.decode()

    page = client.post(reverse(delete, args=[slug, key]), follow=True)

    assert not type(row).objects.filter(pk=row.pk).exists()
    assert bar not in page.content.decode()
    assert "un autre changement entre-temps" in client.post(bar, follow=True).content.decode()
    assert client.post(reverse("send_now", args=[slug, entry.pk])).status_code == 302
