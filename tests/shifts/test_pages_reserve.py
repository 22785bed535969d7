"""The pages of the reserve, hers and the coordinator's; and until when she wants no question."""

from datetime import date

import pytest

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM
from nocturnes.models import Entry
from shifts import actions
from shifts.models import Ask, Call, Reserve
from tests.factories import NOW, make_assignment, make_coordinator, make_edition, make_reserve, make_volunteer
from tests.shifts.pages import link, page, text_of
from tests.shifts.searches import at, make_people, offer_to, open_search, post_at, published_evening, sweep
from volunteers.models import Availability, Registration

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SLUG = "nocturnes-2026"
MEANS = "You can be reached by phone from 15:00 to 18:30."


@pytest.fixture(autouse=True)
def clock(at):
    at(NOW)
    return at


@pytest.fixture
def evening():
    return published_evening(lead=make_coordinator())


@pytest.fixture
def desk(client, evening):
    client.force_login(evening.lead)
    return client


@pytest.fixture
def alice(evening):
    return make_people(evening, "Alice")[0]


# Hers.


def test_she_reads_what_it_means_says_yes_and_gives_it_back(client, evening, alice):
    reserve = make_reserve(alice, evening, accepted_at=None)
    asked = text_of(client.get(link("reserve", reserve)))
    assert "Can you be on call on Thursday 26 March" in asked
    assert MEANS in asked
    assert "You have free entry to one evening of Nocturnes 2026, whether we need you or not." in asked

    answer = link("reserve_answer", reserve)
    agreed = text_of(client.post(answer, {"answer": "yes"}, follow=True))
    assert "You are on call. Thank you." in agreed
    assert MEANS in agreed
    given = text_of(client.post(answer, {"answer": "back", "cannot_come": "on"}, follow=True))

    assert "You are no longer on call: noted." in given
    assert Availability.objects.get(registration__volunteer=alice).answer == "no"
    assert "Say yes or no." in text_of(client.post(answer, follow=True))


STATES = {
    "Not on call: noted.": {"ended_because": "declined", "accepted_at": None},
    "Every place is filled tonight: your evening is free": {"ended_because": "freed"},
    "You need not be on call that evening any more.": {"ended_because": "taken_back"},
}


@pytest.mark.parametrize("says", STATES)
def test_the_page_says_what_became_of_it(client, evening, alice, says):
    reserve = make_reserve(alice, evening, ended_at=NOW, **STATES[says])

    assert says in text_of(client.get(link("reserve", reserve)))


def test_the_page_says_that_enough_agreed_that_she_has_a_place_or_that_it_is_too_late(client, clock, evening, alice):
    reserve = make_reserve(alice, evening, accepted_at=None)
    for name in ("Bob", "Carol"):
        make_reserve(make_volunteer(name), evening)
    full = text_of(client.post(link("reserve_answer", reserve), {"answer": "yes"}, follow=True))
    make_assignment(post_at(evening), alice)
    on_a_post = client.get(link("reserve", reserve))
    placed = text_of(on_a_post)
    alice.assignments.all().delete()
    clock(at(26, 18, 30))
    late = text_of(client.get(link("reserve", reserve)))

    assert "Enough people are on call that evening already." in full
    assert "You have a place that evening" in placed
    assert "When and where to report stands with your evenings." in placed
    # The link does its one thing: the way to all her evenings is the one with a sign-in.
    assert f'class="btn btn--wide" href="/en/{SLUG}/mine/"' in on_a_post.content.decode()
    assert "It is too late to be on call that evening." in late


