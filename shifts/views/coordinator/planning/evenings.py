"""The planning itself, and its evenings."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts.actions import planning as actions
from shifts.pages import planning as pages
from shifts.planning.forms import EveningForm
from shifts.views.coordinator import rows

from .saving import refusals_into


def planning_url(evening) -> str:
    """The planning, open at `evening`."""
    return reverse("planning", args=[evening.edition.slug]) + f"?evening={evening.date}"


@require_GET
@coordinator_required
@edition_page
def planning(request, edition):
    """Every evening with what is missing on it, and the openings of one: `?evening=2026-03-26`, else the next."""
    try:
        day = date.fromisoformat(request.GET.get("evening", ""))
    except ValueError:
        day = None
    page = pages.planning_page(edition, day=day, now=clock.now())
    return render(request, "shifts/planning/planning.html", {"page": page})


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def evening_add(request, edition):
    now = clock.now()
    form = EveningForm(rows.typed(request), edition=edition, now=now)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            day = form.cleaned_data["date"]
            evening = actions.add_evening(edition, day, form.facts(), by=access.actor(request), now=now)
            messages.success(request, _("The evening is added. Now say which museums open."))
            return redirect(planning_url(evening))
    context = {"form": form, "evening": None, "back": reverse("planning", args=[edition.slug])}
    return render(request, "shifts/planning/evening.html", context)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def evening_edit(request, edition, day):
    """Who is on duty, the number to call, the note."""
    evening, now = rows.evening(edition, day), clock.now()
    form = EveningForm(rows.typed(request), edition=edition, now=now, evening=evening)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            actions.change_evening(evening, form.facts(), by=access.actor(request), now=now)
            messages.success(request, _("Saved."))
            return redirect(planning_url(evening))
    context = {"form": form, "evening": evening, "back": planning_url(evening)}
    return render(request, "shifts/planning/evening.html", context)


@require_POST
@coordinator_required
@edition_page
def evening_delete(request, edition, day):
    evening = rows.evening(edition, day)
    try:
        actions.delete_evening(evening, by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("evening_edit", edition.slug, evening.date)
    messages.success(request, _("The evening is taken away."))
    return redirect("planning", edition.slug)
