"""The season in pictures."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from nocturnes import clock
from nocturnes.access import coordinator_required, edition_page
from shifts.pages import figures as pages

from .season import day


@require_GET
@coordinator_required
@edition_page
def figures(request, edition):
    """How evenings filled, day by day, and where the volunteers come from."""
    page = pages.figures(edition, now=clock.now(), start=day(request.GET.get("from", "")))
    return render(request, "shifts/coordinator/figures.html", {"page": page})
