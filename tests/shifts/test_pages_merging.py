"""Merging two records, on its pages: whom to choose, both beside each other, then the click."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator

from nocturnes.models import Entry
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_registration,
    make_volunteer,
)
from tests.shifts.pages import page, queries_of, rows, text_of
from tests.shifts.searches import post_at, published_evening
from volunteers.models import Note, Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def now(at):
    at(NOW)


@pytest.fixture
def keep():
    return make_registration(make_volunteer("Zoé", "Peeters", email="zoe@example.org")).volunteer


@pytest.fixture
def other():
    return make_registration(make_volunteer("Zoë", "Peeters", email="old@example.org")).volunteer


def address(volunteer, other=None, **query):
    url = page("person_merge", make_edition().slug, volunteer.pk)
    if other:
        query["other"] = other.pk
    return url + "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else url


def test_who_is_probably_the_same_person_is_suggested_with_the_reason(desk, keep, other):
    Volunteer.objects.filter(pk=other.pk).update(phone=keep.phone)
    make_volunteer("Bob")

    text = text_of(desk.get(address(keep)))

    assert "same number" in text
    assert "same name" in text
    assert "Bob" not in text


def test_anybody_is_found_by_words_but_not_herself_nor_a_merged_record(desk, keep):
    make_volunteer("Zoe", "Martin")
    make_volunteer("Zoe", "Gone", merged_into=keep)

    found = text_of(desk.get(address(keep, q="zoe")))
    nobody = text_of(desk.get(address(keep, q="nobody")))

    assert "Zoe Martin" in found
    assert "Gone" not in found
    assert found.count("Zoé Peeters") == 1
    assert "Nobody is found. Try fewer letters." in nobody


def test_of_many_who_are_found_the_first_twelve_are_shown(desk, keep):
    for number in range(14):
        make_volunteer("Anna", f"N{number:02}")

    text = text_of(desk.get(address(keep, q="anna")))

    assert "Anna N11" in text
    assert "Anna N12" not in text
    assert "2 others are found: write a little more." in text


def test_both_are_compared_before_anything_happens(desk, keep, other):
    evening = published_evening()
    make_assignment(post_at(evening), other)
    make_available(keep, evening, "yes")
    make_available(other, evening, "no")
    Note.objects.create(volunteer=other, text="…", written_at=NOW, written_by=keep.user)
    before = rows()

    response = desk.get(address(keep, other))

    text = text_of(response)
    assert "zoe@example.org" in text
    assert "old@example.org" in text
    assert "1 place, 1 ahead" in text
    assert "1 note" in text
    assert "What holds, where they differ?" in text
    assert "Thursday 26 March" in text
    assert "The other address is no longer known, and its open sessions end." in text
    assert "This cannot be taken back." in text
    assert rows() == before


def test_what_she_signs_in_with_is_said_where_there_is_one_address(desk, keep, other):
    type(keep.user).objects.filter(pk=other.user_id).update(email=None)
    one = text_of(desk.get(address(keep, other)))
    type(keep.user).objects.filter(pk=keep.user_id).update(email=None)
    none = text_of(desk.get(address(keep, other)))

    assert "Signing in is with zoe@example.org." in one
    assert "Neither has an e-mail address: messages wait for your call." in none


def test_passkeys_that_open_nothing_any_more_are_mentioned(desk, keep, other):
    says = "Passkeys of the record that goes no longer work."
    assert says not in text_of(desk.get(address(keep, other)))
    Authenticator.objects.create(user=other.user, type="webauthn", data={})

    assert says in text_of(desk.get(address(keep, other)))


def test_the_click_merges_with_what_was_chosen_and_leads_to_her_page(desk, keep, other):
    data = {"other": other.pk, "first_name": "other", "email": "other", "phone": "neither"}

    response = desk.post(address(keep), data, follow=True)

    keep.refresh_from_db()
    keep.user.refresh_from_db()
    assert (keep.first_name, keep.user.email) == ("Zoë", "old@example.org")
    assert response.redirect_chain[-1][0] == page("person", make_edition().slug, keep.pk)
    assert "The two records are one now." in text_of(response)


def test_a_second_click_and_an_old_page_lead_to_her_page_too(desk, keep, other):
    data = {"other": other.pk}
    desk.post(address(keep), data)
    entries = Entry.objects.count()

    again = desk.post(address(keep), data)
    shown = desk.get(address(keep, other))

    her_page = page("person", make_edition().slug, keep.pk)
    assert (again.url, shown.url) == (her_page, her_page)
    assert Entry.objects.count() == entries


def test_what_stands_against_it_is_said_and_there_is_no_button(desk, keep, other):
    evening = published_evening()
    make_assignment(post_at(evening, "BELvue"), keep)
    make_assignment(post_at(evening, "Horta"), other)
    says = "Both have a place at the same time: BELvue / Horta, 26 March 2026."

    shown = desk.get(address(keep, other))
    clicked = desk.post(address(keep), {"other": other.pk, "first_name": "other"})

    assert says in text_of(shown)
    assert 'class="btn btn--brick' not in shown.content.decode()
    assert clicked.status_code == 409
    assert says in text_of(clicked)
    other.refresh_from_db()
    assert other.merged_into is None


def test_what_was_ticked_is_kept_where_it_is_refused(desk, keep, other):
    Volunteer.objects.filter(pk=other.pk).update(blocked_at=NOW)

    page = desk.post(address(keep), {"other": other.pk, "first_name": "other"}).content.decode()

    assert 'name="first_name" value="other" checked' in page


def test_the_other_way_round_is_a_click_away_where_she_is_in_this_edition(desk, keep, other):
    elsewhere = make_registration(make_volunteer("Zoe"), make_edition("elsewhere")).volunteer

    assert address(other, keep) in desk.get(address(keep, other)).content.decode()
    assert "The other way round" not in text_of(desk.get(address(keep, elsewhere)))


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", ""])
def test_a_record_that_is_not_there_is_not_found(desk, keep, number):
    before = rows()

    assert desk.post(address(keep), {"other": number}).status_code == 404
    assert rows() == before


def test_a_record_and_itself_are_not_two(desk, keep):
    assert "These are not two records. Choose another one." in text_of(desk.get(address(keep, keep)))


def test_comparing_takes_as_many_queries_with_thirty_of_everything(desk, keep, other):
    few = queries_of(desk, address(keep, other))
    for number in range(30):
        evening = published_evening(date(2026, 4, 2) + timedelta(days=number))
        make_assignment(post_at(evening), (keep, other)[number % 2])
        make_available(keep, evening, "yes")
        make_available(other, evening, "no")

    assert queries_of(desk, address(keep, other)) == few
