"""The stops near a museum, in the reader's language."""

import pytest
from django.utils import translation

from museums.models import Museum
from museums.stops import in_words


@pytest.mark.parametrize(
    ("stop", "french", "dutch", "english"),
    [
        ("", "", "", ""),
        ("Solbosch (tram 8)", "Solbosch, tram 8", "Solbosch, tram 8", "Solbosch, tram 8"),
        (
            "Royale / Koning (tram 92, 93); Parc / Park (métro 1, 5)",
            "Royale, tram 92 et 93 · Parc, métro 1 et 5",
            "Koning, tram 92 en 93 · Park, metro 1 en 5",
            "Royale / Koning, tram 92 and 93 · Parc / Park, metro 1 and 5",
        ),
        (
            "Merode (métro 1, 5; tram 81)",
            "Merode, métro 1 et 5, tram 81",
            "Merode, metro 1 en 5, tram 81",
            "Merode, metro 1 and 5, tram 81",
        ),
        (
            "Gare du Midi / Zuidstation (métro 2, 6; train)",
            "Gare du Midi, métro 2 et 6, train",
            "Zuidstation, metro 2 en 6, trein",
            "Gare du Midi / Zuidstation, metro 2 and 6, train",
        ),
        (
            "Bourse / Beurs (prémétro); at the church",
            "Bourse, prémétro · at the church",
            "Beurs, premetro · at the church",
            "Bourse / Beurs, premetro · at the church",
        ),
        (
            "Buyl (tram 7, 8, 25)",
            "Buyl, tram 7, 8 et 25",
            "Buyl, tram 7, 8 en 25",
            "Buyl, tram 7, 8 and 25",
        ),
        ("Parc (métro 1, lift)", "Parc (métro 1, lift)", "Parc (métro 1, lift)", "Parc (métro 1, lift)"),
        ("Parc (the second exit)", "Parc (the second exit)", "Parc (the second exit)", "Parc (the second exit)"),
    ],
)
def test_stops_are_told_in_the_readers_language_where_they_are_written_as_usual(stop, french, dutch, english):
    said = []
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            said.append(in_words(stop))

    assert said == [french, dutch, english]


def test_a_museum_tells_its_own():
    with translation.override("nl"):
        assert Museum(stop="Trône / Troon (métro 2, 6)").stops == "Troon, metro 2 en 6"
