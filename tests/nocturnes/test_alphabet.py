import pytest

from nocturnes.alphabet import folded


@pytest.mark.parametrize(
    ("names", "sorted_names"),
    [
        (["Zoé", "Élise", "Eric", "Œuvre", "Odile"], ["Élise", "Eric", "Odile", "Œuvre", "Zoé"]),
        (["Łukasz", "Marie", "Øyvind", "Léa"], ["Léa", "Łukasz", "Marie", "Øyvind"]),
        (["l’Hôtel", "Lambik", "Jean-Paul", "Jeanne"], ["Jeanne", "Jean-Paul", "Lambik", "l’Hôtel"]),
    ],
)
def test_names_are_sorted_as_their_readers_expect(names, sorted_names):
    assert sorted(names, key=folded) == sorted_names
