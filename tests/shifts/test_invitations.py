"""Asking who has not answered yet, and the text that invites others."""

import re
from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import links
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, Evening
from shifts import actions
from shifts.actions.evenings import EveningIsOver
from shifts.actions.undo import MessageHasLeft
from shifts.pages.invitation import invitations, qr, sign_up_link
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.shifts.pages import text_of
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)
APRIL = date(2026, 4, 16)


@pytest.fixture
def evening():
    return make_evening(APRIL)


@pytest.fixture
def lea(client, at):
    at(NOW)
    lea = make_coordinator()
    client.force_login(lea)
    return lea


def registered(name="Alice", *, edition=None, fields=None, **of_registration):
    return make_registration(make_volunteer(name, **(fields or {})), edition, **of_registration)


def asked_of(evening, now=NOW):
    return [one.volunteer.first_name for one in actions.unanswered(evening, now=now).to_ask]


def ask(*evenings, by=SYSTEM, now=NOW):
    return actions.ask_unanswered(list(evenings), by=by, now=now)


def questions():
    return Message.objects.filter(kind="ask_answer")


def test_who_has_not_answered_is_asked(evening):
    registered("Alice")
    make_available(make_volunteer("Bob"), evening, "")
    for answer in ("yes", "if_needed", "no"):
        make_available(make_volunteer("Carol"), evening, answer)

    assert asked_of(evening) == ["Alice", "Bob"]


def test_an_answer_for_another_evening_is_none_for_this_one(evening):
    make_available(make_volunteer("Alice"), make_evening(date(2026, 4, 23)))

    assert asked_of(evening) == ["Alice"]


@pytest.mark.parametrize(
    "fields", [{"accepted_at": None}, {"blocked_at": NOW}, {"accepted_at": None, "declined_at": NOW}]
)
def test_who_is_not_welcome_is_not_asked(evening, fields):
    registered(fields=fields)

    assert asked_of(evening) == []


def test_whose_account_is_closed_is_not_asked(evening):
    user = registered().volunteer.user
    user.is_active = False
    user.save()

    assert asked_of(evening) == []


def test_who_takes_part_in_another_edition_is_not_asked(evening):
    registered(edition=make_edition("museum-night"))

    assert asked_of(evening) == []


def test_who_has_a_place_that_evening_or_gave_one_back_is_not_asked(evening):
    post = make_post(make_opening(evening))
    alice, bob = registered("Alice").volunteer, registered("Bob").volunteer
    make_assignment(post, alice, published_at=None)
    actions.withdraw(make_assignment(post, bob), by=SYSTEM, now=NOW)

    assert asked_of(evening) == []


@pytest.mark.parametrize(("until", "names"), [(None, []), (date(2026, 4, 17), []), (APRIL, ["Alice"])])
def test_who_pauses_that_day_is_not_asked(evening, until, names):
    registered(paused_at=NOW, paused_until=until)

    assert asked_of(evening) == names


@pytest.mark.parametrize(("until", "spared"), [(date(2026, 3, 25), ["Alice"]), (date(2026, 3, 24), [])])
def test_who_wants_no_question_this_week_is_left_out_and_named(evening, until, spared):
    registered(no_asks_until=until)

    lists = actions.unanswered(evening, now=NOW)

    assert [one.volunteer.first_name for one in lists.not_this_week] == spared
    assert len(lists.to_ask) == 1 - len(spared)


def test_asking_begins_one_message_that_waits_for_the_undo_minutes(evening):
    alice = registered().volunteer

    assert ask(evening) == 1

    message = questions().get()
    assert (message.user, message.due) == (alice.user, NOW + timedelta(minutes=2))
    assert Entry.objects.about(evening).get().data == {"users": [alice.user_id]}


def test_several_evenings_are_one_message_a_person(evening):
    later = make_evening(date(2026, 4, 23))
    registered()

    assert ask(evening, later) == 1

    assert questions().get().facts["items"] == [evening.pk, later.pk]


def test_two_clicks_for_two_evenings_merge_while_the_first_waits(evening):
    later = make_evening(date(2026, 4, 23))
    registered()

    ask(evening)
    ask(later, now=NOW + timedelta(minutes=1))

    message = questions().get()
    assert message.facts["items"] == [evening.pk, later.pk]
    assert message.due == NOW + timedelta(minutes=3)


