"""Taking back what a coordinator noted of a person: what was heard on the phone, a pause."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions.undo import ChangedSince, MessageHasLeft, NotYoursToUndo
from shifts.models import Ask, Call, Reserve, Search
from shifts.ranking import WARNINGS
from tests.factories import NOW, make_assignment, make_coordinator, make_registration, make_reserve, make_volunteer
from tests.shifts.pages import rows, text_of
from tests.shifts.searches import at, make_people, offer_to, open_search, post_at, published_evening, sweep
from volunteers import actions as volunteers

pytestmark = pytest.mark.django_db

YES, NO, NONE = Call.Answer.YES, Call.Answer.NO, Call.Answer.NONE
ELEVEN = NOW + timedelta(hours=1)
A_MINUTE_LATER = ELEVEN + timedelta(minutes=1)


@pytest.fixture
def lea():
    return make_coordinator(language="en")


@pytest.fixture
def by(lea):
    return Actor.user(lea)


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def search(evening):
    return open_search(post_at(evening, places=1), now=at(24, 10))


@pytest.fixture
def alice(evening):
    return make_people(evening, "Alice")[0]


def phoned(search, volunteer, answer, by, now=ELEVEN):
    return actions.phoned(search.post, volunteer, answer=answer, by=by, now=now)


def undo(by, verb="phoned", now=A_MINUTE_LATER):
    actions.undo(Entry.objects.filter(verb=verb, actor_id=by.id).latest("pk"), by=by, now=now)


def answer_of(volunteer, evening):
    return volunteer.registrations.get().availabilities.filter(evening=evening).values_list("answer", flat=True).first()


def without_history():
    """Every row, but of the history, which is only added to."""
    return {name: values for name, values in rows().items() if name is not Entry}


# A call.


@pytest.mark.parametrize("said", ["yes", "if_needed", None])
def test_a_no_on_the_phone_is_taken_back_and_nothing_of_it_was(search, evening, by, said):
    alice, _bob = make_people(evening, "Alice", "Bob", answer=said or "yes")
    sweep(at(24, 10, 30))
    if said is None:
        alice.registrations.get().availabilities.all().delete()
    Ask.objects.filter(volunteer=alice).update(stands_by_at=at(24, 10, 40))
    before = without_history()
    phoned(search, alice, NO, by)
    assert answer_of(alice, evening) == "no"

    undo(by)

    after = without_history()
    if said is not None:
        # The row of the answer is the same one, with another number where it was taken away.
        assert after == before
    assert (answer_of(alice, evening), offer_to(alice, search).answer) == (said, "")
    assert actions.phoned(search.post, alice, answer=YES, by=by, now=A_MINUTE_LATER).is_active


def test_nobody_is_told_that_nobody_is_left_once_her_no_is_taken_back(search, alice, by):
    sweep(at(24, 10, 30))
    phoned(search, alice, NO, by)
    assert Search.objects.get(pk=search.pk).nobody_left_at == ELEVEN

    undo(by)

    assert Search.objects.get(pk=search.pk).nobody_left_at is None
    assert not Message.objects.pending().filter(kind="nobody_left").exists()


def test_an_offer_that_stayed_at_home_because_of_her_no_leaves(search, alice, by):
    actions.ask_by_hand(search, alice, by=by, now=ELEVEN)
    phoned(search, alice, NO, by)
    offer = Message.objects.get(kind="offer")
    Message.objects.filter(pk=offer.pk).update(skipped_at=ELEVEN, reason="Answered.")

    undo(by)

    offer.refresh_from_db()
    assert offer.is_pending


def test_who_gave_the_reserve_back_with_it_is_on_call_again(search, evening, alice, by):
    reserve = make_reserve(alice, evening)
    phoned(search, alice, NO, by)
    assert not Reserve.objects.on_call().exists()

    undo(by)

    reserve.refresh_from_db()
    assert reserve.is_agreed
    assert answer_of(alice, evening) == "yes"


def test_a_no_that_a_colleague_on_duty_was_told_of_stands(search, evening, alice, by):
    tom = make_coordinator("tom@example.org")
    evening.__class__.objects.filter(pk=evening.pk).update(lead=tom)
    make_reserve(alice, evening)
    phoned(search, alice, NO, by, now=at(26, 11))
    Message.objects.filter(kind="reserve_given_back").update(sent_at=at(26, 11))

    with pytest.raises(MessageHasLeft):
        undo(by, now=at(26, 11, 1))

    assert not Reserve.objects.on_call().exists()


def test_what_she_said_herself_since_then_stands(search, evening, alice, by):
    sweep(at(24, 10, 30))
    phoned(search, alice, NO, by)
    hers = actions.accept_offer(offer_to(alice, search), by=Actor.volunteer_link(alice), now=ELEVEN)

    undo(by)

    hers.refresh_from_db()
    assert hers.is_active
    assert (offer_to(alice, search).answer, answer_of(alice, evening)) == ("yes", "yes")


def test_a_call_that_nobody_answered_is_taken_back(search, alice, by):
    phoned(search, alice, NONE, by)

    undo(by)

    assert not Call.objects.exists()


def test_a_yes_is_taken_back_with_the_place_alone(search, alice, by):
    phoned(search, alice, YES, by)

    with pytest.raises(NotYoursToUndo):
        undo(by)

    assert actions.latest_undoable(by, edition=search.post.opening.evening.edition, now=ELEVEN).verb == "assigned"


def test_a_yes_of_who_had_confirmed_has_no_bar(search, alice, by):
    make_assignment(search.post, alice, confirmed_at=NOW, confirmed_how="link")

    phoned(search, alice, YES, by)

    assert actions.latest_undoable(by, edition=search.post.opening.evening.edition, now=ELEVEN) is None


# A pause.


@pytest.fixture
def registration():
    return make_registration(make_volunteer("Nora"))


def test_a_pause_is_taken_back(registration, by):
    volunteers.pause(registration, until=date(2026, 4, 1), by=by, now=NOW)
    volunteers.pause(registration, by=by, now=ELEVEN)

    undo(by, "paused")

    registration.refresh_from_db()
    assert (registration.paused_at, registration.paused_until) == (NOW, date(2026, 4, 1))


def test_the_end_of_a_pause_is_taken_back(registration, by):
    volunteers.pause(registration, until=date(2026, 4, 1), by=by, now=NOW)
    volunteers.resume(registration, by=by, now=ELEVEN)

    undo(by, "pause_ended")

    registration.refresh_from_db()
    assert (registration.paused_at, registration.paused_until) == (NOW, date(2026, 4, 1))


@pytest.mark.parametrize("verb", ["paused", "pause_ended"])
def test_a_pause_that_somebody_else_changed_since_stays_as_it_is(registration, by, verb):
    tom = Actor.user(make_coordinator("tom@example.org"))
    volunteers.pause(registration, by=by, now=ELEVEN)
    if verb == "pause_ended":
        volunteers.resume(registration, by=by, now=ELEVEN)
    volunteers.pause(registration, until=date(2026, 4, 1), by=tom, now=A_MINUTE_LATER)

    with pytest.raises(ChangedSince):
        undo(by, verb)

    registration.refresh_from_db()
    assert registration.paused_until == date(2026, 4, 1)


# The bar.


@pytest.mark.parametrize(
    ("name", "data", "said", "undone"),
    [
        (
            "search_phoned",
            {"answer": "no"},
            "said no on the phone",
            "nothing is noted of the call to Alice D., Thursday",
        ),
        ("search_phoned", {"answer": "none"}, "did not answer the phone", "nothing is noted of the call to Alice D."),
        ("person_pause", {}, "Nothing new is asked of Alice D.", "the pause of Alice D. is as before"),
        ("person_resume", {}, "Alice D. may be asked again.", "the pause of Alice D. is as before"),
    ],
)
def test_the_bar_says_what_was_noted_and_takes_it_back(
    name, data, said, undone, client, lea, search, alice, monkeypatch
):
    monkeypatch.setattr("nocturnes.clock.now", lambda: ELEVEN)
    client.force_login(lea)
    if name == "person_resume":
        volunteers.pause(alice.registrations.get(), by=Actor.user(lea), now=NOW)
    pk = search.post_id if name == "search_phoned" else alice.pk
    with_language = {"HTTP_ACCEPT_LANGUAGE": "en"}

    client.post(reverse(name, args=["nocturnes-2026", pk]), {"volunteer": alice.pk, **data}, **with_language)
    page = text_of(client.get(reverse("season", args=["nocturnes-2026"]).replace("/fr/", "/en/")))
    entry = Entry.objects.filter(verb__in=["phoned", "paused", "pause_ended"]).latest("pk")
    undo_url = reverse("undo", args=["nocturnes-2026", entry.pk]).replace("/fr/", "/en/")
    after = text_of(
        client.post(undo_url, headers={"referer": "http://testserver/en/nocturnes-2026/season/"}, follow=True)
    )

    assert said in page
    assert undone in after
    assert "You can undo it" not in after


def test_who_is_on_duty_hears_that_nobody_is_left_where_that_came_while_the_place_was_filled(search, alice, by):
    afternoon = at(26, 16)
    for minutes in (3, 20):
        sweep(afternoon + timedelta(minutes=minutes))
    assert Search.objects.get().nobody_left_at is None
    actions.assign(search.post, make_volunteer(), accept=WARNINGS, by=by, now=afternoon + timedelta(minutes=30))
    actions.decline(offer_to(alice, search).ask, by=Actor.volunteer_link(alice), now=afternoon + timedelta(minutes=30))

    undo(by, "assigned", now=afternoon + timedelta(minutes=31))
    sweep(afternoon + timedelta(minutes=32))

    assert Search.objects.live().get().nobody_left_at == afternoon + timedelta(minutes=32)
