"""The languages that people, posts and openings have, read once for all of them: one thing a language."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from nocturnes.models import Language

from .counting import Tongue


def read_tongues() -> dict[int, Tongue]:
    """Every language by its id, in the reader's language."""
    return {one.pk: Tongue(one.code, one.short, one.name) for one in Language.objects.all()}


def tongues_of(field, which: dict, tongues: dict[int, Tongue]) -> dict[int, tuple[Tongue, ...]]:
    """What a many-to-many `field` links with each of its rows, by the row's id; `which` filters the links."""
    return gathered(links(field).filter(**which), tongues)


def links(field) -> QuerySet:
    """What a many-to-many `field` links: the ids of its rows and of languages, in the order in which these are said."""
    rows = field.through.objects.order_by("language__position", "language__code")
    return rows.values_list(f"{field.field.m2m_field_name()}_id", "language_id")


def gathered(links: Iterable[tuple[int, int]], tongues: dict[int, Tongue]) -> dict[int, tuple[Tongue, ...]]:
    """The languages of each row."""
    found = defaultdict(tuple)
    for row, language in links:
        found[row] += (tongues[language],)
    return found
