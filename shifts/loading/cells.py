"""Readers of cells: each takes the text that stands in a spreadsheet's cell and returns a value.

A reader raises ValueError with the reason, which says what to write instead. Days and hours are those of a clock on
the wall; they become instants when they are written, in the edition's zone.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

YES_NO = {"yes": True, "no": False}
# A spreadsheet set to Belgian habits rewrites 2026-03-26 as 26/03/2026 when it saves.
BELGIAN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def optional(reader, empty=None):
    """Lets the cell be empty: it is then worth `empty`."""
    return lambda cell: reader(cell) if cell else empty


def text(most):
    def read(cell):
        if not cell:
            raise ValueError("this cell must not be empty")
        if len(cell) > most:
            raise ValueError(f"“{cell[:20]}…” has {len(cell)} characters, at most {most} fit")
        return cell

    return read


def slug(cell, most=50):
    if not re.fullmatch(r"[a-z0-9_-]+", cell) or len(cell) > most:
        raise ValueError(f"“{cell}” is not a short name: small letters, digits and hyphens only, at most {most}")
    return cell


def one_of(*choices):
    def read(cell):
        if cell not in choices:
            raise ValueError(f"“{cell}” is not one of: {', '.join(choices)}")
        return cell

    return read


def yes_no(cell):
    return YES_NO[one_of(*YES_NO)(cell)]


def words(cell):
    """Short names with spaces between them."""
    return tuple(cell.split())


def number(least, most):
    def read(cell):
        if not cell.isdecimal() or not least <= int(cell) <= most:
            raise ValueError(f"“{cell}” is not a whole number from {least} to {most}")
        return int(cell)

    return read


def degrees(cell):
    if not re.fullmatch(r"-?\d{1,3}\.\d{1,6}", cell):
        raise ValueError(f"“{cell}” is not a latitude or longitude like 50.842700")
    return Decimal(cell)


def website(cell):
    try:
        URLValidator(["http", "https"])(cell)
    except ValidationError:
        raise ValueError(f"“{cell}” is not an address like https://www.belvue.be") from None
    return text(200)(cell)


def day(cell):
    if belgian := BELGIAN_DAY.fullmatch(cell):
        cell = "{2}-{1:0>2}-{0:0>2}".format(*belgian.groups())
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"“{cell}” is not a date like 2026-03-26") from None


def days(cell):
    return tuple(day(part) for part in cell.split())


def hour(cell):
    try:
        return time.fromisoformat(cell.zfill(5))
    except ValueError:
        raise ValueError(f"“{cell}” is not an hour like 17:30") from None


def moment(cell):
    first, _, second = cell.partition(" ")
    try:
        return datetime.combine(day(first), hour(second))
    except ValueError:
        raise ValueError(f"“{cell}” is not a date and an hour like 2026-03-26 17:30") from None


def email(cell):
    try:
        validate_email(cell)
    except ValidationError:
        raise ValueError(f"“{cell}” is not an e-mail address") from None
    return cell.lower()


def phone(cell):
    """A number as the Belgian habit writes it (0470 …) or with its country (+33 …)."""
    try:
        known = phonenumbers.is_possible_number(phonenumbers.parse(cell, "BE"))
    except phonenumbers.NumberParseException:
        known = False
    if not known:
        raise ValueError(f"“{cell}” is not a phone number")
    return cell
