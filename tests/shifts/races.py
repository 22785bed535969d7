"""What the races of deeds share: a moment later, a click that is taken back, and the refusals that came of it."""

from collections.abc import Callable
from datetime import timedelta

from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import actions
from tests.factories import NOW
from tests.races import refused

SOON = NOW + timedelta(minutes=1)


def kinds_of(results: list) -> list:
    return [type(one) for one in refused(results)]


def undo(verb: str, lea: Actor) -> Callable[[], object]:
    """Her taking back of the latest click of this verb."""
    entry = Entry.objects.filter(verb=verb, actor_id=lea.id).latest("pk")
    return lambda: actions.undo(entry, by=lea, now=SOON)
