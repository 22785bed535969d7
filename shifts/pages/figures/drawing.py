"""Where the lines go; words, colours and patterns are the template's. A picture is 360 wide, a day the same in each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from .filling import DAYS, Day, Filling

LEFT, RIGHT, TOP, BOTTOM = 30, 332, 12, 142
LAYERS = ("confirmed", "unconfirmed", "draft", "open")
A_FORTNIGHT = 14
# What a step of the scale may be.
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
MOST_STEPS = 4


class Tick(NamedTuple):
    """A place on a scale; `value` is a number or a date."""

    at: float
    value: int | date


class Layer(NamedTuple):
    kind: str
    path: str


@dataclass(frozen=True)
class Drawing:
    """An evening's eight weeks: `layers` stand on each other, `yes` is a line of its own, `today` where it stops."""

    layers: list[Layer]
    yes: str
    dates: list[Tick]
    scale: list[Tick]
    today: float | None

    @property
    def today_ends(self):
        """Whether the word stands at the left of its line, because there is no room at the right."""
        return self.today is not None and self.today > RIGHT - 90


def draw(filling: Filling) -> Drawing:
    """The picture of `filling`."""
    scale = list(_scale(filling.most))
    most = scale[-1].value
    across = (RIGHT - LEFT) / (DAYS + 1)
    days = filling.days[-(DAYS + 1) :]

    def x(at):
        return round(LEFT + across * at, 1)

    def y(number):
        return round(BOTTOM - (BOTTOM - TOP) * number / most, 1)

    layers, bases = [], [0] * len(days)
    for kind in LAYERS:
        tops = [base + getattr(day, kind) for base, day in zip(bases, days, strict=True)]
        if tops != bases:
            layers.append(Layer(kind, "".join(_area(bases, tops, x, y))))
        bases = tops
    ahead = len(days) <= DAYS
    return Drawing(
        layers=layers,
        yes=_line([day.yes for day in days], x, y),
        dates=[Tick(x(at + 0.5), filling.first_date + timedelta(days=at)) for at in range(0, DAYS + 1, A_FORTNIGHT)],
        scale=[Tick(y(tick.value), tick.value) for tick in scale],
        today=x(len(days)) if ahead else None,
    )


def _scale(most: int) -> Iterator[Tick]:
    """From 0 to `most` or a little more, in a few even steps; where they stand is not known yet."""
    step = next((step for step in STEPS if most <= step * MOST_STEPS), STEPS[-1])
    for number in range(max(-(-most // step), 1) + 1):
        yield Tick(0, number * step)


def _runs(bases, tops) -> Iterator[range]:
    """The stretches of days on which a layer has any height."""
    start = None
    for at in range(len(tops) + 1):
        is_there = at < len(tops) and tops[at] > bases[at]
        if is_there and start is None:
            start = at
        elif not is_there and start is not None:
            yield range(start, at)
            start = None


def _area(bases, tops, x, y) -> Iterator[str]:
    for run in _runs(bases, tops):
        yield f"M{x(run.start)} {y(bases[run.start])}V{y(tops[run.start])}"
        yield from _steps(run, tops, x, y)
        yield f"H{x(run.stop)}V{y(bases[run[-1]])}"
        for at in reversed(run[1:]):
            if bases[at] != bases[at - 1]:
                yield f"H{x(at)}V{y(bases[at - 1])}"
        yield "Z"


def _steps(run, values, x, y):
    for at in run[1:]:
        if values[at] != values[at - 1]:
            yield f"H{x(at)}V{y(values[at])}"


def _line(values: list[int], x, y) -> str:
    if not any(values):
        return ""
    run = range(len(values))
    return "".join([f"M{x(0)} {y(values[0])}", *_steps(run, values, x, y), f"H{x(len(values))}"])


class Part(NamedTuple):
    """A piece of a bar."""

    kind: str
    left: float
    width: float


def bar(parts: Iterable[tuple[str, int]], most: int, *, left: float, right: float) -> list[Part]:
    """Pieces beside each other, `most` of which take all the room; pieces of nothing are left out."""
    found, start = [], left
    for kind, number in parts:
        if number:
            width = (right - left) * number / most
            found.append(Part(kind, round(start, 1), round(width, 1)))
            start += width
    return found


def day_parts(day: Day) -> list[tuple[str, int]]:
    """The places of a day by kind, as `bar` takes them."""
    return [(kind, getattr(day, kind)) for kind in LAYERS]