def test_nobody_is_asked_twice_for_the_same_evening_within_five_days(evening):
    registered()
    ask(evening)
    messaging.record_as_sent(questions().get(), now=NOW)

    assert ask(evening, now=NOW + 5 * A_DAY - timedelta(minutes=1)) == 0
    lists = actions.unanswered(evening, now=NOW + A_DAY)
    assert [one.volunteer.first_name for one in lists.asked_lately] == ["Alice"]
    assert ask(evening, now=NOW + 5 * A_DAY) == 1


def test_for_another_evening_she_may_be_asked_the_same_day(evening):
    registered()
    ask(evening)

    assert asked_of(make_evening(date(2026, 4, 23))) == ["Alice"]


def test_a_question_that_never_left_may_be_asked_again(evening):
    registered()
    ask(evening)
    messaging.skip(questions(), reason="", by=SYSTEM, now=NOW)

    assert ask(evening) == 1


def test_a_question_that_waits_for_days_is_not_asked_twice(evening):
    registered()
    ask(evening)

    assert asked_of(evening, now=NOW + 9 * A_DAY) == []


def test_an_evening_that_is_over_or_called_off_asks_nobody(evening):
    registered()

    with pytest.raises(EveningIsOver):
        ask(evening, make_evening(date(2026, 3, 19)))
    actions.call_off_evening(Evening.objects.get(pk=evening.pk), by=SYSTEM, now=NOW)
    # Also where it was read before.
    with pytest.raises(EveningIsOver):
        ask(evening)

    assert not questions().exists()


def test_who_answers_in_the_meantime_gets_no_question(evening):
    alice = registered().volunteer
    ask(evening)
    make_available(alice, evening, "no")

    assert messaging.reason_to_skip(questions().get(), NOW)


def test_of_two_evenings_the_answered_one_is_left_out(evening):
    later = make_evening(date(2026, 4, 23))
    alice = registered().volunteer
    ask(evening, later)
    make_available(alice, evening, "no")

    text = messaging.render(questions().get(), now=NOW)

    assert text.subject == "Peux-tu venir jeudi 23\u00a0avril\u00a0?"
    assert "16\u00a0avril" not in text.text


def test_the_question_leads_to_the_page_of_her_answers(evening):
    alice = registered().volunteer
    ask(evening)

    text = messaging.render(questions().get(), now=NOW)

    # Not compared with a token made here: each carries the second in which it was signed.
    for mail in (text.text, text.html):
        token = re.search(r"/link/evenings/([^/\s\"]+)/", mail)[1]
        assert links.read("evenings", token, Volunteer.objects, now=NOW) == alice


def test_the_question_is_in_the_reader_s_language(evening):
    registered(fields={"language": "nl"})
    ask(evening)

    assert messaging.render(questions().get(), now=NOW).subject == "Kan jij donderdag 16\u00a0april komen?"


# Undo.


def test_undo_takes_the_question_back(evening, lea):
    registered()
    ask(evening, by=Actor.user(lea))
    entry = Entry.objects.get(verb="asked_unanswered")
    assert actions.latest_undoable(Actor.user(lea), edition=evening.edition, now=NOW) == entry

    actions.undo(entry, by=Actor.user(lea), now=NOW)

    assert questions().get().skipped_at == NOW
    assert asked_of(evening) == ["Alice"]


def test_undo_leaves_what_was_asked_by_another_click(evening, lea):
    later = make_evening(date(2026, 4, 23))
    registered()
    ask(evening, by=Actor.user(lea))
    ask(later, by=Actor.user(lea))
    entry = Entry.objects.about(later).get(verb="asked_unanswered")

    actions.undo(entry, by=Actor.user(lea), now=NOW)

    message = questions().get()
    assert (message.is_pending, message.facts["items"]) == (True, [evening.pk])


def test_undo_leaves_who_was_asked_before_for_the_same_evening(evening, lea):
    registered("Alice")
    ask(evening, by=Actor.user(lea))
    registered("Bob")
    ask(evening, by=Actor.user(lea), now=NOW + A_DAY)
    entry = Entry.objects.filter(verb="asked_unanswered").latest("pk")

    actions.undo(entry, by=Actor.user(lea), now=NOW + A_DAY)

    waiting = questions().pending().values_list("user__volunteer__first_name", flat=True)
    assert [*waiting] == ["Alice"]


