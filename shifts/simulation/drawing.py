"""The figures as one SVG, on a sheet of its own, so that it reads in light and in dark."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .measures import Estimate, Outcome, estimates
from .report import NAMES

PAPER, SHEET, INK, QUIET, LINE = "#f8f6f0", "#ffffff", "#141b36", "#545b78", "#dcd8cb"
OURS, OTHERS = "#2443a8", "#a9aec4"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
MARGIN, NAMES_WIDE, PANEL, BAR, ROW, HEAD, FOOT = 24, 232, 184, 104, 40, 96, 34
BLUE = ("ours", "search_alone")
LEFT_OUT = ("broadcast_by_rules",)
# A share of places is drawn from here: below it every way of asking is the same.
FILLED_FROM = 0.7


@dataclass(frozen=True)
class Panel:
    """One measure; `begins` is the value at its left edge."""

    measure: str
    title: str
    form: str
    begins: float = 0.0


PANELS = (
    Panel("filled", "Places filled in time", "{:.1%}", FILLED_FROM),
    Panel("asks_per_filled", "Asks per filled place", "{:.1f}"),
    Panel("fill_hours_median", "Hours to fill, median", "{:.1f}"),
    Panel("coordinator_minutes", "Coordinator, min a season", "{:.0f}"),
)


def draw(found: dict[str, list[Outcome]]) -> str:
    """The SVG's text: a row a way of asking, a bar a measure, with its 95 % confidence interval."""
    rows = {way: estimates(outcomes) for way, outcomes in found.items() if way not in LEFT_OUT}
    width, height = MARGIN * 2 + NAMES_WIDE + PANEL * len(PANELS), HEAD + ROW * len(rows) + FOOT
    seasons = len(next(iter(found.values())))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title desc" font-family="{FONT}" font-size="13" fill="{INK}">',
        '<title id="title">Ways to fill a place that somebody gave back, in simulated seasons</title>',
        f'<desc id="desc">{escape(description(rows, seasons))}</desc>',
        f'<rect width="{width}" height="{height}" rx="12" fill="{PAPER}"/>',
        f'<rect x="{MARGIN / 2}" y="{HEAD - 12}" width="{width - MARGIN}" height="{ROW * len(rows) + 16}" rx="8" '
        f'fill="{SHEET}"/>',
        text(MARGIN, 34, "When somebody cannot come: who fills the place?", size=18, weight=600),
        text(MARGIN, height - 14, foot(seasons), size=12, fill=QUIET),
        *names(rows),
    ]
    for number, panel in enumerate(PANELS):
        parts += bars(panel, MARGIN + NAMES_WIDE + number * PANEL, rows)
    return "\n".join([*parts, "</svg>", ""])


def foot(seasons: int) -> str:
    return (
        f"{seasons} seasons of made-up people, the same for each; thin lines: 95 % confidence. "
        f"The first bars begin at {FILLED_FROM:.0%}."
    )


def description(rows: dict, seasons: int) -> str:
    """What the picture shows, in words."""
    said = []
    for way, numbers in rows.items():
        cells = (f"{panel.title.lower()} {_said(panel, numbers[panel.measure])}" for panel in PANELS)
        said.append(f"{NAMES[way]}: {', '.join(cells)}")
    return f"Over {seasons} seasons. {'; '.join(said)}."


def names(rows: dict) -> Iterator[str]:
    for number, way in enumerate(rows):
        weight = 600 if way == "ours" else 400
        yield text(MARGIN, _y(number), NAMES[way][0].upper() + NAMES[way][1:], weight=weight)


def bars(panel: Panel, left: float, rows: dict) -> Iterator[str]:
    """One measure of every way of asking, beside its title."""
    yield text(left, HEAD - 28, panel.title, size=12, fill=QUIET)
    yield f'<line x1="{left}" y1="{HEAD - 6}" x2="{left}" y2="{HEAD + ROW * len(rows) - 2}" stroke="{LINE}"/>'
    scale = _scale(panel, [numbers[panel.measure] for numbers in rows.values()])
    for number, (way, numbers) in enumerate(rows.items()):
        yield from _bar(panel, left, _y(number), numbers[panel.measure], way, scale)


def _bar(panel, left, y, estimate, way, scale):
    if estimate.value is None:
        yield text(left + 6, y, "never", fill=QUIET)
        return
    ends = left + scale(estimate.value)
    fill = OURS if way in BLUE else OTHERS
    yield f'<rect x="{left}" y="{y - 13}" width="{ends - left:.1f}" height="16" fill="{fill}"/>'
    after = ends
    if estimate.low is not None:
        low, after = left + scale(estimate.low), left + scale(estimate.high)
        # A light line below the dark one, so that it is seen on every bar.
        for stroke, wide in ((SHEET, 4), (INK, 1.5)):
            line = f'x1="{low:.1f}" y1="{y - 5}" x2="{after:.1f}" y2="{y - 5}"'
            yield f'<line {line} stroke="{stroke}" stroke-width="{wide}"/>'
    weight = 600 if way == "ours" else 400
    yield text(round(max(ends, after) + 6, 1), y, _said(panel, estimate), weight=weight)


def _scale(panel, found: list[Estimate]) -> Callable[[float], float]:
    """From a value to the length of its bar; the longest, with its interval, takes the whole width."""
    most = max((e.high or e.value for e in found if e.value is not None), default=panel.begins) - panel.begins
    return lambda value: BAR * max(0.0, value - panel.begins) / most if most > 0 else 0.0


def _said(panel, estimate):
    return "never" if estimate.value is None else panel.form.format(estimate.value)


def _y(number):
    return HEAD + ROW * number + 22


def text(x: float, y: float, words: str, *, size: int = 13, weight: int = 400, fill: str = INK) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
