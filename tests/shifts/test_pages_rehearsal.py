"""The rehearsal's page, and moving its time (design.md 7)."""

from datetime import date, timedelta

import pytest
from django.core import serializers
from django.test import Client
from django.urls import reverse

from messaging.models import Message
from nocturnes import clock
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, Installation
from shifts import actions, rehearsal
from shifts.models import Ask, Assignment, Offer, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.shifts.pages import link, page, queries_of, rows, text_of
from tests.shifts.searches import at as moment
from tests.shifts.searches import make_many, make_people, make_withdrawal, open_search, post_at, published_evening
from volunteers.models import SignUp

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MOVED = [Message, Search, Ask, Offer]
PAGES = ["rehearsal", "rehearsal_be", "rehearsal_next_message", "rehearsal_move"]


@pytest.fixture
def in_rehearsal(settings):
    """A rehearsal whose time stands at Tuesday 24 March 2026, 10:00 in Brussels."""
    settings.REHEARSAL = True
    settings.EMAIL_BACKEND = "messaging.backends.MailboxBackend"
    Installation.objects.all().delete()
    Installation.objects.create(pk=1, rehearsal=True, rehearsal_now=NOW)
    make_edition()


@pytest.fixture
def evening(in_rehearsal):
    return published_evening()


def planned(due, name="Alice"):
    """A reminder to somebody who is expected on the Thursday, due then."""
    place = make_assignment(make_post(make_opening(published_on_thursday(), make_museum())), make_volunteer(name))
    return Message.objects.create(
        key=f"{name}:{due}",
        kind="reminder_eve",
        about_type="shifts.assignment",
        about_id=place.pk,
        user=place.volunteer.user,
        language="fr",
        facts={"edition": place.post.opening.evening.edition_id},
        due=due,
        created_at=NOW,
    )


def published_on_thursday():
    return make_edition().evenings.filter(date=date(2026, 3, 26)).first() or published_evening()


def sent():
    """What left, in the order in which it did."""
    return list(Message.objects.exclude(sent_at=None).order_by("sent_at", "due", "pk").values_list("sent_at", "kind"))


# On the real site.


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_real_site_has_no_rehearsal(client, name, method):
    client.force_login(make_coordinator())
    before = rows()

    response = getattr(client, method)(reverse(name), {"by": "day"})

    assert response.status_code == 404
    assert rows() == before


