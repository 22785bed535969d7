"""One person: everything that concerns her, what she tells by phone, and the coordinators' notes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.forms import AnswersForm
from shifts.pages.person import person_page
from volunteers import actions as volunteers
from volunteers.desk_forms import NoteForm, PersonForm
from volunteers.models import Volunteer

from . import rows
from .people import known_person


@require_GET
@coordinator_required
@edition_page
def person(request, edition, pk):
    """A record that was merged leads to the one that stayed."""
    try:
        registration = rows.registration(edition, pk)
    except Http404:
        merged = get_object_or_404(Volunteer, pk=pk, merged_into__registrations__edition=edition)
        return redirect("person", edition.slug, merged.merged_into_id)
    return _page(request, registration)


def _page(request, registration, *, answers=None, unsaid=(), note=None, status=200):
    """`answers` and `note` are forms that were sent and refused; `unsaid` the evenings on which she has a place."""
    page = person_page(registration, now=clock.now())
    context = {
        "edition": registration.edition,
        "page": page,
        "volunteer": page.volunteer,
        "registration": registration,
        "answers": answers or AnswersForm(answers=page.open_answers),
        "unsaid": [one for one in page.open_answers if one.evening in unsaid],
        "note": note or NoteForm(),
    }
    return render(request, "shifts/people/person.html", context, status=status)


@require_POST
@coordinator_required
@edition_page
def person_answers(request, edition, pk):
    """What she told by phone. A no where she has a place first asks what becomes of it."""
    registration, now = rows.registration(edition, pk), clock.now()
    form = AnswersForm(request.POST, answers=person_page(registration, now=now).open_answers)
    unsaid = []
    if form.is_valid():
        try:
            actions.record_answers(registration, form.said(), then=form.then(), by=access.actor(request), now=now)
        except actions.HasPlace as refusal:
            form.add_error(None, str(refusal))
            unsaid = refusal.evenings
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The answers are noted."))
            return redirect("person", edition.slug, pk)
    return _page(request, registration, answers=form, unsaid=unsaid, status=422)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def person_edit(request, edition, pk):
    registration = rows.registration(edition, pk)
    form = PersonForm(rows.typed(request), edition=edition, registration=registration)
    known = None
    if request.method == "POST" and form.is_valid():
        said, by = form.cleaned_data, access.actor(request)
        try:
            changed = actions.change_person(registration, said, another=said["another"], by=by, now=clock.now())
        except volunteers.IsKnown as refusal:
            known = refusal.volunteer
            form.refuse(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The links are new.") if "email" in changed else _("Saved."))
            return redirect("person", edition.slug, pk)
    # What was refused is not what she is called.
    context = {"edition": edition, "form": form, "volunteer": rows.registration(edition, pk).volunteer}
    return render(
        request,
        "shifts/people/edit.html",
        context | known_person(edition, known),
        status=422 if form.errors else 200,
    )


@require_POST
@coordinator_required
@edition_page
def person_note(request, edition, pk):
    registration = rows.registration(edition, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, registration, note=form, status=422)
    text, by = form.cleaned_data["text"], access.actor(request)
    volunteers.write_note(registration.volunteer, text, by=by, now=clock.now())
    return redirect("person", edition.slug, pk)


@require_POST
@coordinator_required
@edition_page
def person_note_delete(request, edition, pk, note):
    registration = rows.registration(edition, pk)
    found = get_object_or_404(registration.volunteer.notes, pk=note)
    volunteers.delete_note(found, by=access.actor(request), now=clock.now())
    messages.success(request, _("The note is deleted."))
    return redirect("person", edition.slug, pk)
