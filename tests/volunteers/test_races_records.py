"""What is written about one person twice at one moment, on PostgreSQL: whoever comes second sees what was done."""

from datetime import timedelta

import pytest

from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from tests.factories import make_coordinator, make_museum, make_registration, make_volunteer
from tests.races import meet, refused
from volunteers import actions
from volunteers.models import Note, SignUp

from .data import NOW, make_answers, make_season
from .test_by_hand import said

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_sweeps_delete_an_old_form_once():
    edition, _evenings = make_season()
    old = NOW - timedelta(days=8)
    SignUp.objects.create(edition=edition, email="a@example.org", language="fr", data=make_answers(), created_at=old)

    assert meet(*[lambda: actions.purge_sign_ups(now=NOW)] * 2) == [1, 0]

    assert Entry.objects.filter(verb="purged").count() == 1


def test_two_sweeps_forget_an_arrangement_once():
    edition, _evenings = make_season()
    registration = make_registration(make_volunteer(), edition, arrange="a chair")

    assert meet(*[lambda: actions.forget_arrangements(now=NOW + timedelta(days=90))] * 2) == [1, 0]

    assert Entry.objects.about(registration).filter(verb="arrangement_forgotten").count() == 1


def test_of_two_clicks_that_add_somebody_of_the_team_the_second_finds_her():
    edition, _evenings = make_season()
    lea = Actor.user(make_coordinator("lea@example.org"))
    typed = said(email="lea@example.org")

    results = meet(*[lambda: actions.add_by_hand(edition, typed, another=True, by=lea, now=NOW)] * 2)

    assert [type(one) for one in refused(results)] == [actions.AddressIsKnown]


def test_two_clicks_write_one_note():
    alice, lea = make_volunteer(), Actor.user(make_coordinator())

    first, second = meet(*[lambda: actions.write_note(alice, "likes the cloakroom", by=lea, now=NOW)] * 2)

    assert first == second == Note.objects.get()


def test_two_who_say_where_nobody_places_her_leave_the_last_word_and_both_lines():
    alice = make_volunteer()
    museums = [make_museum(name).pk for name in ("BELvue", "Horta")]

    meet(*[lambda pk=pk: actions.set_not_at(alice, [pk], by=SYSTEM, now=NOW) for pk in museums])

    assert [museum.pk for museum in alice.not_at.all()] == museums[1:]
    lines = Entry.objects.about(alice).filter(verb="set_not_at").order_by("pk")
    assert [(line.data["old"], line.data["new"]) for line in lines] == [([], museums[:1]), (museums[:1], museums[1:])]
