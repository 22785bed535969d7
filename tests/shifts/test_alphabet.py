"""Lists by name, as their reader sorts: É with E, and museums by the name that she reads."""

from datetime import time

import pytest
from django.utils import translation

from shifts.disruption_forms import DisruptionForm
from shifts.letter_forms import LetterForm
from shifts.messages.slots import team
from shifts.pages import asking, facts, museum_sheet, planning, swaps
from shifts.people_forms import NotAtForm
from shifts.planning.openings import OpeningForm
from tests.factories import (
    NOW,
    make_assignment,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.searches import published_evening
from volunteers.desk_forms import PersonForm
from volunteers.forms import SignUpForm

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NAMES = ["Élise X.", "Eric X.", "Éva X.", "Zoé X."]
BY_NAME = ["Broodhuis", "Dada", "Éclair", "Zinneke"]


@pytest.fixture
def people():
    """Those of NAMES on a post, put there in another order; returns their assignments by first name."""
    post = make_post(make_opening(published_evening()), places=4)
    return {name: make_assignment(post, make_volunteer(name, "X.")) for name in ["Zoé", "Éva", "Élise", "Eric"]}


@pytest.fixture
def museums():
    """One whose short name has an accent, and one that Dutch readers look for elsewhere than French ones."""
    evening = published_evening()
    names = [("Zinneke", "Zinneke"), ("Éclair", "Éclair"), ("Maison du Roi", "Broodhuis"), ("Dada", "Dada")]
    for french, dutch in names:
        both = {"name_nl": dutch, "short_nl": dutch}
        make_opening(evening, make_museum(french, **both))
    return evening


def labels(choices):
    return [str(label) for _value, label in choices if str(label) in BY_NAME]


def test_people_are_listed_by_name(people):
    post = people["Zoé"].post
    opening = post.opening

    assert [mate.name for mate in facts.teams([opening.pk])[opening.pk]] == NAMES
    assert planning.people_by_post([post])[post.pk] == NAMES
    assert [one.volunteer.short_name for one in asking.unconfirmed(opening.evening, now=NOW)] == NAMES
    assert [person.name for person in museum_sheet.sheet(opening, now=NOW).people] == NAMES


def test_who_reads_of_her_team_or_chooses_somebody_of_it_finds_them_by_name(people):
    earlier = make_post(people["Zoé"].post.opening, report=time(12), starts=time(12), ends=time(14))
    hers = make_assignment(earlier, make_volunteer("Inès"))

    mates = swaps.team_mates(hers, everywhere=True, now=NOW)

    assert team(hers) == NAMES
    assert [mate.name for mate in mates] == NAMES


@pytest.mark.parametrize("form", [LetterForm, DisruptionForm])
def test_the_museums_of_an_evening_are_chosen_by_name(museums, form):
    with translation.override("nl"):
        fields = form(museums, **({"readers": {}} if form is LetterForm else {})).fields

        assert labels(fields["museum"].choices) == BY_NAME


def test_museums_are_ticked_by_the_name_that_the_reader_knows(museums):
    edition = make_edition()
    with translation.override("nl"):
        forms = [
            SignUpForm(edition=edition, now=NOW),
            PersonForm(edition=edition),
            NotAtForm(edition=edition, volunteer=make_volunteer()),
        ]

        assert [labels(form.fields["museums"].choices) for form in forms] == [BY_NAME] * 3


def test_a_museum_to_add_to_an_evening_is_chosen_by_name(museums):
    another = make_evening(museums.date.replace(month=4))
    with translation.override("nl"):
        form = OpeningForm(edition=another.edition, evening=another)

        assert labels(form.fields["museum"].choices) == BY_NAME


def test_the_sheets_of_an_evening_are_printed_by_the_name_of_the_museum(museums):
    with translation.override("nl"):
        sheets = museum_sheet.sheets_of(museums, now=NOW)

        assert [sheet.opening.museum.name for sheet in sheets] == BY_NAME
