"""The public pages: what is on, and how to help."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from nocturnes import clock
from nocturnes.access import edition_page
from nocturnes.models import Edition
from shifts.pages import public


@login_not_required
@require_GET
def home(request):
    """The editions that take sign-ups, or straight to the only one; a coordinator goes to her season."""
    editions = list(Edition.objects.all())
    is_coordinator = request.user.is_authenticated and request.user.is_coordinator
    if len(editions) == 1:
        return redirect("season" if is_coordinator else "edition", editions[0].slug)
    return render(request, "shifts/public/home.html", {"editions": editions})


@login_not_required
@require_GET
@edition_page
def edition(request, edition):
    """The evenings of an edition, its museums, and where help is needed, in words."""
    today = timezone.localdate(clock.now(), edition.zone)
    return render(
        request, "shifts/public/edition.html", {"edition": edition, "nights": public.nights(edition, today=today)}
    )
