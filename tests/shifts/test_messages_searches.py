"""What the messages of the search say, and when they stay at home."""

from datetime import time, timedelta

import pytest

from messaging import actions as messaging
from messaging import reasons
from messaging.models import Message
from museums.models import Museum
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.models import Search
from tests.factories import make_assignment, make_coordinator, make_language, make_role
from tests.shifts.searches import ask_of, at, make_people, offer_to, open_search, post_at, published_evening, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening():
    return published_evening(lead=make_coordinator())


def offer_message(volunteer):
    return Message.objects.filter(kind="offer", user=volunteer.user).latest("pk")


def told(message, now):
    """The message as it leaves at `now`."""
    messaging.record_as_sent(message, now=now)
    return message


@pytest.mark.parametrize(
    ("language", "subject", "stop"),
    [
        ("fr", "Peux-tu aider jeudi 26\u00a0mars à BELvue\u00a0?", "Royale, tram 92 et 93"),
        ("nl", "Kan jij donderdag 26\u00a0maart helpen in BELvue?", "Koning, tram 92 en 93"),
        ("en", "Can you help on Thursday 26\u00a0March at BELvue?", "Royale / Koning, tram 92 and 93"),
    ],
)
def test_the_subject_is_the_question_and_the_stop_is_named_in_the_readers_language(evening, language, subject, stop):
    post = post_at(evening, places=1)
    Museum.objects.update(short_fr="BELvue", short_nl="BELvue", short_en="BELvue")
    open_search(post, now=at(24, 10))
    alice = make_people(evening, "Alice", language=language)[0]
    sweep(at(24, 10, 30))

    message = told(offer_message(alice), at(24, 10, 30))

    assert message.subject == subject
    assert stop in message.text.splitlines()
    assert stop in message.html


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Peux-tu aider maintenant à BELvue\u00a0?"),
        ("nl", "Kan jij nu helpen in BELvue?"),
        ("en", "Can you help right now at BELvue?"),
    ],
)
def test_once_the_evening_has_begun_the_subject_names_no_day(evening, language, subject):
    post = post_at(evening, places=1)
    Museum.objects.update(short_fr="BELvue", short_nl="BELvue", short_en="BELvue")
    alice = make_people(evening, "Alice", language=language)[0]
    open_search(post, now=at(26, 17, 40))
    sweep(at(26, 17, 40))

    message = told(offer_message(alice), at(26, 17, 45))

    assert message.subject == subject


def test_an_offer_says_when_where_what_with_whom_and_why(evening):
    post = post_at(evening, places=2, role=make_role())
    make_assignment(post, make_people(evening, "Lien", last_name="Declercq")[0])
    open_search(post, now=at(24, 10))
    alice = make_people(evening, "Alice", language="en")[0]
    sweep(at(24, 10, 30))

    text = told(offer_message(alice), at(24, 10, 30)).text

    assert "Thursday 26\u00a0March 2026" in text
    assert "Musée BELvue, welcome desk" in text
    assert "Report at 17:30, until 22:00" in text
    assert "Place des Palais 7, 1000 Brussels" in text
    assert "With Lien D." in text
    assert "We thought of you because you said yes for that evening." in text
    assert "/en/link/offer/" in text


def test_an_offer_of_several_museums_names_none_in_the_question(evening):
    for museum in ("Musée Horta", "Musée Meunier"):
        open_search(post_at(evening, museum, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))

    message = told(offer_message(alice), at(24, 10, 30))

    assert message.subject == "Peux-tu aider jeudi 26\u00a0mars\u00a0?"
    assert "Musée Horta" in message.text
    assert "Musée Meunier" in message.text


def test_after_the_report_time_the_offer_says_come_as_soon_as_you_can(evening):
    open_search(post_at(evening, places=1), now=at(26, 17, 40))
    alice = make_people(evening, "Alice", language="en")[0]
    sweep(at(26, 17, 40))

    text = told(offer_message(alice), at(26, 17, 40)).text

    assert "come as soon as you can, and tell us in how many minutes" in text
    assert "Report at" not in text


def test_an_offer_whose_place_is_taken_stays_at_home(evening):
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice, bob = make_people(evening, "Alice", "Bob")
    sweep(at(24, 10, 30))
    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 10, 31))

    message = told(offer_message(bob), at(24, 10, 32))

    assert (message.sent_at, message.skipped_at) == (None, at(24, 10, 32))


def test_an_offer_tells_only_what_is_still_open(evening):
    horta, _meunier = (
        open_search(post_at(evening, museum, places=1), now=at(24, 10)) for museum in ("Musée Horta", "Musée Meunier")
    )
    alice, bob = make_people(evening, "Alice", "Bob")
    sweep(at(24, 10, 30))
    actions.accept_offer(offer_to(alice, horta), by=SYSTEM, now=at(24, 10, 31))

    text = told(offer_message(bob), at(24, 10, 32)).text

    assert "Musée Horta" not in text
    assert "Musée Meunier" in text


def busy_by_now(volunteer, search):
    make_assignment(post_at(search.post.opening.evening, "MIM"), volunteer)


def declined_by_now(volunteer, search):
    actions.decline(ask_of(volunteer), by=SYSTEM, now=at(24, 10, 31))