def test_her_evenings_lead_there_and_another_s_is_not_there(client, evening, alice):
    reserve, later = make_reserve(alice, evening, accepted_at=None), published_evening(date(2026, 4, 2))
    agreed = make_reserve(alice, later)
    make_reserve(alice, published_evening(date(2026, 3, 19)), ended_at=NOW, ended_because="freed")
    draft = make_reserve(alice, published_evening(date(2026, 4, 9), published_at=None), accepted_at=None)
    client.force_login(alice.user)

    mine = client.get(page("mine", SLUG))

    assert "Thursday 26 March Answer Thursday 26 March, Can you be on call?" in text_of(mine)
    assert "Thursday 2 April on call" in text_of(mine)
    assert "Past evenings 1 Thursday 19 March on call" in text_of(mine)
    for one in (reserve, agreed):
        assert page("mine_reserve", SLUG, one.pk) in mine.content.decode()
    assert client.get(page("mine_reserve", SLUG, draft.pk)).status_code == 404
    assert client.get(link("evenings_reserve", make_volunteer("Bob"), reserve.pk)).status_code == 404


def test_an_old_link_leads_to_the_question_of_today(client, evening, alice):
    old = make_reserve(alice, evening, accepted_at=None, ended_at=NOW, ended_because="taken_back")
    new = make_reserve(alice, evening, accepted_at=None)

    client.post(link("reserve_answer", old), {"answer": "yes"})

    new.refresh_from_db()
    assert new.is_agreed


# The coordinator's.


def test_she_asks_those_whom_she_chooses_and_may_undo_it(desk, evening, alice):
    bob = make_people(evening, "Bob")[0]
    address = page("evening_reserve", SLUG, evening.date)
    assert "0 people on call, of at most 2" in text_of(desk.get(address))

    asked = text_of(desk.post(address, {"volunteer": [alice.pk, bob.pk]}, follow=True))

    assert "Asked, no answer yet Alice Dupont" in asked
    assert "2 messages wait" in asked
    assert "You ask people to be on call on Thursday 26 March." in asked
    entry = Entry.objects.get(verb="proposed_reserve")
    desk.post(page("undo", SLUG, entry.pk))
    assert not Reserve.objects.live().exists()
    assert "Choose somebody first." in text_of(desk.post(address))


def test_whose_tick_is_missing_stays_chosen_and_nobody_is_asked_yet(desk, evening, alice):
    bob = make_people(evening, "Bob", answer="no")[0]
    address, chosen = page("evening_reserve", SLUG, evening.date), {"volunteer": [alice.pk, bob.pk]}

    response = desk.post(address, chosen)

    assert response.status_code == 422
    assert "I know: said no for that evening" in text_of(response)
    assert response.content.decode().count(" checked") == 2
    assert not Reserve.objects.exists()
    desk.post(address, {**chosen, "accept": f"{bob.pk}:said_no"})
    assert Reserve.objects.count() == 2
    assert Entry.objects.get(verb="proposed_reserve").data["accepted"] == {str(bob.pk): ["said_no"]}


def test_what_she_hears_by_telephone_is_noted_and_a_yes_after_all(desk, evening, alice):
    reserve = make_reserve(alice, evening, accepted_at=None)
    phoned = page("reserve_phoned", SLUG, reserve.pk)

    says = [text_of(desk.post(phoned, {"answer": answer}, follow=True)) for answer in ("yes", "no", "yes", "")]

    assert "1 person on call, of at most 2" in says[0]
    assert "No longer on call 1 Alice D. cannot be on call after all" in says[1]
    assert "1 person on call, of at most 2" in says[2]
    assert "Say what the answer was: yes or no." in says[3]
    verbs = Entry.objects.filter(about_type="shifts.reserve").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["put_on_call", "noted_not_on_call", "put_on_call"]


def test_taken_back_it_waits_with_its_undo_and_the_evening_counts_who_is_left(desk, evening, alice):
    reserve = make_reserve(alice, evening)
    make_reserve(make_volunteer("Bob"), evening, accepted_at=None)
    assert "On call that evening 1 of 2 Alice D." in text_of(desk.get(page("evening", SLUG, evening.date)))

    text = text_of(desk.post(page("reserve_take_back", SLUG, reserve.pk), follow=True))

    assert "Alice D. need not be on call." in text
    assert "1 message waits" in text
    evening_page = text_of(desk.get(page("evening", SLUG, evening.date)))
    assert "1 person was asked and has not answered yet." in evening_page


