"""What the tests of the search have in common: an evening on Thursday 26 March 2026, people, and the clock."""

from datetime import date, time

from nocturnes.history import SYSTEM
from nocturnes.hours import instant
from shifts import actions
from shifts.models import Ask, Offer
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)

THURSDAY = date(2026, 3, 26)


def at(day, hour, minute=0, month=3):
    """An instant by the clock on the wall in Brussels, in 2026."""
    return instant(date(2026, month, day), time(hour, minute), make_edition().zone)


def published_evening(day=THURSDAY, **fields):
    return make_evening(day, **{"published_at": NOW, **fields})


def post_at(evening, museum="Musée BELvue", **fields):
    return make_post(make_opening(evening, make_museum(museum)), **fields)


def make_people(evening, *names, answer="yes", on_call=False, **fields):
    """Volunteers who answered for `evening`, in the order in which a search asks them, other things being equal."""
    people = [make_volunteer(name, **fields) for name in names]
    for volunteer in people:
        make_available(volunteer, evening, answer, on_call_at=NOW if on_call else None)
    return people


def make_many(evening, number, **fields):
    return make_people(evening, *(f"V{n:02}" for n in range(number)), **fields)


def make_withdrawal(post, *, now, name="Inès"):
    """Somebody on `post` cannot come; returns her assignment and the search that it opened."""
    assignment = make_assignment(post, make_people(post.opening.evening, name)[0])
    search = actions.withdraw(assignment, by=SYSTEM, now=now)
    return assignment, search


def open_search(post, *, now):
    return actions.open_search(post, by=SYSTEM, now=now)


def sweep(now):
    return actions.advance_searches(now=now)


def asked(search):
    """The first names of who was asked for `search`, in the order of wave and rank."""
    return [offer.volunteer.first_name for offer in search.offers.select_related("volunteer")]


def offer_to(volunteer, search):
    return search.offers.get(volunteer=volunteer)


def ask_of(volunteer):
    return Ask.objects.filter(volunteer=volunteer).latest("asked_at", "pk")


def make_offer(post, volunteer):
    """A live offer of `post` to this volunteer, of a search that asked her just now."""
    evening = post.opening.evening
    ask = Ask.objects.create(volunteer=volunteer, evening=evening, asked_at=NOW)
    common = {"wave": 1, "rank": 1, "asked_at": NOW}
    return Offer.objects.create(search=open_search(post, now=NOW), ask=ask, volunteer=volunteer, **common)
