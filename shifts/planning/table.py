"""The table of an evening's posts: three cells a row, read one by one so that each keeps what was typed in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django import forms

from nocturnes import hours
from nocturnes.models import Evening
from nocturnes.refusals import Refusal
from shifts.actions.planning import Row
from shifts.forms import MOST_PLACES
from shifts.models import Post

from .fields import ThenField, read_hour, read_number
from .forms import shown

CELLS = ("report_at", "places", "needed")


@dataclass
class Cell:
    """`was` is what the coordinator saw when she began, `text` what stands there now."""

    name: str
    was: str
    text: str
    wrong: str = ""

    @property
    def is_changed(self):
        return self.text.strip() != self.was


class _ThenForm(forms.Form):
    then = ThenField()


@dataclass
class TableRow:
    """`people` are the names of who is on the post."""

    post: Post
    cells: dict[str, Cell]
    people: list[str]

    @property
    def was(self):
        """The hidden field that remembers what was shown: what somebody else changes meanwhile is not undone here."""
        return "|".join(cell.was for cell in self.cells.values())


class Table:
    """Rows of cells for `posts`. `data` is what was sent, None to show them; `people` are names by post."""

    def __init__(self, data, *, evening: Evening, posts: Iterable[Post], people: Mapping[int, list[str]]):
        self.evening, self.people = evening, people
        self.then_form = _ThenForm(data) if evening.is_published else None
        self.rows = [self._row(post, data) for post in posts]

    def _row(self, post, data):
        now = [shown(post.report_at, self.evening.edition.zone), str(post.places), str(post.needed)]
        was = data.get(f"was-{post.pk}", "").split("|") if data is not None else now
        was = was if len(was) == len(CELLS) else now
        # A post that came while the table was open is not in what was sent, and stays as it is.
        texts = [data.get(f"{name}-{post.pk}", was[n]) if data is not None else was[n] for n, name in enumerate(CELLS)]
        cells = {name: Cell(name, was[n], texts[n]) for n, name in enumerate(CELLS)}
        return TableRow(post, cells, self.people.get(post.pk, []))

    @property
    def then(self) -> str:
        """What becomes of places that are added; a draft sends nothing, so there is nothing to choose."""
        chosen = self.then_form is not None and self.then_form.is_valid()
        return self.then_form.cleaned_data["then"] if chosen else "leave_open"

    def read(self) -> list[Row]:
        """The rows in which something is typed; a cell that cannot be read says why."""
        return [self._read(row) for row in self.rows if any(cell.is_changed for cell in row.cells.values())]

    def _read(self, row):
        values = {}
        for cell in row.cells.values():
            if cell.is_changed:
                try:
                    values[cell.name] = self._value(cell)
                except (ValueError, Refusal) as wrong:
                    cell.wrong = str(wrong)
        return Row(row.post.pk, **values)

    def _value(self, cell) -> datetime | int:
        if cell.name == "report_at":
            return hours.evening_instant(self.evening.date, read_hour(cell.text), self.evening.edition.zone)
        return read_number(cell.text, 0, MOST_PLACES)

    def mark(self, cells: dict[tuple[int, str], str]) -> None:
        """Write beside each cell why it was refused."""
        for row in self.rows:
            for cell in row.cells.values():
                cell.wrong = cell.wrong or cells.get((row.post.pk, cell.name), "")

    @property
    def unread(self) -> dict[tuple[int, str], str]:
        return {(post.pk, cell.name): cell.wrong for post, cell in self.wrong}

    @property
    def wrong(self) -> list[tuple[Post, Cell]]:
        return [(row.post, cell) for row in self.rows for cell in row.cells.values() if cell.wrong]
