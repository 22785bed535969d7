"""The accessibility statement: what was tested on every page, how and when, and what was not."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from .models import Edition

# The day on which somebody last looked at pictures of the pages; the programs look at each change.
LOOKED_THROUGH = datetime.date(2026, 11, 22)


@login_not_required
@require_GET
def accessibility(request):
    """The statement itself; whom to write to comes from the newest edition, where there is one."""
    request.edition = edition = Edition.objects.newest()
    with timezone.override(edition.zone if edition else None):
        context = {"edition": edition, "looked_through": LOOKED_THROUGH}
        return render(request, "accessibility.html", context)
