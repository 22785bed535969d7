from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from nocturnes import hours
from nocturnes.rules import Rules

pytestmark = pytest.mark.once

BRUSSELS = ZoneInfo("Europe/Brussels")
RULES = Rules()


def on(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2026, 3, 26), 17), (date(2026, 4, 2), 16), (date(2026, 10, 22), 16), (date(2026, 10, 29), 17)],
)
def test_six_in_the_evening_stays_six_across_the_clock_changes(day, utc_hour):
    assert hours.instant(day, time(18), BRUSSELS) == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)


def test_a_typed_hour_that_never_exists_is_refused():
    with pytest.raises(hours.HourDoesNotExist, match="02:30"):
        hours.typed_instant(date(2026, 3, 29), time(2, 30), BRUSSELS)


def test_a_typed_hour_that_exists_twice_is_refused():
    with pytest.raises(hours.HourExistsTwice, match="02:30"):
        hours.typed_instant(date(2026, 10, 25), time(2, 30), BRUSSELS)


def test_a_typed_hour_on_another_day_is_that_hour():
    assert hours.typed_instant(date(2026, 3, 26), time(2, 30), BRUSSELS) == on(26, 2, 30)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (on(24, 8, 59), True),
        (on(24, 9, 0), False),
        (on(24, 20, 29), False),
        (on(24, 20, 30), True),
        (on(29, 12, 0), True),
    ],
)
def test_quiet_hours_are_half_open_and_sunday_is_quiet_all_day(moment, quiet):
    assert hours.is_quiet(moment, RULES, BRUSSELS) is quiet


LATE_NIGHTS = Rules(quiet_from=time(1), quiet_until=time(9))


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [(on(24, 0, 59), False), (on(24, 1, 0), True), (on(24, 8, 59), True), (on(24, 9, 0), False), (on(24, 23), False)],
)
def test_an_edition_may_be_quiet_from_after_midnight_only(moment, quiet):
    assert hours.is_quiet(moment, LATE_NIGHTS, BRUSSELS) is quiet


def test_waiting_goes_on_past_midnight_where_the_quiet_hours_begin_later():
    assert hours.after_quiet(on(24, 2), LATE_NIGHTS, BRUSSELS) == on(24, 9)
    assert hours.after_waiting(on(24, 23), timedelta(hours=3), LATE_NIGHTS, BRUSSELS) == on(25, 10)


def test_without_quiet_hours_a_wait_is_what_the_clock_says():
    always = Rules(quiet_from=time(0), quiet_until=time(0), quiet_days=())

    assert hours.after_waiting(on(24, 23), timedelta(hours=30), always, BRUSSELS) == on(26, 5)


def test_after_quiet_leaves_a_waking_moment_as_it_is():
    assert hours.after_quiet(on(24, 14), RULES, BRUSSELS) == on(24, 14)


def test_what_is_due_on_saturday_night_waits_until_monday_morning():
    assert hours.after_quiet(on(28, 21), RULES, BRUSSELS) == on(30, 9)


def test_a_wait_counts_waking_hours_only():
    assert hours.after_waiting(on(24, 19), timedelta(hours=4), RULES, BRUSSELS) == on(25, 11, 30)


def test_a_wait_over_the_night_of_the_clock_change_counts_waking_hours_only():
    assert hours.after_waiting(on(28, 20), timedelta(hours=1), RULES, BRUSSELS) == on(30, 9, 30)


def test_the_next_working_moment_is_on_a_later_day_even_in_the_morning_of_a_working_day():
    monday = on(23, 8)

    assert hours.next_working_moment(monday, RULES, BRUSSELS) == on(24, 10)


def test_the_next_working_moment_skips_the_days_off():
    tuesday = on(24, 14)

    assert hours.next_working_moment(tuesday, RULES, BRUSSELS) == on(26, 10)


@pytest.mark.parametrize(
    ("hour", "utc"),
    [(time(17, 30), (26, 16, 30)), (time(23, 59), (26, 22, 59)), (time(0), (26, 23, 0)), (time(4, 59), (27, 3, 59))],
)
def test_an_hour_of_the_night_is_that_after_the_evening(hour, utc):
    assert hours.evening_instant(date(2026, 3, 26), hour, BRUSSELS) == datetime(2026, 3, *utc, tzinfo=UTC)


def test_five_in_the_morning_is_of_the_day_itself():
    assert hours.evening_instant(date(2026, 3, 26), time(5), BRUSSELS) == datetime(2026, 3, 26, 4, tzinfo=UTC)


def test_an_hour_of_the_night_that_the_clock_skips_or_shows_twice_is_refused():
    with pytest.raises(hours.HourDoesNotExist):
        hours.evening_instant(date(2026, 3, 28), time(2, 30), BRUSSELS)
    with pytest.raises(hours.HourExistsTwice):
        hours.evening_instant(date(2026, 10, 24), time(2, 30), BRUSSELS)


@pytest.mark.parametrize(("day", "hour"), [(23, 0), (26, 12), (29, 23)])
def test_a_week_ends_with_its_sunday_on_the_clock_of_the_zone(day, hour):
    assert hours.next_monday(on(day, hour), BRUSSELS) == date(2026, 3, 30)