def test_on_the_real_site_nobody_signs_in_as_somebody_else(client):
    user = make_coordinator()

    assert client.post(reverse("rehearsal_be"), {"user": user.pk}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_time_of_the_real_site_cannot_be_moved():
    with pytest.raises(rehearsal.NotARehearsal):
        rehearsal.advance(NOW + timedelta(hours=1))
    with pytest.raises(rehearsal.NotARehearsal):
        rehearsal.next_message()


# Being somebody.


def test_the_page_shows_whom_one_may_be_and_what_is_interesting_about_her(client, evening):
    make_coordinator(first_name="Léa")
    asked, confirmed, unconfirmed = make_people(evening, "Asked", "Confirmed", "Unconfirmed")
    make_registration(make_volunteer("New", accepted_at=None))
    post = post_at(evening, "Musée BELvue", places=3)
    make_assignment(post, confirmed, confirmed_at=NOW)
    make_assignment(post, unconfirmed)
    search = open_search(post, now=NOW)
    ask = Ask.objects.create(volunteer=asked, evening=evening, asked_at=NOW)
    Offer.objects.create(search=search, ask=ask, volunteer=asked, wave=1, rank=1, asked_at=NOW)

    text = text_of(client.get(page("rehearsal")))

    assert "Be Léa" in text
    assert "Be Asked has to answer an offer" in text
    assert "Be Unconfirmed to confirm Thursday 26 March · Musée BELvue" in text
    assert "Be Confirmed confirmed Thursday 26 March · Musée BELvue" in text
    assert "Be New to welcome" in text
    assert text.index("Be Asked") < text.index("Be Unconfirmed") < text.index("Be Confirmed")
    assert "Its page Musée BELvue" in text


def test_the_page_takes_the_same_number_of_queries_with_few_and_with_many(client, evening):
    make_assignment(post_at(evening), make_people(evening, "First")[0])
    with_few = queries_of(client, page("rehearsal"))
    for volunteer in make_many(evening, 15):
        make_assignment(post_at(evening), volunteer)

    assert queries_of(client, page("rehearsal")) == with_few


def test_looking_changes_nothing(client, evening):
    make_withdrawal(post_at(evening), now=NOW)
    before = rows(), Installation.objects.values().get()

    assert client.get(page("rehearsal")).status_code == 200
    assert (rows(), Installation.objects.values().get()) == before


def test_a_button_signs_in_as_the_coordinator_or_as_a_volunteer(client, in_rehearsal):
    léa, camille = make_coordinator(), make_volunteer("Camille")

    assert client.post(page("rehearsal_be"), {"user": léa.pk})["Location"] == page("season", "nocturnes-2026")
    assert client.session["_auth_user_id"] == str(léa.pk)
    assert client.post(page("rehearsal_be"), {"user": camille.user_id})["Location"] == page("mine", "nocturnes-2026")
    assert client.session["_auth_user_id"] == str(camille.user_id)


def test_a_button_opens_a_museums_own_page(client, in_rehearsal):
    museum = make_museum()

    response = client.post(page("rehearsal_be"), {"museum": museum.pk})

    assert response["Location"] == link("museum", museum)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("sent", [{}, {"user": "0"}, {"user": "me"}, {"museum": "1 OR 1=1"}, {"user": "9" * 40}])
def test_nobody_is_anybody_who_is_not_there(client, in_rehearsal, sent):
    assert client.post(page("rehearsal_be"), sent).status_code == 404
    assert "_auth_user_id" not in client.session


# Moving the time.


def test_the_time_moves_by_a_quarter_an_hour_and_a_day_on_the_wall(client, in_rehearsal):
    client.post(page("rehearsal_move"), {"by": "quarter"})
    assert clock.now() == NOW + timedelta(minutes=15)
    client.post(page("rehearsal_move"), {"by": "hour"})
    assert clock.now() == NOW + timedelta(hours=1, minutes=15)

    response = client.post(page("rehearsal_move"), {"by": "day"}, follow=True)

    assert clock.now() == NOW + timedelta(days=1, hours=1, minutes=15)
    assert "It is now Wednesday 25 March, 11:15. No message left." in text_of(response)


def test_a_day_keeps_its_hour_over_the_change_of_the_clock(in_rehearsal):
    assert rehearsal.a_day_later(moment(28, 10)) == moment(29, 10)
    assert moment(29, 10) - moment(28, 10) == timedelta(days=1)
    assert rehearsal.a_day_later(moment(28, 10)).timestamp() - moment(28, 10).timestamp() == 23 * 3600


def test_each_message_leaves_at_its_own_moment_and_in_order(in_rehearsal):
    planned(NOW + timedelta(hours=3), "Third")
    planned(NOW + timedelta(hours=1), "First")
    planned(NOW + timedelta(hours=2, minutes=17), "Second")
    planned(NOW + timedelta(hours=30), "Not yet")

    moved = rehearsal.advance(NOW + timedelta(hours=4))

    assert [at for at, _kind in sent()] == [
        NOW + timedelta(hours=1),
        NOW + timedelta(hours=2, minutes=17),
        NOW + timedelta(hours=3),
    ]
    assert (moved.start, moved.now, moved.sent) == (NOW, NOW + timedelta(hours=4), 3)


def test_the_next_message_is_the_next_that_really_leaves(client, in_rehearsal):
    untrue = planned(NOW + timedelta(hours=1), "Gone")
    Assignment.objects.filter(pk=untrue.about_id).update(cancelled_at=NOW, cause="removed")
    planned(NOW + timedelta(hours=5), "Here")

    response = client.post(page("rehearsal_next_message"), follow=True)

    untrue.refresh_from_db()
    assert untrue.skipped_at == NOW + timedelta(hours=1)
    assert clock.now() == NOW + timedelta(hours=5)
    assert "It is now Tuesday 24 March, 15:00. 1 message left." in text_of(response)


def test_what_is_due_already_leaves_without_moving(in_rehearsal):
    planned(NOW - timedelta(minutes=1))

    moved = rehearsal.next_message()

    assert (clock.now(), moved.sent) == (NOW, 1)


def test_where_no_message_is_to_come_it_says_so_and_the_time_stands(client, in_rehearsal):
    response = client.post(page("rehearsal_next_message"), follow=True)

    assert "No message is to come." in text_of(response)
    assert clock.now() == NOW


def test_a_jump_of_three_days_sends_what_three_days_would_have(evening):
    """A search's waves and its end, what they cause, and reminders: the same at once and in steps of 90 minutes."""
    post = post_at(evening, places=1)
    make_coordinator()
    make_many(evening, 6)
    make_withdrawal(post, now=NOW)
    actions.plan_reminders(make_assignment(post_at(evening, "Autoworld")), by=SYSTEM, now=NOW)
    start = serialized()

    rehearsal.advance(NOW + timedelta(days=3))
    at_once = what_happened()
    back_to(start)
    for step in range(1, 49):
        rehearsal.advance(NOW + step * timedelta(minutes=90))

    assert clock.now() == NOW + timedelta(days=3)
    assert what_happened() == at_once
    kinds = [kind for _at, kind, _user in at_once]
    assert {"offer", "digest", "reminder_unconfirmed", "reminder_eve"} <= set(kinds)
    assert kinds.count("offer") == 6
    search = Search.objects.get(post=post)
    assert (search.ended_because, search.ended_at) == ("too_late", moment(26, 19))


def what_happened():
    messages = Message.objects.exclude(sent_at=None).order_by("sent_at", "kind", "user")
    return list(messages.values_list("sent_at", "kind", "user"))


def serialized():
    return serializers.serialize("json", [row for model in MOVED for row in model.objects.all()])


def back_to(saved):
    for model in reversed(MOVED):
        model.objects.all().delete()
    for row in serializers.deserialize("json", saved):
        row.save()
    Installation.objects.update(rehearsal_now=NOW)


def test_nothing_that_is_not_urgent_leaves_in_quiet_hours(evening):
    planned(moment(24, 22))

    rehearsal.advance(moment(25, 12))

    assert [at for at, _kind in sent()] == [moment(25, 9)]


def test_what_may_be_kept_no_longer_is_deleted_on_the_way(in_rehearsal):
    SignUp.objects.create(edition=make_edition(), email="a@example.org", language="fr", data={}, created_at=NOW)

    rehearsal.advance(NOW + timedelta(days=8))

    assert not SignUp.objects.exists()


def test_the_time_never_moves_back(in_rehearsal):
    for moment_past in (NOW, NOW - timedelta(hours=1)):
        with pytest.raises(rehearsal.OnlyForward):
            rehearsal.advance(moment_past)
    assert clock.now() == NOW


def test_a_stale_double_click_moves_once(client, in_rehearsal):
    seen = str(int(NOW.timestamp()))

    client.post(page("rehearsal_move"), {"by": "hour", "seen": seen})
    response = client.post(page("rehearsal_move"), {"by": "hour", "seen": seen}, follow=True)

    assert clock.now() == NOW + timedelta(hours=1)
    assert "The time has moved already." in text_of(response)


def test_of_two_who_move_at_once_one_stops(in_rehearsal, monkeypatch):
    """Somebody else moves between our reading of the time and our first step."""
    sweep = rehearsal._sweep

    def somebody_else_moves(now):
        sweep(now)
        Installation.objects.update(rehearsal_now=NOW + timedelta(hours=7))

    monkeypatch.setattr(rehearsal, "_sweep", somebody_else_moves)

    with pytest.raises(rehearsal.MovedMeanwhile):
        rehearsal.advance(NOW + timedelta(hours=1))
    assert clock.now() == NOW + timedelta(hours=7)


def test_every_page_of_a_rehearsal_moves_the_time_and_leads_back(evening):
    """Also the pages behind links, whose forms a browser sends without an origin."""
    client = Client(enforce_csrf_checks=True)
    place = make_assignment(post_at(evening))
    address = link("assignment", place)
    shown = client.get(address).content.decode()

    assert f'name="seen" value="{int(NOW.timestamp())}"' in shown
    assert f'name="back" value="{address}"' in shown
    moved = {"by": "hour", "back": address}
    response = client.post(page("rehearsal_move"), moved, headers={"origin": "null"})
    assert response["Location"] == address
    response = client.post(page("rehearsal_move"), {"by": "hour"})
    assert response["Location"] == page("rehearsal")
    response = client.post(page("rehearsal_move"), {"by": "hour", "back": "https://evil.example/"})
    assert response["Location"] == page("rehearsal")


def test_the_edition_that_is_over_brings_no_message(in_rehearsal):
    make_evening(date(2026, 3, 12))

    with pytest.raises(rehearsal.NothingToCome):
        rehearsal.next_message()


def test_who_acts_is_the_person_whom_one_is(client, evening):
    place = make_assignment(post_at(evening), make_people(evening, "Camille")[0])
    client.post(page("rehearsal_be"), {"user": place.volunteer.user_id})

    client.post(page("mine_confirm", "nocturnes-2026", place.pk))

    entry = Entry.objects.about(place).get(verb="confirmed")
    assert (entry.actor_kind, entry.actor_id) == (Actor.USER, place.volunteer.user_id)
