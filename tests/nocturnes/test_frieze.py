"""The row of arches that leads from evening to evening."""

from datetime import date, timedelta

import pytest

from nocturnes.frieze import arches

FIRST = date(2026, 3, 12)


def weeks(*numbers):
    return [FIRST + timedelta(weeks=number) for number in numbers]


def row(days, current, tonight=FIRST):
    return arches(days, current, tonight=tonight, url=str)


def test_a_season_stands_whole_and_says_what_is_past_and_where_one_is():
    days = weeks(*range(7))

    found = row(days, days[2], tonight=days[1])

    assert [arch.date for arch in found] == days
    assert [arch.is_past for arch in found] == [True] + [False] * 6
    assert [arch.url for arch in found if arch.is_current] == [str(days[2])]


@pytest.mark.parametrize(
    ("number", "shown"), [(0, range(9)), (3, range(9)), (30, range(26, 35)), (58, range(51, 60)), (59, range(51, 60))]
)
def test_of_sixty_evenings_those_around_the_one_in_hand_stand_there(number, shown):
    days = weeks(*range(60))

    found = row(days, days[number])

    assert [arch.date for arch in found] == weeks(*shown)
    assert [arch.date for arch in found if arch.is_current] == [days[number]]
