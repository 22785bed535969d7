"""What who is asked says to a swap, and then the coordinator."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import User
from nocturnes.refusals import Refusal
from shifts import ranking
from shifts.actions.searches.accepting import AlreadyBusy
from shifts.actions.self_service import CannotTake, NotSignedUp
from shifts.actions.telling import soonest
from shifts.models import Swap

from . import fitting, telling
from .exchanging import exchange
from .locking import locked


class SwapIsOver(Refusal):
    sentence = _("This is no longer possible: something changed in the meantime. Thank you for answering.")


class AlreadyAnswered(Refusal):
    sentence = _("This is answered already.")


class NoLongerFits(Refusal):
    sentence = _("%(name)s cannot take that place any more: %(why)s.")


@transaction.atomic
def accept_swap(swap: Swap, *, by: Actor, now: datetime) -> Swap:
    """Who was asked says yes. The places change hands at once, or wait for a coordinator's yes (`fitting.needs_ok`).

    Both are told. What one takes over counts as confirmed. A second click finds what the first one did. Raises
    SwapIsOver, and AlreadyBusy, NotSignedUp and CannotTake for who takes the place over.
    """
    swap = locked(swap)
    if swap.is_done or (swap.is_live and swap.accepted_at):
        return swap
    if not swap.is_live or swap.asked_at is None or fitting.is_stale(swap, now):
        raise SwapIsOver
    _refuse_unfit(swap, now)
    swap.accepted_at = now
    swap.save(update_fields=["accepted_at"])
    history.record("accepted_swap", swap, by=by, now=now, assignment=swap.assignment_id)
    telling.forget(swap, "swap_asked", by=by, now=now)
    if fitting.needs_ok(swap):
        telling.duty(swap, by=by, now=now)
    else:
        exchange(swap, due=soonest(swap.assignment, now), by=by, now=now)
    return swap


def _refuse_unfit(swap, now):
    codes = fitting.against(swap.assignment.post, swap.volunteer, gives=swap.theirs, now=now)
    if "not_signed_up" in codes:
        raise NotSignedUp
    if codes:
        raise AlreadyBusy if codes[0] == "busy" else CannotTake(codes[0])
    # What stands against the other one is nothing that who answers should learn.
    if swap.theirs and fitting.against(swap.theirs.post, swap.assignment.volunteer, gives=swap.assignment, now=now):
        raise SwapIsOver


@transaction.atomic
def decline_swap(swap: Swap, *, by: Actor, now: datetime) -> None:
    """Who was asked says no, or takes her yes back while it waits for a coordinator; only the proposer is told.

    A second click changes nothing, nor does a no to what is over. Raises AlreadyAnswered once the places changed hands.
    """
    swap = locked(swap)
    if swap.is_done:
        raise AlreadyAnswered
    if not swap.is_live or swap.asked_at is None:
        return
    end(swap, Swap.Because.DECLINED, now=now)
    history.record("declined_swap", swap, by=by, now=now, assignment=swap.assignment_id)
    telling.forget(swap, "swap_asked", "swap_waits", by=by, now=now)
    if not fitting.is_stale(swap, now):
        proposer = [swap.assignment.volunteer.user]
        telling.ended(swap, proposer, due=soonest(swap.assignment, now), by=by, now=now)


@transaction.atomic
def agree_to_swap(swap: Swap, *, by: Actor, now: datetime) -> Swap:
    """The coordinator says yes to what both want: the places change hands, and both hear so once she can't undo it.

    A second click changes nothing. Raises SwapIsOver, and NoLongerFits where a rule stands against one of them by now.
    """
    swap = locked(swap)
    if swap.is_done:
        return swap
    if not swap.is_live or swap.accepted_at is None or fitting.is_stale(swap, now):
        raise SwapIsOver
    _refuse_no_longer(swap.assignment, swap.volunteer, swap.theirs, now)
    if swap.theirs:
        _refuse_no_longer(swap.theirs, swap.assignment.volunteer, swap.assignment, now)
    swap.agreed_by = User.objects.filter(pk=by.id).first() if by.kind == Actor.USER else None
    history.record("agreed_to_swap", swap, by=by, now=now, assignment=swap.assignment_id)
    telling.forget(swap, "swap_waits", by=by, now=now)
    exchange(swap, due=now + swap.assignment.post.opening.evening.edition.rules.undo, by=by, now=now)
    return swap


def _refuse_no_longer(place, volunteer, gives, now):
    if codes := fitting.against(place.post, volunteer, gives=gives, now=now):
        why = ", ".join(str(ranking.WARNINGS.get(code, _("not signed up for this season"))) for code in codes)
        raise NoLongerFits(name=volunteer.short_name, why=why)


@transaction.atomic
def refuse_swap(swap: Swap, *, by: Actor, now: datetime) -> None:
    """The coordinator says no: everybody keeps her place, and both hear so once she cannot undo it.

    A second click changes nothing. Raises SwapIsOver where both did not say yes, AlreadyAnswered where it is done.
    """
    swap = locked(swap)
    if swap.is_done:
        raise AlreadyAnswered
    if swap.ended_because == Swap.Because.REFUSED:
        return
    if not swap.is_live or swap.accepted_at is None:
        raise SwapIsOver
    end(swap, Swap.Because.REFUSED, now=now)
    history.record("refused_swap", swap, by=by, now=now, assignment=swap.assignment_id)
    telling.forget(swap, "swap_waits", by=by, now=now)
    due = now + swap.assignment.post.opening.evening.edition.rules.undo
    telling.ended(swap, [swap.assignment.volunteer.user, swap.volunteer.user], due=due, by=by, now=now)


def end(swap: Swap, because: str, *, now: datetime) -> None:
    """Write down that it is over; its post is locked."""
    swap.ended_at, swap.ended_because = now, because
    swap.save(update_fields=["ended_at", "ended_because"])
