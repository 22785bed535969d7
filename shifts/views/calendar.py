"""The calendar that a volunteer subscribes to, behind a link of its own that shows and does nothing else."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from nocturnes import clock
from shifts import calendars
from volunteers.doors import person_link


@require_safe
@person_link("calendar")
def calendar(request, volunteer):
    """Asked for again and again by a program that cannot sign in."""
    content = calendars.feed(volunteer, now=clock.now())
    headers = {"Content-Disposition": 'inline; filename="nocturnes.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