def unavailable_by_now(volunteer, search):
    volunteer.registrations.get().availabilities.update(answer="no")


def blocked_by_now(volunteer, search):
    type(volunteer).objects.filter(pk=volunteer.pk).update(blocked_at=at(24, 10, 31))


def stopped_by_now(volunteer, search):
    actions.stop_search(search, by=SYSTEM, now=at(24, 10, 31))


def called_off_by_now(volunteer, search):
    actions.call_off(search.post.opening, by=SYSTEM, now=at(24, 10, 31))


def needs_dutch_by_now(volunteer, search):
    search.post.languages.add(make_language("nl"))


@pytest.mark.parametrize(
    "change",
    [
        busy_by_now,
        declined_by_now,
        unavailable_by_now,
        blocked_by_now,
        stopped_by_now,
        called_off_by_now,
        needs_dutch_by_now,
    ],
)
def test_an_offer_that_no_longer_fits_stays_at_home(evening, change):
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(24, 10, 30))
    change(alice, search)

    assert told(offer_message(alice), at(24, 10, 32)).sent_at is None


def test_an_offer_is_not_sent_after_the_last_useful_moment(evening):
    open_search(post_at(evening, places=1), now=at(26, 17))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 17))

    assert told(offer_message(alice), at(26, 19)).reason == reasons.TOO_LATE


def test_the_message_that_a_later_one_took_the_choices_of_stays_at_home(evening):
    open_search(post_at(evening, places=1), now=at(26, 15))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 15))
    first = offer_message(alice)
    open_search(post_at(evening, "MIM", places=1), now=at(26, 15, 1))
    sweep(at(26, 15, 1))

    assert told(first, at(26, 15, 2)).sent_at is None
    assert told(offer_message(alice), at(26, 15, 2)).text.count("Rendez-vous") == 2


@pytest.mark.django_db(transaction=True)
def test_an_urgent_offer_leaves_in_quiet_hours_and_another_waits():
    evening = published_evening()
    late = dict.fromkeys(("report", "starts"), time(22)) | {"ends": time(23, 30)}
    open_search(post_at(evening, places=1, **late), now=at(26, 21))
    alice = make_people(evening, "Alice")[0]
    sweep(at(26, 21))
    assert messaging.deliver(offer_message(alice).pk, now=at(26, 21)) == "sent"

    other = published_evening(evening.date + timedelta(days=7))
    open_search(post_at(other, places=1), now=at(30, 10))
    bob = make_people(other, "Bob")[0]
    sweep(at(30, 10, 30))
    assert messaging.deliver(offer_message(bob).pk, now=at(30, 21)) == "quiet"


def test_place_filled_says_who_comes(evening):
    search = open_search(post_at(evening, places=1), now=at(25, 10))
    alice = make_people(evening, "Alice", last_name="Dupont")[0]
    sweep(at(25, 10, 5))
    actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(25, 11))

    message = told(Message.objects.get(kind="place_filled"), at(25, 11))

    assert message.subject == "Musée BELvue, jeudi 26\u00a0mars\u00a0: complet"
    assert "Alice Dupont" in message.text


def test_place_filled_stays_at_home_when_a_place_is_open_again(evening):
    search = open_search(post_at(evening, places=1), now=at(25, 10))
    alice = make_people(evening, "Alice")[0]
    sweep(at(25, 10, 5))
    assignment = actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(25, 11))
    actions.withdraw(assignment, by=SYSTEM, now=at(25, 11, 1))

    assert told(Message.objects.get(kind="place_filled"), at(25, 11, 2)).sent_at is None


def test_who_is_on_duty_hears_at_once_that_a_place_stays_open_when_it_is_too_late(evening):
    search = open_search(post_at(evening, places=2), now=at(26, 10))

    sweep(at(26, 19))

    message = Message.objects.get(kind="not_filled")
    assert (message.about_id, message.due) == (search.pk, at(26, 19))
    assert f"/{evening.date}/" in told(message, at(26, 19)).text


def test_nobody_hears_of_a_place_that_stays_open_where_it_was_not_needed_or_was_filled_meanwhile(evening):
    needless = open_search(post_at(evening, places=2, needed=1), now=at(24, 10))
    make_assignment(needless.post, make_people(evening, "Alice")[0])
    sweep(at(26, 19))
    assert not Message.objects.filter(kind="not_filled").exists()

    open_search(post_at(evening, "MIM", places=1), now=at(26, 10))
    sweep(at(26, 19))
    message = Message.objects.get(kind="not_filled")
    make_assignment(Search.objects.get(pk=message.about_id).post, make_people(evening, "Bob")[0])
    assert told(message, at(26, 19, 1)).sent_at is None


def test_nobody_left_says_how_many_were_asked_and_leads_to_whom_to_call(evening):
    open_search(post_at(evening, places=1), now=at(25, 10))
    make_people(evening, "Alice", "Bob")
    sweep(at(25, 10, 5))
    sweep(at(25, 14, 30))

    text = told(Message.objects.get(kind="nobody_left"), at(25, 14, 30)).text

    assert "Personnes contactées\u00a0: 2. Sans réponse\u00a0: 2." in text
    assert "/search/" in text
