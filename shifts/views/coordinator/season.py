from django.shortcuts import render
from django.views.decorators.http import require_GET

from nocturnes import clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.hours import local_day
from shifts.pages.season import season as read_season


@require_GET
@coordinator_required
@edition_page
def season(request, edition):
    """Evenings by museums: how many places are filled of how many needed, and what to do first."""
    now = clock.now()
    context = {"season": read_season(edition, now=now), "today": str(local_day(now, edition.zone))}
    return render(request, "shifts/coordinator/season.html", context)
