"""The editions of an installation, for its start page."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min

from nocturnes.hours import tonight
from nocturnes.models import Edition


@dataclass(frozen=True)
class Season:
    """An edition from its first evening to its last; both are None as long as it has none."""

    edition: Edition
    first: date | None
    last: date | None
    is_over: bool


def seasons(*, now: datetime) -> list[Season]:
    """Those to come by their first evening, one without evenings after them; then those that are over, latest first."""
    rows = Edition.objects.annotate(first=Min("evenings__date"), last=Max("evenings__date"))
    found = [Season(row, row.first, row.last, bool(row.last) and row.last < tonight(now, row.zone)) for row in rows]
    coming = [season for season in found if not season.is_over]
    over = [season for season in found if season.is_over]
    coming.sort(key=lambda season: (season.first is None, season.first or date.min))
    return coming + sorted(over, key=lambda season: season.last, reverse=True)
