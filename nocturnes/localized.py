from django.conf import settings
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
