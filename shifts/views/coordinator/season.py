"""The season: evenings by museums, and that its news were read."""

from datetime import date, datetime

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nocturnes import clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.hours import local_day
from shifts.actions import news
from shifts.pages.season import season as read_season


@require_GET
@coordinator_required
@edition_page
def season(request, edition):
    """Evenings by museums: how many places are filled of how many needed, what to do first, and what changed."""
    now, typed = clock.now(), request.GET.get("from", "")
    start = day(typed)
    if typed and start is None:
        messages.warning(request, _("“%(text)s” is not a date. Here are the next evenings.") % {"text": typed[:40]})
    page = read_season(edition, request.user, now=now, start=start)
    context = {"season": page, "today": local_day(now, edition.zone)}
    return render(request, "shifts/coordinator/season.html", context)


@require_POST
@coordinator_required
@edition_page
def season_read(request, edition):
    """She has read what changed up to the moment at which her page was made."""
    now = clock.now()
    news.read_news(request.user, edition, until=_moment(request.POST.get("until", "")) or now, now=now)
    return redirect("season", edition.slug)


@require_POST
@coordinator_required
@edition_page
def season_introduced(request, edition):
    """She has read what a new coordinator is told first."""
    news.introduced(request.user, now=clock.now())
    return redirect("season", edition.slug)


def day(text: str) -> date | None:
    """The date that an address carries, as 2026-03-26; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text):
    """The instant that `text` says; None where it says none, no zone, or one that is in no year on another clock."""
    try:
        return timezone.localtime(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None
