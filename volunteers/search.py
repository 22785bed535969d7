"""Finding somebody by name, address or number, however it is spelt.

The rows are compared in Python (see `nocturnes.alphabet`). Only plain values are read, so two thousand people take some
hundredths of a second.
"""

import re

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from nocturnes.alphabet import folded

from .models import Volunteer

A_NUMBER = re.compile(r"\+?[\d\s./()-]*\d[\d\s./()-]*")
# Of a longer text a search makes no sense.
LONGEST = 80
COUNTRY_CODES = (1, 2, 3)


def found(people: QuerySet[Volunteer], text: str = "") -> list[int]:
    """The ids of those of `people` whom `text` describes, in the order of their names; one query.

    Every word of it is in the name or the address; what looks like a telephone number is compared as one, in the
    national form (0470 00) or the international one (+32 470 00, 0032 470 00).
    """
    words, numbers = _parts(text)
    # As plain text: a number that is read as a number is taken apart first, two thousand times.
    rows = people.order_by().annotate(number=Cast("phone", CharField()))
    rows = rows.values_list("pk", "first_name", "last_name", "user__email", "number")
    named = [(folded(f"{first} {last}"), email or "", phone or "", pk) for pk, first, last, email, phone in rows]
    return [pk for name, email, phone, pk in sorted(named) if _is_meant(name, email, phone, words, numbers)]


def _parts(text):
    """The words of `text`, and its numbers: digits with spaces between them are one number."""
    text = " ".join(text[:LONGEST].split())
    numbers = [match for match in A_NUMBER.findall(text) if _is_alone(match, text)]
    for number in numbers:
        text = text.replace(number, " ", 1)
    return [folded(word) for word in text.split()], numbers


def _is_alone(number, text):
    """Whether `number` stands for itself and is no part of a word, as in "bob2@example.org"."""
    return re.search(rf"(?<!\S){re.escape(number.strip())}(?!\S)", text) is not None


def _is_meant(name, email, phone, words, numbers):
    where = f"{name} {name.replace(' ', '')} {folded(email)}" if words else ""
    return all(word in where for word in words) and all(_has_number(phone, email, number) for number in numbers)


def _has_number(phone, email, number):
    """`phone` is in the international form, "+32470000031"."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    if digits in phone or digits in email:
        return True
    if number.startswith("+") or not digits.startswith("0"):
        return False
    if digits.startswith("00"):
        return phone.startswith(f"+{digits[2:]}")
    # The zero of a national number stands for the country's code, which has one to three digits.
    return len(digits) > 1 and any(phone.startswith(digits[1:], 1 + length) for length in COUNTRY_CODES)
