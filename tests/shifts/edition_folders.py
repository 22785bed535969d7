"""Copies of the bundled edition for tests: smaller, and wrong where a test wants it."""

import csv
import shutil
from pathlib import Path

from shifts.loading import BUNDLED

EVENINGS = ["2026-03-12", "2026-03-26"]
MUSEUMS = ["centrale", "belvue"]


def copy_bundled(tmp_path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "edition"))


def make_small(tmp_path) -> Path:
    """Two evenings with a museum each, who is on their posts, one of the reserve, and somebody to welcome."""
    folder = copy_bundled(tmp_path)
    keep(folder, "evenings.csv", lambda row: row["date"] in EVENINGS)
    for file in ("openings.csv", "posts.csv", "assignments.csv"):
        keep(folder, file, lambda row: row["evening"] in EVENINGS and row["museum"] in MUSEUMS)
    on_posts = {row["volunteer"] for row in read(folder, "assignments.csv")}
    keep(folder, "volunteers.csv", lambda row: row["email"] in on_posts or row["first_name"] in ("Nora", "Zoë"))
    rows = read(folder, "volunteers.csv")
    for row in rows:
        row["reserve"] = " ".join(day for day in row["reserve"].split() if day in EVENINGS)
        for name in [name for name in row if name.startswith("2026-") and name not in EVENINGS]:
            del row[name]
    write(folder, "volunteers.csv", rows)
    return folder


def read(folder, file):
    with (folder / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(folder, file, rows):
    with (folder / file).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def keep(folder, file, wanted):
    write(folder, file, [row for row in read(folder, file) if wanted(row)])


def change(folder, file, line, **values):
    """Set cells of the row on `line`; the header is line 1. No cell of a bundled file has a line break."""
    rows = read(folder, file)
    rows[line - 2] |= values
    write(folder, file, rows)
