"""The table of paces, as rows of small fields (design.md 6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from nocturnes.rules import Pace

# A table that is as long as this has no empty row to make it longer.
MOST_ROWS = 12
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# The longest that a cell can say, in its own unit.
MOST = {"over": 24 * 60, "first_wave": 24 * 60, "next_wave": 7 * 24 * 60, "reserve_first": 24 * 60, "asked": 500}
UNITS = {"over": HOUR, "first_wave": MINUTE, "next_wave": MINUTE, "reserve_first": MINUTE}
COLUMNS = ("over", "first_wave", "asked", "next_wave", "reserve_first")
TICKS = ("phone_list", "keeps_quiet_hours")
LABELS = {
    "over": _("hours left, more than"),
    "first_wave": _("first wave after minutes"),
    "asked": _("people asked"),
    "next_wave": _("next wave after minutes"),
    "reserve_first": _("head start of the reserve, minutes"),
    "phone_list": _("phone list at once"),
    "keeps_quiet_hours": _("keeps quiet hours"),
}
A_LENGTH = _("Write a number from 0 to %(most)s.")


@dataclass
class Cell:
    """A small field of the table: what is typed in it, and what is wrong with that."""

    name: str
    column: str
    text: str = ""
    ticked: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def label(self):
        return LABELS[self.column]

    @property
    def is_tick(self):
        return self.column in TICKS


@dataclass
class PaceRow:
    """One row; the last has no `over`, and an empty one is not there."""

    number: int
    cells: dict[str, Cell]
    is_last: bool

    @property
    def is_empty(self):
        return not self.is_last and not any(self.cells[column].text.strip() for column in COLUMNS)


class PaceTable:
    """The rows of `paces`, with an empty one to fill in; or of `data`, what was sent, where a table is in it."""

    def __init__(self, paces: tuple[Pace, ...], data: Mapping | None = None):
        # What was cut short on its way is not a table that asks everybody: the paces stay as they are.
        self.rows = self._sent(data or {}) or self._shown(paces)

    def _shown(self, paces):
        *above, last = paces
        rows = [_row(number, _texts(pace), is_last=False) for number, pace in enumerate(above)]
        if len(paces) < MOST_ROWS:
            rows.append(_row(len(above), {}, is_last=False))
        return [*rows, _row(len(rows), _texts(last), is_last=True)]

    def _sent(self, data):
        found = (re.fullmatch(r"pace-(\d{1,2})-asked", name, re.ASCII) for name in data)
        numbers = sorted({int(match[1]) for match in found if match})
        rows = []
        for number in numbers:
            typed = {column: data.get(f"pace-{number}-{column}", "") for column in (*COLUMNS, *TICKS)}
            rows.append(_row(number, typed, is_last=number == numbers[-1]))
        return rows

    def read(self) -> tuple[Pace, ...] | None:
        """The paces that were typed, without the empty rows; None where a cell cannot be read, which then says why."""
        paces = [self._read(row) for row in self.kept]
        return tuple(paces) if not any(cell.wrong for cell in self.cells()) else None

    @property
    def kept(self):
        return [row for row in self.rows if not row.is_empty]

    def _read(self, row):
        values = {column: _value(row.cells[column]) for column in COLUMNS if column in row.cells}
        over = values.pop("over", None)
        if over is None and not row.is_last:
            row.cells["over"].wrong.append(str(A_LENGTH % {"most": MOST["over"]}))
        ticks = {column: row.cells[column].ticked for column in TICKS}
        return Pace(over=timedelta.min if row.is_last or over is None else over, **values, **ticks)

    def mark(self, where: str, sentence: str) -> bool:
        """Write `sentence` beside the cell "paces.0.over" of what was read; False where that is no cell."""
        match = re.fullmatch(r"paces\.(\d+)\.(\w+)", where)
        if not match or match[2] not in self.kept[int(match[1])].cells:
            return False
        self.kept[int(match[1])].cells[match[2]].wrong.append(str(sentence))
        return True

    def cells(self):
        return [cell for row in self.rows for cell in row.cells.values()]

    @property
    def wrong(self):
        """[(row as it is counted, cell)] of those that have a sentence."""
        return [
            (count, cell) for count, row in enumerate(self.rows, start=1) for cell in row.cells.values() if cell.wrong
        ]


def _row(number, texts, *, is_last):
    columns = [column for column in COLUMNS if not (is_last and column == "over")]
    cells = {column: Cell(f"pace-{number}-{column}", column, text=texts.get(column, "")) for column in columns}
    for column in TICKS:
        cells[column] = Cell(f"pace-{number}-{column}", column, ticked=bool(texts.get(column)))
    return PaceRow(number, cells, is_last)


def _texts(pace):
    texts = {column: _text(column, getattr(pace, column)) for column in COLUMNS}
    return texts | {column: getattr(pace, column) for column in TICKS}


def _text(column, value):
    if value is None or value == timedelta.min:
        return ""
    return str(value) if column == "asked" else length_text(value, UNITS[column])


def length_text(length: timedelta, unit: timedelta) -> str:
    """A length of time as a number of `unit`: "12", or "1.5" where it is not whole."""
    return f"{length / unit:.2f}".rstrip("0").rstrip(".")


def read_length(text: str, unit: timedelta, most: int) -> timedelta:
    """The length of time that `text` says in `unit`. Raises ValueError."""
    text = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,5}(\.\d{1,2})?", text, re.ASCII) or float(text) > most:
        raise ValueError(text)
    # To whole minutes: nothing in the product is planned more finely.
    return timedelta(minutes=round(float(text) * (unit / MINUTE)))


def _value(cell):
    """What a cell says; empty is None. What cannot be read gets its sentence."""
    text, most = cell.text.strip(), MOST[cell.column]
    if not text:
        return None
    try:
        if cell.column != "asked":
            return read_length(text, UNITS[cell.column], most)
        if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or int(text) > most:
            raise ValueError(text)
        return int(text)
    except ValueError:
        cell.wrong.append(str(A_LENGTH % {"most": most}))
        return None
