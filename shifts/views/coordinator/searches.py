"""The search for a post's open places: what it did and will do, begin it now, stop it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.hours import local_day
from shifts import actions
from shifts.pages.phone_list import group_text, phone_list
from shifts.pages.searches import search_page

from . import rows


@require_GET
@coordinator_required
@edition_page
def search(request, edition, pk):
    """Who was asked for a post, when, and what she answered; what comes next; and whom to call."""
    now = clock.now()
    post = rows.post(edition, pk)
    context = {
        "page": search_page(post, now=now),
        "calls": phone_list(post, now=now),
        "group_text": group_text(post.opening.evening, now=now),
        "now": now,
        "today": str(local_day(now, edition.zone)),
    }
    return render(request, "shifts/coordinator/search.html", context)


@require_POST
@coordinator_required
@edition_page
def search_open(request, edition, pk):
    """ "Search now" for a post with open places."""
    post = rows.post(edition, pk)
    search = actions.open_search(post, by=access.actor(request), now=clock.now())
    if not search.is_live:
        because = search.get_ended_because_display()
        messages.warning(request, _("Nobody is looked for: %(because)s.") % {"because": because})
    return redirect("search", edition.slug, post.pk)


@require_POST
@coordinator_required
@edition_page
def search_stop(request, edition, pk):
    """Ask nobody else for this post; who was asked may still say yes while a place is open."""
    post = rows.post(edition, pk)
    live = post.searches.live().first()
    if live:
        actions.stop_search(live, by=access.actor(request), now=clock.now())
        messages.success(request, _("The search is stopped."))
    return redirect("search", edition.slug, post.pk)
