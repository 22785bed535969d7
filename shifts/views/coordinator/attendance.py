"""Somebody is not there: what happens to her place, said with the same click (design.md 6)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.forms import AbsentForm

from . import rows, sentences


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def assignment_absent(request, edition, pk):
    """Mark that somebody is not there, or with `then` "here" that she is after all."""
    assignment, now = rows.assignment(edition, pk), clock.now()
    form = AbsentForm(rows.typed(request))
    if request.method == "POST" and request.POST.get("then") == "here":
        return _said(request, assignment, lambda by: actions.mark(assignment, arrived=True, by=by, now=now))
    if request.method == "POST" and form.is_valid():
        then = form.cleaned_data["then"]
        return _said(request, assignment, lambda by: actions.mark_absent(assignment, then=then, by=by, now=now))
    context = {"assignment": assignment, "form": form, "is_early": not actions.is_the_day(assignment, now)}
    return render(request, "shifts/coordinator/absent.html", context, status=422 if form.errors else 200)


def _said(request, assignment, deed):
    try:
        deed(access.actor(request))
    except actions.NoLongerAssigned:
        messages.error(request, sentences.no_longer_there(assignment.volunteer))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(rows.evening_url(assignment.post))
