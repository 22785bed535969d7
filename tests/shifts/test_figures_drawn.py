"""From spans to days, and from days to lines: what needs no database."""

from datetime import date, timedelta

import pytest

from shifts.pages.figures import drawing
from shifts.pages.figures.filling import DAYS, Day, Filling, fill
from shifts.pages.figures.rows import Place, PostDays, Span
from shifts.pages.season_rows import EveningLine

pytestmark = pytest.mark.once

THURSDAY = date(2026, 3, 26)
TODAY = date(2026, 3, 24)
LINE = EveningLine(1, THURSDAY, None, None, 0, 0)


# Days, from spans.


def test_a_place_is_draft_then_to_confirm_then_confirmed():
    place = Place(Span(date(2026, 3, 20)), date(2026, 3, 21), date(2026, 3, 23))
    post = PostDays([(Span(date.min), 2)], [place])

    days = fill(LINE, [post], [], today=TODAY).days

    assert [day.numbers for day in days[-6:]] == [
        (0, 0, 0, 0, 2),
        (0, 0, 0, 1, 1),
        (0, 0, 1, 0, 1),
        (0, 0, 1, 0, 1),
        (0, 1, 0, 0, 1),
        (0, 1, 0, 0, 1),
    ]
    assert days[-1].date == TODAY


def test_who_came_and_went_within_a_day_is_on_no_day():
    gone = Place(Span(date(2026, 3, 20), date(2026, 3, 20)), None, None)

    assert not any(day.people for day in fill(LINE, [PostDays([], [gone])], [], today=TODAY).days)


def test_a_place_too_many_at_one_post_fills_no_hole_at_another():
    full = PostDays([(Span(date.min), 1)], [Place(Span(date.min), date.min, None)] * 2)
    empty = PostDays([(Span(date.min), 1)], [])

    last = fill(LINE, [full, empty], [], today=TODAY).last

    assert (last.unconfirmed, last.open) == (2, 1)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (TODAY, THURSDAY - timedelta(days=DAYS), TODAY),
        (date(2026, 5, 1), THURSDAY - timedelta(days=DAYS), THURSDAY),
        (date(2025, 12, 1), date(2025, 12, 1), date(2025, 12, 1)),
    ],
)
def test_the_days_are_the_eight_weeks_before_the_evening_up_to_today(today, first, last):
    days = fill(LINE, [], [Span(date.min)], today=today).days

    assert (days[0].date, days[-1].date) == (first, last)
    assert {day.yes for day in days} == {1}


def test_the_steps_are_the_first_day_and_each_on_which_something_changed():
    yes = [Span(date(2026, 3, 1)), Span(date(2026, 3, 10), date(2026, 3, 12))]

    steps = fill(LINE, [], yes, today=TODAY).steps

    assert [(day.date.day, day.yes) for day in steps] == [(29, 0), (1, 1), (10, 2), (12, 1)]


# Where the lines go.


def days_of(*numbers):
    first = THURSDAY - timedelta(days=len(numbers) - 1)
    return [Day(first + timedelta(days=at), confirmed=number) for at, number in enumerate(numbers)]


def test_an_area_goes_up_along_and_back():
    xs, ys = (lambda at: 10 * at), (lambda number: 100 - number)

    assert "".join(drawing._area([0, 0, 5, 5], [4, 4, 9, 5], xs, ys)) == "M0 100V96H20V91H30V95H20V100Z"


def test_a_layer_without_height_is_not_drawn():
    filling = Filling(LINE, days_of(*[0] * 40, *[3] * 17))

    drawn = drawing.draw(filling)

    assert [layer.kind for layer in drawn.layers] == ["confirmed"]
    assert drawn.yes == ""
    assert drawn.today is None


def test_the_scale_reaches_over_what_is_drawn_in_a_few_even_steps():
    for most, values in ((1, [0, 1]), (4, [0, 1, 2, 3, 4]), (5, [0, 2, 4, 6]), (21, [0, 10, 20, 30])):
        drawn = drawing.draw(Filling(LINE, days_of(most)))

        assert [tick.value for tick in drawn.scale] == values
        assert (drawn.scale[0].at, drawn.scale[-1].at) == (drawing.BOTTOM, drawing.TOP)


def test_a_bar_leaves_out_what_is_nothing():
    assert drawing.bar([("confirmed", 1), ("draft", 0), ("open", 3)], 4, left=10, right=50) == [
        ("confirmed", 10, 10.0),
        ("open", 20.0, 30.0),
    ]
