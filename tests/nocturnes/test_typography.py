"""How the French and the Dutch are set: what no reader names and every reader sees."""

import re

import polib
import pytest

from nocturnes import catalogues

pytestmark = pytest.mark.once

# Attributes, addresses and placeholders are no text; an hour and a ratio have a colon of their own.
NO_TEXT = re.compile(r"<[^>]+>|https?://\S+|%\(\w+\)[sd]|%%|\d+:\d+")


def texts(language):
    """Every text of the catalogue, without what is no text."""
    for entry in polib.pofile(str(catalogues.path_of(language))):
        if not entry.obsolete:
            for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
                yield NO_TEXT.sub("x", text)


def wrong(language, pattern):
    return [text for text in texts(language) if re.search(pattern, text)]


def test_french_keeps_its_double_signs_with_the_word_before_them():
    assert wrong("fr", r"[^\u00a0][;?!»]|[^\u00a0]:(?!\S)|«(?!\u00a0)") == []


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_no_text_has_the_quotes_of_a_typewriter(language):
    assert wrong(language, "['\"]") == []


@pytest.mark.parametrize(("language", "quotes"), [("fr", "[“”]"), ("nl", "[«»]")])
def test_each_language_has_its_own_quotes(language, quotes):
    assert wrong(language, quotes) == []


def test_dutch_has_one_kind_of_quotes():
    assert wrong("nl", "‘") == []


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_nobody_shouts(language):
    """No exclamation mark: a mail that asks for help is urgent enough (look, "Voice")."""
    assert wrong(language, "!") == []


def test_a_dutch_head_does_not_break_within_stand_by():
    entries = polib.pofile(str(catalogues.path_of("nl")))
    heads = [one.msgstr for one in entries if any("_reserve_state" in place for place, _ in one.occurrences)]

    assert any("stand\u2011by" in head for head in heads)
    assert [head for head in heads if "stand-by" in head] == []


@pytest.mark.parametrize(("language", "kept"), [("fr", "le\u00a0musée"), ("nl", "het\u00a0museum")])
def test_the_question_in_the_street_keeps_an_article_with_its_word(language, kept):
    entries = polib.pofile(str(catalogues.path_of(language)))

    assert kept in entries.find("At night, the&nbsp;museum lights up").msgstr
