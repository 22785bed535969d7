"""`edition.toml` and the notices beside it: what an edition is, before its evenings."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nocturnes import rules

from . import cells
from .problems import Problem
from .rows import LANGUAGES

FILE = "edition.toml"
NOTICES = {"privacy": "Privacy notice", "information": "Information note"}


@dataclass(frozen=True)
class Header:
    """The edition's own facts. `starts` is the moment, on the clock of the wall, at which a rehearsal begins."""

    slug: str
    organisation: str
    zone_name: str
    languages: list
    mailbox: str
    opens: time
    closes: time
    names: dict
    rules_data: dict
    coordinator: dict
    notice_versions: dict
    notices_since: date
    starts: datetime

    @property
    def zone(self):
        return ZoneInfo(self.zone_name)


def read_header(folder: Path, problems: list) -> Header | None:
    """What `edition.toml` says; None, and a problem for each wrong value, where anything is wrong."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        problems.append(Problem(FILE, 0, "this file is missing"))
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(FILE, 0, str(error)))
        return None
    values, before = {}, len(problems)
    for name, (path, reader) in _VALUES.items():
        try:
            values[name] = reader(_find(data, path))
        except ValueError as error:
            problems.append(Problem(FILE, _line(text, path), f"{'.'.join(path)}: {error}"))
    for language in values.get("languages", []) if "names" in values else []:
        if not values["names"][language]:
            problems.append(Problem(FILE, _line(text, ["name"]), f"name.{language}: this value is missing"))
    return Header(**values) if len(problems) == before else None


def read_notices(folder: Path, header: Header, problems: list) -> dict:
    """The text of each notice by kind and language; every notice is there in every language of the edition."""
    texts = {}
    for kind, what in NOTICES.items():
        for language in LANGUAGES:
            path = folder / "notices" / f"{kind}.{language}.md"
            texts[kind, language] = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
            if not texts[kind, language] and language in header.languages:
                problems.append(Problem(f"notices/{path.name}", 0, f"{what} without text in “{language}”"))
    return texts


def _find(data, path):
    for part in path:
        if not isinstance(data, dict) or part not in data:
            raise ValueError("this value is missing")
        data = data[part]
    return data


def _line(text, path):
    """The line on which the last name of `path` is set; 0 where it is nowhere."""
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if line.split("=")[0].strip(" []") == path[-1]), 0)


def _cell(reader):
    def read(value):
        if not isinstance(value, str):
            raise ValueError("write this value between quotes")
        return reader(value)

    return read


def _zone(name):
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"“{name}” is not a zone like Europe/Brussels") from None


def _languages(value):
    if not isinstance(value, list) or not value or set(value) - set(LANGUAGES) or len(set(value)) < len(value):
        raise ValueError(f"one to three of {', '.join(LANGUAGES)}, each once; the first is the default")
    return value


def _names(value):
    """Those that are written; which of them there must be is known once the languages are read."""
    written = {language: value[language] for language in LANGUAGES if language in value}
    return dict.fromkeys(LANGUAGES, "") | {language: cells.text(80)(name) for language, name in written.items()}


def _rules(value):
    try:
        rules.from_data(value)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a rule of an edition, or not its kind of value: {error}") from None
    return value


def _coordinator(value):
    readers = {"first_name": cells.text(60), "email": cells.email, "phone": cells.phone}
    readers["language"] = cells.one_of(*LANGUAGES)
    return {name: _cell(reader)(_find(value, [name])) for name, reader in readers.items()}


def _versions(value):
    versions = {kind: _find(value, [kind]) for kind in NOTICES}
    if not all(isinstance(version, int) and version > 0 for version in versions.values()):
        raise ValueError("a version is a whole number from 1")
    return versions


_VALUES = {
    "slug": (["slug"], _cell(cells.slug)),
    "organisation": (["organisation"], _cell(cells.text(80))),
    "zone_name": (["zone"], _cell(_zone)),
    "languages": (["languages"], _languages),
    "mailbox": (["mailbox"], _cell(cells.email)),
    "opens": (["opens"], _cell(cells.hour)),
    "closes": (["closes"], _cell(cells.hour)),
    "names": (["name"], _names),
    "rules_data": (["rules"], _rules),
    "coordinator": (["coordinator"], _coordinator),
    "notice_versions": (["notices"], _versions),
    "notices_since": (["notices", "since"], _cell(cells.day)),
    "starts": (["rehearsal", "starts"], _cell(cells.moment)),
}
