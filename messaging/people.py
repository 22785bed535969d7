"""What the apps above know of people and the outbox does not: whole names, numbers to call, who is barred.

They say so at start-up, as they do for kinds; messaging imports nothing above it.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from nocturnes.models import User


class Entry(NamedTuple):
    """`person` is the number of the page of who it is, in the app that knows her."""

    name: str
    phone: str
    person: int | None = None


Directory = Callable[[Iterable[int]], dict[int, Entry]]

_directories: list[Directory] = []
_bars: list[Callable[[User], bool]] = []


def register(*, directory: Directory | None = None, barred: Callable[[User], bool] | None = None) -> None:
    """Make known a `directory`, {user's id: Entry} for some users' ids, or who is `barred` from signing in."""
    if directory:
        _directories.append(directory)
    if barred:
        _bars.append(barred)


def entries(user_ids: Iterable[int]) -> dict[int, Entry]:
    """What is known of these users, in as many queries as there are directories."""
    ids, known = set(user_ids), {}
    for directory in _directories:
        known |= directory(ids)
    return known


def may_sign_in(user: User) -> bool:
    """Whether the account is open, and no app bars this person."""
    return user.is_active and not any(barred(user) for barred in _bars)
