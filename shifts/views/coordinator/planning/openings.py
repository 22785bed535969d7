"""A museum on an evening, and its posts."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts.actions import planning as actions
from shifts.pages import planning as pages
from shifts.planning.openings import OpeningForm
from shifts.views.coordinator import rows

from .evenings import planning_url
from .museums import saved
from .saving import refusals_into


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def opening_add(request, edition, day):
    """A museum opens on an evening; what it asks for is on the page that follows."""
    evening = rows.evening(edition, day)
    form = OpeningForm(rows.typed(request), edition=edition, evening=evening)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            opening = actions.add_opening(
                evening,
                form.cleaned_data["museum"],
                **_what(form),
                by=access.actor(request),
                now=clock.now(),
            )
            messages.success(request, _("The opening is added. Now say who it needs."))
            return redirect("opening_posts", edition.slug, opening.pk)
    context = {"form": form, "evening": evening, "opening": None, "back": planning_url(evening)}
    return render(request, "shifts/planning/opening.html", context)


def _what(form):
    facts = form.facts()
    hours = {name: facts.pop(name) for name in ("starts_at", "ends_at")}
    return {**hours, "languages": form.cleaned_data["languages"], "facts": facts}


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def opening_edit(request, edition, pk):
    """What an opening is; who is on a post there hears of another meeting point."""
    opening, now = rows.opening(edition, pk), clock.now()
    form = OpeningForm(rows.typed(request), edition=edition, evening=opening.evening, opening=opening)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            languages, by = form.cleaned_data["languages"], access.actor(request)
            told = actions.change_opening(opening, form.facts(), languages=languages, by=by, now=now)
            messages.success(request, saved(told))
            return redirect("opening_posts", edition.slug, opening.pk)
    context = {
        "form": form,
        "evening": opening.evening,
        "opening": opening,
        "back": planning_url(opening.evening),
        "told": pages.who_is_told(opening.posts.all(), now=now),
    }
    return render(request, "shifts/planning/opening.html", context)


@require_POST
@coordinator_required
@edition_page
def opening_delete(request, edition, pk):
    opening = rows.opening(edition, pk)
    try:
        actions.delete_opening(opening, by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("opening_edit", edition.slug, opening.pk)
    messages.success(request, _("The opening is taken away."))
    return redirect(planning_url(opening.evening))


@require_GET
@coordinator_required
@edition_page
def opening_posts(request, edition, pk):
    """Whom an opening needs."""
    page = pages.opening_posts(rows.opening(edition, pk))
    context = {"page": page, "back": planning_url(page.opening.evening)}
    return render(request, "shifts/planning/opening_posts.html", context)
