"""Lend tonight: who could move to this place, and the one click that moves her."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions import lending
from shifts.actions.places import NeedsTick
from shifts.models import Assignment
from shifts.pages.lending import lending_page, to_call

from . import rows


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def post_lend(request, edition, pk):
    """The people of that evening who could move here; by POST one of them does.

    `?tick=` names the assignment that can be moved with one more tick.
    """
    post, now = rows.post(edition, pk), clock.now()
    if request.method == "POST":
        return _lend(request, edition, post, now)
    page = lending_page(post, tick_for=request.GET.get("tick", ""), now=now)
    return render(request, "shifts/coordinator/lend.html", {"page": page, "post": post})


def _lend(request, edition, post, now):
    here = reverse("post_lend", args=[edition.slug, post.pk])
    assignments = Assignment.objects.for_pages().filter(post__opening__evening__edition=edition)
    chosen = get_object_or_404(assignments, pk=rows.number(request.POST.get("assignment", "")))
    then = "search" if request.POST.get("then") == "search" else "leave_open"
    accept = request.POST.get("accept", "").split()
    try:
        actions.lend(chosen, post, then=then, accept=accept, by=access.actor(request), now=now)
    except NeedsTick:
        return redirect(f"{here}?tick={chosen.pk}#lender-{chosen.pk}")
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    if lending.is_tonight(post, now) and chosen.volunteer.phone:
        _say_to_call(request, chosen.volunteer)
    for contact in to_call(chosen.post.opening.museum, post.opening.museum):
        words = {"museum": contact.museum.short, "name": contact.name, "phone": contact.phone}
        messages.info(request, _("%(museum)s gets no mail, call %(name)s: %(phone)s") % words)
    return redirect(rows.evening_url(post))


def _say_to_call(request, volunteer):
    """A mail may be read late: her number, to call at once."""
    number = volunteer.phone
    words = _("Call %(name)s: %(phone)s") % {"name": volunteer.short_name, "phone": number.as_international}
    messages.info(request, format_html('<a href="tel:{}">{}</a>', number.as_e164, words))
