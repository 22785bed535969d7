"""A volunteer proposes a swap, and takes it back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts.actions.locks import lock_posts
from shifts.actions.searches.accepting import AlreadyBusy
from shifts.actions.self_service import CannotTake
from shifts.actions.telling import soonest
from shifts.models import Assignment, Swap
from volunteers.models import Volunteer

from . import fitting, telling
from .answering import AlreadyAnswered, SwapIsOver, end
from .locking import locked

MOST = 5


class NotYours(Refusal):
    sentence = _("This place is no longer yours, so nobody can take it over from you.")


class TooLateToSwap(Refusal):
    sentence = _("It is too late to find somebody yourself. Tell us that you can’t come, and we look for somebody.")


class ThatIsYou(Refusal):
    sentence = _("That is yourself. Choose somebody else.")


class AlreadyProposed(Refusal):
    sentence = _("You have asked somebody already. Take that back first, then ask somebody else.")


class AskedOften(Refusal):
    sentence = _("You have asked several people. Tell us that you can’t come, and we look for somebody.")


class ExchangeImpossible(Refusal):
    sentence = _("That exchange does not work. Answer yes or no to what was asked, or call us.")


@transaction.atomic
def propose_swap(
    assignment: Assignment,
    volunteer: Volunteer | None,
    *,
    theirs: Assignment | None = None,
    by_address: bool = False,
    by: Actor,
    now: datetime,
) -> Swap:
    """She proposes that `volunteer` takes her place, or that they exchange it for `theirs`; that is her yes to it.

    `by_address` says that she typed an address; `volunteer` None that we do not know it. Who cannot take the place is
    not asked, and the proposal waits like any other: nobody learns from it who is known, free or blocked. Proposing the
    same to the same team mate again returns the proposal that waits. Raises NotYours, TooLateToSwap, ThatIsYou,
    AlreadyProposed, AskedOften, ExchangeImpossible, and AlreadyBusy and CannotTake for what she would get herself.
    """
    lock_posts({assignment.post_id, *([theirs.post_id] if theirs else [])})
    assignment = Assignment.objects.for_pages().get(pk=assignment.pk)
    _refuse_mine(assignment, volunteer, now)
    waiting = assignment.swaps.live().first()
    if waiting:
        if by_address or waiting.by_address or (waiting.volunteer, waiting.theirs) != (volunteer, theirs):
            raise AlreadyProposed
        return waiting
    if _of_this_place(assignment).count() >= MOST:
        raise AskedOften
    if theirs:
        theirs = _exchangeable(theirs, assignment, volunteer, now)
    return _propose(assignment, volunteer, theirs, by_address, by=by, now=now)


def _propose(assignment, volunteer, theirs, by_address, *, by, now):
    asks = _may_ask(assignment, volunteer, theirs, now)
    swap = Swap.objects.create(
        assignment=assignment,
        volunteer=volunteer,
        theirs=theirs,
        by_address=by_address,
        proposed_at=now,
        asked_at=now if asks else None,
    )
    history.record("proposed_swap", swap, by=by, now=now, assignment=assignment.pk)
    if asks:
        telling.ask(Swap.objects.for_pages().get(pk=swap.pk), by=by, now=now)
    return swap


def _refuse_mine(assignment, volunteer, now):
    if not assignment.is_active or assignment.is_draft or assignment.post.is_called_off:
        raise NotYours
    if now >= assignment.report_at:
        raise TooLateToSwap
    if volunteer == assignment.volunteer:
        raise ThatIsYou


def _exchangeable(theirs, assignment, volunteer, now):
    """Their place as it is now, where she may take it for hers."""
    theirs = Assignment.objects.for_pages().get(pk=theirs.pk)
    is_theirs = theirs.volunteer == volunteer and theirs.is_active and not theirs.is_draft
    if not is_theirs or now >= theirs.report_at or theirs.post_id == assignment.post_id:
        raise ExchangeImpossible
    if codes := fitting.against(theirs.post, assignment.volunteer, gives=assignment, now=now):
        raise AlreadyBusy if codes[0] == "busy" else CannotTake(codes[0])
    return theirs


def _of_this_place(assignment):
    """What she proposed for her place on this post, also while she had it before: who gives it back and takes it again
    does not begin anew, so that nobody is written to without end."""
    return Swap.objects.filter(assignment__post=assignment.post_id, assignment__volunteer=assignment.volunteer_id)


def _may_ask(assignment, volunteer, theirs, now):
    """Whether a message goes out: who said no to this place is not asked for it again by the same person.

    As much is read for an address that we do not know, so that no clock says which it is.
    """
    said_no = _of_this_place(assignment).filter(volunteer=volunteer, ended_because=Swap.Because.DECLINED).exists()
    codes = fitting.against(assignment.post, volunteer or assignment.volunteer, gives=theirs, now=now)
    if volunteer is None or said_no or not volunteer.user.is_active or volunteer.merged_into_id:
        return False
    return not set(codes) - fitting.HERS_TO_CHANGE


@transaction.atomic
def propose_instead(swap: Swap, hers: Assignment, *, by: Actor, now: datetime) -> Swap:
    """Who was asked comes if the one who asked takes her place `hers` for it: a proposal the other way round.

    The first one ends with it, and nothing moves before the other one says yes to this one. Raises SwapIsOver,
    AlreadyAnswered, ExchangeImpossible, and what `propose_swap` raises.
    """
    posts = {place.post_id for place in swap.places} | {hers.post_id}
    lock_posts(posts)
    swap = Swap.objects.for_pages().get(pk=swap.pk)
    if not swap.is_live or swap.asked_at is None or fitting.is_stale(swap, now):
        raise SwapIsOver
    if swap.accepted_at:
        raise AlreadyAnswered
    asks, gives = swap.assignment.volunteer, swap.assignment
    hers = Assignment.objects.for_pages().get(pk=hers.pk)
    if hers.volunteer_id != swap.volunteer_id or fitting.against(hers.post, asks, gives=gives, now=now):
        raise ExchangeImpossible
    end(swap, Swap.Because.DECLINED, now=now)
    history.record("proposed_exchange", swap, by=by, now=now, instead=hers.pk)
    telling.forget(swap, "swap_asked", by=by, now=now)
    return propose_swap(hers, asks, theirs=gives, by=by, now=now)


@transaction.atomic
def take_back_swap(swap: Swap, *, by: Actor, now: datetime) -> None:
    """She does not propose it any more. A second click changes nothing. Raises AlreadyAnswered once it is done."""
    swap = locked(swap)
    if swap.is_done:
        raise AlreadyAnswered
    if not swap.is_live:
        return
    end(swap, Swap.Because.TAKEN_BACK, now=now)
    history.record("took_swap_back", swap, by=by, now=now, assignment=swap.assignment_id)
    telling.forget(swap, "swap_asked", "swap_waits", by=by, now=now)
    if swap.accepted_at:
        telling.ended(swap, [swap.volunteer.user], due=soonest(swap.assignment, now), by=by, now=now)
