"""What came out, as a table for people and as JSON for whoever compares."""

from .measures import MEASURES, Estimate, Outcome, difference, estimates
from .playing import STRATEGIES

NAMES = {
    "nobody": "nobody asks",
    "broadcast": "broadcast to everybody at once",
    "one_by_one": "one by one, 24 hours each",
    "phone": "a coordinator phones down a list",
    "ours": "Nocturnes, with its phone list",
    "broadcast_by_rules": "broadcast to whom our rules allow",
    "search_alone": "Nocturnes, and nobody phones",
}
COLUMNS = {
    "filled": ("filled at start", "{:.1%}"),
    "refilled": ("of lost, refilled", "{:.0%}"),
    "fill_hours_median": ("median h to fill", "{:.1f}"),
    "fill_hours_p95": ("95 % within h", "{:.0f}"),
    "asks_per_filled": ("asks per filled", "{:.1f}"),
    "asks_per_volunteer": ("asks per volunteer", "{:.1f}"),
    "coordinator_minutes": ("minutes a season", "{:.0f}"),
}
# The aim: at most this part of the asks of a broadcast.
A_PART = 1 / 3
WIDTH, FIRST = 20, 39
# A table of both would be too wide for a screen.
FILLING = ("filled", "refilled", "fill_hours_median", "fill_hours_p95")
COSTING = ("asks_per_filled", "asks_per_volunteer", "coordinator_minutes")


def as_json(found: dict[str, list[Outcome]]) -> dict:
    """`{"ours": {"filled": 0.98, ...}, ...}` of what is compared; None where nothing was filled."""
    return {
        way: {name: _rounded(estimate) for name, estimate in estimates(found[way], MEASURES).items()}
        for way in STRATEGIES
        if way in found
    }


def _rounded(estimate):
    return None if estimate.value is None else round(estimate.value, 4)


def lines(found: dict[str, list[Outcome]]) -> list[str]:
    """The tables, each number with its 95 % confidence interval, and what the aim says to it."""
    numbers = {way: estimates(outcomes) for way, outcomes in found.items()}
    return [*_table(FILLING, numbers), "", *_table(COSTING, numbers), "", *aims(found)]


def _table(columns, numbers):
    yield f"{'':{FIRST}}" + "".join(f"{COLUMNS[key][0]:>{WIDTH}}" for key in columns)
    for way, of_way in numbers.items():
        cells = "".join(f"{words(of_way[key], COLUMNS[key][1]):>{WIDTH}}" for key in columns)
        yield f"{NAMES[way]:{FIRST}}{cells}"


def words(estimate: Estimate, form: str) -> str:
    """As in "98.6% [98.1, 99.0]"."""
    if estimate.value is None:
        return "-"
    if estimate.low is None:
        return form.format(estimate.value)
    low, high = (form.format(bound).rstrip("%") for bound in (estimate.low, estimate.high))
    return f"{form.format(estimate.value)} [{low}, {high}]"


def aims(found: dict[str, list[Outcome]]) -> list[str]:
    """The aim against each other way, one sentence each: reached, missed, or not to be told apart."""
    if "ours" not in found:
        return []
    others = [way for way in found if way not in ("ours", "search_alone")]
    alone = [way for way in others if "search_alone" in found and way != "nobody"]
    return [
        *_asks(found),
        *(_against(way, found, "ours") for way in others),
        *(_against(way, found, "search_alone") for way in alone),
    ]


def _asks(found):
    for way in ("broadcast", "broadcast_by_rules"):
        if way in found:
            ours, theirs = (estimates(found[one], MEASURES)["asks_per_filled"].value for one in ("ours", way))
            if ours and theirs:
                word = "reached" if ours <= theirs * A_PART else "MISSED"
                yield f"{word}: asks per filled place, {ours / theirs:.0%} of a {NAMES[way]}; the aim is a third"


def _against(way, found, ours):
    above = difference(found[ours], found[way])
    points = f"{100 * above.value:+.2f} points"
    alone = " while nobody phones" if ours == "search_alone" else ""
    said = f"filled{alone}, against {NAMES[way]}: {points}"
    if above.low is None:
        return f"{said} on one season, which proves nothing"
    word = "reached" if above.low > 0 else "MISSED" if above.high < 0 else "not to be told apart"
    return f"{word}: {said} [{100 * above.low:+.2f}, {100 * above.high:+.2f}]"


OF_PEOPLE = ("filled", "refilled", "asks_per_filled", "coordinator_minutes")
OF_RULES = (*COLUMNS, "most_asked", "wishes_met")
FORMS = COLUMNS | {"most_asked": ("asks of most asked", "{:.1f}"), "wishes_met": ("wishes met", "{:.0%}")}


def trial_head(columns: tuple[str, ...]) -> str:
    return f"{'':{FIRST}} {'':{FIRST}}" + "".join(f"{FORMS[key][0]:>{WIDTH}}" for key in columns)


def trial_line(name: str, way: str, outcomes: list[Outcome], columns: tuple[str, ...]) -> str:
    """One trial: what was different, who asked, what came of it."""
    numbers = estimates(outcomes)
    cells = "".join(f"{words(numbers[key], FORMS[key][1]):>{WIDTH}}" for key in columns)
    return f"{name:{FIRST}} {NAMES[way]:{FIRST}}{cells}"
