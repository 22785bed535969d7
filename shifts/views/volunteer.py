"""A volunteer's evenings: see them, confirm, "I can't come", "I can come after all".

Each deed has one function for the three doors (`doors`). A GET shows, a POST acts and leads back to a page.
"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nocturnes import clock, links
from nocturnes.access import actor
from nocturnes.dates import date_format
from nocturnes.installable import HER_EVENINGS, readable_for
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions import places
from shifts.models import Assignment
from shifts.pages import her_questions, open_places, still_coming, swaps
from shifts.pages import mine as pages
from shifts.pages.asks import asks
from shifts.pages.offered import offered
from shifts.pages.questions import questions

from .doors import by_assignment_link, by_link, hers, signed_in


def show(request, door, volunteer):
    """All her evenings."""
    now = clock.now()
    assignments = pages.assignments(volunteer)
    page = pages.mine(volunteer, assignments, request.edition, now=now, chosen=request.GET.get("evening", ""))
    registrations = list(volunteer.registrations.select_related("edition"))
    nearest = open_places.nearest(volunteer, registrations, assignments, now=now)
    waits = her_questions.waits(volunteer)
    proposed, swaps_asked = swaps.waiting(volunteer, now=now) if waits.swaps else ([], [])
    asked = open_places.asked(volunteer, now=now) if waits.requests else []
    context = {
        "now": now,
        "page": page,
        "shift": page.next,
        "door": door,
        "edition": request.edition,
        "questions": questions(
            still_coming.waiting(volunteer, now=now) if waits.still_coming else [],
            offered(volunteer, now=now) if waits.offers else [],
            [(one, door.url("reserve", one.pk)) for one in page.asked_on_call],
            swaps_asked,
        ),
        "proposed": swaps_with_urls(door, proposed),
        "lines": [(line, _page_of(door, line)) for line in page.then],
        "nearest": nearest,
        "take_url": door.url("take", nearest.post.pk) if nearest else "",
        "places_url": door.url("places"),
        **_calendar(volunteer),
        "asks": next((asks(one, now=now) for one in registrations if one.edition == request.edition), None),
        "asks_url": door.url("asks"),
        "typed_day": request.GET.get("day", ""),
        "asked": [(one, door.url("request_back", one.request.pk)) for one in asked],
    }
    context |= _addresses(door, page.next, proposed)
    return readable_for(render(request, "shifts/volunteer/mine.html", context), HER_EVENINGS)


def _calendar(volunteer):
    """The address of her calendar, and the one that asks the machine's own calendar to subscribe to it."""
    url = links.absolute("calendar", get_language(), links.token("calendar", volunteer))
    return {"calendar_url": url, "webcal_url": f"webcal://{url.partition('://')[2]}"}


def _page_of(door, line):
    """Where an evening leads: being on call to its own page, a place that was given back to the way back."""
    return door.url("withdraw", line.shift.pk) if line.shift else door.url("reserve", line.reserve.pk)


def swaps_with_urls(door, proposed):
    """Each swap that she proposed with the address that takes it back, behind this door."""
    return [(one, door.url("swap_back", one.swap.assignment_id)) for one in proposed]


def show_one(request, door, assignment):
    """One assignment, with the answers that are still to give."""
    now = clock.now()
    shift = pages.shift(assignment, now=now)
    if shift.state == "withdrew":
        return _thanks(request, door, shift)
    proposed = swaps.proposed_for(assignment, now=now)
    context = {"shift": shift, "door": door, **_addresses(door, shift, proposed)}
    context["proposed"] = swaps_with_urls(door, proposed)
    return render(request, "shifts/volunteer/assignment.html", context)


def confirm(request, door, assignment):
    """ "I confirm": say so and lead back."""
    try:
        actions.confirm(assignment, how=door.how, by=actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        day = date_format(assignment.post.opening.evening.date, "l j F")
        messages.success(request, _("Thank you. See you on %(date)s.") % {"date": day})
    return redirect(door.url())


def withdraw(request, door, assignment):
    """ "I can't come": the page that asks why, and by POST the deed itself; once it is done, the page of thanks."""
    now = clock.now()
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        # No reason, or one that we do not know, never stands in the way.
        reason = reason if reason in Assignment.Reason.values else ""
        try:
            actions.withdraw(assignment, reason=reason, by=actor(request), now=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(door.url("withdraw", assignment.pk))
    shift = pages.shift(assignment, now=now)
    if shift.state == "withdrew":
        return _thanks(request, door, shift)
    if not shift.is_ahead:
        return redirect(door.url())
    context = {"shift": shift, "door": door, "reasons": Assignment.Reason.choices, **_addresses(door, shift)}
    return render(request, "shifts/volunteer/withdraw.html", context)


def come_back(request, door, assignment):
    """ "I can come after all": lead to her evenings, or back to the thanks where the place is gone."""
    try:
        actions.come_back(assignment, by=actor(request), now=clock.now())
    except (places.Overlaps, places.AlreadyThere):
        messages.error(request, _("You are on another post at that time, so this one cannot be yours as well."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Good to have you back. The place is yours."))
        return redirect(door.url())
    return redirect(door.url("withdraw", assignment.pk))


def _thanks(request, door, shift):
    search = shift.post.searches.live().first()
    context = {"shift": shift, "door": door, "looking": search is not None, **_addresses(door, shift)}
    # Once others are asked, when the next ones are is no news to her.
    first = search.next_wave_at if search and not search.waves and not search.is_held else None
    context |= {"first_wave": first, "at_once": first is not None and first <= clock.now()}
    return render(request, "shifts/volunteer/withdrawn.html", context)


def _addresses(door, shift, proposed=()):
    """Where each answer goes; nobody is asked to come for her while a swap that she `proposed` waits."""
    if shift is None:
        return {}
    waits = any(one.swap.assignment_id == shift.pk for one in proposed)
    return {
        "confirm_url": door.url("confirm", shift.pk),
        "withdraw_url": door.url("withdraw", shift.pk),
        "come_back_url": door.url("come_back", shift.pk),
        "swap_url": "" if waits else door.url("swap", shift.pk),
    }


get_or_post = require_http_methods(["GET", "POST"])

mine = require_GET(signed_in(show))
mine_confirm = require_POST(signed_in(hers(confirm)))
mine_withdraw = get_or_post(signed_in(hers(withdraw)))
mine_come_back = require_POST(signed_in(hers(come_back)))

evenings = require_GET(by_link(show))
evenings_confirm = require_POST(by_link(hers(confirm)))
evenings_withdraw = get_or_post(by_link(hers(withdraw)))
evenings_come_back = require_POST(by_link(hers(come_back)))

assignment = require_GET(by_assignment_link(show_one))
assignment_confirm = require_POST(by_assignment_link(confirm))
assignment_withdraw = get_or_post(by_assignment_link(withdraw))
assignment_come_back = require_POST(by_assignment_link(come_back))
