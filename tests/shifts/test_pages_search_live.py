"""A coordinator's hand on a search, from its page: what a click does, what she reads, how the page stays true."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, User
from shifts import actions
from shifts.models import Assignment, Call, LeftOut, Offer, Search
from tests.factories import NOW, make_assignment, make_available, make_language, make_volunteer
from tests.shifts.pages import page, rows, text_of
from tests.shifts.searches import (
    at,
    make_many,
    make_people,
    make_withdrawal,
    offer_to,
    post_at,
    published_evening,
    sweep,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Sets the product time; Tuesday 24 March, 10:00 at first."""

    def set_to(moment):
        monkeypatch.setattr("nocturnes.clock.now", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def post():
    return post_at(published_evening(), places=1)


@pytest.fixture
def search(post):
    return make_withdrawal(post, now=NOW)[1]


def address(name, post):
    return page(name, "nocturnes-2026", post.pk)


def click(desk, name, search, **data):
    response = desk.post(address(name, search.post), data, follow=True)
    search.refresh_from_db()
    return response


def shown(desk, search):
    return desk.get(address("search", search.post))


def names(people):
    return [one.volunteer.first_name for one in people]


# What is to come.


def test_the_next_wave_names_whom_it_would_ask_and_each_can_be_left_out(desk, search):
    people = make_people(search.post.opening.evening, "Alice", "Bob", "Carol", "Dave")
    before = rows()

    response = shown(desk, search)

    coming = response.context["page"].next
    assert (coming.at, names(coming.asked), coming.number) == (at(24, 10, 30), ["Alice", "Bob", "Carol"], 1)
    assert response.context["page"].minutes == 30
    assert "in 30 minutes" in text_of(response)
    assert rows() == before

    click(desk, "search_leave_out", search, volunteer=people[1].pk)
    response = shown(desk, search)
    assert names(response.context["page"].next.asked) == ["Alice", "Carol", "Dave"]
    assert "Bob D. is left out." in text_of(response)
    sweep(at(24, 10, 30))
    assert not Offer.objects.filter(volunteer=people[1]).exists()

    click(desk, "search_let_in", search, volunteer=people[1].pk)
    assert not LeftOut.objects.exists()
    assert names(shown(desk, search).context["page"].next.asked) == ["Bob"]


def test_the_night_and_the_last_useful_moment_stand_in_the_story(desk, search):
    make_people(search.post.opening.evening, "Alice")

    moments = shown(desk, search).context["page"].moments

    assert [(moment.kind, moment.at) for moment in moments if moment.at > NOW] == [
        ("next", at(24, 10, 30)),
        ("later", at(24, 14, 30)),
        ("later", at(24, 17, 30)),
        ("more", at(24, 19)),
        ("over", at(26, 19)),
    ]


def test_a_wave_of_tomorrow_says_that_nothing_leaves_at_night(desk, search, clock):
    make_many(search.post.opening.evening, 12)
    clock(at(24, 19, 30))
    sweep(at(24, 19, 30))

    moments = shown(desk, search).context["page"].moments

    quiet = next(moment for moment in moments if moment.kind == "quiet")
    assert (quiet.at, quiet.until) == (at(24, 20, 30), at(25, 9))
    days = [moment.kind for moment in moments if moment.begins_day]
    assert days == ["opened", "next", "over"]


def test_a_search_that_asks_everybody_shows_the_first_and_counts_the_others(desk, search, clock):
    make_many(search.post.opening.evening, 20)
    clock(at(26, 15))

    response = shown(desk, search)

    assert (len(response.context["page"].next.asked), response.context["page"].next.total) == (12, 20)
    assert "and 8 more" in text_of(response)


# Hold, go on, widen, stop.


def test_a_pause_says_who_holds_it_and_asks_nobody_until_it_goes_on(desk, search):
    alice = make_people(search.post.opening.evening, "Alice")[0]

    response = click(desk, "search_hold", search, held="paused")

    assert search.held == "paused"
    assert "Paused Léa since 10:00" in text_of(response)
    assert "asks nobody before the search goes on" in text_of(response)
    assert sweep(at(24, 15)) == 0
    click(desk, "search_hold", search, held="taken_over")
    assert "In hand Léa" in text_of(shown(desk, search))
    click(desk, "search_release", search)
    assert not search.is_held
    assert sweep(at(24, 15)) == 1
    assert Offer.objects.get().volunteer == alice


def test_a_hold_that_is_none_changes_nothing(desk, search):
    click(desk, "search_hold", search, held="perhaps")

    assert not search.is_held


def test_widen_asks_soon_and_says_when(desk, search, clock):
    make_people(search.post.opening.evening, "Alice")

    response = click(desk, "search_widen", search)

    assert search.next_wave_at == at(24, 10, 2)
    assert "The next wave leaves at 10:02." in text_of(response)
    assert "Undo" in text_of(response)


SPEAKERS_ONLY = "So far only people who speak the missing language were asked"


def test_a_line_says_where_others_than_the_speakers_are_asked_by_the_button_which_keeps_its_name(desk, search, clock):
    evening = search.post.opening.evening
    search.post.opening.languages.add(make_language("nl"))
    make_many(evening, 4, languages=[make_language("nl")])
    make_people(evening, "Alice")
    before = text_of(shown(desk, search))
    sweep(at(24, 10, 30))

    clock(at(24, 11))

    assert "Ask the next ones now" in before
    assert SPEAKERS_ONLY not in before
    widens = text_of(shown(desk, search))
    assert "Ask the next ones now" in widens
    assert SPEAKERS_ONLY in widens
    Search.objects.update(others_asked_at=at(24, 11), without_languages=["nl"])
    assert SPEAKERS_ONLY not in text_of(shown(desk, search))


def test_widen_at_night_says_on_which_morning(desk, search, clock):
    make_people(search.post.opening.evening, "Alice")
    clock(at(24, 22))

    response = click(desk, "search_widen", search)

    assert "The next wave leaves on Wednesday 25 March at 09:02." in text_of(response)


def test_widen_from_an_old_page_says_that_nobody_is_left_to_ask(desk, search, clock):
    make_people(search.post.opening.evening, "Alice")
    clock(at(26, 17))
    sweep(at(26, 17))

    response = click(desk, "search_widen", search)

    assert (search.next_wave_at, search.agreed_wave) == (None, 0)
    assert "Whoever can be asked has been asked." in text_of(response)


def test_stop_says_what_stays_good(desk, search):
    response = click(desk, "search_stop", search)

    assert "Whoever was asked may still say yes while the place is open." in text_of(response)
    assert "Search now" in text_of(response)


@pytest.mark.parametrize("name", ["search_hold", "search_release", "search_widen", "search_agree", "search_stop"])
def test_a_search_that_is_over_is_left_alone(desk, search, name):
    click(desk, "search_stop", search)
    before = rows()

    response = desk.post(address(name, search.post), {"held": "paused", "wave": "1"})

    assert response.status_code == 302
    assert rows() == before


def test_who_is_proposed_may_change_and_the_page_says_so(desk, search):
    words = "Answers and the evening’s other searches may change this."
    before = text_of(shown(desk, search))

    make_people(search.post.opening.evening, "Alice")

    assert words not in before
    assert words in text_of(shown(desk, search))


# Consent.


def test_before_a_wave_is_due_the_page_says_that_it_will_wait_for_her_yes(desk, search):
    make_people(search.post.opening.evening, "Alice")
    assert "then waits for your yes" not in text_of(shown(desk, search))

    Edition.objects.update(rules_data={"asks_need_consent": True})
    assert "then waits for your yes" in text_of(shown(desk, search))

    Search.objects.update(agreed_wave=search.waves + 1)
    assert "then waits for your yes" not in text_of(shown(desk, search))


def test_a_wave_that_waits_for_consent_shows_whom_it_asks_and_one_button(desk, search, clock):
    Edition.objects.update(rules_data={"asks_need_consent": True})
    make_people(search.post.opening.evening, "Alice", "Bob")
    sweep(at(24, 10, 30))
    clock(at(24, 11))

    text = text_of(shown(desk, search))

    assert "Waits for you" in text
    assert "Ask these 2 people" in text
    assert "Ask the next ones now" not in text
    response = click(desk, "search_agree", search, wave="2")
    assert search.agreed_wave == 0
    assert "Another wave is next meanwhile." in text_of(response)
    click(desk, "search_agree", search, wave="1")
    assert (search.agreed_wave, sweep(at(24, 11, 2))) == (1, 2)


# Somebody of her choice.


def test_somebody_is_asked_by_hand_once_and_stands_in_the_story(desk, search):
    people = make_people(search.post.opening.evening, "Alice", "Bob")
    choose = desk.get(address("search_add", search.post))
    assert [choice.volunteer.first_name for choice, _answer in choose.context["page"].choices[:2]] == ["Alice", "Bob"]

    for _ in range(2):
        response = desk.post(address("search_add", search.post), {"volunteer": people[1].pk}, follow=True)

    offer = Offer.objects.get()
    assert (offer.volunteer, offer.by_hand) == (people[1], True)
    assert "Asked by hand B Bob D." in text_of(response)
    again = desk.get(address("search_add", search.post))
    assert [answer for _choice, answer in again.context["page"].choices] == [
        None,
        None,
        ("unconfirmed", "No answer yet"),
    ]


def test_a_name_is_looked_for_with_its_beginning_and_without_its_accents(desk, search):
    make_people(search.post.opening.evening, "Élodie", "Eloïse", "Bob")

    found = desk.get(address("search_add", search.post), {"name": "elo"}).context["page"].choices

    assert sorted(choice.volunteer.first_name for choice, _answer in found) == ["Eloïse", "Élodie"]


def test_who_said_no_takes_one_more_tick(desk, search):
    (bob,) = make_people(search.post.opening.evening, "Bob", answer="no")

    response = desk.post(address("search_add", search.post), {"volunteer": bob.pk}, follow=True)

    assert not Offer.objects.exists()
    assert "I know: said no for that evening" in text_of(response)
    desk.post(address("search_add", search.post), {"volunteer": bob.pk, "accept": "said_no"})
    assert Offer.objects.get().volunteer == bob


def test_nobody_is_asked_where_no_search_goes_on(desk, post):
    response = desk.get(address("search_add", post), follow=True)

    assert "Nobody is being looked for: start the search first." in text_of(response)


def test_who_was_left_out_or_phoned_is_marked_among_whom_she_may_add(desk, search):
    alice, bob, _carol = make_people(search.post.opening.evening, "Alice", "Bob", "Carol")
    click(desk, "search_leave_out", search, volunteer=alice.pk)
    click(desk, "search_phoned", search, volunteer=bob.pk, answer="none")

    response = desk.get(address("search_add", search.post))

    notes = {choice.volunteer.first_name: choice.notes for choice, _answer in response.context["page"].choices}
    assert (notes["Alice"], notes["Bob"]) == (["left out of this search"], ["Léa called at 10:00: no answer"])
    assert notes["Carol"] == []
    assert "Left out of this search" in text_of(response)
    assert "Léa called at 10:00: no answer" in text_of(response)


# By telephone.


def test_a_yes_on_the_phone_gives_her_the_place_and_ends_the_search(desk, search):
    alice = make_people(search.post.opening.evening, "Alice")[0]

    for _ in range(2):
        response = click(desk, "search_phoned", search, volunteer=alice.pk, answer="yes")

    place = Assignment.objects.active().get()
    assert (place.volunteer, place.confirmed_how) == (alice, "phone")
    assert search.ended_because == "filled"
    assert Call.objects.count() == 1
    assert "Léa phoned Alice D. Yes" in text_of(response)


def test_who_did_not_answer_the_phone_comes_last_and_who_said_no_is_gone(desk, search):
    alice, bob, _carol = make_people(search.post.opening.evening, "Alice", "Bob", "Carol")

    click(desk, "search_phoned", search, volunteer=alice.pk, answer="none")
    click(desk, "search_phoned", search, volunteer=bob.pk, answer="no")

    response = shown(desk, search)
    assert [call.name.split()[0] for call in response.context["calls"]] == ["Carol", "Alice"]
    assert "Léa called at 10:00: no answer" in text_of(response)


def test_a_yes_against_a_rule_asks_for_one_tick_and_then_gives_the_place(desk, search):
    (bob,) = make_people(search.post.opening.evening, "Bob", answer="no")

    response = click(desk, "search_phoned", search, volunteer=bob.pk, answer="yes")

    assert not Call.objects.exists()
    assert "Comes" in text_of(response)
    assert f'action="{address("search_phoned", search.post)}"' in response.content.decode()
    click(desk, "search_phoned", search, volunteer=bob.pk, answer="yes", accept="said_no")
    assert Assignment.objects.active().get().volunteer == bob


def test_a_yes_for_a_place_that_is_taken_gets_its_sentence(desk, search):
    alice, bob = make_people(search.post.opening.evening, "Alice", "Bob")
    actions.step_in(search.post, alice, by=Actor.volunteer_link(alice), now=NOW)

    response = click(desk, "search_phoned", search, volunteer=bob.pk, answer="yes")

    assert not Call.objects.exists()
    assert 'class="note note--' in response.content.decode()


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_an_answer_that_is_none_changes_nothing(desk, search, answer):
    alice = make_people(search.post.opening.evening, "Alice")[0]
    before = rows()

    click(desk, "search_phoned", search, volunteer=alice.pk, answer=answer)

    assert rows() == before


def test_only_the_first_to_call_are_shown_until_everybody_is_wanted(desk, search):
    make_many(search.post.opening.evening, 10)

    assert len(shown(desk, search).context["calls"]) == 8
    everybody = desk.get(address("search", search.post) + "?all=1")
    assert len(everybody.context["calls"]) == 10
    assert "all=1" in live_url(everybody)


# The page brings itself up to date.


def live_url(response):
    return response.content.decode().partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")


def test_what_is_the_same_is_not_sent_again_but_the_hour(desk, search, clock):
    make_people(search.post.opening.evening, "Alice")
    first = shown(desk, search)
    clock(at(24, 10, 0) + timedelta(seconds=6))

    again = desk.get(live_url(first), headers={"HX-Request": "true"})

    assert again.status_code == 200
    assert "Up to date at 10:00:06" in text_of(again)
    assert "hx-swap-oob" not in again.content.decode()


def test_an_answer_brings_every_part_anew_and_is_said_once(desk, search, clock):
    alice, *_ = make_people(search.post.opening.evening, "Alice", "Bob")
    sweep(at(24, 10, 30))
    clock(at(24, 10, 31))
    first = shown(desk, search)
    actions.decline(offer_to(alice, search).ask, by=Actor.volunteer_link(alice), now=at(24, 10, 31))

    again = desk.get(live_url(first))

    text = again.content.decode()
    for part in ("search-head", "search-next", "search-tools", "search-story", "search-calls"):
        assert f'id="{part}"' in text
    assert '<p id="search-said" hx-swap-oob="innerHTML">1 no, 1 has not answered.</p>' in text
    assert "csrfmiddlewaretoken" in text
    # Another minute, the same answers: shown, but not said again.
    clock(at(24, 10, 32))
    later = desk.get(live_url(again)).content.decode()
    assert 'id="search-story"' in later
    assert "search-said" not in later


def test_it_stops_asking_once_the_search_is_over(desk, search):
    first = shown(desk, search)
    actions.stop_search(search, by=Actor("system"), now=NOW)

    last = desk.get(live_url(first))

    assert last.status_code == 286
    assert "hx-get" not in last.content.decode()
    assert "The search is over" in last.content.decode()
    assert "hx-get" not in shown(desk, search).content.decode()


def test_every_button_has_an_id_so_that_the_focus_comes_back(desk, search):
    make_people(search.post.opening.evening, "Alice", "Bob")
    main = shown(desk, search).content.decode().partition('id="search-tools"')[2].partition("For the group")[0]

    buttons = [tag.partition(">")[0] for tag in main.split("<button")[1:]]

    assert len(buttons) > 8
    assert all(' id="' in button for button in buttons)


def test_it_tells_who_asked_for_what_and_which_language_is_missing(desk, search):
    Search.objects.update(others_asked_at=NOW, without_languages=["nl"])
    make_language("nl")
    make_people(search.post.opening.evening, "Alice")
    click(desk, "search_hold", search, held="paused")
    click(desk, "search_release", search)
    click(desk, "search_hold", search, held="taken_over")

    text = text_of(shown(desk, search))

    assert "No nl speaker at Musée BELvue" in text
    assert "Léa paused the search" in text
    assert "Léa took the search in hand" in text
    assert "Léa let the search go on" in text


def test_a_click_that_was_taken_back_is_not_told(desk, search):
    make_people(search.post.opening.evening, "Alice")
    click(desk, "search_widen", search)
    entry = Entry.objects.get(verb="widened")
    assert "asked at once" in text_of(shown(desk, search))

    desk.post(page("undo", "nocturnes-2026", entry.pk))

    assert "asked at once" not in text_of(shown(desk, search))


def test_a_click_whose_mails_were_sent_at_once_is_told(desk, search):
    make_people(search.post.opening.evening, "Alice")
    click(desk, "search_widen", search)
    lea = Actor.user(User.objects.get(is_coordinator=True))

    history.record("sent_now", Entry.objects.get(verb="widened"), by=lea, now=NOW)

    assert "asked at once" in text_of(shown(desk, search))


def test_thirty_of_everything_take_as_many_queries_as_one(desk, search):
    evening = search.post.opening.evening

    def grow(number):
        for index, volunteer in enumerate(make_many(evening, number, languages=[make_language("nl")])):
            make_available(make_volunteer(f"X{index}"), evening)
            said = {"called_at": NOW, "called_by": User.objects.get(is_coordinator=True), "answer": "none"}
            Call.objects.create(post=search.post, volunteer=volunteer, **said)
            click(desk, "search_leave_out", search, volunteer=volunteer.pk)
            make_assignment(search.post, cancelled_at=NOW, cause="withdrew")

    counts = []
    for number in (2, 6):
        grow(number)
        for name in ("search", "search_live", "search_add"):
            desk.get(address(name, search.post))
            with CaptureQueriesContext(connection) as queries:
                desk.get(address(name, search.post))
            counts.append((name, len(queries)))

    assert counts[:3] == counts[3:]


def test_a_search_says_which_of_its_places_are_wanted_and_not_needed(desk, search):
    post = search.post
    type(post).objects.filter(pk=post.pk).update(places=2, needed=1)
    evening = page("evening", "nocturnes-2026", post.opening.evening.date)

    assert "1 place wanted, not needed" in text_of(shown(desk, search))
    assert "Wanted, not needed." not in text_of(desk.get(evening))

    make_assignment(post, confirmed_at=NOW)

    assert "1 place wanted, not needed" in text_of(shown(desk, search))
    assert "Inès D. cannot come. Wanted, not needed." in text_of(desk.get(evening))


def test_before_a_search_too_an_open_place_may_be_wanted_and_not_needed(desk, post):
    type(post).objects.filter(pk=post.pk).update(places=2, needed=1)
    make_assignment(post, confirmed_at=NOW)

    text = text_of(desk.get(address("search", post)))

    assert "One place is open" in text
    assert "1 place wanted, not needed" in text


def test_a_search_for_needed_places_alone_speaks_of_no_wish(desk, search):
    assert "wanted, not needed" not in text_of(shown(desk, search))
