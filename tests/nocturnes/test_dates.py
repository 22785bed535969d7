from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from nocturnes.dates import date_format

FIRST, SECOND = date(2027, 4, 1), date(2027, 4, 2)


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("fr", FIRST, "jeudi 1er\u00a0avril"),
        ("fr", SECOND, "vendredi 2\u00a0avril"),
        ("nl", FIRST, "donderdag 1\u00a0april"),
        ("en", FIRST, "Thursday 1\u00a0April"),
    ],
)
def test_french_months_begin_on_their_first(language, day, words):
    with translation.override(language):
        assert date_format(day, "l j F") == words
        assert Template('{{ day|date:"l j F" }}').render(Context({"day": day})) == words


def test_the_filter_reads_moments_in_the_zone_of_the_reader_and_nothing_as_nothing():
    night = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)
    with translation.override("fr"):
        context = Context({"night": night, "nothing": None})
        assert Template('{{ night|date:"l j F, H:i" }}').render(context) == "jeudi 1er\u00a0avril, 00:30"
        assert Template('{{ night|date:"j" }}{{ nothing|date:"l j F" }}').render(context) == "1er"


@pytest.mark.parametrize(("utc", "is_on"), [(22, False), (23, True)])
def test_a_moment_is_on_the_day_that_the_clock_of_the_page_shows(utc, is_on):
    moment, day = datetime(2026, 3, 25, utc, tzinfo=UTC), date(2026, 3, 26)
    template = Template("{% if moment|is_on:day %}yes{% endif %}")

    with timezone.override("Europe/Brussels"):
        assert (template.render(Context({"moment": moment, "day": day})) == "yes") is is_on
