"""How places stand, counted: the same rules for a post, for a museum's cell of the season, and for its evening.

Pure arithmetic on what others have read. Somebody who was marked absent fills no place, though her place stays hers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from nocturnes.alphabet import folded

# Weakest first (look.md, "States"): this order gives a cell its state, and an evening its list.
WEAKEST = ["empty", "short", "searching", "draft", "unconfirmed", "full", "called_off"]
# The order in which windows are drawn.
WINDOWS = ["confirmed", "unconfirmed", "draft", "searched", "open", "wanted"]


class Places(NamedTuple):
    """The places of a post, or of several together, by kind of window.

    `filled` counts needed places only: who is on top of them hides no hole elsewhere. `open` are needed places that
    nobody is looking for, `wanted` what is open on top of the needed ones.
    """

    total: int = 0
    needed: int = 0
    filled: int = 0
    confirmed: int = 0
    unconfirmed: int = 0
    draft: int = 0
    searched: int = 0
    open: int = 0
    wanted: int = 0

    @property
    def people(self):
        """How many people stand there, who are not marked absent."""
        return self.confirmed + self.unconfirmed + self.draft

    @property
    def windows(self):
        return [kind for kind in WINDOWS for _ in range(getattr(self, kind))]


def places(
    *, total: int, needed: int, confirmed: int, unconfirmed: int, draft: int, absent: int, is_searched: bool
) -> Places:
    """The places of one post, of whose people `absent` were expected and are not there."""
    here = confirmed + unconfirmed + draft
    searched = max(total - here - absent, 0) if is_searched else 0
    missing = max(needed - here - searched, 0)
    return Places(
        total=total,
        needed=needed,
        filled=min(here, needed),
        confirmed=confirmed,
        unconfirmed=unconfirmed,
        draft=draft,
        searched=searched,
        open=missing,
        wanted=max(total - here - searched - missing, 0),
    )


def together(parts: Iterable[Places]) -> Places:
    """The places of several posts as if they were one."""
    parts = list(parts)
    return Places(*map(sum, zip(*parts, strict=True))) if parts else Places()


class Tongue(NamedTuple):
    """A language as it is shown: in letters, and by its name in the reader's language."""

    code: str
    short: str
    name: str

    def __str__(self):
        return self.name


@dataclass(frozen=True)
class Cell:
    """One museum on one evening: its places, and the languages that it asks for and nobody there speaks."""

    opening: int
    short: str
    name: str
    places: Places
    is_called_off: bool
    is_published: bool
    asks_in_vain: tuple[Tongue, ...] = ()

    @property
    def anchor(self):
        """Where the museum stands on its evening's page."""
        return f"#museum-{self.opening}"

    @property
    def filled(self):
        return self.places.filled

    @property
    def needed(self):
        return self.places.needed

    @property
    def windows(self):
        return ["called_off"] * self.places.total if self.is_called_off else self.places.windows

    @property
    def lacks(self):
        """The missing languages; where nobody is there "empty" says it all."""
        return () if self.is_called_off or not self.places.people else self.asks_in_vain

    @cached_property
    def state(self):
        """The worst of its states, a word of look.md."""
        if self.is_called_off:
            return "called_off"
        if self.needed and not self.places.people:
            return "empty"
        if not self.is_published:
            return "draft"
        if self.places.open:
            return "short"
        if self.places.searched:
            return "searching"
        return "unconfirmed" if self.places.unconfirmed else "full"

    @property
    def n(self):
        """The number that the word of the state counts."""
        counted = {"short": "open", "searching": "searched", "unconfirmed": "unconfirmed"}.get(self.state)
        return getattr(self.places, counted) if counted else 0

    @property
    def weakness(self):
        """A key that sorts the weakest museum first, then by name."""
        return (WEAKEST.index(self.state), not self.lacks, self.filled - self.needed, folded(self.short))
