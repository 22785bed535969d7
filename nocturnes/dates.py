"""Dates in words, in the reader's language, as Django says them but for what a French reader would stumble over."""

from datetime import date

from django.utils import formats
from django.utils.translation import get_language

# As Django's letters write it.
FIRST = r"\1\e\r"


def date_format(value: date, format: str) -> str:
    """`value` by Django's letters of dates ("l j F": "jeudi 12 mars"); a datetime comes in the zone it is read in.

    A no-break space keeps the month with its day.
    """
    return formats.date_format(value, in_words(value, format))


def in_words(value: date, format: str) -> str:
    """`format` for `value`: day and month stay on one line, and a French month begins on its "1er"."""
    if getattr(value, "day", None) == 1 and (get_language() or "").startswith("fr"):
        return FIRST if format == "j" else format.replace("j F", f"{FIRST}\xa0F")
    return format.replace("j F", "j\xa0F")
