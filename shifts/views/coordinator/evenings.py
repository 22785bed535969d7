"""An evening: who stands where, publish it, call one of its openings off."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.pages.calling_off import before_calling_evening_off, before_calling_off
from shifts.pages.evening import before_publishing, evening_page

from . import rows


@require_GET
@coordinator_required
@edition_page
def evening(request, edition, day):
    """Every museum, post and person of an evening, the weakest museum first."""
    page = evening_page(rows.evening(edition, day), now=clock.now())
    return render(request, "shifts/coordinator/evening.html", {"page": page})


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def evening_publish(request, edition, day):
    """What publishing will do, then the click that does it."""
    evening, now = rows.evening(edition, day), clock.now()
    if request.method == "POST":
        try:
            actions.publish(evening, by=access.actor(request), now=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("evening", edition.slug, evening.date)
    if evening.is_published or evening.is_over(now):
        return redirect("evening", edition.slug, evening.date)
    context = {"evening": evening, "before": before_publishing(evening, now=now)}
    return render(request, "shifts/coordinator/publish.html", context)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def opening_call_off(request, edition, pk):
    """Who will be told that an opening does not take place, then the click that tells them."""
    opening = rows.opening(edition, pk)
    if request.method == "POST":
        try:
            freed = actions.call_off(opening, by=access.actor(request), now=clock.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            told = ngettext("%(n)s person is free again.", "%(n)s people are free again.", freed) % {"n": freed}
            messages.success(request, _("%(museum)s is called off.") % {"museum": opening.museum.name} + " " + told)
        return redirect("evening", edition.slug, opening.evening.date)
    context = {"opening": opening, "before": before_calling_off(opening, now=clock.now())}
    return render(request, "shifts/coordinator/call_off.html", context)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def evening_call_off(request, edition, day):
    """Who will be told that a whole evening does not take place, then the click that tells them."""
    evening, now = rows.evening(edition, day), clock.now()
    if request.method == "POST":
        try:
            told = actions.call_off_evening(evening, by=access.actor(request), now=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            sentence = ngettext("%(n)s person is told.", "%(n)s people are told.", told) % {"n": told}
            messages.success(request, _("The evening is called off.") + " " + sentence)
        return redirect("evening_call_off", edition.slug, evening.date)
    context = {"evening": evening, "before": before_calling_evening_off(evening, now=now)}
    return render(request, "shifts/coordinator/call_off_evening.html", context)
