"""What a coordinator decides about a person: pause, museums, invite again, block. Merging is in `merging`."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.dates import date_format
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.pages.blocking import before_blocking
from shifts.people_forms import BlockForm, NotAtForm, PauseForm
from volunteers import actions as volunteers

from . import rows


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def person_pause(request, edition, pk):
    """Ask her nothing new until a day, or until the pause is ended. Its form stands on her page; here what is wrong."""
    registration = rows.registration(edition, pk)
    form = PauseForm(rows.typed(request), initial={"until": registration.paused_until})
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        try:
            volunteers.pause(registration, until=until, by=access.actor(request), now=clock.now())
        except Refusal as refusal:
            form.add_error("until", str(refusal))
        else:
            day = until and _("We ask nothing new before %(date)s.") % {"date": date_format(until, "l j F")}
            messages.success(request, day or _("We ask nothing new until you end the pause."))
            return redirect("person", edition.slug, pk)
    context = {"volunteer": registration.volunteer, "registration": registration, "form": form}
    return render(request, "shifts/people/pause.html", context, status=422 if form.errors else 200)


@require_POST
@coordinator_required
@edition_page
def person_resume(request, edition, pk):
    volunteers.resume(rows.registration(edition, pk), by=access.actor(request), now=clock.now())
    return redirect("person", edition.slug, pk)


@require_POST
@coordinator_required
@edition_page
def person_invite_again(request, edition, pk):
    """Invite her to the next edition, or not: `again` is "yes" or "no", and anything else changes nothing."""
    registration = rows.registration(edition, pk)
    again = {"yes": True, "no": False}.get(request.POST.get("again", ""))
    if again is not None:
        volunteers.invite_again(registration, again, by=access.actor(request), now=clock.now())
    return redirect("person", edition.slug, pk)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def person_not_at(request, edition, pk):
    """The museums where she is not placed."""
    volunteer = rows.volunteer(edition, pk)
    form = NotAtForm(rows.typed(request), edition=edition, volunteer=volunteer)
    if request.method == "POST" and form.is_valid():
        museums = [museum.pk for museum in form.cleaned_data["museums"]]
        now = clock.now()
        volunteers.set_not_at(volunteer, museums, by=access.actor(request), now=now)
        _say_where(request, volunteer, form.cleaned_data["museums"], now=now)
        return redirect("person", edition.slug, pk)
    context = {"volunteer": volunteer, "form": form}
    return render(request, "shifts/people/not_at.html", context, status=422 if form.errors else 200)


def _say_where(request, volunteer, museums, *, now):
    """That it is saved; and the places that she has there already, which stay hers."""
    name = volunteer.short_name
    text = (
        _("Saved. Nothing is asked of %(name)s at: %(museums)s.") if museums else _("Saved. Every museum is possible.")
    )
    messages.success(request, text % {"name": name, "museums": ", ".join(museum.name for museum in museums)})
    there = actions.places_ahead(volunteer, now=now).filter(post__opening__museum__in=museums)
    placed = [
        f"{place.post.opening.museum.short}, {date_format(place.post.opening.evening.date, 'l j F')}"
        for place in there.for_pages().order_by("report_at", "pk")
    ]
    if placed:
        text = _("%(name)s already has a place there, and keeps it until you remove it: %(places)s.")
        messages.warning(request, text % {"name": name, "places": "; ".join(placed)})


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def person_block(request, edition, pk):
    """What blocking her does, then the click that does it."""
    volunteer, now = rows.volunteer(edition, pk), clock.now()
    before = before_blocking(volunteer, now=now)
    form = BlockForm(rows.typed(request))
    if request.method == "POST" and (form.is_valid() or not before.is_told):
        then = form.cleaned_data["then"] if form.is_valid() else "leave_open"
        try:
            gone = actions.block(volunteer, then=then, by=access.actor(request), now=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("person_block", edition.slug, pk)
        if gone:
            told = ngettext("%(n)s place is taken back.", "%(n)s places are taken back.", len(gone)) % {"n": len(gone)}
            messages.success(request, told)
        return redirect("person", edition.slug, pk)
    context = {"volunteer": volunteer, "before": before, "form": form}
    return render(request, "shifts/people/block.html", context, status=422 if form.errors else 200)


@require_POST
@coordinator_required
@edition_page
def person_unblock(request, edition, pk):
    volunteer = rows.volunteer(edition, pk)
    actions.unblock(volunteer, by=access.actor(request), now=clock.now())
    text = _("%(name)s may be asked again. Places do not come back by themselves.")
    messages.success(request, text % {"name": volunteer.short_name})
    return redirect("person", edition.slug, pk)
