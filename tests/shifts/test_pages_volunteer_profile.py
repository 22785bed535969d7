"""What a volunteer may change about herself."""

import re
from datetime import date, timedelta

import pytest

from nocturnes.models import Entry
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.shifts.pages import link, page, queries_of, rows, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


@pytest.fixture
def registration():
    return make_registration(make_volunteer("Camille", "Lambert"), most_evenings=3)


@pytest.fixture
def evening(registration):
    return make_evening(edition=registration.edition)


def form(**fields):
    return {"most_evenings": "3", "language": "fr", "may_be_asked": "on", **fields}


def answers(registration):
    return dict(registration.availabilities.values_list("evening__date", "answer"))


@pytest.mark.parametrize("door", ["mine", "evenings"])
def test_she_changes_her_answers_how_many_the_language_and_being_asked(client, registration, evening, door):
    later = make_evening(date(2026, 4, 2))
    make_available(registration.volunteer, later, "yes")
    client.force_login(registration.volunteer.user)
    address = page("mine_profile", "nocturnes-2026")
    if door == "evenings":
        address = link("evenings_profile", registration.volunteer)

    changed = {f"evening_{evening.pk}": "if_needed", f"evening_{later.pk}": "no"}
    response = client.post(address, {"most_evenings": "5", "language": "nl", **changed})

    registration.refresh_from_db()
    assert answers(registration) == {evening.date: "if_needed", later.date: "no"}
    assert (registration.most_evenings, registration.may_be_asked) == (5, False)
    assert registration.volunteer.user.language == "nl"
    assert response["Location"].startswith("/nl/")
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert verbs == {"answered", "set_most_evenings", "set_may_be_asked", "set_language"}


def test_a_blank_answer_is_kept_as_not_answered(client, registration, evening):
    make_available(registration.volunteer, evening, "yes")

    client.post(link("evenings_profile", registration.volunteer), form(**{f"evening_{evening.pk}": ""}))

    assert answers(registration) == {}


def test_sending_it_as_it_is_changes_nothing(client, registration, evening):
    make_available(registration.volunteer, evening, "yes")
    before = rows()

    client.post(link("evenings_profile", registration.volunteer), form(**{f"evening_{evening.pk}": "yes"}))

    assert rows() == before


def test_past_evenings_are_read_only(client, registration):
    past = make_evening(date(2026, 3, 12))
    make_available(registration.volunteer, past, "yes")

    text = text_of(client.get(link("evenings_profile", registration.volunteer)))
    client.post(link("evenings_profile", registration.volunteer), form(**{f"evening_{past.pk}": "no"}))

    assert "Your answers for past evenings 1 Thursday 12 March Yes" in text
    assert answers(registration) == {past.date: "yes"}


def test_an_evening_on_which_she_is_expected_leads_to_i_cant_come(client, registration, evening):
    place = make_assignment(make_post(make_opening(evening)), registration.volunteer)

    response = client.get(link("evenings_profile", registration.volunteer))
    client.post(link("evenings_profile", registration.volunteer), form(**{f"evening_{evening.pk}": "no"}))

    assert "Thursday 26 March you are expected Look" in text_of(response)
    (leads_to,) = re.findall(rf'href="([^"]*/link/evenings/[^"]*[?]evening={place.pk})"', response.content.decode())
    assert "I can’t come" in text_of(client.get(leads_to))
    assert answers(registration) == {}
    place.refresh_from_db()
    assert place.is_active


def test_a_draft_shows_in_no_way(client, registration, evening):
    make_assignment(make_post(make_opening(evening)), registration.volunteer, published_at=None)

    response = client.get(link("evenings_profile", registration.volunteer))

    assert "To cancel" not in text_of(response)
    assert f'name="evening_{evening.pk}"' in response.content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("most_evenings", "many", "A whole number, please, or leave it empty."),
        ("most_evenings", "0", "At least one evening, or leave it empty."),
        ("most_evenings", "9" * 400, "That is more than there are."),
        ("most_evenings", "<script>alert(1)</script>", "A whole number, please"),
        ("language", "de", "Choose a language."),
        ("language", "", "Choose a language."),
        ("evening", "perhaps", "Choose Yes, If needed or No, or leave the evening open."),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_kept_or_lost(client, registration, evening, field, typed, sentence):
    name = f"evening_{evening.pk}" if field == "evening" else field
    sent = form(**{f"evening_{evening.pk}": "yes", "most_evenings": "7", name: typed})
    before = rows()

    response = client.post(link("evenings_profile", registration.volunteer), sent)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert rows() == before
    page = response.content.decode()
    # At the top there is a way to the field.
    (way,) = re.findall(r'<a href="#([^"]+)"><b>', page)
    assert f'id="{way}"' in page
    assert way.startswith(f"id_{name}")
    assert "<script>alert" not in page
    assert field == "most_evenings" or 'value="7"' in page
    assert field == "evening" or 'value="yes" checked' in page


def test_an_evening_that_ends_between_looking_and_sending_keeps_the_rest_untouched(client, at, registration, evening):
    address = link("evenings_profile", registration.volunteer)
    client.get(address)
    at(NOW + timedelta(days=3))

    client.post(address, form(**{f"evening_{evening.pk}": "yes", "most_evenings": "4"}))

    registration.refresh_from_db()
    assert answers(registration) == {}
    assert registration.most_evenings == 4


@pytest.mark.parametrize("door", ["mine", "evenings"])
def test_who_is_not_registered_in_the_edition_is_led_to_sign_up(client, evening, door):
    elsewhere = make_volunteer("Nora")
    client.force_login(elsewhere.user)
    address = link("evenings_profile", elsewhere) if door == "evenings" else page("mine_profile", "nocturnes-2026")

    response = client.get(address)

    assert response.status_code == 404
    assert "You are not signed up as a volunteer" in text_of(response)


def test_the_page_takes_the_same_number_of_queries_with_one_and_with_many_evenings(client, registration, evening):
    address = link("evenings_profile", registration.volunteer)
    make_available(registration.volunteer, evening)
    with_one = queries_of(client, address)
    for week in range(1, 8):
        make_available(registration.volunteer, make_evening(evening.date + timedelta(weeks=week)))

    assert queries_of(client, address) == with_one
