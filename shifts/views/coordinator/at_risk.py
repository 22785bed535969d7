"""Whose place may come free, what to do about it now, and who could come then."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.pages import at_risk as pages
from shifts.pages.warm_up import warm_up

from . import rows


@require_GET
@coordinator_required
@edition_page
def at_risk(request, edition):
    """Evening by evening, with the signs in words."""
    return render(request, "shifts/coordinator/at_risk.html", {"nights": pages.at_risk(edition, now=clock.now())})


@require_POST
@coordinator_required
@edition_page
def assignment_ask_again(request, edition, pk):
    """Send her the question once more."""
    try:
        actions.ask_again(rows.assignment(edition, pk), by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("at_risk", edition.slug)


@require_GET
@coordinator_required
@edition_page
def post_warm_up(request, edition, pk):
    """Who could come if a place of this post came free."""
    page = warm_up(rows.post(edition, pk), now=clock.now())
    return render(request, "shifts/coordinator/warm_up.html", {"page": page})
