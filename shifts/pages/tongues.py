"""The languages that people, posts and openings have, read once for all of them: one thing a language."""

from collections import defaultdict

from nocturnes.models import Language

from .counting import Tongue


def read_tongues() -> dict[int, Tongue]:
    """Every language by its id, in the reader's language."""
    return {one.pk: Tongue(one.code, one.short, one.name) for one in Language.objects.all()}


def tongues_of(field, which: dict, tongues: dict[int, Tongue]) -> dict[int, tuple[Tongue, ...]]:
    """What a many-to-many `field` links with each of its rows, by the row's id; `which` filters the links."""
    links = field.through.objects.filter(**which).order_by("language__position", "language__code")
    found = defaultdict(tuple)
    for row, language in links.values_list(f"{field.field.m2m_field_name()}_id", "language_id"):
        found[row] += (tongues[language],)
    return found
