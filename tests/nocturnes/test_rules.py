from dataclasses import replace
from datetime import time, timedelta

import pytest

from nocturnes import rule_checks, rules

pytestmark = pytest.mark.once


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


def test_what_an_edition_keeps_is_what_differs_and_reads_back_the_same():
    first, *_others, last = rules.PACES
    changed = replace(
        rules.Rules(),
        quiet_from=time(21, 15),
        quiet_days=(),
        last_useful=timedelta(minutes=90),
        self_service="approve",
        briefing=rules.ReminderRule(5, time(9)),
        paces=(replace(first, asked=4), last),
    )

    data = rules.to_data(changed)

    assert set(data) == {"quiet_from", "quiet_days", "last_useful", "self_service", "briefing", "paces"}
    assert data["last_useful"] == 90
    assert rules.from_data(data) == changed
    assert rules.to_data(rules.Rules()) == {}


def unfit(**changed):
    return {problem.where for problem in rule_checks.problems(replace(rules.Rules(), **changed))}


def test_the_defaults_fit():
    assert unfit() == set()


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"quiet_from": time(10, 30)}, "quiet_until"),
        ({"quiet_from": time(1), "quiet_until": time(23, 30)}, "quiet_until"),
        ({"quiet_days": tuple(range(7))}, "quiet_days"),
        ({"working_days": ()}, "working_days"),
        ({"working_days": (6,)}, "working_days"),
        ({"working_hour": time(8)}, "working_hour"),
        ({"digest_at": time(20, 30)}, "digest_at"),
        ({"eve": rules.ReminderRule(1, time(21))}, "eve.at"),
        ({"eve": rules.ReminderRule(2, time(12))}, "eve.days"),
        ({"unconfirmed": rules.ReminderRule(7, time(12))}, "unconfirmed.days"),
        ({"briefing": rules.ReminderRule(-1, time(10))}, "briefing.days"),
        ({"briefing": rules.ReminderRule(61, time(10))}, "briefing.days"),
        ({"last_useful": timedelta(minutes=-1)}, "last_useful"),
        ({"undo": timedelta(0)}, "undo"),
        ({"asks_a_week": 0}, "asks_a_week"),
        ({"expected_loss": 91}, "expected_loss"),
        ({"self_service": "maybe"}, "self_service"),
    ],
)
def test_rules_that_cannot_be_are_named(changed, where):
    assert where in unfit(**changed)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"over": timedelta(days=8)}, "paces.1.over"),
        ({"over": timedelta(days=7)}, "paces.1.over"),
        ({"over": timedelta(0)}, "paces.1.over"),
        ({"asked": None}, "paces.1.next_wave"),
        ({"asked": 0}, "paces.1.asked"),
        ({"reserve_first": timedelta(minutes=5)}, "paces.1.reserve_first"),
        ({"next_wave": timedelta(minutes=4)}, "paces.1.next_wave"),
        ({"first_wave": timedelta(minutes=-1)}, "paces.1.first_wave"),
    ],
)
def test_a_row_of_the_paces_that_cannot_be_is_named(changed, where):
    first, second, *others = rules.PACES

    assert where in unfit(paces=(first, replace(second, **changed), *others))


def test_the_last_row_holds_to_the_end():
    assert "paces" in unfit(paces=rules.PACES[:-1])
    assert "paces" in unfit(paces=())


def test_an_edition_may_be_quiet_after_midnight_only_or_never():
    late = {"quiet_from": time(1), "quiet_until": time(9)}

    assert unfit(**late) == set()
    assert unfit(**late, eve=rules.ReminderRule(1, time(23))) == set()
    assert unfit(quiet_from=time(9), quiet_until=time(9)) == set()


def test_every_preset_weighs_every_criterion():
    for preset in rules.PRESETS.values():
        assert tuple(preset) == rules.CRITERIA
        assert all(0 <= weight <= rule_checks.MOST_WEIGHT for weight in preset.values())


def test_a_weight_of_her_own_counts_instead_of_the_presets():
    own = rules.from_data({"ranking": "fair", "weights": {"role": 7}})

    assert (own.weight("role"), own.weight("museum")) == (7, rules.PRESETS["fair"]["museum"])
    assert rules.from_data(rules.to_data(own)) == own


def test_a_weight_of_something_unknown_is_no_rule():
    with pytest.raises(KeyError):
        rules.from_data({"weights": {"height": 7}})


def test_a_last_row_that_asks_a_few_comes_to_the_others_in_later_waves():
    few = replace(rules.PACES[-1], asked=3, reserve_first=None)

    assert unfit(paces=(*rules.PACES[:-1], few)) == {f"paces.{len(rules.PACES) - 1}.next_wave"}
    assert unfit(paces=(*rules.PACES[:-1], replace(few, next_wave=timedelta(minutes=10)))) == set()
