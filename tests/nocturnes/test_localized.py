"""Texts in several languages: what is read, what is missing, and how it is labelled."""

import pytest
from django.utils import translation

from nocturnes.localized import labelled, missing_languages, written_in
from nocturnes.models import Role

ALL = ["fr", "nl", "en"]


def role(fr="", nl="", en=""):
    return Role(name_fr=fr, name_nl=nl, name_en=en)


@pytest.mark.parametrize(
    ("texts", "missing"),
    [({}, []), ({"fr": "Accueil"}, ["nl", "en"]), ({"fr": "Accueil", "nl": "Onthaal", "en": "Desk"}, [])],
)
def test_a_text_written_in_some_languages_lacks_the_others(texts, missing):
    assert missing_languages(role(**texts), "name", ALL) == missing


def test_only_the_languages_that_are_asked_for_are_missing():
    assert missing_languages(role(fr="Accueil"), "name", ["fr", "nl"]) == ["nl"]


def test_a_language_without_a_column_is_not_missing():
    row = type("Row", (), {"street_fr": "Rue", "street_nl": ""})()

    assert missing_languages(row, "street", ALL) == ["nl"]


def test_the_languages_that_a_text_has_columns_for():
    assert written_in(Role, "name", ["nl", "en"]) == ["nl", "en"]
    assert written_in(Role, "name", ["de"]) == ["fr"]


@pytest.mark.parametrize(("reader", "reads"), [("fr", "Accueil"), ("nl", "Accueil (FR)"), ("en", "Desk")])
def test_a_text_in_another_language_than_the_readers_says_which(reader, reads):
    with translation.override(reader):
        assert labelled(role(fr="Accueil", en="Desk"), "name") == reads


def test_no_text_has_no_label():
    with translation.override("nl"):
        assert labelled(role(), "name") == ""
