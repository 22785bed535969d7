from datetime import date, timedelta

import pytest

from nocturnes.history import SYSTEM
from tests.factories import NOW, make_available, make_edition, make_evening, make_registration, make_volunteer
from volunteers import actions
from volunteers.duplicates import KEEP, OTHER, differences, suggested
from volunteers.models import AgeGroup, Volunteer

pytestmark = pytest.mark.django_db


def who(volunteer):
    return [(one.volunteer.first_name, one.same_number, one.same_name) for one in suggested(volunteer)]


def found(keep, other):
    return {one.name: (one.keep, one.other, one.stands) for one in differences(keep, other)}


def alike(**fields):
    """Two records that differ in nothing but their addresses, one of which is missing."""
    keep = make_volunteer("Zoé", "Peeters", email="zoe@example.org", phone="+32470000031", **fields)
    other = make_volunteer("Zoé", "Peeters", phone="+32470000031", **fields)
    other.user.email = None
    other.user.save()
    return keep, other


def test_the_same_number_or_name_in_any_spelling_and_order_is_suggested():
    zoe = make_volunteer("Zoé", "D’Hondt", phone="+32470000031")
    make_volunteer("Zoe", "Martin", phone="+32470000031")
    make_volunteer("dhondt", "ZOE")
    make_volunteer("Zoe", "Dhondt", phone="+32470000031", email="zz@example.org")
    make_volunteer("Zoé", "Peeters")

    assert who(zoe) == [("Zoe", True, True), ("Zoe", True, False), ("dhondt", False, True)]


def test_who_has_no_number_is_not_everybody_without_one():
    zoe = make_volunteer("Zoé", "D’Hondt", phone="")
    make_volunteer("Bob", "Martin", phone="")

    assert who(zoe) == []


def test_a_record_that_was_merged_is_suggested_no_more():
    keep, other = alike()

    Volunteer.objects.filter(pk=other.pk).update(merged_into=keep)

    assert suggested(keep) == []


def test_suggesting_takes_two_queries_however_many_people_there_are(django_assert_num_queries):
    zoe = make_volunteer("Zoé", "D’Hondt")
    for _ in range(5):
        make_volunteer("Zoé", "D’Hondt")

    with django_assert_num_queries(2):
        assert len(suggested(zoe)) == 5


def test_what_only_one_record_says_is_no_difference():
    keep, other = alike()
    make_registration(keep, with_whom="Bob")
    make_registration(other, arrange="A ramp")

    assert found(keep, other) == {}


def test_each_fact_that_both_state_differently_is_a_difference_in_words():
    keep = make_volunteer("Zoé", "Peeters", email="zoe@example.org", phone="+32470000031")
    other = make_volunteer("Zoë", "Pieters", email="zp@example.org", phone="+32470000032", language="nl")

    assert found(keep, other) == {
        "first_name": ("Zoé", "Zoë", KEEP),
        "last_name": ("Peeters", "Pieters", KEEP),
        "phone": ("+32 470 00 00 31", "+32 470 00 00 32", KEEP),
        "email": ("zoe@example.org", "zp@example.org", KEEP),
        "language": ("Français", "Nederlands", KEEP),
    }


def test_of_two_registrations_in_one_edition_the_later_one_holds():
    keep, other = alike()
    pk = make_registration(keep, most_evenings=3, with_whom="Bob", may_be_asked=False).edition_id
    later = {"created_at": NOW + timedelta(days=1)}
    make_registration(other, most_evenings=None, with_whom="Carol", may_be_asked=True, **later)
    make_registration(other, make_edition("nocturnes-2027"), most_evenings=9)

    assert {name: row[2] for name, row in found(keep, other).items()} == {
        f"most_evenings_{pk}": OTHER,
        f"with_whom_{pk}": OTHER,
        f"may_be_asked_{pk}": OTHER,
    }


def test_of_two_answers_for_one_evening_the_later_one_holds():
    keep, other = alike()
    first, second, third = (make_evening(date(2026, 3, day)) for day in (26, 27, 28))
    hers = make_registration(keep)
    for evening in (first, second, third):
        make_available(keep, evening, "no")
    theirs = [make_available(other, evening, answer) for evening, answer in ((first, "yes"), (second, "yes"))]
    make_available(other, third, "no")
    actions.set_availability(theirs[0].registration, first, "if_needed", by=SYSTEM, now=NOW + timedelta(hours=1))
    actions.set_availability(hers, second, "if_needed", by=SYSTEM, now=NOW + timedelta(hours=2))

    stands = {name: row[2] for name, row in found(keep, other).items()}

    assert stands == {f"evening_{first.pk}": OTHER, f"evening_{second.pk}": KEEP}


def test_a_parent_stays_with_the_consent_that_she_gave():
    keep, other = alike(age_group=AgeGroup.YOUNG)
    Volunteer.objects.filter(pk=keep.pk).update(parent_name="Luc", parent_email="luc@example.org")
    Volunteer.objects.filter(pk=other.pk).update(parent_name="Ann", parent_consented_at=NOW)
    keep.refresh_from_db()
    other.refresh_from_db()

    assert found(keep, other)["parent"][2] == OTHER


def test_who_is_of_age_in_one_record_needs_no_parent():
    keep, other = alike()
    Volunteer.objects.filter(pk=other.pk).update(age_group=AgeGroup.YOUNG, parent_name="Ann")
    other.refresh_from_db()

    assert found(keep, other) == {}
