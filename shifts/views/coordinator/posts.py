"""A post: who for its places, how many places, what happened to it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions.places import NeedsTick
from shifts.forms import PlacesForm
from shifts.pages import history
from shifts.pages.evening import evening_page
from shifts.pages.panel import panel

from . import rows


@require_GET
@coordinator_required
@edition_page
def post_panel(request, edition, pk):
    """Who for this place: beside the evening on a desktop, alone on a phone. htmx asks for the list only.

    `?tick=` names the volunteer who can be assigned with one more tick; `?all=1` wants more than the first.
    """
    post, now = rows.post(edition, pk), clock.now()
    tick_for, everybody = request.GET.get("tick", ""), "all" in request.GET
    context = {"panel": panel(post, now=now, tick_for=tick_for, everybody=everybody)}
    if request.htmx and request.htmx.target == "beside":
        return render(request, "shifts/coordinator/_panel.html", context)
    context["page"] = evening_page(post.opening.evening, now=now)
    return render(request, "shifts/coordinator/panel.html", context)


@require_POST
@coordinator_required
@edition_page
def post_assign(request, edition, pk):
    """Put one person of the list on the post; where a rule stands against it, the same list with one tick to set."""
    post, volunteer, now = rows.post(edition, pk), rows.chosen_volunteer(request, edition), clock.now()
    try:
        accept = request.POST.get("accept", "").split()
        actions.assign(post, volunteer, by=access.actor(request), now=now, accept=accept)
    except NeedsTick:
        here = reverse("post_panel", args=[edition.slug, post.pk])
        return redirect(f"{here}?tick={volunteer.pk}#volunteer-{volunteer.pk}")
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("post_panel", edition.slug, post.pk)
    return redirect(rows.evening_url(post))


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def post_places(request, edition, pk):
    """Want more or fewer places on a post."""
    post = rows.post(edition, pk)
    form = PlacesForm(rows.typed(request), post=post)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            actions.change_places(
                post,
                places_wanted=wanted["places"],
                needed=wanted["needed"],
                then=wanted.get("then", "leave_open"),
                by=access.actor(request),
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("places", str(refusal))
        else:
            messages.success(request, _("The places are changed."))
            return redirect(rows.evening_url(post))
    return render(request, "shifts/coordinator/places.html", {"post": post, "form": form})


@require_GET
@coordinator_required
@edition_page
def post_history(request, edition, pk):
    """Who did what to a post and everybody on it."""
    post = rows.post(edition, pk)
    context = {"post": post, "lines": history.of_post(post), "back": reverse("search", args=[edition.slug, post.pk])}
    return render(request, "shifts/coordinator/post_history.html", context)
