"""The everyday pages, measured: what is asked for, and what comes out."""

import statistics
from collections.abc import Callable

from django.urls import reverse
from django.utils import translation

from nocturnes import links
from shifts.models import Assignment

from . import site
from .load import Answer, NotServed, Request, ask, in_turn
from .roster import SLUG, Loaded

LANGUAGE = "fr"
CLIENTS = 8
# So many requests by one client, or the seconds that the command gives, whatever is over first.
MOST = 120
# Every thread of both workers connects, and has seen each template.
WARM_UP = 24
# Of the pages that there are many of, so many are asked for in turn.
IN_TURN = 12


def url(name: str, *args) -> str:
    with translation.override(LANGUAGE):
        return reverse(name, args=args)


def overview(loaded: Loaded) -> list[Request]:
    return [Request(url("season", SLUG), site.sign_in(loaded.coordinator))]


def evening(loaded: Loaded) -> list[Request]:
    """An evening with all its museums."""
    cookies = site.sign_in(loaded.coordinator)
    return [Request(url("evening", SLUG, evening.date), cookies) for evening in loaded.evenings[:IN_TURN]]


def museum(loaded: Loaded) -> list[Request]:
    """The page behind a museum's secret link, with all its evenings."""
    return [Request(url("museum", links.token("museum", museum)), {}) for museum in loaded.museums[:IN_TURN]]


def mine(loaded: Loaded) -> list[Request]:
    return [Request(url("mine", SLUG), site.sign_in(volunteer.user)) for volunteer in loaded.volunteers[:IN_TURN]]


PAGES: dict[str, Callable[[Loaded], list[Request]]] = {
    "overview": overview,
    "evening": evening,
    "museum": museum,
    "mine": mine,
}


def measure(address: str, name: str, loaded: Loaded, *, seconds: float) -> dict:
    """The figures of the page `name`, which one client and then eight ask for during so many `seconds`.

    Raises NotServed where the site answers anything but the page.
    """
    requests = PAGES[name](loaded)
    _served(ask(address, in_turn(requests, WARM_UP), clients=CLIENTS, seconds=seconds)[0], 200)
    alone, _time = ask(address, in_turn(requests, MOST), clients=1, seconds=seconds)
    crowd, time = ask(address, in_turn(requests, MOST * 20), clients=CLIENTS, seconds=seconds)
    return figures(_served(alone, 200), _served(crowd, 200), time)


def measure_taking(address: str, loaded: Loaded) -> dict:
    """The figures of the POST by which a volunteer takes a place: each is somebody who is free, on an open place.

    A tenth warms up; then the first half goes one by one, the other half by eight clients at a time. Raises NotServed
    where not every one of them has her place in the end.
    """
    wishes = loaded.roster.wishes()[: 4 * MOST]
    requests = [taking(loaded, *wish) for wish in wishes]
    warm, half = len(wishes) // 10, len(wishes) * 11 // 20
    _served(ask(address, requests[:warm], clients=CLIENTS, seconds=600)[0], 302)
    alone, _time = ask(address, requests[warm:half], clients=1, seconds=600)
    crowd, time = ask(address, requests[half:], clients=CLIENTS, seconds=600)
    _all_have_their_place(loaded, wishes)
    return figures(_served(alone, 302), _served(crowd, 302), time)


def taking(loaded: Loaded, evening: int, museum: int, post: int, volunteer: int) -> Request:
    path = url("mine_take", SLUG, loaded.posts[evening, museum, post].pk)
    return Request(path, site.sign_in(loaded.volunteers[volunteer].user), site.form())


def _served(answers: list[Answer], status: int) -> list[Answer]:
    wrong = [answer for answer in answers if answer.status != status]
    if wrong:
        raise NotServed(f"{len(wrong)} of {len(answers)} answers were {wrong[0].status} instead of {status}.")
    return answers


def _all_have_their_place(loaded, wishes):
    wanted = {(loaded.posts[e, m, p].pk, loaded.volunteers[volunteer].pk) for e, m, p, volunteer in wishes}
    active = set(Assignment.objects.active().published().values_list("post", "volunteer"))
    if lost := len(wanted - active):
        raise NotServed(f"{lost} of {len(wanted)} who took a place do not have it.")


def figures(alone: list[Answer], crowd: list[Answer], time: float) -> dict:
    """Queries, bytes, median and 95th percentile of one client's requests, and how many eight clients get a second."""
    taken = [answer.seconds * 1000 for answer in alone]
    return {
        "queries": max(answer.queries for answer in alone),
        "bytes": round(statistics.median(answer.size for answer in alone)),
        **percentiles(taken),
        "rps_8": round(len(crowd) / time, 1),
    }


def percentiles(milliseconds: list[float]) -> dict:
    ordered = sorted(milliseconds)
    return {
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
    }
