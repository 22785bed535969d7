"""What is known of the volunteers of an edition whatever evening it is about, read when it is asked for.

Searches on many evenings share one: what is read here stays as it is while people are asked.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cached_property, partial

from nocturnes.prepared import Many

from . import rows
from .nights import nights_on_call


class Season:
    """The facts by the volunteer's id. `only` restricts what is read to these volunteers."""

    def __init__(self, edition: int, now: datetime, only: Collection[int] | None = None):
        self.edition = edition
        self.now = now
        # What each query of `rows` takes of it.
        self.only = {} if only is None else {"only": Many(only)}
        self.evenings: dict[int, int] = {}
        # Of these evenings, how many she was on call for nothing.
        self.nights: dict[int, int] = {}
        self.likes = _Links(partial(rows.likes, edition=edition, **self.only))
        self.knows = _Links(partial(rows.knows, edition=edition, now=now, **self.only))

    @cached_property
    def registered(self) -> list[tuple[tuple, set[int]]]:
        """Everybody who is registered, but whom the coordinator did not welcome: who is alike, with `rows.FACTS`.

        The database sorts them: of thousands most gave one of a few answers, and nothing else is known of them.
        """
        found = rows.registered(edition=self.edition, **self.only)
        return [(tuple(facts), rows.numbers(ids)) for *facts, ids in found]

    @cached_property
    def speakers(self) -> dict[str, set[int]]:
        """Who speaks the language of that code."""
        return {code: rows.numbers(ids) for code, ids in rows.speakers(**self.only)}

    @cached_property
    def not_at(self) -> dict[int, frozenset[int]]:
        """The museums where she is not placed."""
        return frozen(rows.not_at(**self.only))

    @cached_property
    def absences(self) -> dict[int, int]:
        """How often she was missing without a word."""
        return dict(rows.absences(edition=self.edition, **self.only))

    @cached_property
    def said_yes(self) -> dict[int, int]:
        """To how many messages she said yes, in time or too late."""
        return dict(rows.said_yes(edition=self.edition, **self.only))

    def evenings_of(self, volunteer: int, everybody: Iterable[int]) -> int:
        """On how many evenings she has a place, past and to come.

        Those of `everybody` are counted with hers, where `count_evenings` was not called for her before.
        """
        if volunteer not in self.evenings:
            self.count_evenings(everybody)
        return self.evenings[volunteer]

    def count_evenings(self, volunteers: Iterable[int]) -> None:
        """Count the evenings of these volunteers, in two queries: it is the dearest of all that is known of somebody.

        On call until an evening was staffed is an evening, too.
        """
        volunteers = [pk for pk in volunteers if pk not in self.evenings]
        if not volunteers:
            return
        counted = dict(rows.evenings(edition=self.edition, only=Many(volunteers)))
        self.nights |= nights_on_call(self.edition, volunteers)
        self.evenings.update((pk, counted.get(pk, 0) + self.nights.get(pk, 0)) for pk in volunteers)


class _Links:
    """Who is linked with what: read for one thing alone, and for all of them as soon as a second one is asked for."""

    def __init__(self, read: Callable[..., Iterable[tuple[int, str]]]):
        self.read = read
        self.known: dict[int, set[int]] = {}
        self.is_complete = False

    def of(self, name: str, pk: int) -> set[int]:
        """The volunteers who are linked with the thing `pk`; `name` is what `read` calls it."""
        if pk not in self.known and not self.is_complete:
            self.is_complete = bool(self.known)
            self.known = defaultdict(set, {pk: set()})
            for key, ids in self.read(**({} if self.is_complete else {name: pk})):
                self.known[key] |= rows.numbers(ids)
        return self.known.get(pk, frozenset())


def frozen(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """What belongs to each first one of `pairs`."""
    sets = defaultdict(set)
    for key, value in pairs:
        sets[key].add(value)
    return {key: frozenset(values) for key, values in sets.items()}
