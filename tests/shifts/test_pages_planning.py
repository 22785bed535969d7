"""The pages of evenings, museums and roles: what is missing, what is typed, who may."""

from datetime import date, time

import pytest
from django.urls import reverse
from django.utils import translation

from messaging.models import Message
from museums.models import Contact, Museum
from nocturnes import clock
from nocturnes.models import Entry, Evening, Role
from shifts.pages import planning as pages
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_role,
    make_volunteer,
)
from tests.shifts.pages import rows, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FULL = {"meeting_point_fr": "porte", "meeting_point_nl": "deur", "meeting_point_en": "door"}


@pytest.fixture(autouse=True)
def _now_in_english(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with translation.override("en"):
        yield


def url(name, *args):
    return reverse(name, args=[make_edition().slug, *args])


def contact(museum, name="Anne"):
    return Contact.objects.create(museum=museum, name=name, email="anne@example.org", phone="+32 2 511 11 11")


# The planning.


def line(day=date(2026, 3, 26)):
    page = pages.planning_page(make_edition(), day=day, now=NOW)
    return next(one for one in page.evenings if one.evening.date == day)


def test_what_is_missing_on_an_evening_is_counted_in_words():
    evening = make_evening(phone="")
    with_everything = make_opening(evening, **FULL)
    contact(with_everything.museum)
    make_post(with_everything, places=3)
    make_post(with_everything, briefing_fr="Sourire.")
    make_opening(evening, meeting_point_fr="porte", title_nl="Bezoek")
    make_opening(evening, called_off_at=NOW, meeting_point_fr="porte")

    assert line().gaps == [
        "1 opening without posts",
        "no evening lead",
        "no number to call",
        "2 texts to complete",
        "1 museum without a contact",
    ]
    assert (line().openings, line().posts, line().places) == (2, 2, 5)


def test_an_evening_with_everything_misses_nothing_nor_does_one_that_is_over_or_called_off():
    opening = make_opening(make_evening(lead=make_coordinator("duty@example.org")), **FULL)
    contact(opening.museum)
    make_post(opening)
    make_evening(date(2026, 3, 19), phone="")
    make_evening(date(2026, 4, 2), phone="", called_off_at=NOW)

    assert [one.gaps for one in pages.planning_page(make_edition(), day=None, now=NOW).evenings] == [[], [], []]


def test_an_evening_without_a_museum_says_so(desk):
    make_evening(lead=make_coordinator("duty@example.org"))

    text = text_of(desk.get(url("planning")))

    assert line().gaps == ["no museum yet"]
    assert "No museum yet on this evening" in text


def test_an_edition_of_two_languages_misses_no_third():
    edition = make_edition(languages=["fr", "nl"])
    opening = make_opening(make_evening(lead=make_coordinator()), meeting_point_fr="porte", meeting_point_nl="deur")
    contact(opening.museum)
    make_post(opening, briefing_fr="Sourire.", briefing_nl="Lachen.")

    assert edition.languages == ["fr", "nl"]
    assert line().gaps == []
    assert pages.planned_openings(line().evening)[0].gaps == []


def test_the_planning_opens_at_the_next_evening_or_at_the_one_that_is_asked_for(desk):
    for day in (date(2026, 3, 19), date(2026, 3, 26), date(2026, 4, 2)):
        make_opening(make_evening(day), make_museum(f"Museum of {day:%d}"))

    def shown(query):
        return [one.opening.museum.name for one in desk.get(url("planning") + query).context["page"].openings]

    assert shown("") == ["Museum of 26"]
    assert shown("?evening=2026-04-02") == ["Museum of 02"]
    assert shown("?evening=2026-03-19") == ["Museum of 19"]
    assert shown("?evening=nonsense") == shown("?evening=2030-01-01") == ["Museum of 26"]


def test_the_planning_of_a_new_edition_says_where_to_begin(desk):
    make_edition()

    assert "No evening yet" in text_of(desk.get(url("planning")))


def test_an_opening_says_what_it_misses_beside_its_posts(desk):
    opening = make_opening(make_evening(), make_museum("Musée Horta"), meeting_point_fr="porte")
    make_post(opening, briefing_nl="Lachen.", places=3)

    text = text_of(desk.get(url("planning")))

    assert "texts to complete: EN, FR, NL" in text
    assert "Welcome desk 17:30, 3 places" in text


def test_a_night_with_thirty_museums_is_one_page_of_few_queries(desk, django_assert_max_num_queries):
    evening = make_evening()
    for number in range(30):
        make_post(make_opening(evening, make_museum(f"Museum {number:02}")))
    desk.get(url("planning"))

    with django_assert_max_num_queries(22):
        response = desk.get(url("planning"))

    assert len(response.context["page"].openings) == 30
    assert len(response.content) < 60_000


# Evenings.


def test_an_evening_is_added_from_the_page(desk):
    lea = make_coordinator("duty@example.org")
    typed = {"date": "30/04/2026", "lead": lea.pk, "phone": "0470 00 00 12", "note": "Pins."}

    response = desk.post(url("evening_add"), typed)

    evening = Evening.objects.get()
    assert (evening.date, evening.lead, evening.phone, evening.note) == (
        date(2026, 4, 30),
        lea,
        "+32 470 00 00 12",
        "Pins.",
    )
    assert response["Location"].endswith("/planning/?evening=2026-04-30")
    assert Entry.objects.get().actor_kind == "user"


def test_an_evening_keeps_its_date_and_whoever_is_on_duty(desk):
    gone = make_coordinator("gone@example.org", is_active=False)
    evening = make_evening(lead=gone)

    desk.post(url("evening_edit", evening.date), {"date": "2026-05-01", "lead": gone.pk, "phone": "", "note": ""})

    evening.refresh_from_db()
    assert (evening.date, evening.lead, evening.phone) == (date(2026, 3, 26), gone, "")


def test_only_coordinators_are_on_duty(desk):
    evening = make_evening()

    response = desk.post(url("evening_edit", evening.date), {"lead": make_volunteer().user.pk})

    assert "Choose one of the answers of the list." in text_of(response)


def test_an_evening_is_taken_away_only_while_nobody_uses_it(desk):
    used, unused = make_evening(), make_evening(date(2026, 4, 2))
    make_available(make_volunteer(), used)

    refused = desk.post(url("evening_delete", used.date), follow=True)
    desk.post(url("evening_delete", unused.date))

    assert "call it off instead of taking it away" in text_of(refused)
    assert list(Evening.objects.all()) == [used]


# Museums.

HORTA = {
    "name_fr": "Musée Horta",
    "short_fr": "Horta",
    "street_fr": "Rue Américaine 27",
    "postcode": "1060",
    "commune_fr": "Saint-Gilles",
}


def lines(key, **typed):
    return {f"contact-{key}-{name}": value for name, value in typed.items()}


def test_a_museum_is_added_with_what_is_known_of_it_and_its_contacts(desk):
    anne = lines("new1", name="Anne", phone="02 511 11 11", language="nl")

    desk.post(url("museum_add"), HORTA | anne)

    museum = Museum.objects.get()
    assert (museum.name, museum.name_nl, museum.slug) == ("Musée Horta", "", "musee-horta")
    assert museum.contacts.get().phone == "+32 2 511 11 11"
    assert museum.contacts.get().language == "nl"
    known = pages.museums(make_edition())[0]
    assert (known.lacks, known.contacts) == (["nl", "en"], 1)


def test_contacts_are_changed_and_taken_away_beside_their_museum(desk):
    museum = make_museum()
    anne, bert = contact(museum), contact(museum, "Bert")
    same = {"name_fr": "Musée BELvue", "short_fr": "BELvue", "street_fr": "Place 7", "postcode": "1000"}
    same |= {"commune_fr": "Bruxelles"} | lines(anne.pk, name="Anne", email="a@example.org", phone="", language="fr")

    desk.post(url("museum_edit", museum.pk), same | lines(bert.pk, name="", remove="on"))

    assert list(museum.contacts.values_list("name", "email", "phone")) == [("Anne", "a@example.org", "")]


def test_a_contact_that_cannot_be_reached_keeps_what_was_typed_and_nothing_is_saved(desk):
    response = desk.post(url("museum_add"), HORTA | lines("new2", name="Anne"))

    assert "Write an e-mail address or a telephone number." in text_of(response)
    assert 'value="Anne"' in response.content.decode()
    assert not Museum.objects.exists()


def test_a_contact_without_a_name_is_asked_who_it_is(desk):
    response = desk.post(url("museum_add"), HORTA | lines("new1", email="x@example.org"))

    assert "Write who this is." in text_of(response)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name_fr": ""}, "Write it in one language at least."),
        ({"postcode": ""}, "Write the postcode."),
        ({"latitude": "50.8"}, "Latitude and longitude go together: write both, or neither."),
        ({"latitude": "91", "longitude": "4"}, "less than or equal to 90"),
        ({"latitude": "NaN", "longitude": "4"}, "Enter a number."),
        ({"website": "belvue"}, "Write an address as https://www.belvue.be."),
        ({"short_fr": "x" * 25}, "24 characters at most, you wrote 25."),
        ({"stop": "tram\x07"}, "Write this on one line."),
    ],
)
def test_what_is_wrong_with_a_museum_is_said_and_nothing_is_saved(typed, says, desk):
    response = desk.post(url("museum_add"), HORTA | typed)

    assert says in text_of(response)
    assert 'value="Rue Américaine 27"' in response.content.decode()
    assert not Museum.objects.exists()


