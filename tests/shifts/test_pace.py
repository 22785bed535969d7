"""The table of design.md 6, row by row, with fixed times: Thursday 26 March 2026, report at 17:30, doors at 18:00."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from nocturnes.hours import instant
from nocturnes.rules import Rules
from shifts import pace

pytestmark = pytest.mark.once

ZONE = ZoneInfo("Europe/Brussels")


def at(day, hour, minute=0, month=3):
    return instant(date(2026, month, day), time(hour, minute), ZONE)


def post_of(day, month=3, report=time(17, 30), starts=time(18), rules=None):
    evening = date(2026, month, day)
    return pace.Frame(instant(evening, report, ZONE), instant(evening, starts, ZONE), rules or Rules(), ZONE)


THURSDAY = post_of(26)


# The first wave.


@pytest.mark.parametrize(
    ("opened", "first"),
    [
        # Over 7 days: the coordinator's next working day (Monday, Tuesday, Thursday), 10:00.
        (at(17, 14), at(19, 10)),
        (at(12, 9, 30), at(16, 10)),
        (at(13, 12), at(16, 10)),
        # 2 to 7 days: half an hour.
        (at(24, 10), at(24, 10, 30)),
        # Not at night: the wait goes on in the morning, and not on Sunday.
        (at(23, 20, 15), at(24, 9, 15)),
        (at(23, 23), at(24, 9, 30)),
        (at(21, 20, 20), at(23, 9, 20)),
        (at(22, 12), at(23, 9, 30)),
        # 12 hours to 2 days: five minutes.
        (at(25, 10), at(25, 10, 5)),
        # 3 to 12 hours: at once.
        (at(26, 9, 40), at(26, 9, 40)),
        # Under 3 hours, to an hour after the start: at once.
        (at(26, 15), at(26, 15)),
        (at(26, 18, 59), at(26, 18, 59)),
    ],
)
def test_the_first_wave_follows_the_row_that_holds(opened, first):
    assert pace.first_wave(opened, THURSDAY) == first


def test_exactly_seven_days_before_is_in_the_second_row():
    assert pace.first_wave(at(19, 17, 30), THURSDAY) == at(19, 18)


def test_no_wave_is_planned_from_the_last_useful_moment_on():
    assert pace.first_wave(at(26, 19), THURSDAY) is None


def test_the_last_useful_moment_is_an_editions_setting():
    strict = post_of(26, rules=replace(Rules(), last_useful=timedelta(0)))

    assert pace.first_wave(at(26, 17, 59), strict) == at(26, 17, 59)
    assert pace.first_wave(at(26, 18), strict) is None


def test_a_night_withdrawal_waits_for_the_morning_and_then_for_the_row_of_the_morning():
    # 23:00 the evening before is in the third row; five waking minutes later the fourth one holds: "at once".
    assert pace.first_wave(at(25, 23), THURSDAY) == at(26, 9)


def test_under_three_hours_quiet_hours_are_not_kept():
    late = post_of(26, report=time(21, 30), starts=time(22))

    assert pace.first_wave(at(26, 20, 45), late) == at(26, 20, 45)


def test_between_three_and_twelve_hours_quiet_hours_are_kept():
    early = post_of(26, report=time(13), starts=time(13, 30))

    assert pace.first_wave(at(26, 5), early) == at(26, 9)


def test_under_three_hours_before_begins_in_the_night_too():
    dawn = post_of(26, report=time(10), starts=time(10, 30))

    assert pace.first_wave(at(26, 5), dawn) == at(26, 7)


# The next waves.


def test_over_seven_days_the_next_wave_comes_after_24_waking_hours():
    # Thursday 12 March 10:00: 10.5 hours left of that day, 11.5 on Friday, 2 on Saturday.
    april = post_of(2, month=4)

    assert pace.next_wave(at(12, 10), april) == at(14, 11)


def test_from_two_to_seven_days_the_next_wave_comes_after_four_hours():
    assert pace.next_wave(at(24, 10, 30), THURSDAY) == at(24, 14, 30)


def test_waiting_stops_at_night():
    # 18:30 and two waking hours, then two more from 09:00 on; by then the third row holds, which asks after 90 minutes.
    assert pace.next_wave(at(23, 18, 30), THURSDAY) == at(24, 11)


def test_from_twelve_hours_to_two_days_the_next_wave_comes_after_ninety_minutes():
    assert pace.next_wave(at(25, 10, 5), THURSDAY) == at(25, 11, 35)


def test_a_long_wait_does_not_sleep_over_the_next_row():
    # Asked 7 days and three hours before: in 24 waking hours the second row has long begun, and it asks after four.
    assert pace.next_wave(at(19, 14, 30), THURSDAY) == at(19, 18, 30)


def test_a_row_that_would_have_asked_earlier_asks_as_soon_as_it_begins():
    # Four hours after 14:30 are 18:30; from 17:30 on, two days before, ninety minutes are enough.
    assert pace.next_wave(at(24, 14, 30), THURSDAY) == at(24, 17, 30)


def test_the_fourth_row_asks_everybody_as_soon_as_it_begins_in_the_day():
    # 12 hours before 17:30 is 05:30, which is quiet: everybody hears at nine.
    assert pace.next_wave(at(25, 20), THURSDAY) == at(26, 9)


def test_the_others_are_asked_fifteen_minutes_after_the_reserve():
    assert pace.next_wave(at(26, 9, 40), THURSDAY, reserve_only=True) == at(26, 9, 55)


def test_the_reserve_has_no_fifteen_minutes_more_than_three_hours_before():
    assert pace.next_wave(at(26, 14, 20), THURSDAY, reserve_only=True) == at(26, 14, 30)


def test_after_everybody_was_asked_the_next_wave_is_the_last_row():
    assert pace.next_wave(at(26, 9, 55), THURSDAY) == at(26, 14, 30)


def test_in_the_last_row_no_wave_follows():
    assert pace.next_wave(at(26, 15), THURSDAY) is None


# The clock change of 29 March 2026.


def test_waiting_hours_are_real_hours_across_the_clock_change():
    # Saturday 28 March, 20:00: half an hour, then from Monday 09:00 summer time the other three and a half.
    april = post_of(2, month=4)

    assert pace.next_wave(at(28, 20), april) == at(30, 12, 30)


def test_the_coordinators_ten_oclock_is_ten_oclock_after_the_clock_change():
    april = post_of(9, month=4)
    first = pace.first_wave(at(28, 12), april)

    assert first == at(30, 10)
    assert first.astimezone(UTC) == datetime(2026, 3, 30, 8, tzinfo=UTC)


def test_time_left_is_counted_in_hours_that_pass():
    # Saturday 28 March 19:00 to Monday 30 March 19:30 reads as 48.5 hours and is 47.5.
    monday = post_of(30, report=time(19, 30), starts=time(20))

    assert monday.pace(at(28, 19)).asked == 5


# What is shown before it happens.


def test_the_preview_lists_every_wave_of_a_withdrawal():
    waves = pace.preview(at(24, 14), THURSDAY)

    assert [moment for moment, _ in waves] == [
        *(at(24, 14, 30), at(24, 17, 30), at(24, 19)),
        *(
            at(25, 9),
            at(25, 10, 30),
            at(25, 12),
            at(25, 13, 30),
            at(25, 15),
            at(25, 16, 30),
            at(25, 18),
            at(25, 19, 30),
        ),
        *(at(26, 9), at(26, 9, 15), at(26, 14, 30)),
    ]
    assert [row.asked for _, row in waves] == [3, *[5] * 10, None, None, None]


def test_what_the_coordinator_wants_now_waits_for_her_undo_and_not_for_her_next_working_day():
    tuesday = at(10, 14)

    assert pace.first_wave(tuesday, THURSDAY) == at(12, 10)
    assert pace.first_wave(tuesday, THURSDAY, wanted_now=True) == at(10, 14, 2)


def test_what_the_coordinator_wants_at_night_waits_for_the_morning():
    assert pace.first_wave(at(10, 22), THURSDAY, wanted_now=True) == at(11, 9, 2)
