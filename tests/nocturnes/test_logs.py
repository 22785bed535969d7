import logging

from nocturnes.logs import DiscreetFormatter


def formatted(message, *arguments, exc_info=None):
    record = logging.LogRecord("x", logging.ERROR, "file.py", 1, message, arguments, exc_info)
    return DiscreetFormatter("%(name)s: %(message)s").format(record)


def test_a_mail_address_is_not_in_the_log():
    assert formatted("refused: %s", {"nina.peeters@example.org": (550, b"no")}) == (
        "x: refused: {'[address]': (550, b'no')}"
    )


def test_a_phone_number_is_not_in_the_log():
    assert formatted("'%s' is not unique, at 2026-03-24 10:00:00+01:00", "+32470000031") == (
        "x: '[number]' is not unique, at 2026-03-24 10:00:00+01:00"
    )


def test_the_token_of_a_secret_link_is_not_in_the_log():
    line = formatted("Internal Server Error: %s", "/fr/n/WzMsMSwxNzc0OTU0ODAwXQ:1w5IzT:RRKZ3vVSbeaSQaQXS29/withdraw/")

    assert line == "x: Internal Server Error: /fr/n/[token]/withdraw/"


def test_an_ordinary_path_stays_readable():
    line = 'File "/srv/nocturnes/shifts/actions/assignments.py", line 12, in assign'

    assert formatted(line) == f"x: {line}"


def test_the_row_that_postgresql_quotes_is_not_in_the_log():
    line = formatted("duplicate key\nDETAIL:  Key (phone)=(+32470000000) already exists.\nCONTEXT: x")

    assert line == "x: duplicate key\nDETAIL: [removed]\nCONTEXT: x"
