"""Reading a table: a CSV file with a header row, as any spreadsheet saves it, into one object a row."""

import csv
import io
from collections import defaultdict
from dataclasses import Field, field, fields
from pathlib import Path

from django.conf import settings

from .cells import optional
from .problems import Problem


def column(reader, **without) -> Field:
    """A field that is read from the column of its own name; `without=…` is its value in a file that has none."""
    return field(metadata={"reader": reader, **without})


def read_table(path: Path, row_class, problems: list, *, languages: list, extra=None) -> list:
    """The rows of the file at `path` as `row_class`, each with its `line`; appends what is wrong to `problems`.

    Texts in others than `languages`, those of the edition, may be empty, and their columns missing. `extra` maps the
    names of further columns to their readers; they are read into `row.extra`, a dict. A row with a problem is left out.
    """
    lines, extra = _lines(path, problems), extra or {}
    if lines is None:
        return []
    header, rows = lines[0][1], lines[1:]
    known = {part.name: part.metadata for part in fields(row_class) if "reader" in part.metadata}
    for name in _spared(known, languages):
        known[name] = {"reader": optional(known[name]["reader"], ""), "without": ""}
    lacking = {name: data["without"] for name, data in known.items() if "without" in data and name not in header}
    readers = {name: data["reader"] for name, data in known.items() if name not in lacking}
    if wrong := _wrong_header(header, [*readers, *extra]):
        problems.append(Problem(path.name, 1, wrong))
        return []
    read = []
    for line, cells in rows:
        texts = dict(zip(header, cells, strict=False)) if len(cells) == len(header) else None
        values = _values(path.name, line, texts, readers | extra, problems)
        if values is not None:
            further = {"extra": {name: values.pop(name) for name in extra}} if extra else {}
            read.append(row_class(line=line, **lacking, **values, **further))
    return read


def _spared(names, languages) -> list:
    """Those of the columns that hold a text in a language that is none of `languages`.

    Where a text has no column for any of them (a street has none in English), its first one is not spared.
    """
    codes, spared = defaultdict(list), []
    for name in names:
        text, _, code = name.rpartition("_")
        if code in dict(settings.LANGUAGES):
            codes[text].append(code)
    for text, there in codes.items():
        wanted = [code for code in there if code in languages] or there[:1]
        spared += [f"{text}_{code}" for code in there if code not in wanted]
    return spared


def _lines(path, problems):
    """(line, cells) of every line that is not empty; None where the file cannot be read."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.append(Problem(path.name, 0, "this file is missing"))
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(path.name, line, "save the file as UTF-8: this line has a letter of another encoding"))
        return None
    lines, ends = [], 0
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=_delimiter(content))
    for cells in reader:
        # A cell may hold several lines: a row is told by the line on which it begins.
        begins, ends = ends + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            lines.append((begins, [cell.strip() for cell in cells]))
    if not lines:
        problems.append(Problem(path.name, 1, "the file is empty: its first line names the columns"))
    return lines or None


def _delimiter(content):
    """A spreadsheet set to Belgian habits separates by semicolons."""
    header = content.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _wrong_header(header, wanted):
    missing = [name for name in wanted if name not in header]
    unknown = [name for name in header if name not in wanted]
    twice = [name for name in wanted if header.count(name) > 1]
    sentences = [
        f"{what}: {', '.join(names)}"
        for what, names in [("missing columns", missing), ("unknown columns", unknown), ("columns twice", twice)]
        if names
    ]
    return "; ".join(sentences)


def _values(file, line, texts, readers, problems):
    """The values of a row by column; None where any of them is wrong."""
    if texts is None:
        reason = "this line has more or fewer cells than the header (a cell with a comma in it stands between quotes)"
        problems.append(Problem(file, line, reason))
        return None
    values = {}
    for name, reader in readers.items():
        try:
            values[name] = reader(texts[name])
        except ValueError as error:
            problems.append(Problem(file, line, f"{name}: {error}"))
    return values if len(values) == len(readers) else None
