""" "Since you were last here": what changed, counted and named, until she says that she has read it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from nocturnes import clock
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Visit
from shifts import actions
from shifts.pages.season import season
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lea(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    lea = make_coordinator(last_login=NOW)
    client.force_login(lea)
    type(lea).objects.filter(pk=lea.pk).update(last_login=NOW)
    lea.refresh_from_db()
    return lea


@pytest.fixture
def post():
    return make_post(make_opening(make_evening(published_at=NOW - 30 * A_DAY)), places=20)


def news(lea, now=NOW):
    return season(make_edition(), lea, now=now).since


def read_at(lea, moment):
    Visit.objects.create(user=lea, edition=make_edition(), read_until=moment)


def test_who_withdrew_is_named_the_latest_first_and_leads_to_the_search(lea, post, client):
    for name, hours in (("Inès", 5), ("Bob", 3)):
        actions.withdraw(make_assignment(post, make_volunteer(name)), by=SYSTEM, now=NOW - hours * AN_HOUR)

    page = client.get(reverse("season", args=[make_edition().slug]))

    assert [gone.volunteer.first_name for gone in page.context["season"].since.withdrew] == ["Bob", "Inès"]
    text = page.content.decode()
    assert "Inès D. ne peut pas venir, jeudi 26\u00a0mars" in text
    assert f'href="{reverse("search", args=[make_edition().slug, post.pk])}"' in text


def test_who_came_back_is_no_withdrawal_any_more(lea, post):
    gone, back = make_assignment(post, make_volunteer("Inès")), make_assignment(post, make_volunteer("Bob"))
    for assignment in (gone, back):
        actions.withdraw(assignment, by=SYSTEM, now=NOW - AN_HOUR)
    actions.come_back(back, by=SYSTEM, now=NOW - AN_HOUR)

    since = news(lea)

    assert ([one.volunteer.first_name for one in since.withdrew], since.more_withdrew) == (["Inès"], 0)


def test_more_withdrawals_than_are_named_are_counted(lea, post):
    for number in range(8):
        actions.withdraw(make_assignment(post, make_volunteer(f"V{number}")), by=SYSTEM, now=NOW - AN_HOUR)

    since = news(lea)

    assert (len(since.withdrew), since.more_withdrew) == (6, 2)


def test_who_withdrew_from_another_edition_is_not_named_here(lea, post):
    elsewhere = make_evening(edition=make_edition("museum-night"), published_at=NOW)
    for one, name in ((make_post(make_opening(elsewhere)), "Noor"), (post, "Bob")):
        actions.withdraw(make_assignment(one, make_volunteer(name)), by=SYSTEM, now=NOW - AN_HOUR)

    assert [gone.volunteer.first_name for gone in news(lea).withdrew] == ["Bob"]


def test_confirmations_are_counted_by_evening_and_places_taken_apart_from_them(lea, post):
    for how in ("link", "phone", "took"):
        make_assignment(post, confirmed_at=NOW - AN_HOUR, confirmed_how=how)
    make_assignment(post)

    since = news(lea)

    assert [(evening.pk, n) for evening, n in since.confirmed] == [(post.opening.evening_id, 2)]
    assert (since.confirmations, since.taken) == (2, 1)


def test_who_confirmed_and_withdrew_since_is_no_confirmation(lea, post):
    gone = make_assignment(post, confirmed_at=NOW - 2 * AN_HOUR, confirmed_how="link")
    actions.withdraw(gone, by=SYSTEM, now=NOW - AN_HOUR)

    since = news(lea)

    assert (since.confirmations, len(since.withdrew)) == (0, 1)


def test_sign_ups_of_this_edition_are_counted(lea):
    make_registration(created_at=NOW - AN_HOUR)
    make_registration(created_at=NOW - 8 * A_DAY)
    make_registration(edition=make_edition("museum-night"), created_at=NOW - AN_HOUR)

    assert news(lea).newcomers == 1


def test_who_never_read_hears_of_seven_days_even_if_she_just_signed_in(lea):
    make_registration(created_at=NOW - 6 * A_DAY)

    since = news(lea)

    assert (since.at, since.newcomers) == (NOW - 7 * A_DAY, 1)


def test_who_never_read_hears_of_all_since_she_signed_in(lea):
    lea.last_login = NOW - 20 * A_DAY
    make_registration(created_at=NOW - 15 * A_DAY)

    since = news(lea)

    assert (since.at, since.newcomers) == (NOW - 20 * A_DAY, 1)


def test_what_was_read_is_news_no_more(lea, post):
    make_registration(created_at=NOW - 2 * AN_HOUR)
    make_assignment(post, confirmed_at=NOW - 2 * AN_HOUR, confirmed_how="link")
    actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW - 2 * AN_HOUR)
    assert not news(lea).is_empty

    read_at(lea, NOW - AN_HOUR)

    assert news(lea).is_empty
    assert news(lea).at == NOW - AN_HOUR


def test_nothing_new_has_no_button(lea, client):
    text = client.get(reverse("season", args=[make_edition().slug])).content.decode()

    assert "Rien n’a changé." in text
    assert reverse("season_read", args=[make_edition().slug]) not in text


def test_reading_keeps_the_moment_at_which_the_page_was_made(lea, client):
    make_registration(created_at=NOW - AN_HOUR)
    url = reverse("season_read", args=[make_edition().slug])
    until = NOW - timedelta(minutes=10)
    make_registration(created_at=NOW - timedelta(minutes=5))

    response = client.post(url, {"until": until.isoformat()})

    assert response["Location"] == reverse("season", args=[make_edition().slug])
    assert Visit.objects.get().read_until == until
    assert news(lea).newcomers == 1


def test_the_button_carries_that_moment(lea, client):
    make_registration(created_at=NOW - AN_HOUR)
    text = client.get(reverse("season", args=[make_edition().slug])).content.decode()

    assert 'name="until" value="2026-03-24T10:00:00+01:00"' in text


@pytest.mark.parametrize(
    "until",
    [
        *("", "nonsense", "1" * 5000, "2026-03-24T10:00:00", "2999-01-01T00:00:00+00:00"),
        # On the clock of UTC these are in no year that there is.
        *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    ],
)
def test_reading_with_a_moment_that_is_none_or_to_come_reads_until_now(lea, client, until):
    client.post(reverse("season_read", args=[make_edition().slug]), {"until": until})

    assert Visit.objects.get().read_until == NOW


def test_an_old_page_takes_nothing_back(lea, client):
    read_at(lea, NOW - AN_HOUR)

    client.post(reverse("season_read", args=[make_edition().slug]), {"until": (NOW - A_DAY).isoformat()})

    assert Visit.objects.get().read_until == NOW - AN_HOUR


def test_what_one_coordinator_read_another_has_still_to_read(lea, client):
    make_registration(created_at=NOW - AN_HOUR)
    max_ = make_coordinator("max@example.org", first_name="Max")

    client.post(reverse("season_read", args=[make_edition().slug]), {"until": NOW.isoformat()})

    assert (news(lea).newcomers, news(max_).newcomers) == (0, 1)


def test_requests_for_a_place_wait_for_her_whenever_they_came(lea, post):
    post.requests.create(volunteer=make_volunteer(), asked_at=NOW - 30 * A_DAY)
    post.requests.create(volunteer=make_volunteer(), asked_at=NOW, answered_at=NOW, answer="no")

    page = season(make_edition(), lea, now=NOW)

    assert page.desk.requests == 1


def test_a_place_that_she_put_somebody_on_herself_is_not_confirmed_by_that(lea, post):
    bob = make_volunteer("Bob")
    actions.assign(post, bob, by=Actor.user(lea), now=NOW, accept=["not_answered", "no_answer", "not_registered"])

    assert news(lea).confirmed == []