def test_the_page_of_a_museum_says_who_hears_of_another_address(desk):
    museum = make_museum()
    opening = make_opening(make_evening(published_at=NOW), museum)
    make_assignment(make_post(opening), make_volunteer("Bob"))
    make_assignment(make_post(opening, report=time(17)), make_volunteer("Eve"), published_at=None)

    text = text_of(desk.get(url("museum_edit", museum.pk)))

    assert "If you change the address or the stop, these people are told, once each: Bob D." in text
    assert "Eve" not in text


def test_saving_another_address_says_how_many_are_told(desk):
    museum = make_museum("Musée Horta")
    make_assignment(make_post(make_opening(make_evening(published_at=NOW), museum)))

    response = desk.post(url("museum_edit", museum.pk), HORTA, follow=True)

    assert "Saved. 1 person is told." in text_of(response)
    assert Message.objects.get().kind == "changed"


def test_museums_are_found_however_accents_are_typed(desk):
    make_museum("Musée d’Érasme")
    make_museum("Horta")

    found = desk.get(url("museum_list") + "?q=ERASME").context["lines"]

    assert [one.museum.name for one in found] == ["Musée d’Érasme"]
    assert "No museum is called “xyz”" in text_of(desk.get(url("museum_list") + "?q=xyz"))


# Roles.


