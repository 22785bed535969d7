"""The kinds of message about a swap: the question, what came of it, and that it waits for a coordinator."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from nocturnes import links
from shifts import calendars
from shifts.actions.swaps.fitting import is_stale
from shifts.models import Assignment, Swap
from shifts.pages import facts
from volunteers.models import Volunteer

from .slots import slot

# Why a message is no longer true: kept in its row, shown on the coordinator's pages.
OVER = _("This proposal is over.")
TAKEN_BACK = _("A coordinator took it back.")
GOES_ON = _("It waits for an answer again.")


def _swap(message: Message) -> Swap:
    return Swap.objects.for_pages().get(pk=message.about_id)


def _evenings_link(volunteer: Volunteer):
    return links.absolute("evenings", get_language(), links.token("evenings", volunteer))


def _place(assignment: Assignment, *, without: int) -> dict:
    """A place that is to change hands, as an offer shows one; `without` is who sees it."""
    away = {assignment.volunteer.short_name}
    team = facts.teams([assignment.post.opening_id], without=without).get(assignment.post.opening_id, [])
    return {"post": assignment.post, "team": [mate.name for mate in team if mate.name not in away]}


def first_report(message: Message) -> datetime:
    return min(place.report_at for place in _swap(message).places)


# The question.


def check_asked(message, now):
    swap = _swap(message)
    over = not swap.is_live or swap.accepted_at or is_stale(swap, now) or swap.volunteer.blocked_at
    return OVER if over or swap.volunteer.user_id != message.user_id else None


def asked_context(message, now):
    swap = _swap(message)
    return {
        "name": swap.assignment.volunteer.short_name,
        "day": swap.assignment.post.opening.evening.date,
        "choice": _place(swap.assignment, without=swap.volunteer_id),
        "theirs": swap.theirs,
        "link": links.absolute("swap", get_language(), links.token("swap", swap)),
    }


# What each has now.


def _done(message):
    """(what she gets, what she gives), each None where there is none; of her alone."""
    rows = Assignment.objects.for_pages().select_related("volunteer__user").filter(volunteer__user=message.user_id)
    found = rows.in_bulk([pk for pk in (message.facts["gets"], message.facts["gives"]) if pk])
    return found.get(message.facts["gets"]), found.get(message.facts["gives"])


def check_done(message, now):
    gets, _gives = _done(message)
    if _swap(message).is_done and (gets is None or gets.is_active):
        return None
    return TAKEN_BACK


def done_context(message, now):
    swap, (gets, gives) = _swap(message), _done(message)
    is_proposer = swap.assignment.volunteer.user_id == message.user_id
    other = swap.volunteer if is_proposer else swap.assignment.volunteer
    me = swap.assignment.volunteer if is_proposer else swap.volunteer
    return {
        "name": other.short_name,
        "gets": slot(gets, get_language(), now=now) if gets else None,
        "gives": gives,
        "moves": bool(gets and gives) and gets.post.opening_id == gives.post.opening_id,
        "stays": bool(gives) and _comes_anyway(gives, now),
        "evenings_link": _evenings_link(me),
    }


def _comes_anyway(gives, now):
    """Whether she still has a place on the evening of the one that she gave away."""
    rows = Assignment.objects.active().published().of_evening(gives.post.opening.evening)
    return rows.filter(volunteer=gives.volunteer_id, ends_at__gt=now).exists()


def done_files(message, now):
    """The new place for her calendar, and the end of the one that she gave."""
    return calendars.files([one for one in _done(message) if one], now=now)


# Nothing came of it.


def check_ended(message, now):
    swap = _swap(message)
    return GOES_ON if swap.is_live or swap.is_done else None


def ended_context(message, now):
    swap = _swap(message)
    is_proposer = swap.assignment.volunteer.user_id == message.user_id
    # Of an address that she typed she learns no name.
    other = "" if is_proposer and swap.by_address else (swap.volunteer if is_proposer else swap.assignment.volunteer)
    mine = swap.assignment if is_proposer else swap.theirs
    me = swap.assignment.volunteer if is_proposer else swap.volunteer
    return {
        "because": swap.ended_because,
        "name": other.short_name if other else "",
        "day": swap.assignment.post.opening.evening.date,
        "mine": mine,
        "evenings_link": _evenings_link(me),
    }


# It waits for a coordinator.


def check_waits(message, now):
    swap = _swap(message)
    return None if swap.is_live and swap.accepted_at and not is_stale(swap, now) else OVER


def waits_context(message, now):
    swap = _swap(message)
    evening = swap.assignment.post.opening.evening
    return {
        "names": [swap.assignment.volunteer.full_name, swap.volunteer.full_name],
        "swap": swap,
        "day": evening.date,
        "link": links.absolute("swaps", get_language(), evening.edition.slug),
    }


register(Kind("swap_asked", _("Swap: question"), asked_context, check_asked, too_late=first_report))
register(Kind("swap_done", _("Swap: done"), done_context, check_done, done_files, too_late=first_report))
register(Kind("swap_ended", _("Swap: nothing changes"), ended_context, check_ended, too_late=first_report))
register(Kind("swap_waits", _("Swap: to agree"), waits_context, check_waits, too_late=first_report, urgent=True))
