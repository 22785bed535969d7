"""The requests for open places: see them, give the place, say no."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions import places
from shifts.actions.places import NeedsTick
from shifts.models import PlaceRequest
from shifts.pages.requests import requests_page

from . import sentences


@require_GET
@coordinator_required
@edition_page
def requests(request, edition):
    """Who waits for an answer. `?tick=` names the request that can be granted with one more tick."""
    page = requests_page(edition, tick_for=request.GET.get("tick", ""), now=clock.now())
    return render(request, "shifts/coordinator/requests.html", {"page": page, "edition": edition})


@require_POST
@coordinator_required
@edition_page
def request_grant(request, edition, pk):
    """Give her the place; where a rule stands against it, the same list with one tick to set."""
    row = _request(edition, pk)
    accept = request.POST.get("accept", "").split()
    try:
        actions.answer_request(row, grant=True, accept=accept, by=access.actor(request), now=clock.now())
    except NeedsTick:
        return redirect(f"{reverse('requests', args=[edition.slug])}?tick={row.pk}#request-{row.pk}")
    except places.Blocked:
        messages.error(request, sentences.is_blocked(row.volunteer))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("requests", edition.slug)


@require_POST
@coordinator_required
@edition_page
def request_decline(request, edition, pk):
    """Not this time: she gets one kind message in two minutes, and until then a no may become a yes."""
    try:
        actions.answer_request(_request(edition, pk), grant=False, by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("requests", edition.slug)


def _request(edition, pk):
    rows = PlaceRequest.objects.select_related("volunteer")
    return get_object_or_404(rows, pk=pk, post__opening__evening__edition=edition)