def test_a_role_is_added_and_changed(desk):
    desk.post(url("role_add"), {"name_fr": "Vestiaire", "name_nl": "Vestiaire", "replace_if_empty": "on"})
    role = Role.objects.get()

    desk.post(url("role_edit", role.pk), {"name_fr": "Vestiaire", "name_nl": "Vestiaire", "name_en": "Cloakroom"})

    role.refresh_from_db()
    assert (role.slug, role.name_en, role.replace_if_empty) == ("vestiaire", "Cloakroom", False)


def test_the_list_of_roles_says_which_names_are_to_complete(desk):
    make_role("flyers", name_en="")

    assert "texts to complete: EN" in text_of(desk.get(url("role_list")))


def test_the_roles_stand_in_the_order_of_their_names_in_the_readers_language(desk):
    make_role("a", name_fr="Vestiaire", name_nl="Garderobe", position=1)
    make_role("b", name_fr="Équipe mobile", name_nl="Vliegende ploeg", position=2)
    make_role("c", name_fr="Flyers", name_nl="Flyers", position=3)

    def names(language):
        with translation.override(language):
            page = desk.get(url("role_list"))
        return [role.name_fr for role, _lacks in page.context["lines"]]

    assert names("fr") == ["Équipe mobile", "Flyers", "Vestiaire"]
    assert names("nl") == ["Flyers", "Vestiaire", "Équipe mobile"]


# Who may.

BY_POST = ("evening_add", "museum_add", "role_add")
NAMES = ("planning", "museum_list", "role_list", *BY_POST)


@pytest.mark.parametrize("name", NAMES)
def test_a_volunteer_and_a_stranger_get_nothing_and_change_nothing(name, client):
    make_edition()
    typed = HORTA | {"date": "2026-04-30"}

    stranger = client.post(url(name), typed) if name in BY_POST else client.get(url(name))
    client.force_login(make_volunteer().user)
    before = rows()
    volunteer = client.post(url(name), typed) if name in BY_POST else client.get(url(name))

    assert "/account/login/" in stranger["Location"]
    assert volunteer.status_code == 403
    assert rows() == before
    assert [model.objects.count() for model in (Evening, Museum, Role)] == [0, 0, 0]
