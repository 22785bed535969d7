"""What waits to be sent because of a click."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from nocturnes import clock
from nocturnes.access import coordinator_required, edition_page
from shifts.pages import waiting as pages

A_PAGE = 200


@require_GET
@coordinator_required
@edition_page
def waiting(request, edition):
    """All of it, the next first, with "send now" and "do not send it" for each."""
    context = {"waiting": pages.waiting(edition, now=clock.now(), most=A_PAGE)}
    return render(request, "shifts/coordinator/waiting.html", context)
