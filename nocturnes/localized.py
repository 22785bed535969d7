from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language


class Localized:
    """A text kept in one column a language (`name_fr`, `name_nl`, `name_en`), read in the reader's language.

    Where the reader's language is empty, the next one in the order of `settings.LANGUAGES` that is not: texts typed by
    people are shown as written rather than not at all (design.md 3.8).
    """

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, row, owner=None):
        return self if row is None else self.in_language(row, get_language())

    def in_language(self, row, language):
        for code in (language, *(code for code, _ in settings.LANGUAGES)):
            if text := getattr(row, f"{self.name}_{code}", ""):
                return text
        return ""


def missing_languages(row, name: str, languages: list[str]) -> list[str]:
    """Those of `languages` that the text `name` of `row` lacks, though it is written in another (design.md 3.8).

    A text that is written nowhere lacks nothing; nor does one in a language that it has no column for.
    """
    texts = {code: getattr(row, f"{name}_{code}", None) for code, _ in settings.LANGUAGES}
    return [code for code in languages if texts.get(code) == ""] if any(texts.values()) else []


def column(path: str) -> Coalesce:
    """The text `path` ("museum__short") in the reader's language, picked by the database as `Localized` picks it."""
    codes = dict.fromkeys([get_language(), *(code for code, _ in settings.LANGUAGES)])
    texts = [NullIf(F(f"{path}_{code}"), Value("")) for code in codes if code in dict(settings.LANGUAGES)]
    return Coalesce(*texts, Value(""))


def labelled(row, name: str) -> str:
    """The text `name` as it is read, with "(FR)" after it where it is not yet written in the reader's language."""
    wanted = get_language()
    text, own = getattr(row, name), getattr(row, f"{name}_{wanted}", None)
    if not text or own != "":
        return text
    code = next(code for code, _ in settings.LANGUAGES if getattr(row, f"{name}_{code}", "") == text)
    return f"{text} ({code.upper()})"


def written_in(row_type, name: str, languages: list[str]) -> list[str]:
    """Those of `languages` in which the text `name` has a column; where there is none, the first one that it has."""
    columns = {column.name for column in row_type._meta.concrete_fields}
    known = [code for code, _ in settings.LANGUAGES if f"{name}_{code}" in columns]
    return [code for code in languages if code in known] or known[:1]


def is_taken(name: str, facts: dict, rows) -> bool:
    """Whether one of `rows` (a QuerySet) has the text `name` of `facts` in the same language, in capitals or not.

    Read here, because SQLite knows the capitals of ASCII only.
    """
    columns = [f"{name}_{code}" for code, _ in settings.LANGUAGES if facts.get(f"{name}_{code}")]
    if not columns:
        return False
    taken = {(column, text.casefold()) for row in rows.values(*columns) for column, text in row.items() if text}
    return any((column, facts[column].casefold()) in taken for column in columns)
