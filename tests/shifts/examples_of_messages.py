"""An example of each kind of message about assignments; those of the search are in `examples_of_searches`."""

from datetime import time, timedelta

from messaging.models import Message
from nocturnes.history import SYSTEM
from nocturnes.models import Evening
from shifts import actions
from shifts.models import PlaceRequest, Post
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.messaging.examples import example
from tests.shifts import (
    examples_of_disruptions,
    examples_of_letters,
    examples_of_reserve,
    examples_of_searches,
    examples_of_swaps,
)

__all__ = [
    "examples_of_disruptions",
    "examples_of_letters",
    "examples_of_reserve",
    "examples_of_searches",
    "examples_of_swaps",
]


# So near its evening that who is on duty hears of it at once.
NEAR = NOW + timedelta(days=1)


def make_place(*, published=True, **fields):
    """A post at a museum whose name has an accent and an apostrophe, on an evening that Léa leads."""
    evening = make_evening(lead=make_coordinator(), published_at=NOW if published else None)
    museum = make_museum("Musée d’Érasme & l'Été", stop="Saint-Guidon (métro 5)")
    opening = make_opening(evening, museum, meeting_point_fr="à l’entrée de côté", meeting_point_nl="zij-ingang")
    briefing = {"briefing_fr": "Tu ouvres.", "briefing_nl": "Je doet open.", "briefing_en": "You open."}
    return make_post(opening, **{"places": 2, **briefing, **fields})


@example("published")
def published_one():
    assignment = _draft()
    actions.publish(assignment.post.opening.evening, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="published")


@example("published")
def published_several():
    assignment = _draft()
    late = make_post(assignment.post.opening, report=time(22), starts=time(22), ends=time(23))
    make_assignment(late, assignment.volunteer, published_at=None)
    actions.publish(assignment.post.opening.evening, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="published")


def _draft():
    return make_assignment(make_place(published=False), make_volunteer("Zoë"), published_at=None)


@example("no_place")
def no_place():
    post = make_place(published=False)
    make_available(make_volunteer("Zoë"), post.opening.evening)
    actions.publish(post.opening.evening, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="no_place")


@example("changed")
def a_new_place():
    return actions.tell(_assigned(), "assigned", due=NOW, by=SYSTEM, now=NOW)


@example("changed")
def a_place_at_another_hour():
    return actions.tell(_assigned(), "moved", due=NOW, by=SYSTEM, now=NOW)


@example("changed")
def a_place_with_another_door():
    return actions.tell(_assigned(), "details", due=NOW, by=SYSTEM, now=NOW)


@example("changed")
def a_place_no_longer():
    actions.remove(_assigned(), by=SYSTEM, now=NOW)
    return Message.objects.get(kind="changed")


@example("changed")
def all_kinds_of_change_at_once():
    moved = _assigned()
    opening, zoe = moved.post.opening, moved.volunteer
    new = make_assignment(make_post(opening, report=time(22), starts=time(22), ends=time(23)), zoe)
    gone = make_assignment(make_post(opening, report=time(14), starts=time(14), ends=time(16)), zoe)
    actions.remove(gone, by=SYSTEM, now=NOW)
    actions.tell(new, "assigned", due=NOW, by=SYSTEM, now=NOW)
    return actions.tell(moved, "moved", due=NOW, by=SYSTEM, now=NOW)


def _assigned():
    post = make_place()
    make_assignment(post, make_volunteer("Noé", "D’Hondt"))
    return make_assignment(post, make_volunteer("Zoë", "L’Écluse"))


@example("place_taken")
def place_taken():
    post = make_place()
    post.opening.evening.edition.rules_data = {"self_service": "at_once"}
    post.opening.evening.edition.save()
    zoe = make_volunteer("Zoë", "L’Écluse")
    make_available(zoe, post.opening.evening)
    actions.take_open_place(Post.objects.for_pages().get(pk=post.pk), zoe, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="place_taken")


def _request(**fields):
    """Zoë asked for a place of a post like that of `make_place`."""
    post = make_place(**fields)
    edition = post.opening.evening.edition
    edition.rules_data = {"self_service": "approve"}
    edition.save()
    zoe = make_volunteer("Zoë", "L’Écluse")
    make_available(zoe, post.opening.evening)
    return actions.request_place(Post.objects.for_pages().get(pk=post.pk), zoe, by=SYSTEM, now=NOW)


@example("request_declined")
def a_request_that_gets_a_no():
    actions.answer_request(_request(), grant=False, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="request_declined")


