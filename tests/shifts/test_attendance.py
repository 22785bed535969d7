"""Somebody is not there: what happens to her place, and that she is not asked to fill it herself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from messaging.models import Message
from nocturnes import hours
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, User
from shifts import actions, ranking
from shifts.models import Assignment, Offer, Post
from shifts.pages import staffing
from shifts.pages.season import season
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_language,
    make_opening,
    make_post,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

# Thursday 26 March: the morning of the evening, and half an hour after the report time.
MORNING = NOW + timedelta(days=2)
TONIGHT = NOW + timedelta(days=2, hours=8)
AFTER = NOW + timedelta(days=2, hours=13)


@pytest.fixture
def evening():
    return make_evening(published_at=NOW)


@pytest.fixture
def post(evening):
    return make_post(make_opening(evening), places=2)


@pytest.fixture
def hers(post):
    alice = make_volunteer("Alice")
    make_available(alice, post.opening.evening)
    return make_assignment(post, alice, confirmed_at=NOW, confirmed_how="link")


@pytest.fixture
def lea(client, at):
    at(TONIGHT)
    lea = make_coordinator()
    client.force_login(lea)
    return lea


def absent(assignment, then="leave_open", *, by=SYSTEM, now=TONIGHT):
    search = actions.mark_absent(assignment, then=then, by=by, now=now)
    assignment.refresh_from_db()
    assignment.post.refresh_from_db()
    return search


def cell_of(evening, now=TONIGHT):
    reader = User.objects.filter(is_coordinator=True).first() or make_coordinator("max@example.org")
    return season(evening.edition, reader, now=now).nights[0].cells[0]


def test_left_open_the_place_stays_hers_and_nobody_is_told(hers, post):
    before = Message.objects.count()

    assert absent(hers) is None

    assert (hers.is_active, hers.absent_at, hers.post.taken) == (True, TONIGHT, 1)
    assert Message.objects.count() == before


@pytest.mark.parametrize("then", ["myself", "search"])
def test_otherwise_it_is_free_for_somebody_else_and_nobody_is_told(hers, then):
    absent(hers, then)

    assert (hers.cause, hers.absent_at, hers.post.taken) == ("removed", TONIGHT, 0)
    assert not Message.objects.filter(user=hers.volunteer.user_id).exists()
    assert Entry.objects.about(hers).get(verb="freed_absent").data == {"then": then}


def test_search_now_begins_a_search_and_myself_does_not(hers, post):
    other = make_assignment(post)

    assert absent(hers, "myself") is None
    search = absent(other, "search")

    assert (search.is_live, search.post_id) == (True, post.pk)


def test_before_the_day_nobody_is_absent(hers):
    with pytest.raises(actions.NotTheDay):
        absent(hers, "search", now=MORNING - timedelta(hours=11))

    hers.refresh_from_db()
    assert (hers.is_active, hers.absent_at) == (True, None)


def test_once_the_post_is_over_she_is_only_marked(hers):
    assert absent(hers, "search", now=AFTER) is None

    assert (hers.is_active, hers.absent_at) == (True, AFTER)


def test_who_gave_her_place_back_is_not_marked(hers):
    actions.withdraw(hers, by=SYSTEM, now=NOW)

    with pytest.raises(actions.NoLongerAssigned):
        absent(hers, "search")


def test_her_reminders_do_not_leave_any_more_once_her_place_is_free(hers):
    actions.plan_reminders(hers, by=SYSTEM, now=NOW)
    pending = Message.objects.about(hers).pending()
    assert pending.exists()

    absent(hers, "myself", now=MORNING)

    assert not pending.exists()


# Nobody asks her to fill her own place.


def test_whose_place_was_freed_is_not_asked_that_evening_again(hers, post):
    bob = make_volunteer("Bob")
    make_available(bob, post.opening.evening)

    absent(hers, "search")
    actions.advance_searches(now=TONIGHT)

    assert set(Offer.objects.values_list("volunteer__first_name", flat=True)) == {"Bob"}


@pytest.mark.parametrize("then", ["leave_open", "myself"])
def test_an_absence_counts_whether_her_place_was_freed_or_not(hers, then):
    absent(hers, then)
    later = make_evening(hers.post.opening.evening.date + timedelta(days=7), published_at=NOW)

    person = ranking.read_people(later, now=TONIGHT)[hers.volunteer_id]

    assert person.history.absences == 1


# What pages count.


def test_an_absent_person_fills_no_place_on_any_page(hers, evening, post):
    make_assignment(post, confirmed_at=NOW, confirmed_how="link")
    absent(hers)

    cell, team = cell_of(evening), staffing.teams([evening], now=TONIGHT)[evening.pk][0]

    for one in (cell, team):
        assert (one.filled, one.needed, one.state, one.n) == (1, 2, "short", 1)
        assert one.windows == ["confirmed", "open"]


def test_where_all_are_absent_the_museum_is_empty(hers, evening):
    absent(hers)

    assert cell_of(evening).state == "empty"


def test_a_language_that_only_an_absent_person_speaks_is_missing(hers, evening, post):
    dutch = make_language("nl")
    post.opening.languages.add(dutch)
    hers.volunteer.languages.add(dutch)
    make_assignment(post)
    assert cell_of(evening).lacks == ()

    absent(hers)

    team = staffing.teams([evening], now=TONIGHT)[evening.pk][0]
    assert [one.code for one in team.lacks] == [one.code for one in cell_of(evening).lacks] == ["nl"]


def test_beside_a_search_the_absent_person_s_place_is_still_short(hers, evening, post):
    other = make_assignment(post)
    actions.withdraw(other, by=SYSTEM, now=NOW)
    absent(hers)

    team = staffing.teams([evening], now=TONIGHT)[evening.pk][0]

    assert (team.searched, team.missing, team.windows) == (1, 1, ["searched", "open"])


def test_who_is_there_is_sure_though_she_never_confirmed(evening, post):
    make_assignment(post, arrived_at=TONIGHT)
    make_assignment(post)

    assert cell_of(evening).windows == ["confirmed", "unconfirmed"]


def test_to_do_names_who_is_not_there_and_leads_to_what_becomes_of_her_place(hers, evening, post, lea, client):
    make_assignment(post, confirmed_at=NOW, confirmed_how="link")
    absent(hers)

    page = client.get(reverse("season", args=[evening.edition.slug]).replace("/fr/", "/en/"))

    (line,) = page.context["season"].to_do
    assert (line.kind, line.n, line.absent.name) == ("absent", 1, "Alice D.")
    assert f"Alice D. is not here · {post.opening.museum.short}" in page.content.decode()
    assert f'href="{url_of(hers).replace("/fr/", "/en/")}"' in page.content.decode()


def test_beside_who_is_not_there_to_do_has_the_places_that_nobody_has(hers, evening, lea):
    absent(hers)

    to_do = season(evening.edition, lea, now=TONIGHT).to_do

    assert [(line.kind, line.n) for line in to_do] == [("absent", 1), ("empty", 1)]


def test_who_is_not_there_and_not_needed_is_nothing_to_do(hers, evening, post, lea):
    make_assignment(post, confirmed_at=NOW, confirmed_how="link")
    Post.objects.update(needed=1)
    absent(hers)

    assert season(evening.edition, lea, now=TONIGHT).to_do == []


def test_the_past_counts_whom_it_missed_whether_her_place_was_freed_or_not(hers, evening, post, lea, client, at):
    absent(make_assignment(post))
    absent(hers, "search")
    make_assignment(post, arrived_at=TONIGHT)
    at(TONIGHT + timedelta(days=1))

    people = client.get(reverse("season", args=[evening.edition.slug])).context["season"].nights[0].people

    assert (people.came, people.expected, people.absent) == (1, 2, 2)


# Undo.


def test_undo_gives_her_the_place_back_without_the_tick_and_ends_the_search(hers, post, lea):
    by = Actor.user(lea)
    search = absent(hers, "search", by=by)
    entry = Entry.objects.get(verb="freed_absent")

    actions.undo(entry, by=by, now=TONIGHT)

    back = Assignment.objects.active().get()
    assert (back.volunteer_id, back.absent_at, back.is_confirmed) == (hers.volunteer_id, None, True)
    search.refresh_from_db()
    assert not search.is_live
    assert not Assignment.objects.exclude(absent_at=None).exists()
    assert not Message.objects.filter(user=hers.volunteer.user_id, kind="changed").exists()


# The page.


def url_of(assignment):
    return reverse("assignment_absent", args=[assignment.post.opening.evening.edition.slug, assignment.pk])


def test_the_page_asks_what_happens_to_the_place_with_the_same_click(hers, lea, client):
    text = client.get(url_of(hers)).content.decode()

    for then in ("leave_open", "myself", "search"):
        assert f'value="{then}"' in text


def test_the_click_does_it_and_leads_to_the_evening(hers, lea, client):
    response = client.post(url_of(hers), {"then": "search"}, follow=True)

    hers.refresh_from_db()
    assert hers.cause == "removed"
    assert response.request["PATH_INFO"].endswith("/evenings/2026-03-26/")
    assert "la place est libre" in response.content.decode()


@pytest.mark.parametrize("data", [{}, {"then": "later"}])
def test_a_click_without_a_choice_changes_nothing(hers, lea, client, data):
    response = client.post(url_of(hers), data)

    hers.refresh_from_db()
    assert (response.status_code, hers.absent_at) == (422, None)


def test_she_is_here_after_all(hers, lea, client):
    absent(hers)
    assert "Là finalement" in client.get(url_of(hers)).content.decode()

    client.post(url_of(hers), {"then": "here"})

    hers.refresh_from_db()
    assert (hers.absent_at, hers.arrived_at) == (None, TONIGHT)


def test_before_the_day_the_page_says_so_and_has_no_button(hers, lea, client, at):
    at(NOW)

    text = client.get(url_of(hers)).content.decode()
    refused = client.post(url_of(hers), {"then": "leave_open"}, follow=True).content.decode()

    assert 'name="then"' not in text
    assert "Les présences se cochent à partir du jour de la soirée." in refused


def test_somebody_who_is_gone_is_named(hers, lea, client):
    actions.withdraw(hers, by=SYSTEM, now=NOW)

    text = client.post(url_of(hers), {"then": "leave_open"}, follow=True).content.decode()

    assert "Alice D. n’est plus à ce poste." in text


def test_the_evening_offers_it_from_its_day_on(hers, lea, client, at):
    evening = hers.post.opening.evening
    page = reverse("evening", args=[evening.edition.slug, evening.date])

    assert url_of(hers) in client.get(page).content.decode()

    at(hours.instant(evening.date, TONIGHT.time(), evening.edition.zone) - timedelta(days=1))
    assert url_of(hers) not in client.get(page).content.decode()
