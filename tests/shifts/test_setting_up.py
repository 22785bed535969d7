"""What a new season still needs, and what a new coordinator is told first."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from museums.models import Contact
from nocturnes.hours import local_day
from nocturnes.models import User
from shifts.pages import season_rows
from shifts.pages.setting_up import setting_up
from tests.factories import (
    NOW,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_registration,
)
from tests.shifts.pages import page, text_of
from volunteers.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def steps(edition, *, now=NOW):
    """{the step's title: (done, total)}; None where the season is set up."""
    found = setting_up(edition, season_rows.evenings(edition), today=local_day(now, edition.zone))
    return found and {step.title: (step.done, step.total) for step in found.steps}


def next_step(edition):
    return setting_up(edition, season_rows.evenings(edition), today=local_day(NOW, edition.zone)).next


@pytest.fixture
def desk(client, at):
    at(NOW)
    lea = make_coordinator()
    client.force_login(lea)
    return client


@pytest.fixture(autouse=True)
def _in_english():
    from django.utils import translation

    with translation.override("en"):
        yield


def make_everything():
    """A season that lacks nothing."""
    evening = make_evening(lead=make_coordinator("mila@example.org"), published_at=NOW)
    opening = make_post(make_opening(evening)).opening
    Contact.objects.create(museum=opening.museum, name="Marie", email="marie@example.org")
    for kind in Notice.Kind:
        Notice.objects.create(kind=kind, version=1, text_fr="…", text_nl="…", since=NOW)
    make_registration(edition=evening.edition)
    return evening


def test_an_empty_season_begins_with_its_evenings():
    edition = make_edition()

    assert set(steps(edition).values()) == {(0, 1), (0, 0), (0, 2)}
    assert next_step(edition).url == reverse("evening_add", args=[edition.slug])


def test_every_step_is_read_from_the_rows():
    evening = make_evening(phone="")
    second = make_evening(evening.date + timedelta(days=7), edition=evening.edition, lead=make_coordinator())
    make_post(make_opening(second))
    empty = make_opening(second)
    make_opening(second, called_off_at=NOW)
    Contact.objects.create(museum=empty.museum, name="Marie")
    Notice.objects.create(kind="privacy", version=1, text_fr="…", text_nl="…", since=NOW)
    Notice.objects.create(kind="privacy", version=2, text_fr="…", text_nl="…", since=NOW)

    assert steps(evening.edition) == {
        "The dates of the evenings": (2, 2),
        "Which museums open, each evening": (1, 2),
        "Whom to write to at each museum": (1, 2),
        "The posts that each museum asks for": (1, 2),
        "The evening lead, and the number to call": (1, 2),
        "The texts to read before signing up": (1, 2),
        "The first volunteers": (0, 1),
        "The first evening published": (0, 1),
    }


def test_a_step_leads_to_where_something_is_missing():
    evening = make_everything()
    opening = make_opening(evening)
    Contact.objects.create(museum=opening.museum, name="Marie")

    assert next_step(evening.edition).url == reverse("opening_posts", args=[evening.edition.slug, opening.pk])

    make_post(opening)
    evening.phone = ""
    evening.save()
    assert next_step(evening.edition).url == reverse("evening_edit", args=[evening.edition.slug, evening.date])


def test_a_season_that_is_set_up_has_no_steps():
    evening = make_everything()

    assert steps(evening.edition) is None


def test_a_season_that_has_begun_has_no_steps():
    edition = make_evening().edition
    assert steps(edition)

    make_evening(date(2026, 3, 23), edition=edition)

    assert steps(edition) is None


def test_another_edition_counts_for_nothing():
    make_everything()

    assert steps(make_edition("spring-2027"))["The first volunteers"] == (0, 1)


def test_the_season_shows_what_is_missing_and_then_no_more(desk):
    evening = make_everything()
    evening.phone = ""
    evening.save()

    text = text_of(desk.get(page("season", evening.edition.slug)))
    assert "Setting up the season 7 of 8" in text
    assert "The evening lead, and the number to call Note them" in text

    evening.phone = "+32 470 00 00 12"
    evening.save()
    assert "Setting up the season" not in text_of(desk.get(page("season", evening.edition.slug)))


# What is said first.


def test_a_new_coordinator_is_told_what_is_sent_until_she_has_read_it(desk, settings):
    settings.REHEARSAL_URL = "https://practise.example.org"
    slug = make_evening().edition.slug

    response = desk.get(page("season", slug))
    assert "Nothing is sent until you publish." in text_of(response)
    assert 'href="https://practise.example.org"' in response.content.decode()
    assert "Nothing is sent until you publish." in text_of(desk.get(page("season", slug)))

    desk.post(page("season_introduced", slug))
    assert "Nothing is sent until you publish." not in text_of(desk.get(page("season", slug)))
    assert User.objects.get(email="lea@example.org").introduced_at == NOW


def test_a_new_coordinator_reads_how_long_a_click_waits_by_the_rules(desk):
    edition = make_evening().edition
    edition.rules_data = {"undo": 3}
    edition.save()

    assert "each of your clicks waits 3 minutes" in text_of(desk.get(page("season", edition.slug)))


def test_one_coordinator_does_not_read_for_another(desk):
    mila = make_coordinator("mila@example.org")

    desk.post(page("season_introduced", make_edition().slug))

    mila.refresh_from_db()
    assert mila.introduced_at is None


def test_the_way_to_the_rehearsal_stands_where_there_is_one(desk, client, settings):
    slug = make_edition().slug
    desk.post(page("season_introduced", slug))
    assert "ractise" not in text_of(desk.get(page("season", slug)))

    settings.REHEARSAL_URL = "https://practise.example.org"
    assert desk.get(page("season", slug)).content.decode().count('href="https://practise.example.org"') == 3
    client.logout()
    assert 'href="https://practise.example.org"' in client.get(page("account_login")).content.decode()
    assert "practise.example.org" not in client.get(page("edition", slug)).content.decode()
