"""The coordinator's page of people to welcome."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from volunteers import actions
from volunteers.models import Registration, Volunteer


def _registrations(edition):
    """Registrations with all that the list shows, in a number of queries that does not depend on their number."""
    rows = edition.registrations.select_related("volunteer__user")
    return rows.prefetch_related("volunteer__languages", "roles", "museums", "availabilities__evening")


@require_GET
@coordinator_required
@edition_page
def welcome(request, edition):
    """Who waits for a coordinator's welcome, and who was declined."""
    waiting = list(_registrations(edition).filter(volunteer__in=Volunteer.objects.to_welcome()))
    declined = edition.registrations.select_related("volunteer").filter(volunteer__in=Volunteer.objects.declined())
    context = {
        "edition": edition,
        "waiting": waiting,
        "can_be_welcomed": sum(not one.volunteer.lacks_consent for one in waiting),
        "declined": declined,
        "waiting_sign_ups": edition.sign_ups.filter(confirmed_at=None).count(),
    }
    return render(request, "volunteers/welcome.html", context)


def _volunteer(edition, pk):
    return get_object_or_404(Volunteer, pk=pk, registrations__edition=edition)


@require_POST
@coordinator_required
@edition_page
def welcome_accept(request, edition, pk):
    """Welcome one person; `on_paper` says that a parent's consent is there."""
    volunteer = _volunteer(edition, pk)
    on_paper = request.POST.get("on_paper") == "on"
    try:
        actions.accept(volunteer, on_paper=on_paper, by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("welcome", edition.slug)


@require_POST
@coordinator_required
@edition_page
def welcome_accept_all(request, edition):
    """Welcome everybody but who still needs a parent's consent."""
    welcomed = actions.accept_all(edition, by=access.actor(request), now=clock.now())
    waiting = Registration.objects.filter(edition=edition, volunteer__in=Volunteer.objects.to_welcome()).count()
    if welcomed:
        text = ngettext("%(n)s person is welcomed.", "%(n)s people are welcomed.", len(welcomed))
        messages.success(request, text % {"n": len(welcomed)})
    if waiting:
        text = ngettext("%(n)s waits for a parent’s consent.", "%(n)s wait for a parent’s consent.", waiting)
        messages.warning(request, text % {"n": waiting})
    return redirect("welcome", edition.slug)


@require_POST
@coordinator_required
@edition_page
def welcome_decline(request, edition, pk):
    """Not this time; nothing is sent."""
    volunteer = actions.decline(_volunteer(edition, pk), by=access.actor(request), now=clock.now())
    if volunteer.declined_at:
        sentence = _("%(name)s is off the list. Nothing was sent: a word from you is the kindest way.")
        messages.info(request, sentence % {"name": volunteer.first_name})
    return redirect("welcome", edition.slug)
