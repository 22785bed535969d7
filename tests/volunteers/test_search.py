import pytest

from nocturnes.alphabet import folded
from tests.factories import make_volunteer
from volunteers.models import Volunteer
from volunteers.search import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    rows = [
        make_volunteer("Zoé", "D’Hondt", email="zoe@example.org", phone="+32470000031"),
        make_volunteer("Élise", "Van den Berg", email="elise.vdb@example.com", phone="+32494700012"),
        make_volunteer("Jean-Pierre", "Cœur", email="jp2@example.org", phone="+33612345678"),
    ]
    nobody = make_volunteer("Bob", "Łukasz", phone="")
    nobody.user.email = None
    nobody.user.save()
    return {one.first_name: one for one in [*rows, nobody]}


def names(text):
    by_pk = dict(Volunteer.objects.values_list("pk", "first_name"))
    return [by_pk[pk] for pk in found(Volunteer.objects.all(), text)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("", ["Bob", "Élise", "Jean-Pierre", "Zoé"]),
        ("zoe", ["Zoé"]),
        ("ZOÉ", ["Zoé"]),
        ("dhondt", ["Zoé"]),
        ("d'hondt zoe", ["Zoé"]),
        ("zoe berg", []),
        ("Elise", ["Élise"]),
        ("vandenberg", ["Élise"]),
        ("van den berg", ["Élise"]),
        ("jean pierre coeur", ["Jean-Pierre"]),
        ("lukasz", ["Bob"]),
        ("@example.org", ["Jean-Pierre", "Zoé"]),
        ("jp2@", ["Jean-Pierre"]),
        ("nobody at all", []),
        ("%", []),
    ],
)
def test_a_person_is_found_by_name_and_address_in_any_spelling(people, text, who):
    assert names(text) == who


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("0470 00", ["Zoé"]),
        ("0470/00.00.31", ["Zoé"]),
        ("+32470", ["Zoé"]),
        ("+32 470", ["Zoé"]),
        ("0032 470", ["Zoé"]),
        ("+32 (0)470", ["Zoé"]),
        ("470 00", ["Élise", "Zoé"]),
        ("06 12", ["Jean-Pierre"]),
        ("00 33 6", ["Jean-Pierre"]),
        ("31", ["Zoé"]),
        ("zoe 0470 00", ["Zoé"]),
        ("elise 0470 00", []),
        ("0", ["Élise", "Zoé"]),
        ("+", []),
    ],
)
def test_a_number_is_found_in_any_format(people, text, who):
    assert names(text) == who


def test_two_thousand_people_take_one_query(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        found(Volunteer.objects.all(), "zoe")


def test_folding_leaves_what_people_agree_on():
    assert folded("D’Hondt-Ærø ŁÓDŹ ẞ") == "dhondtaero lodz ss"
