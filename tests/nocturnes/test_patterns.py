"""Lines that are rendered once and filled in: nothing of one reader's page stands in another's."""

from typing import NamedTuple

import pytest
from django.template import Context
from django.utils import translation

from nocturnes import patterns
from nocturnes.models import Edition

pytestmark = pytest.mark.once

LINE = """{% load i18n %}{% csrf_token %}<li>
<a href="{% url 'person' chrome.edition.slug whose %}#{{ pk }}">{{ name }}</a>
{% if one.is_late %}{% translate "Remove" %}{% endif %}</li>"""


class Shape(NamedTuple):
    is_late: bool


@pytest.fixture
def drawn(settings, tmp_path):
    """Draws the template above: `drawn(Shape(True), pk=1, …)`; returns the text."""
    (tmp_path / "line.html").write_text(LINE)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]
    patterns._pattern.cache_clear()
    yield lambda shape, token="t", slug="a", **filled: patterns.Drawer(
        Context({"chrome": {"edition": Edition(slug=slug)}, "csrf_token": token})
    ).draw("line.html", shape, **filled)
    patterns._pattern.cache_clear()


def test_each_line_has_its_own_name_numbers_and_token(drawn):
    first = drawn(Shape(False), "t1", pk=1, whose=11, name="Alice")
    second = drawn(Shape(False), "t2", pk=2, whose=22, name="Bob")

    assert "/a/people/11/#1" in first
    assert ">Alice<" in first
    assert 'value="t1"' in first
    assert second == first.replace("/11/#1", "/22/#2").replace("Alice", "Bob").replace("t1", "t2")


def test_what_a_person_wrote_is_escaped_and_fills_no_other_place(drawn):
    line = drawn(Shape(False), pk=1, whose=2, name="<b>" + patterns.TEXT.format("csrf_token") + str(patterns.NUMBER))

    assert "&lt;b&gt;\ue000csrf_token\ue001" in line
    assert line.endswith(f"{patterns.NUMBER}</a>\n</li>")


def test_other_shapes_editions_and_languages_have_patterns_of_their_own(drawn):
    with translation.override("en"):
        late = drawn(Shape(True), pk=1, whose=2, name="Alice")
        elsewhere = drawn(Shape(False), slug="b", pk=1, whose=2, name="Alice")
    with translation.override("fr"):
        french = drawn(Shape(True), pk=1, whose=2, name="Alice")

    assert "Remove" in late
    assert "/en/b/" in elsewhere
    assert "Remove" not in elsewhere
    assert "/fr/a/" in french
    assert "Remove" not in french


def test_a_shape_is_rendered_once(drawn):
    for pk in range(5):
        drawn(Shape(True), pk=pk, whose=pk, name=f"V{pk}")

    assert patterns._pattern.cache_info().misses == 1
