"""What comes first of what waits for her: the season's list and the digest follow this one rule."""

from datetime import date, datetime

from nocturnes.rules import Rules


def order(weakness: tuple, *, day: date, report_at: datetime | None, rules: Rules, now: datetime) -> tuple:
    """A key that sorts first what is near (`rules.is_near`), evening by evening, and then the rest; weakest first.

    Without a time to report nothing is near.
    """
    if report_at is not None and rules.is_near(report_at, now):
        return (0, day, weakness)
    return (1, date.max, weakness)
