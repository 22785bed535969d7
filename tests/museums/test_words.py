"""A museum's name inside a sentence."""

import pytest
from django.utils import translation

from museums.models import Museum
from museums.words import at, the

BELVUE = Museum(
    name_fr="Musée BELvue", name_nl="BELvue museum", name_en="BELvue Museum", short_fr="BELvue", short_nl="BELvue"
)
HORTA = Museum(name_fr="Musée Horta", name_nl="Hortamuseum", name_en="Horta Museum", short_fr="Horta", short_nl="Horta")
MIM = Museum(
    name_fr="Musée des Instruments de Musique (MIM)",
    name_nl="Muziekinstrumentenmuseum (MIM)",
    name_en="Musical Instruments Museum (MIM)",
    short_fr="MIM",
    short_nl="MIM",
)
GATE = Museum(name_fr="Porte de Hal", name_nl="Hallepoort", name_en="Halle Gate", short_fr="Porte de Hal")
VILLA = Museum(
    name_fr="Villa Empain - Fondation Boghossian",
    name_nl="Villa Empain - Boghossian Stichting",
    name_en="Villa Empain - Boghossian Foundation",
    short_fr="Villa Empain",
)
MOMUSE = Museum(
    name_fr="MoMuse - Musée communal", name_nl="MoMuse - Gemeentelijk Museum", name_en="MoMuse", short_fr="MoMuse"
)


@pytest.mark.parametrize(
    ("museum", "french", "dutch", "english"),
    [
        (BELVUE, "à BELvue", "in BELvue", "at BELvue"),
        (HORTA, "au Musée Horta", "in het Hortamuseum", "at the Horta Museum"),
        (MIM, "au MIM", "in het MIM", "at the MIM"),
        (GATE, "à la Porte de Hal", "in de Hallepoort", "at the Halle Gate"),
        (VILLA, "à la Villa Empain", "in Villa Empain", "at Villa Empain"),
        (MOMUSE, "à MoMuse", "in MoMuse", "at MoMuse"),
    ],
)
def test_a_museum_takes_its_preposition(museum, french, dutch, english):
    said = []
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            said.append(at(museum))

    assert said == [french, dutch, english]


@pytest.mark.parametrize(
    ("museum", "french", "dutch", "english"),
    [
        (BELVUE, "BELvue", "BELvue", "BELvue"),
        (HORTA, "le Musée Horta", "het Hortamuseum", "the Horta Museum"),
        (GATE, "la Porte de Hal", "de Hallepoort", "the Halle Gate"),
    ],
)
def test_a_museum_takes_its_article(museum, french, dutch, english):
    said = []
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            said.append(the(museum))

    assert said == [french, dutch, english]
