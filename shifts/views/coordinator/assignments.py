"""Somebody on a post: confirmed by phone, removed, cannot come, and what happened."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.forms import RemoveForm, WithdrawalForm
from shifts.models import Assignment
from shifts.pages import history

from . import rows, sentences


@require_POST
@coordinator_required
@edition_page
def assignment_confirm_by_phone(request, edition, pk):
    assignment = rows.assignment(edition, pk)
    try:
        actions.confirm(assignment, how=Assignment.How.PHONE, by=access.actor(request), now=clock.now())
    except actions.NoLongerAssigned:
        messages.error(request, sentences.no_longer_there(assignment.volunteer))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("back") == "person":
        return redirect("person", edition.slug, assignment.volunteer_id)
    return redirect(rows.evening_url(assignment.post))


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def assignment_remove(request, edition, pk):
    """Take somebody off a post, and say in the same click what happens to the place (design.md 6)."""
    assignment = rows.assignment(edition, pk)
    form = RemoveForm(rows.typed(request))
    if request.method == "POST" and (assignment.is_draft or form.is_valid()):
        then = form.cleaned_data["then"] if form.is_valid() else "leave_open"
        try:
            actions.remove(assignment, then=then, by=access.actor(request), now=clock.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(rows.evening_url(assignment.post))
    context = {"assignment": assignment, "form": form}
    return render(request, "shifts/coordinator/remove.html", context)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def assignment_record_withdrawal(request, edition, pk):
    """Write down for a volunteer that she cannot come; the search begins as if she had said so herself."""
    assignment = rows.assignment(edition, pk)
    form = WithdrawalForm(rows.typed(request))
    if request.method == "POST" and form.is_valid():
        reason, by, now = form.cleaned_data["reason"], access.actor(request), clock.now()
        try:
            search = actions.withdraw(assignment, reason=reason, by=by, now=now, recorded=True)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            if search:
                messages.success(request, _("Somebody is being looked for."))
        return redirect(rows.evening_url(assignment.post))
    return render(request, "shifts/coordinator/withdrawal.html", {"assignment": assignment, "form": form})


@require_GET
@coordinator_required
@edition_page
def assignment_history(request, edition, pk):
    """What happened to somebody on a post: who did what, and which messages left."""
    assignment = rows.assignment(edition, pk)
    context = {
        "assignment": assignment,
        "lines": history.of_assignment(assignment),
        "sent": history.messages_about(assignment),
    }
    return render(request, "shifts/coordinator/assignment_history.html", context)