@example("request_declined")
def a_request_whose_place_is_gone():
    post = _request(places=1).post
    bob = make_volunteer("Bob")
    make_available(bob, post.opening.evening)
    actions.assign(post, bob, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="request_declined")


@example("request_declined")
def a_request_for_an_opening_that_is_called_off():
    actions.call_off(_request().post.opening, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="request_declined")


@example("called_off")
def called_off():
    actions.call_off(make_assignment(make_place(), make_volunteer("Zoë")).post.opening, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="called_off")


@example("called_off")
def several_called_off():
    assignment = make_assignment(make_place(), make_volunteer("Zoë"))
    late = make_post(assignment.post.opening, report=time(22), starts=time(22), ends=time(23))
    make_assignment(late, assignment.volunteer)
    actions.call_off(assignment.post.opening, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="called_off")


@example("called_off")
def an_evening_for_the_reserve():
    post = make_place()
    make_available(make_volunteer("Zoë"), post.opening.evening, on_call_at=NOW)
    actions.call_off_evening(post.opening.evening, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="called_off")


@example("reminder_briefing")
def briefing():
    return _reminder("reminder_briefing", now=NOW - timedelta(days=10))


@example("reminder_unconfirmed")
def unconfirmed():
    return _reminder("reminder_unconfirmed", now=NOW)


@example("reminder_eve")
def eve():
    return _reminder("reminder_eve", now=NOW)


def _reminder(kind, *, now):
    assignment = _assigned()
    actions.plan_reminders(assignment, by=SYSTEM, now=now)
    return Message.objects.get(kind=kind)


@example("reminder_reserve")
def reserve():
    evening = make_evening(published_at=NOW, lead=make_coordinator())
    availability = make_available(make_volunteer("Zoë"), evening, on_call_at=NOW)
    actions.plan_reserve_reminder(availability, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="reminder_reserve")


@example("reminder_reserve")
def reserve_while_places_are_open():
    message = reserve()
    evening = Evening.objects.get()
    for name in ("Musée de l’Armée", "Maison d’Érasme"):
        opening = make_opening(evening, make_museum(name))
        actions.open_search(make_post(opening), by=SYSTEM, now=NOW)
    return message


@example("ask_answer")
def asked_to_answer():
    return _question(make_evening(lead=make_coordinator()))


@example("ask_answer")
def asked_to_answer_for_two_evenings():
    evening = make_evening(lead=make_coordinator())
    return _question(evening, make_evening(evening.date + timedelta(days=7)))


def _question(*evenings):
    make_registration(make_volunteer("Zoë", "L’Écluse"))
    actions.ask_unanswered(evenings, by=SYSTEM, now=NOW)
    return Message.objects.get(kind="ask_answer")


@example("withdrawn")
def withdrawn():
    actions.withdraw(_assigned(), reason="transport", by=SYSTEM, now=NEAR)
    return Message.objects.get(kind="withdrawn")


@example("withdrawn")
def withdrawn_from_a_role_that_is_not_replaced():
    assignment = _assigned()
    role = assignment.post.role
    role.replace_if_empty = False
    role.save()
    actions.withdraw(assignment, by=SYSTEM, now=NEAR)
    return Message.objects.get(kind="withdrawn")


@example("digest")
def digest_of_everything():
    gone = _assigned()
    lea = gone.post.opening.evening.lead
    actions.withdraw(gone, by=SYSTEM, now=NOW - timedelta(minutes=10))
    empty = make_post(gone.post.opening, report=time(16), starts=time(16), ends=time(17))
    make_assignment(empty, make_volunteer("Noë"), published_at=NOW)
    make_registration(make_volunteer("Ine", accepted_at=None))
    PlaceRequest.objects.create(post=empty, volunteer=make_volunteer("Ugo"), asked_at=NOW)
    full = make_post(gone.post.opening, places=1, report=time(22), starts=time(22), ends=time(23))
    actions.open_search(full, by=SYSTEM, now=NOW)
    actions.assign(full, _somebody_who_could_come(full), by=SYSTEM, now=NOW)
    actions.plan_digests(now=NOW)
    return Message.objects.get(kind="digest", user=lea)


@example("offer")
def offer_once_the_evening_has_begun():
    post = make_place(places=1)
    _somebody_who_could_come(post)
    return _asked(post, at=post.report_at + timedelta(minutes=20))


def _somebody_who_could_come(post):
    volunteer = make_volunteer("Zoë", "L’Écluse")
    make_available(volunteer, post.opening.evening)
    return volunteer


def _asked(post, *, at):
    search = actions.open_search(post, by=SYSTEM, now=at)
    actions.advance_searches(now=max(search.next_wave_at, at))
    return Message.objects.get(kind="offer")
