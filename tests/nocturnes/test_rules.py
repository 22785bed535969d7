from datetime import time, timedelta

import pytest

from nocturnes import rules


@pytest.mark.parametrize(
    ("left", "asked"),
    [
        (timedelta(days=7, seconds=1), 2),
        (timedelta(days=7), 3),
        (timedelta(days=2, seconds=1), 3),
        (timedelta(days=2), 5),
        (timedelta(hours=12), None),
    ],
)
def test_the_pace_is_the_row_of_the_time_that_is_left(left, asked):
    assert rules.Rules().pace(left).asked == asked


def test_only_the_last_three_hours_do_not_keep_quiet():
    assert rules.Rules().pace(timedelta(hours=3, seconds=1)).keeps_quiet_hours
    assert not rules.Rules().pace(timedelta(hours=3)).keeps_quiet_hours
    assert not rules.Rules().pace(timedelta(minutes=-30)).keeps_quiet_hours


def test_an_edition_changes_the_rules_that_it_names_and_keeps_the_others():
    read = rules.from_data(
        {
            "quiet_from": "21:00",
            "last_useful": 90,
            "working_days": [1],
            "asks_a_week": 3,
            "briefing": {"days": 5, "at": "09:00"},
        }
    )

    assert read.quiet_from == time(21)
    assert read.last_useful == timedelta(minutes=90)
    assert read.working_days == (1,)
    assert read.asks_a_week == 3
    assert read.briefing == rules.ReminderRule(5, time(9))
    assert read.eve == rules.Rules().eve


def test_an_edition_may_write_its_own_paces():
    (first, last) = rules.from_data(
        {
            "paces": [
                {"over": 600, "first_wave": None, "asked": 4, "next_wave": 30},
                {"over": None, "first_wave": 0, "asked": None, "next_wave": None, "keeps_quiet_hours": False},
            ]
        }
    ).paces

    assert first == rules.Pace(timedelta(hours=10), None, 4, timedelta(minutes=30))
    assert last == rules.Pace(timedelta.min, timedelta(0), None, None, keeps_quiet_hours=False)


def test_a_misspelt_rule_is_not_silently_the_default():
    with pytest.raises(KeyError, match="quiet_form"):
        rules.from_data({"quiet_form": "21:00"})