def test_what_has_left_is_not_undone(evening, lea):
    registered()
    ask(evening, by=Actor.user(lea))
    messaging.record_as_sent(questions().get(), now=NOW)
    entry = Entry.objects.get(verb="asked_unanswered")

    with pytest.raises(MessageHasLeft):
        actions.undo(entry, by=Actor.user(lea), now=NOW)


# Pages.


def ask_url(evening):
    return reverse("evening_ask_unanswered", args=[evening.edition.slug, evening.date])


def test_the_page_shows_whom_and_which_words_before_the_click(evening, lea, client):
    registered("Alice")
    registered("Bob", fields={"email": "bob@example.org"}, no_asks_until=date(2026, 3, 30))

    text = client.get(ask_url(evening)).content.decode()

    assert "Alice D." in text
    assert "Peux-tu venir jeudi 16\u00a0avril" in text
    assert "Pas cette semaine, à leur demande\u00a0: Bob D." in text
    assert not questions().exists()


def test_the_click_asks_and_the_bar_offers_to_take_it_back(evening, lea, client):
    registered()

    response = client.post(ask_url(evening), follow=True)

    assert questions().count() == 1
    entry = Entry.objects.get(verb="asked_unanswered")
    text = response.content.decode()
    assert "Les personnes sans réponse pour jeudi 16\u00a0avril reçoivent la question." in text
    assert reverse("undo", args=[evening.edition.slug, entry.pk]) in text


def test_a_second_click_says_that_there_is_nobody_to_ask(evening, lea, client):
    registered()
    client.post(ask_url(evening))

    text = client.post(ask_url(evening), follow=True).content.decode()

    assert "Il n’y a personne à relancer" in text
    assert questions().count() == 1


def test_an_evening_that_is_over_is_not_asked_about(lea, client):
    over = make_evening(date(2026, 3, 19))
    registered()

    assert "il n’y a rien à demander" in client.get(ask_url(over)).content.decode()
    assert "Cette soirée est terminée." in client.post(ask_url(over), follow=True).content.decode()


def test_who_has_not_confirmed_is_called_from_one_page(lea, client):
    evening = make_evening(published_at=NOW)
    post = make_post(make_opening(evening), places=9)
    alice = make_assignment(post, make_volunteer("Alice", phone="+32470123456"))
    make_assignment(post, make_volunteer("Bob"), confirmed_at=NOW, confirmed_how="link")
    make_assignment(post, make_volunteer("Carol"), absent_at=NOW)
    make_assignment(post, make_volunteer("Dina"), arrived_at=NOW)
    url = reverse("evening_unconfirmed", args=[evening.edition.slug, evening.date])

    text = text_of(client.get(url))
    call = reverse("search_phoned", args=[evening.edition.slug, post.pk])
    make_registration(alice.volunteer, evening.edition)
    said = {"volunteer": alice.volunteer_id, "answer": "yes", "back": "unconfirmed"}
    response = client.post(call, said, follow=True)

    assert "0470 12 34 56" in text
    assert all(name not in text for name in ("Bob", "Carol", "Dina"))
    assert response.request["PATH_INFO"] == url
    assert "Tout le monde a confirmé" in response.content.decode()


# The text to paste.


def invitation_url(evening=None):
    url = reverse("invitation", args=[make_edition().slug])
    return f"{url}?evening={evening.date}" if evening else url


def test_the_text_stands_in_each_language_with_the_link_of_that_language(evening):
    with translation.override("fr"):
        texts = invitations(evening.edition, evening, coming=[evening])

    assert [one.code for one in texts] == ["fr", "nl", "en"]
    assert [f"/{one.code}/nocturnes-2026/" in one.link for one in texts] == [True] * 3
    assert all(one.link in one.text for one in texts)
    starts = [
        "pour Nocturnes 2026 le jeudi 16\u00a0avril\u00a0?",
        "op donderdag 16\u00a0april?",
        "on Thursday 16\u00a0April?",
    ]
    assert [start in one.text for start, one in zip(starts, texts, strict=True)] == [True] * 3


def test_without_an_evening_it_names_the_first_and_the_last_to_come(evening, lea, client):
    make_evening(date(2026, 3, 19))
    make_evening(date(2026, 4, 23))
    make_evening(date(2026, 4, 30), called_off_at=NOW)

    text = client.get(invitation_url()).content.decode()

    assert "du jeudi 16\u00a0avril au jeudi 23\u00a0avril" in text


