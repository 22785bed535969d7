"""A coordinator takes back what she said to a swap: it waits for her again."""

from datetime import datetime

from django.db.models import QuerySet

from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from shifts.actions import on_call, places
from shifts.actions.assignments import forget_messages
from shifts.actions.locks import lock_evenings
from shifts.actions.reminders import plan_reminders
from shifts.actions.searches.opening import settle
from shifts.actions.swaps import telling
from shifts.actions.swaps.locking import locked
from shifts.models import Assignment, Offer, Swap

from .deeds import ChangedSince, Deed, hold_back

KINDS = {"agreed_to_swap": "swap_done", "refused_swap": "swap_ended"}


def row_of(entry: Entry) -> Swap:
    return Swap.objects.for_pages().get(pk=entry.about_id)


def edition_of(swap: Swap) -> Edition:
    return swap.assignment.post.opening.evening.edition


def _telling(swap, entry) -> QuerySet[Message]:
    """What tells both of it; not what told them of an earlier time, or waits no more."""
    waiting = telling.of(swap, KINDS[entry.verb]).exclude(sent_at__lt=entry.at)
    return waiting.filter(created_at__gte=entry.at, skipped_at=None)


def _take_back_yes(swap: Swap, entry: Entry, *, by: Actor, now: datetime) -> None:
    """Both have the places that they had, as they had them, and the swap waits.

    Raises ChangedSince, MessageHasLeft and the refusals of `places`.
    """
    lock_evenings(_who_was_on_call(swap, entry).values_list("evening", flat=True))
    swap = locked(swap)
    if swap.ended_because != Swap.Because.DONE or swap.ended_at != entry.at:
        raise ChangedSince
    hold_back(_telling(swap, entry))
    new = Assignment.objects.active().filter(pk__in=_made_by(swap, entry)).for_pages()
    if len(new) != len(swap.places):
        raise ChangedSince
    telling.forget(swap, "swap_done", by=by, now=now)
    for one in new:
        places.free_place(one, cause=Assignment.Cause.REMOVED, now=now)
    for one in new:
        forget_messages(one, by=by, now=now)
    swap.assignment = _put_back(swap.assignment, by=by, now=now)
    swap.theirs = _put_back(swap.theirs, by=by, now=now) if swap.theirs else None
    _wait_again(swap)
    _forget_answers(swap, entry, by=by, now=now)


def _take_back_no(swap: Swap, entry: Entry, *, by: Actor, now: datetime) -> None:
    """It waits for her answer again. Raises ChangedSince and MessageHasLeft."""
    swap = locked(swap)
    another = Swap.objects.live().filter(assignment=swap.assignment_id).exists()
    if another or swap.ended_because != Swap.Because.REFUSED or swap.ended_at != entry.at:
        raise ChangedSince
    hold_back(_telling(swap, entry))
    telling.forget(swap, "swap_ended", by=by, now=now)
    _wait_again(swap)


def _made_by(swap, entry):
    """The assignments that this swap made: their lines of history name it."""
    made = Entry.objects.filter(verb="swapped", about_type=Assignment._meta.label_lower, pk__gt=entry.pk)
    return [one.about_id for one in made.filter(at=entry.at) if one.data.get("swap") == swap.pk]


def _put_back(gone, *, by, now):
    back = places.take_place(gone.post, gone.volunteer, now=now, published_at=gone.published_at)
    places.keep_confirmed(back, as_in=gone)
    history.record("put_back", back, by=by, now=now, instead_of=gone.pk)
    plan_reminders(back, by=by, now=now)
    settle(gone.post, by=by, now=now)
    return back


def _forget_answers(swap, entry, *, by, now):
    """What each was offered waits again, and who was on call is."""
    people, evenings = _people(swap), _evenings(swap)
    offers = Offer.objects.filter(volunteer__in=people, ask__evening__in=evenings, answered_at=entry.at)
    offers.filter(answer__in=[Offer.Answer.YES, Offer.Answer.OTHER]).update(answer="", answered_at=None)
    on_call.call_again(_who_was_on_call(swap, entry), by=by, now=now)


def _who_was_on_call(swap, entry):
    return on_call.ended_with(entry, volunteer__in=_people(swap), evening__in=_evenings(swap))


def _people(swap):
    return [swap.assignment.volunteer_id, swap.volunteer_id]


def _evenings(swap):
    return [place.post.opening.evening_id for place in swap.places]


def _wait_again(swap):
    swap.ended_at, swap.ended_because, swap.agreed_by = None, "", None
    swap.save(update_fields=["assignment", "theirs", "ended_at", "ended_because", "agreed_by"])


DEEDS = {
    "agreed_to_swap": Deed(row_of, edition_of, _telling, _take_back_yes),
    "refused_swap": Deed(row_of, edition_of, _telling, _take_back_no),
}