def test_the_person_s_page_counts_evenings_on_call_and_asks(desk, evening, alice):
    make_reserve(alice, published_evening(date(2026, 3, 19)), ended_at=NOW, ended_because="freed")
    Registration.objects.filter(volunteer=alice).update(no_asks_until=date(2026, 3, 30))

    text = text_of(desk.get(page("person", SLUG, alice.pk)))

    assert "on call 1 time" in text
    assert "Wants no question before Monday 30 March." in text
    assert "Thursday 19 March every place was filled in time" in text


# Until when she wants no question.


def asked(evening, alice):
    """She was asked three times and said yes once; a fourth message stayed at home."""
    posts = [post_at(evening, "BELvue"), post_at(published_evening(date(2026, 4, 2)), "Horta", places=1)]
    search = open_search(posts[0], now=NOW)
    sweep(search.next_wave_at)
    for day in (5, 12):
        Ask.objects.create(volunteer=alice, evening=published_evening(date(2026, 3, day)), asked_at=NOW)
    late = Ask.objects.create(volunteer=alice, evening=posts[1].opening.evening, asked_at=NOW)
    messaging.plan(
        "offer", "late", about=late, to=alice.user, language="fr", facts={}, due=at(25, 10), by=SYSTEM, now=NOW
    )
    messaging.skip(Message.objects.filter(key="late"), reason="", by=SYSTEM, now=NOW)
    return offer_to(alice, search)


def test_every_door_says_how_often_and_changes_until_when(client, evening, alice):
    offer = asked(evening, alice)
    actions.accept_offer(offer, by=SYSTEM, now=at(24, 11))
    Call.objects.create(
        post=offer.search.post, volunteer=alice, called_at=NOW, called_by=alice.user, answer=Call.Answer.NONE
    )
    client.force_login(alice.user)
    doors = {
        "offer": (link("offer", offer.ask), link("offer_asks", offer.ask)),
        "mine": (page("mine", SLUG), page("mine_asks", SLUG)),
        "profile": (page("mine_profile", SLUG), page("mine_asks", SLUG)),
        "evenings": (link("evenings", alice), link("evenings_asks", alice)),
    }
    for here, change in doors.values():
        assert "We asked you 3 times, you said yes once." in text_of(client.get(here))

        for data, until in (
            ({"until": "week"}, date(2026, 3, 30)),
            ({"until": "day", "day": "2026-04-06"}, date(2026, 4, 6)),
            ({"until": "now"}, None),
        ):
            response = client.post(change, data, follow=True)
            assert response.status_code == 200
            assert Registration.objects.get(volunteer=alice).no_asks_until == until

    client.post(page("mine_asks", SLUG), {"until": "week"})
    assert "Not this week: until Monday 30 March." in text_of(client.get(page("mine", SLUG)))


@pytest.mark.parametrize("data", [{}, {"until": "day", "day": "soon"}, {"until": "never"}])
def test_a_day_that_is_none_gets_its_sentence_and_is_kept(client, evening, alice, data):
    client.force_login(alice.user)

    response = client.post(page("mine_asks", SLUG), data, follow=True)

    assert "Choose a day, or one of the other answers." in text_of(response)
    assert f'value="{data.get("day", "")}"' in response.content.decode()
    day_before = client.post(page("mine_asks", SLUG), {"until": "day", "day": "2026-03-24"}, follow=True)
    assert "Choose a day after today." in text_of(day_before)
    assert Registration.objects.get(volunteer=alice).no_asks_until is None


def test_from_now_on_takes_back_that_she_is_never_asked(client, alice):
    Registration.objects.filter(volunteer=alice).update(may_be_asked=False)
    client.force_login(alice.user)
    assert "You said that you would rather not be asked." in text_of(client.get(page("mine", SLUG)))

    client.post(page("mine_asks", SLUG), {"until": "now", "back": "profile"})

    assert Registration.objects.get(volunteer=alice, edition=make_edition()).may_be_asked
