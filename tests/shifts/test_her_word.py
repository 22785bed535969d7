"""What she says herself stands, though a coordinator did or noted the same a moment before, and takes that back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions.undo import ChangedSince
from shifts.models import Ask, Assignment, Call, Offer, Reserve
from tests.factories import NOW, make_assignment, make_coordinator, make_edition, make_reserve
from tests.shifts.searches import at, make_people, offer_to, open_search, post_at, published_evening, sweep

pytestmark = pytest.mark.django_db

ELEVEN = NOW + timedelta(hours=1)
THEN, LATER = ELEVEN + timedelta(seconds=20), ELEVEN + timedelta(minutes=1)


@pytest.fixture
def by():
    return Actor.user(make_coordinator())


@pytest.fixture
def post():
    return post_at(published_evening(), places=1)


@pytest.fixture
def alice(post):
    return make_people(post.opening.evening, "Alice")[0]


def herself(alice):
    return Actor.volunteer_link(alice)


def undo(verb, by):
    actions.undo(Entry.objects.filter(verb=verb, actor_id=by.id).latest("pk"), by=by, now=LATER)


def hers(alice):
    return Assignment.objects.active().get(volunteer=alice)


@pytest.mark.parametrize("phoned", [True, False])
def test_her_yes_to_an_offer_stands_though_a_coordinator_put_her_there_before(post, alice, by, phoned):
    search = open_search(post, now=at(24, 10))
    sweep(at(24, 10, 30))
    offer = offer_to(alice, search)
    if phoned:
        actions.phoned(post, alice, answer=Call.Answer.YES, by=by, now=ELEVEN)
    else:
        actions.assign(post, alice, by=by, now=ELEVEN)

    for _click in range(2):
        assert actions.accept_offer(offer, by=herself(alice), now=THEN) == hers(alice)

    with pytest.raises(ChangedSince):
        undo("assigned", by)
    assert hers(alice).is_confirmed
    assert Offer.objects.get().answer == "yes"
    assert Entry.objects.filter(verb="confirmed").count() == 1


def test_her_confirmation_stands_though_it_was_noted_before(post, alice, by):
    row = make_assignment(post, alice)
    actions.confirm(row, how="phone", by=by, now=ELEVEN)

    for _click in range(2):
        actions.confirm(row, how="link", by=herself(alice), now=THEN)

    with pytest.raises(ChangedSince):
        undo("confirmed", by)
    assert hers(alice).is_confirmed
    assert Entry.objects.filter(verb="confirmed").count() == 2


@pytest.mark.parametrize("verb", ["recorded_withdrawal", "removed"])
def test_that_she_cannot_come_stands_though_somebody_freed_her_place_before(post, alice, by, verb):
    row = make_assignment(post, alice)
    if verb == "removed":
        actions.remove(row, by=by, now=ELEVEN)
    else:
        actions.withdraw(row, recorded=True, by=by, now=ELEVEN)

    for _click in range(2):
        actions.withdraw(row, by=herself(alice), now=THEN)

    with pytest.raises(ChangedSince):
        undo(verb, by)
    assert not Assignment.objects.active().exists()
    assert Entry.objects.filter(verb="withdrew").count() == 1


def test_her_no_stands_though_it_was_noted_before(post, alice, by):
    search = open_search(post, now=at(24, 10))
    sweep(at(24, 10, 30))
    actions.phoned(post, alice, answer=Call.Answer.NO, by=by, now=ELEVEN)

    for _click in range(2):
        actions.decline(offer_to(alice, search).ask, by=herself(alice), now=THEN)

    with pytest.raises(ChangedSince):
        undo("phoned", by)
    assert offer_to(alice, search).answer == "no"


def test_what_she_said_since_is_read_once_however_often_she_was_asked(post, alice, by):
    (bob,) = make_people(post.opening.evening, "Bob")
    counts = []

    for volunteer, times in ((alice, 1), (bob, 4)):
        for _ in range(times):
            Ask.objects.create(volunteer=volunteer, evening=post.opening.evening, asked_at=NOW)
        actions.phoned(post, volunteer, answer=Call.Answer.NO, by=by, now=ELEVEN)
        with CaptureQueriesContext(connection) as queries:
            undo("phoned", by)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_that_she_comes_after_all_stands_though_a_coordinator_put_her_there_before(post, alice, by):
    row = make_assignment(post, alice)
    actions.withdraw(row, by=herself(alice), now=NOW)
    actions.assign(post, alice, by=by, now=ELEVEN, accept=["withdrew"])

    actions.come_back(row, by=herself(alice), now=THEN)

    with pytest.raises(ChangedSince):
        undo("assigned", by)
    assert hers(alice).is_confirmed


def test_who_takes_a_place_that_a_coordinator_just_gave_her_has_it(post, alice, by):
    make_edition()
    post.opening.evening.edition.rules_data = {"self_service": "at_once"}
    post.opening.evening.edition.save()
    actions.assign(post, alice, by=by, now=ELEVEN)

    actions.take_open_place(post, alice, by=herself(alice), now=THEN)

    with pytest.raises(ChangedSince):
        undo("assigned", by)
    assert hers(alice).is_confirmed


def test_who_gives_the_reserve_back_is_not_on_call_though_it_was_taken_back_before(post, alice, by):
    reserve = make_reserve(alice, post.opening.evening)
    actions.take_back_reserve(reserve, by=by, now=ELEVEN)

    for _click in range(2):
        actions.give_back_reserve(reserve, by=herself(alice), now=THEN)

    with pytest.raises(ChangedSince):
        undo("took_back_reserve", by)
    assert not Reserve.objects.on_call().exists()
    assert Entry.objects.filter(verb="gave_back_reserve").count() == 1


def test_what_she_says_once_it_cannot_be_undone_any_more_is_no_news(post, alice, by):
    row = make_assignment(post, alice)
    actions.withdraw(row, recorded=True, by=by, now=ELEVEN)

    actions.withdraw(row, by=herself(alice), now=ELEVEN + timedelta(minutes=2))

    assert not Entry.objects.filter(verb="withdrew").exists()


def test_who_agreed_to_be_on_call_and_has_her_place_again_is_on_call_no_more(post, alice, by):
    row = make_assignment(post, alice)
    actions.remove(row, by=by, now=ELEVEN)
    make_reserve(alice, post.opening.evening)

    undo("removed", by)

    assert hers(alice).post == post
    assert not Reserve.objects.on_call().exists()


@pytest.mark.parametrize("confirmed_how", ["", "link"])
def test_a_place_that_is_given_again_on_a_draft_is_known_to_who_confirmed_it_alone(post, alice, by, confirmed_how):
    evening = post.opening.evening
    confirmed_at = NOW if confirmed_how else None
    actions.remove(
        make_assignment(post, alice, confirmed_at=confirmed_at, confirmed_how=confirmed_how), by=by, now=THEN
    )
    type(evening).objects.filter(pk=evening.pk).update(published_at=None)

    undo("removed", by)

    assert hers(alice).is_draft is not bool(confirmed_how)
