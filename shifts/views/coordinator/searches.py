"""The search for a post's open places: what it did and will do, begin it now, hold it, widen it, stop it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.dates import date_format
from nocturnes.hours import local_day
from shifts import actions
from shifts.models import Search
from shifts.pages.phone_list import group_text, phone_list
from shifts.pages.searches import search_page

from . import rows
from .live import live

# Whom one calls on one evening; the link below them shows the others.
MOST_CALLS = 8


@require_GET
@coordinator_required
@edition_page
def search(request, edition, pk):
    """Who was asked for a post, when, and what she answered; what comes next; and whom to call.

    `?all=1` wants everybody on the list of whom to call.
    """
    context = _shown(request, rows.post(edition, pk))
    context["group_text"] = group_text(context["page"].post.opening.evening, now=context["now"])
    return render(request, "shifts/coordinator/search.html", context)


@require_GET
@coordinator_required
@edition_page
def search_live(request, edition, pk):
    """What is new on that page since it was drawn: it asks every ten seconds, while the search goes on.

    `?seen=` and `?said=` are the marks of what is shown and was said last; what is the same is not sent again.
    """
    context = _shown(request, rows.post(edition, pk))
    context["is_new"] = request.GET.get("seen") != context["mark"]
    context["is_news"] = request.GET.get("said") != context["page"].said_mark
    goes_on = context["page"].live is not None
    return live(request, "shifts/coordinator/_search_live.html", context, goes_on=goes_on)


def _shown(request, post):
    now, everybody = clock.now(), "all" in request.GET
    calls = phone_list(post, now=now, most=None if everybody else MOST_CALLS + 1)
    page = search_page(post, now=now)
    shown = calls if everybody else calls[:MOST_CALLS]
    return {
        "page": page,
        "post": post,
        "calls": shown,
        "has_more_calls": len(calls) > len(shown),
        "everybody": everybody,
        "mark": page.mark(shown),
        "now": now,
        "today": local_day(now, post.opening.evening.edition.zone),
    }


@require_POST
@coordinator_required
@edition_page
def search_open(request, edition, pk):
    """ "Search now" for a post with open places."""
    post = rows.post(edition, pk)
    search = actions.search_now(post, by=access.actor(request), now=clock.now())
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
    if live := _live(post):
        actions.stop_search(live, by=access.actor(request), now=clock.now())
        said = _("The search is stopped. Whoever was asked may still say yes while the place is open.")
        messages.success(request, said)
    return redirect("search", edition.slug, post.pk)


@require_POST
@coordinator_required
@edition_page
def search_hold(request, edition, pk):
    """Pause the search, or take it over; offers that were made stay good."""
    post, held = rows.post(edition, pk), request.POST.get("held", "")
    live = _live(post)
    if held not in Search.Hold.values:
        messages.error(request, _("Choose one of the answers of the list."))
    elif live:
        actions.hold_search(live, held=held, by=access.actor(request), now=clock.now())
    return redirect("search", edition.slug, post.pk)


@require_POST
@coordinator_required
@edition_page
def search_release(request, edition, pk):
    """Let it go on by itself."""
    post = rows.post(edition, pk)
    if live := _live(post):
        actions.release_search(live, by=access.actor(request), now=clock.now())
    return redirect("search", edition.slug, post.pk)


@require_POST
@coordinator_required
@edition_page
def search_widen(request, edition, pk):
    """The next wave at once, or at the first moment at which it may leave: the page says which."""
    post, now = rows.post(edition, pk), clock.now()
    live = _live(post)
    if live and not actions.next_asked(live, now=now):
        # Her page was drawn before: it has no such button any more.
        messages.warning(request, _("Whoever can be asked has been asked. Who becomes free is asked too."))
    elif live:
        leaves = actions.widen_now(live, by=access.actor(request), now=now)
        _say_when(request, edition, leaves, now)
    return redirect("search", edition.slug, post.pk)


@require_POST
@coordinator_required
@edition_page
def search_agree(request, edition, pk):
    """Let the wave ask that the coordinator saw; where another one is next by now, she sees that one."""
    post, now = rows.post(edition, pk), clock.now()
    live, wave = _live(post), rows.number(request.POST.get("wave", ""))
    if live and wave == live.waves + 1:
        leaves = actions.agree_to_wave(live, wave=wave, by=access.actor(request), now=now)
        _say_when(request, edition, leaves, now)
    elif live:
        messages.warning(request, _("Another wave is next meanwhile. Look at who it asks, and agree again."))
    return redirect("search", edition.slug, post.pk)


def _live(post):
    return post.searches.live().first()


def _say_when(request, edition, leaves, now):
    """When the wave that she wants leaves: with the day, where a night lies between."""
    if leaves is None:
        messages.warning(request, _("It is too late: nobody is asked any more."))
        return
    local = timezone.localtime(leaves, edition.zone)
    words = {"time": f"{local:%H:%M}", "date": date_format(local, "l j F")}
    if local.date() == local_day(now, edition.zone):
        messages.success(request, _("The next wave leaves at %(time)s.") % words)
    else:
        messages.success(request, _("The next wave leaves on %(date)s at %(time)s.") % words)
