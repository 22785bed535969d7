"""Museums, whom we may call there, and when they open."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from museums import actions
from museums.actions import ContactLine, OpeningEnds, SameMuseum, SameOpening
from museums.models import Contact, Museum, Opening
from nocturnes.history import SYSTEM
from nocturnes.localized import missing_languages
from nocturnes.models import Entry
from tests.factories import NOW, make_evening, make_language, make_museum, make_opening

pytestmark = pytest.mark.django_db

HORTA = {"name_fr": "Musée Horta", "short_fr": "Horta", "street_fr": "Rue Américaine 27", "postcode": "1060"}
ANNE = {"name": "Anne", "email": "anne@example.org", "phone": "", "language": "nl"}
SIX, TEN = datetime(2026, 3, 26, 17, tzinfo=UTC), datetime(2026, 3, 26, 21, tzinfo=UTC)


def add(facts=HORTA, **more):
    return actions.add_museum(facts, **more, by=SYSTEM, now=NOW)


def verbs():
    return list(Entry.objects.values_list("verb", flat=True))


def test_a_museum_gets_a_short_name_of_its_own_and_its_contacts():
    first = add(contacts=[ContactLine(None, ANNE)])
    second = add({**HORTA, "name_fr": "Musée, Horta"})

    assert [first.slug, second.slug] == ["musee-horta", "musee-horta-2"]
    assert list(first.contacts.values_list("name", "language")) == [("Anne", "nl")]
    assert verbs() == ["added_museum", "added_contact", "added_museum"]


def test_a_museum_whose_name_has_no_letters_gets_a_short_name_too():
    assert add({"name_fr": "★"}).slug == "museum"


@pytest.mark.parametrize("name", ["Musée Horta", "MUSÉE HORTA"])
def test_a_second_museum_of_the_same_name_is_refused(name):
    add()

    with pytest.raises(SameMuseum):
        add({**HORTA, "name_fr": name})
    assert Museum.objects.count() == 1


def test_a_museum_may_keep_its_own_name_and_not_take_anothers():
    museum, other = add(), make_museum("BELvue")

    assert actions.change_museum(museum, {"name_fr": "Musée Horta", "stop": "Ma Campagne"}, by=SYSTEM, now=NOW) == {
        "stop"
    }
    with pytest.raises(SameMuseum):
        actions.change_museum(museum, {"name_fr": other.name_fr}, by=SYSTEM, now=NOW)


def test_saving_without_a_change_writes_nothing():
    museum = add()
    before = verbs()

    actions.change_museum(museum, HORTA, by=SYSTEM, now=NOW)

    assert verbs() == before


def test_contacts_are_changed_added_and_taken_away_and_the_history_names_nobody():
    museum = add(contacts=[ContactLine(None, ANNE), ContactLine(None, {**ANNE, "name": "Bert"})])
    anne, bert = museum.contacts.order_by("name")
    new = {**ANNE, "name": "Claire"}
    lines = [ContactLine(anne, {**ANNE, "phone": "+32 2 511 11 11"}), ContactLine(bert, None), ContactLine(None, new)]

    actions.change_museum(museum, {}, contacts=lines, by=SYSTEM, now=NOW)

    assert list(museum.contacts.order_by("name").values_list("name", "phone")) == [
        ("Anne", "+32 2 511 11 11"),
        ("Claire", ""),
    ]
    assert verbs()[-3:] == ["changed_contact", "removed_contact", "added_contact"]
    kept = " ".join(str(data) for data in Entry.objects.values_list("data", flat=True))
    assert not any(word in kept for word in ("Anne", "Bert", "Claire", "511 11", "example.org"))


def open_at(evening, museum, starts_at=SIX, ends_at=TEN, **what):
    what = {"facts": {"activity": "games"}, **what}
    return actions.add_opening(evening, museum, starts_at=starts_at, ends_at=ends_at, **what, by=SYSTEM, now=NOW)


def test_a_museum_opens_once_on_an_evening():
    evening, museum, dutch = make_evening(), make_museum(), make_language("nl")

    opening = open_at(evening, museum, languages=[dutch])

    assert (opening.activity, list(opening.languages.all())) == ("games", [dutch])
    with pytest.raises(SameOpening):
        open_at(evening, museum)
    assert Opening.objects.count() == 1


def test_an_opening_ends_after_it_starts():
    opening = make_opening()

    with pytest.raises(OpeningEnds):
        open_at(opening.evening, make_museum(), SIX, SIX)
    with pytest.raises(OpeningEnds):
        actions.change_opening(opening, {"ends_at": opening.starts_at}, languages=[], by=SYSTEM, now=NOW)


def test_changing_an_opening_says_what_changed_languages_too():
    opening, dutch = make_opening(), make_language("nl")
    facts = {"title_fr": "Visite", "activity": opening.activity, "ends_at": opening.ends_at + timedelta(hours=1)}

    changed = actions.change_opening(opening, facts, languages=[dutch], by=SYSTEM, now=NOW)

    assert changed == {"title_fr", "ends_at", "languages"}
    entry = Entry.objects.get(verb="changed_opening")
    assert entry.data["changed"]["languages"] == [[], [dutch.pk]]
    assert actions.change_opening(opening, facts, languages=[dutch], by=SYSTEM, now=NOW) == set()


def test_renewing_a_link_leaves_the_contacts_alone():
    museum = add(contacts=[ContactLine(None, ANNE)])

    actions.renew_link(museum, by=SYSTEM, now=NOW)

    assert (museum.link_version, Contact.objects.count()) == (2, 1)


@pytest.mark.parametrize(("language", "communes"), [("en", ["Brussels", "Ixelles"]), ("nl", ["Brussel", "Elsene"])])
def test_a_commune_is_called_as_the_reader_s_language_calls_it(language, communes):
    museums = [make_museum(), make_museum("MIM", commune_fr="Ixelles", commune_nl="Elsene")]

    with translation.override(language):
        assert [museum.commune for museum in museums] == communes
    assert [missing_languages(museum, "commune", ["fr", "nl", "en"]) for museum in museums] == [[], []]
