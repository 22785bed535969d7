"""Everything that is measured on one roster, over the database of this process: an empty one, for the bench alone."""

from collections.abc import Callable

from django.db import connection

from messaging.models import Message
from nocturnes import clock, installation
from nocturnes.serve.preparation import prepare

from . import pages, race, ranks, roster, rush, site, sweep, withdrawals

# Until the last mail has gone.
PATIENCE = 120


def measure(size: str, *, seconds: float, thorough: bool, say: Callable[[str], object]) -> dict:
    """The figures of the roster `size`: "pages" by name.

    With `thorough` also "ranking_ms", "race" where on an evening thirty are free, "sweep_100", "rush" and
    "withdrawal_to_mail_ms". `say` hears what goes on.
    Raises load.NotServed where something else is served than what was asked for.
    """
    prepare(lambda _text: None)
    installation.stamp()
    say(f"{size}: writing the roster…")
    loaded = roster.load(size, now=clock.now())
    with connection.cursor() as cursor:
        # A database that has been running for a while knows its tables.
        cursor.execute("ANALYZE")
    found = {"pages": _pages(size, loaded, seconds, say)}
    if thorough:
        say(f"{size}: ranking…")
        found["ranking_ms"] = ranks.measure(loaded)
        say(f"{size}: a hundred searches in one sweep…")
        found["sweep_100"] = sweep.measure(loaded)
        say(f"{size}: thirty for one last place, and everybody at once…")
        found |= _crowds(loaded)
        say(f"{size}: withdrawals…")
        found["withdrawal_to_mail_ms"] = withdrawals.measure(loaded)
    return found


def _pages(size, loaded, seconds, say):
    found = {}
    with site.broker():
        with site.web(workers=2, threads=4) as address:
            for name in pages.PAGES:
                say(f"{size}: {name}…")
                found[name] = pages.measure(address, name, loaded, seconds=seconds)
            say(f"{size}: take_place…")
            found["take_place"] = pages.measure_taking(address, loaded)
        _send_mails()
    return found


def _crowds(loaded):
    """Who wants the same at the same moment. Of a roster with fewer people half are asked in the rush."""
    holes = min(rush.HOLES, len(loaded.posts), len(loaded.volunteers) // (2 * rush.ASKED))
    with site.broker():
        with site.web(workers=4, threads=8) as address:
            winners = race.run(address, loaded)
            rushed = rush.run(address, loaded, holes=holes, sign_ups=holes * rush.ASKED)
        _send_mails()
    return {"race": {"winners": winners}, "rush": rushed}


def _send_mails():
    """Let the worker send what the POSTs wrote down, for the counting server to count.

    Afterwards, not meanwhile: one client that takes a place every few milliseconds would measure how a worker and a
    web server share two cores, and not what a volunteer waits for.
    """
    due = Message.objects.due(clock.now())
    with site.worker():
        site.wait_for(lambda: not due.exists(), PATIENCE)
