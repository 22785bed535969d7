"""A museum's page, by its secret link: who comes tonight and on the coming evenings, and the ticks of who is there."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from museums.models import Museum, Opening
from nocturnes import clock, hours
from nocturnes.access import actor, link_page
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Assignment
from shifts.pages import museum_sheet


class ListIsClosed(Refusal):
    sentence = _("The list of that evening is closed. Call us if something in it is not right.")


def by_museum_link(view):
    return link_page("museum", Museum.objects.all, Actor.museum_link)(view)


@require_GET
@by_museum_link
def museum(request, museum):
    """Tonight, or the next evening, in full; then the others."""
    now = clock.now()
    sheets = museum_sheet.sheets(museum, now=now)
    edition = sheets[0].opening.evening.edition if sheets else None
    request.edition = edition
    today = hours.local_day(now, edition.zone) if edition else None
    head = next((sheet for sheet in sheets if sheet.date >= today), None)
    context = {
        "museum": museum,
        "token": request.link_token,
        "head": head,
        "is_today": head is not None and head.date == today,
        "others": [sheet for sheet in sheets if sheet is not head],
        "now": timezone.localtime(now, edition.zone) if edition else now,
    }
    return render(request, "shifts/museum/museum.html", context)


def _ticked(arrived):
    @require_POST
    @by_museum_link
    def tick(request, museum, pk):
        """Tick one person of an own opening; draws no message after it, for the page shows it."""
        assignment = get_object_or_404(_expected(museum), pk=pk)
        return _mark(request, assignment.post.opening, [assignment], arrived)

    return tick


museum_arrived = _ticked(arrived=True)
museum_absent = _ticked(arrived=False)
museum_unmark = _ticked(arrived=None)


@require_POST
@by_museum_link
def museum_all_arrived(request, museum, opening):
    """ "All here": everybody who has no tick yet; a "not here" stays."""
    opening = get_object_or_404(Opening.objects.select_related("evening__edition"), pk=opening, museum=museum)
    unticked = _expected(museum).filter(post__opening=opening, arrived_at=None, absent_at=None)
    return _mark(request, opening, list(unticked), arrived=True)


def _mark(request, opening, assignments, arrived):
    now = clock.now()
    try:
        if museum_sheet.is_closed(opening.evening, now):
            raise ListIsClosed
        for assignment in assignments:
            actions.mark(assignment, arrived=arrived, by=actor(request), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("museum", request.link_token)


def _expected(museum):
    rows = Assignment.objects.active().published().filter(post__opening__museum=museum)
    rows = rows.exclude(post__opening__evening__published_at=None)
    return rows.select_related("post__opening__evening__edition").order_by("pk")
