"""What the tests of swaps need: two people with places, and what they say."""

from messaging.models import Message
from nocturnes.history import Actor
from shifts import actions
from shifts.models import Assignment, Swap
from tests.factories import NOW, make_assignment, make_available, make_evening, make_opening, make_post, make_volunteer


def someone(post, name="Bob", answer="yes", **fields):
    volunteer = make_volunteer(name, **fields)
    make_available(volunteer, post.opening.evening, answer)
    return volunteer


def make_place(post=None, name="Alice", **fields):
    """A published place, with an answer for its evening."""
    post = post or make_post(make_opening(make_evening(published_at=NOW)))
    return make_assignment(post, someone(post, name), **fields)


def propose(place, volunteer, *, theirs=None, by_address=False, now=NOW):
    by = Actor.volunteer_link(place.volunteer)
    return actions.propose_swap(place, volunteer, theirs=theirs, by_address=by_address, by=by, now=now)


def accept(swap, *, now=NOW):
    return actions.accept_swap(swap, by=Actor.volunteer_link(swap.volunteer), now=now)


def decline(swap, *, now=NOW):
    return actions.decline_swap(swap, by=Actor.volunteer_link(swap.volunteer), now=now)


def fresh(swap):
    return Swap.objects.for_pages().get(pk=swap.pk)


def on(post):
    """The first names of who is on the post, in order."""
    rows = Assignment.objects.active().filter(post=post)
    return sorted(rows.values_list("volunteer__first_name", flat=True))


def told(volunteer, *kinds):
    """The kinds of the messages to her that are not skipped; all kinds of swaps where none is named."""
    kinds = kinds or ("swap_asked", "swap_done", "swap_ended")
    rows = Message.objects.filter(user=volunteer.user, kind__in=kinds, skipped_at=None)
    return list(rows.order_by("pk").values_list("kind", flat=True))
