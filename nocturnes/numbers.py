"""Whole numbers in what a browser sends."""

# Of a row's number: one digit more may be too much for the database, which would be an error and no sentence.
MOST_DIGITS = 18


def whole(text: str, *, most_digits: int = MOST_DIGITS) -> int | None:
    """The whole number that `text` says, of `most_digits` at most; None for everything else."""
    return int(text) if text.isdecimal() and len(text) <= most_digits else None
