"""A museum's two links: *season*, who comes on each evening, and *tonight*, the list of the day and nothing else.

Both are the museum's own and are renewed together. Whoever stands at the desk needs no more than tonight's.
"""

import re

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from museums.models import Museum, Opening
from nocturnes import clock
from nocturnes.access import actor, link_page
from nocturnes.history import Actor
from nocturnes.installable import readable_for
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Assignment
from shifts.pages import museum_sheet

from .paper import paper

SEASON, TONIGHT = "museum", "tonight"


class ListIsClosed(Refusal):
    sentence = _("The list of that evening is closed. Call us if something on it is not right.")


def _by_link(purpose):
    return link_page(purpose, Museum.objects.all, Actor.museum_link, bare=True)


by_museum_link = _by_link(SEASON)
by_tonights_link = _by_link(TONIGHT)


@require_GET
@by_museum_link
def museum(request, museum):
    """Tonight, or the next evening, in full; then the others."""
    now = clock.now()
    sheets = museum_sheet.sheets(museum, now=now)
    head = next((sheet for sheet in sheets if not sheet.is_past), None)
    context = {
        "head": head,
        "is_today": head is not None and head.is_today,
        "others": [sheet for sheet in sheets if sheet is not head],
    }
    return _show(request, "shifts/museum/museum.html", SEASON, museum, sheets, context, now)


@require_GET
@by_tonights_link
def tonight(request, museum):
    """The list of the day until noon on the day after; on other days only when the next evening is."""
    now = clock.now()
    sheets = museum_sheet.sheets(museum, now=now)
    # After midnight the night that goes on stands before the day that has begun, and both before what is over.
    lists = sorted((sheet for sheet in sheets if sheet.has_come), key=lambda sheet: (sheet.is_past, sheet.date))
    coming = (sheet.date for sheet in sheets if not (sheet.has_come or sheet.is_called_off))
    context = {
        "head": lists[0] if lists else None,
        "is_today": bool(lists) and lists[0].is_today,
        "others": lists[1:],
        "next_date": None if lists else next(coming, None),
    }
    response = _show(request, "shifts/museum/tonight.html", TONIGHT, museum, sheets, context, now)
    # No longer than the list is open: it may hold numbers, and what closes on this site must close on the device.
    closing = min((museum_sheet.closing(sheet.opening.evening) for sheet in lists), default=None)
    return readable_for(response, closing - now) if closing else response


def _show(request, template, door, museum, sheets, context, now):
    """On the clock of the edition of these sheets, whose name the page then bears."""
    request.edition = sheets[0].opening.evening.edition if sheets else None
    context |= {"museum": museum, "token": request.link_token, "door": door, "now": now}
    with timezone.override(request.edition.zone if request.edition else None):
        return render(request, template, context)


@require_GET
@by_museum_link
def museum_print(request, museum, opening):
    """The list of one evening on paper, until it is closed."""
    opening = get_object_or_404(_openings(museum), pk=opening)
    if museum_sheet.is_closed(opening.evening, clock.now()):
        return render(request, "link_refused.html", {"sentence": ListIsClosed(), "bare": True}, status=410)
    return paper(request, opening, back=reverse("museum", args=[request.link_token]))


def _ticked(door, arrived):
    @require_POST
    @_by_link(door)
    def tick(request, museum, pk):
        """Tick one person of an own opening; draws no message after it, for the page shows it."""
        assignment = get_object_or_404(_expected(museum), pk=pk)

        def mark(now):
            actions.mark(assignment, arrived=arrived, by=actor(request), now=now)

        # Back to who was ticked, so that whoever has no mouse goes on from there.
        return _do(request, door, assignment.post.opening, mark, back_to=f"#tick-{pk}")

    return tick


def _all_arrived(door):
    @require_POST
    @_by_link(door)
    def all_arrived(request, museum, opening):
        """ "All here": everybody who has no tick yet and whose hour it is; a "not here" stays."""
        opening = get_object_or_404(_openings(museum), pk=opening)

        def mark(now):
            actions.mark_all_arrived(opening, by=actor(request), now=now)

        return _do(request, door, opening, mark, back_to="")

    return all_arrived


museum_arrived, tonight_arrived = (_ticked(door, arrived=True) for door in (SEASON, TONIGHT))
museum_absent, tonight_absent = (_ticked(door, arrived=False) for door in (SEASON, TONIGHT))
museum_unmark, tonight_unmark = (_ticked(door, arrived=None) for door in (SEASON, TONIGHT))
museum_all_arrived, tonight_all_arrived = map(_all_arrived, (SEASON, TONIGHT))


def _extra(door):
    @require_POST
    @_by_link(door)
    def extra(request, museum, opening):
        """ "Somebody extra came", or one of them taken back; the page says how many it showed."""
        opening = get_object_or_404(_openings(museum).exclude(evening__published_at=None), pk=opening)
        seen, come = request.POST.get("seen", ""), "back" not in request.POST
        # What is no number was sent by no page of ours.
        if not re.fullmatch(r"[0-9]{1,4}", seen):
            return redirect(door, request.link_token)

        def note(now):
            actions.note_extra(opening, seen=int(seen), come=come, by=actor(request), now=now)

        return _do(request, door, opening, note, back_to=f"#extra-{opening.pk}")

    return extra


museum_extra, tonight_extra = map(_extra, (SEASON, TONIGHT))


def _do(request, door, opening, act, back_to):
    """`act` while the list of the opening is open, and back to it."""
    now = clock.now()
    try:
        if museum_sheet.is_closed(opening.evening, now):
            raise ListIsClosed
        act(now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        back_to = ""
    return redirect(reverse(door, args=[request.link_token]) + back_to)


def _openings(museum):
    return Opening.objects.filter(museum=museum).select_related("museum", "evening__edition", "evening__lead")


def _expected(museum):
    rows = Assignment.objects.expected().filter(post__opening__museum=museum)
    return rows.select_related("post__opening__evening__edition").order_by("pk")
