"""An example of each kind of message about swaps, and of the word to museums where somebody is lent."""

from datetime import date, time, timedelta

from messaging.models import Message
from museums.models import Contact
from nocturnes.history import SYSTEM, Actor
from shifts import actions
from shifts.models import Swap
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.messaging.examples import example

# So near that who is on duty hears of it at once.
NEAR = NOW + timedelta(days=1)


def _place(name, *, weeks=0, lead=None):
    evening = make_evening(date(2026, 3, 26) + timedelta(weeks=weeks), lead=lead, published_at=NOW)
    post = make_post(make_opening(evening, make_museum("Musée d’Érasme & l'Été")))
    make_assignment(post, make_volunteer("Ugo"))
    zoe = make_volunteer(name, "L’Écluse")
    make_available(zoe, evening)
    return make_assignment(post, zoe)


def _proposed(*, exchange=False, needs_ok=False, **fields):
    """Zoë asks Noë, who has a place of her own a week later."""
    make_edition(rules_data={"swap_needs_ok": needs_ok})
    lea = make_coordinator()
    zoes, noes = _place("Zoë", lead=lea), _place("Noë", weeks=1, lead=lea)
    make_available(noes.volunteer, zoes.post.opening.evening)
    make_available(zoes.volunteer, noes.post.opening.evening)
    by = Actor.volunteer_link(zoes.volunteer)
    return actions.propose_swap(zoes, noes.volunteer, theirs=noes if exchange else None, by=by, now=NOW, **fields)


def _message(kind, user=None):
    rows = Message.objects.filter(kind=kind)
    return (rows.filter(user=user) if user else rows).latest("pk")


@example("swap_asked")
def asked_to_come_instead():
    _proposed()
    return _message("swap_asked")


@example("swap_asked")
def asked_to_exchange():
    _proposed(exchange=True)
    return _message("swap_asked")


@example("swap_done")
def somebody_comes_for_her():
    swap = actions.accept_swap(_proposed(), by=SYSTEM, now=NOW)
    return _message("swap_done", swap.assignment.volunteer.user)


@example("swap_done")
def she_comes_for_somebody():
    swap = actions.accept_swap(_proposed(), by=SYSTEM, now=NOW)
    return _message("swap_done", swap.volunteer.user)


@example("swap_done")
def they_exchanged():
    swap = actions.accept_swap(_proposed(exchange=True), by=SYSTEM, now=NOW)
    return _message("swap_done", swap.volunteer.user)


@example("swap_ended")
def somebody_said_no():
    actions.decline_swap(_proposed(), by=SYSTEM, now=NOW)
    return _message("swap_ended")


@example("swap_ended")
def somebody_by_an_address_said_no():
    actions.decline_swap(_proposed(by_address=True), by=SYSTEM, now=NOW)
    return _message("swap_ended")


@example("swap_ended")
def the_coordinator_said_no():
    swap = actions.accept_swap(_proposed(needs_ok=True), by=SYSTEM, now=NOW)
    actions.refuse_swap(swap, by=SYSTEM, now=NOW)
    return _message("swap_ended", swap.volunteer.user)


@example("swap_ended")
def she_keeps_her_place_after_all():
    swap = actions.accept_swap(_proposed(needs_ok=True), by=SYSTEM, now=NOW)
    actions.take_back_swap(swap, by=SYSTEM, now=NOW)
    return _message("swap_ended")


@example("swap_ended")
def the_other_place_is_gone():
    swap = _proposed(exchange=True)
    actions.withdraw(Swap.objects.get(pk=swap.pk).theirs, by=SYSTEM, now=NOW)
    actions.end_stale_swaps(now=NOW)
    return _message("swap_ended")


@example("swap_waits")
def two_people_wait_for_a_coordinator():
    actions.accept_swap(_proposed(needs_ok=True), by=SYSTEM, now=NEAR)
    return _message("swap_waits")


@example("swap_waits")
def an_exchange_waits_for_a_coordinator():
    actions.accept_swap(_proposed(needs_ok=True, exchange=True), by=SYSTEM, now=NEAR)
    return _message("swap_waits")


def _lent(now=NOW):
    zoes = _place("Zoë")
    hole = make_post(make_opening(zoes.post.opening.evening, make_museum("Musée Horta")), places=1)
    for museum, language in ((zoes.post.opening.museum, "nl"), (hole.opening.museum, "fr")):
        Contact.objects.create(museum=museum, name="Anne", email=f"{language}@example.org", language=language)
    actions.lend(zoes, hole, by=SYSTEM, now=now or zoes.report_at)
    return Message.objects.filter(kind="lent").order_by("pk")


@example("lent")
def somebody_leaves_a_museum():
    return _lent().first()


@example("lent")
def somebody_comes_to_a_museum():
    return _lent().last()


@example("lent")
def somebody_is_on_the_way():
    return _lent(now=None).last()


def _lent_today(*hours):
    """Zoë, to a place of today with these hours (report, start): her mail, or those of the museums."""
    evening = make_evening(NOW.date(), published_at=NOW)
    report, starts = hours
    here, there = (
        make_post(make_opening(evening, make_museum(name, **where)), report=report, starts=starts, ends=time(22))
        for name, where in (
            ("Musée d’Érasme & l'Été", {"latitude": "50.8427", "longitude": "4.3615"}),
            ("Musée Horta", {"latitude": "50.8467", "longitude": "4.3525"}),
        )
    )
    Contact.objects.create(museum=there.opening.museum, name="Anne", email="fr@example.org", language="fr")
    zoe = make_volunteer("Zoë")
    make_available(zoe, evening)
    actions.lend(make_assignment(here, zoe), there, by=SYSTEM, now=NOW)


@example("changed")
def somebody_lent_is_to_go_now():
    _lent_today(time(9), time(9, 30))
    return _message("changed")


@example("changed")
def somebody_lent_is_to_go_within_the_hour():
    _lent_today(time(11), time(11, 30))
    return _message("changed")


@example("lent")
def somebody_is_sent_to_a_museum_that_has_opened():
    _lent_today(time(9), time(9, 30))
    return _message("lent")
