"""A folder of files, read and checked, before anything is written."""

from dataclasses import dataclass
from pathlib import Path

from . import cells, checks
from .header import Header, read_header, read_notices
from .problems import WrongRows
from .rows import (
    LANGUAGES,
    AssignmentRow,
    ContactRow,
    EveningRow,
    LanguageRow,
    MuseumRow,
    OpeningRow,
    PostRow,
    RoleRow,
    VolunteerRow,
)
from .tables import read_table

ANSWERS = cells.optional(cells.one_of("yes", "if_needed", "no"), "")


@dataclass(frozen=True)
class Season:
    header: Header
    notices: dict
    languages: list
    roles: list
    museums: list
    contacts: list
    evenings: list
    openings: list
    posts: list
    volunteers: list
    assignments: list


def read_season(folder: Path, *, people: bool) -> Season:
    """The season that the files of `folder` describe; its volunteers and who does what only with `people`.

    Raises WrongRows with everything that is wrong in any file.
    """
    problems = []
    header = read_header(folder, problems)
    languages = header.languages if header else LANGUAGES

    def table(kind, **extra):
        return read_table(folder / kind.FILE, kind, problems, languages=languages, **extra)

    tables = {name: table(kind) for name, kind in _TABLES.items()}
    tables |= {"volunteers": [], "assignments": []}
    # The answers stand in a column an evening: with a wrong evening nobody could tell which columns to expect.
    if people and not any(problem.file == EveningRow.FILE for problem in problems):
        dates = {row.date.isoformat(): ANSWERS for row in tables["evenings"]}
        tables["volunteers"] = table(VolunteerRow, extra=dates)
        tables["assignments"] = table(AssignmentRow)
    notices = read_notices(folder, header, problems) if header else {}
    season = Season(header=header, notices=notices, **tables)
    checks.check(season, problems)
    if problems:
        raise WrongRows(problems)
    return season


_TABLES = {
    "languages": LanguageRow,
    "roles": RoleRow,
    "museums": MuseumRow,
    "contacts": ContactRow,
    "evenings": EveningRow,
    "openings": OpeningRow,
    "posts": PostRow,
}
