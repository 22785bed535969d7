"""A museum's name inside a sentence: "au Musée Horta", "in het Hortamuseum"; "le Musée Horta", "het Hortamuseum"."""

import re

from django.utils.translation import get_language

from .models import Museum

# Gender and article are no data that museums give us, and their names begin, or end, with few nouns.
FRENCH = {
    "au ": {"musée", "palais", "centre", "château", "jardin", "pavillon", "théâtre"},
    "à la ": {"maison", "villa", "porte", "brasserie", "fondation", "galerie", "bibliothèque"},
    "à l’": {"hôtel", "atelier", "abbaye", "institut", "espace", "église"},
    "aux ": {"archives", "halles", "musées", "serres"},
}
DUTCH = {"het": re.compile(r"(museum|huis|paleis|centrum|kasteel)\b"), "de": re.compile(r"(poort|abdij)\b")}
ENGLISH_THE = re.compile(r"\b(museum|house|palace|gate|centre|center)\b")


# What is left of a preposition and an article without the preposition.
ARTICLES = {
    "au ": "le ", "à la ": "la ", "à l’": "l’", "aux ": "les ", "à ": "",
    "in het ": "het ", "in de ": "de ", "in ": "",
    "at the ": "the ", "at ": "",
}  # fmt: skip


def at(museum: Museum) -> str:
    """Where, in the active language: the preposition, and the form of the name that goes with it."""
    preposition, name = _in_a_sentence(museum)
    return preposition + name


def the(museum: Museum) -> str:
    """Which museum, in the active language: as `at`, with the article alone."""
    preposition, name = _in_a_sentence(museum)
    return ARTICLES[preposition] + name


def _in_a_sentence(museum):
    full = re.split(r" - | \(", museum.name)[0]
    name = museum.short if _is_brand(museum.short) else full
    # An acronym takes the article of what it stands for: au MIM, in het MIM.
    article_of = full if name.isupper() else name
    return _PREPOSITIONS.get(get_language(), _english)(article_of), name


def _is_brand(name):
    """Whether a capital stands inside the word, as in BELvue, MIM or MoMuse: such names take no article."""
    return " " not in name and any(letter.isupper() for letter in name[1:])


def _french(name):
    first = name.lower().split()[0]
    return next((words for words, nouns in FRENCH.items() if first in nouns), "à ")


def _dutch(name):
    article = next((article for article, noun in DUTCH.items() if noun.search(name.lower())), "")
    return f"in {article} " if article and not _is_brand(name) else "in "


def _english(name):
    return "at the " if ENGLISH_THE.search(name.lower()) else "at "


_PREPOSITIONS = {"fr": _french, "nl": _dutch}
