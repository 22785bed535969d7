"""On a phone, without a scroll: everything that an answer needs, whatever the museum is called."""

import pytest

from nocturnes import links
from shifts.models import Ask, Offer
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.shifts.searches import THURSDAY, make_offer
from tests.stories.reader import Reader

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

FOLD = 844


@pytest.fixture
def place():
    """At the museum with the longest name of the first edition, among three others."""
    make_edition()
    museum = make_museum(
        "La Fonderie - Musée bruxellois des industries et du travail",
        name_nl="La Fonderie - Brussels Museum voor Arbeid en Industrie",
        short_fr="La Fonderie",
        short_nl="La Fonderie",
        street_fr="Rue Ransfort 27",
        street_nl="Ransfortstraat 27",
        postcode="1080",
        commune_fr="Molenbeek-Saint-Jean",
        commune_nl="Sint-Jans-Molenbeek",
        latitude="50.855",
        longitude="4.337",
        stop="Comte de Flandre / Graaf van Vlaanderen (métro 1, 5); Porte de Flandre / Vlaamsepoort (tram 51)",
    )
    evening = make_evening(THURSDAY, published_at=NOW, phone="0470 00 00 12", lead=make_coordinator())
    briefing = "Guider le public d’un étage à l’autre et garder les files courtes. Il y a le plus de monde à 18:15."
    post = make_post(make_opening(evening, museum), places=6, briefing_fr=briefing, briefing_nl=briefing)
    for name, last in (("Emre", "Y"), ("Joris", "P"), ("Éléonore", "D")):
        make_assignment(post, make_volunteer(name, last))
    return post


@pytest.fixture
def camille():
    volunteer = make_volunteer("Camille", "Lambert")
    make_registration(volunteer)
    make_language("nl")
    return volunteer


def boxes(page, selector):
    return [one.bounding_box() for one in page.locator(selector).all()]


def foot(box):
    return box["y"] + box["height"]


def test_the_five_facts_of_an_offer_stand_above_its_answers(site, phone, place, camille):
    offer = make_offer(place, camille)
    Offer.objects.update(reasons=[["museum", {}], ["language", {"languages": ["nl"]}]])
    for language in ("fr", "nl"):
        reader = Reader(phone, site, language)

        reader.goes_to("offer", links.token("offer", offer.ask))

        (dock,) = boxes(phone, ".dock")
        facts = boxes(phone, ".facts > div")
        assert len(facts) == 5
        assert max(map(foot, facts)) <= dock["y"]
        assert foot(dock) <= FOLD
        assert {box["height"] >= 44 for box in boxes(phone, ".dock .btn")} == {True}
        # What a reader jumps to is not hidden behind the answers.
        phone.locator("#asks > summary").focus()
        assert foot(boxes(phone, "#asks > summary")[0]) <= boxes(phone, ".dock")[0]["y"]
        assert reader.fits_the_screen()


def test_the_two_buttons_of_the_next_evening_stand_above_the_fold(site, phone, place, camille):
    make_assignment(place, camille)
    later = make_evening(THURSDAY.replace(month=4, day=2), published_at=NOW)
    offer = make_offer(make_post(make_opening(later, place.opening.museum)), camille)
    assert Ask.objects.get() == offer.ask
    for language in ("fr", "nl"):
        reader = Reader(phone, site, language)

        reader.goes_to("evenings", links.token("evenings", camille))

        (question,) = boxes(phone, ".question")
        buttons = boxes(phone, "main form .btn--lamp, main a.btn--wide[href*=withdraw]")
        assert len(buttons) == 2
        assert foot(question) <= min(button["y"] for button in buttons)
        assert max(map(foot, buttons)) <= FOLD
        hour = phone.locator("h1 .lit").bounding_box()
        assert hour["y"] == pytest.approx(phone.locator("h1 b").bounding_box()["y"], abs=4)
        assert reader.fits_the_screen()