def test_an_edition_without_evenings_to_come_names_none(lea, client):
    assert "pour Nocturnes 2026\u00a0?" in client.get(invitation_url()).content.decode()


@pytest.mark.parametrize("typed", ["nonsense", "2026-02-30", "1999-01-01", "9" * 5000, "2026-04-16\x00"])
def test_an_evening_that_is_none_gets_a_sentence_and_the_text_for_all(evening, lea, client, typed):
    response = client.get(invitation_url(), {"evening": typed})

    assert response.status_code == 200
    assert "Aucune soirée à venir n’a cette date" in response.content.decode()
    assert response.context["evening"] is None


def test_the_text_is_there_to_be_selected_without_a_script(evening, lea, client):
    text = client.get(invitation_url(evening)).content.decode()

    assert text.count("readonly") == 3
    assert text.count("hidden data-copy=") == 3


def test_a_closed_sign_up_is_said_beside_the_text(evening, lea, client):
    evening.edition.sign_up_open = False
    evening.edition.save()

    assert "Les inscriptions sont closes" in client.get(invitation_url()).content.decode()


def test_the_qr_is_a_picture_of_the_link_and_another_one_in_another_language(lea, client):
    slug = make_edition().slug

    found = {code: client.get(reverse("invitation_qr", args=[slug, code])) for code in ("fr", "nl")}

    assert all(one["Content-Type"] == "image/svg+xml" for one in found.values())
    assert all(b"<svg" in one.content for one in found.values())
    assert found["fr"].content != found["nl"].content


def test_the_text_for_one_evening_leads_to_the_sign_up_for_it(evening, lea, client):
    one = client.get(invitation_url(evening)).context["texts"][0]
    of_all = client.get(invitation_url()).context["texts"][0]

    assert one.link == f"{of_all.link}?evening=2026-04-16"
    assert one.text.endswith(one.link)


def test_the_text_lets_choose_only_where_there_is_more_than_one_evening(evening):
    edition = evening.edition

    def text(coming):
        return invitations(edition, None, coming=coming)[2].text

    night, season = text([evening]), text([evening, make_evening(date(2026, 4, 23))])

    assert "You choose your evenings" in season
    assert "You choose" not in night
    assert "Museums stay open late" in night
    edition.opens_at, edition.closes_at = time(10), time(17)
    assert "Museums open their doors" in text([evening])


def test_the_qr_for_one_evening_is_a_picture_of_its_link(evening, lea, client):
    picture = reverse("invitation_qr", args=[evening.edition.slug, "fr"])

    page = client.get(invitation_url(evening)).content.decode()
    found = [client.get(f"{picture}{query}").content for query in ("", "?evening=2026-04-16", "?evening=1999-01-01")]

    assert f'src="{picture}?evening=2026-04-16"' in page
    assert found[1] == qr(f"{sign_up_link(evening.edition, 'fr')}?evening=2026-04-16")
    assert found[0] == found[2] == qr(sign_up_link(evening.edition, "fr"))


def test_the_link_and_the_qr_say_where_the_invitation_stands(evening, lea, client):
    picture = reverse("invitation_qr", args=[evening.edition.slug, "fr"])

    page = client.get(invitation_url(evening), {"from": "poster", "evening": "2026-04-16"})
    found = client.get(f"{picture}?evening=2026-04-16&from=poster").content

    one = page.context["texts"][0]
    assert one.link == f"{sign_up_link(evening.edition, 'fr')}?evening=2026-04-16&from=poster"
    assert f'src="{picture}?evening=2026-04-16&amp;from=poster"' in page.content.decode()
    assert found == qr(one.link)


@pytest.mark.parametrize("typed", ["before", "nowhere", "x" * 5000, "poster\x00"])
def test_a_place_that_is_none_is_not_in_the_link(evening, lea, client, typed):
    page = client.get(invitation_url(), {"from": typed})

    assert page.context["texts"][0].link == sign_up_link(evening.edition, "fr")


def test_there_is_no_qr_in_a_language_that_the_edition_does_not_speak(lea, client):
    edition = make_edition()
    edition.languages = ["fr"]
    edition.save()

    assert client.get(reverse("invitation_qr", args=[edition.slug, "nl"])).status_code == 404
