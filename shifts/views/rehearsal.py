"""The rehearsal's page: be somebody, read the mailbox, move the time. On the real site there is no such page."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from museums.models import Museum
from nocturnes import access, clock, links
from nocturnes.access import coordinator_required, edition_page, rehearsal_only
from nocturnes.dates import date_format
from nocturnes.models import Edition, User
from nocturnes.numbers import whole
from nocturnes.refusals import Refusal
from shifts import rehearsal as moving
from shifts.actions import exercises as exercising
from shifts.pages import exercises
from shifts.pages import rehearsal as pages

STEPS = {"quarter": moving.a_quarter_later, "hour": moving.an_hour_later, "day": moving.a_day_later}


@rehearsal_only
@require_GET
def rehearsal(request):
    edition = Edition.objects.newest()
    request.edition = edition
    with timezone.override(edition.zone if edition else None):
        context = {"cast": pages.cast(now=clock.now()), "edition": edition}
        return render(request, "shifts/rehearsal/rehearsal.html", context)


@rehearsal_only
@require_POST
def rehearsal_be(request):
    """Be a person, by signing in as her, or a museum, by opening its secret link."""
    if "museum" in request.POST:
        museum = get_object_or_404(Museum, pk=whole(request.POST["museum"]))
        return redirect("museum", links.token("museum", museum))
    user = get_object_or_404(User, pk=whole(request.POST.get("user", "")), is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    edition = Edition.objects.newest()
    if edition is None:
        return redirect("home")
    return redirect("season" if user.is_coordinator else "mine", edition.slug)


# The banner stands on the pages behind secret links too. They send no referrer, so a browser says of their forms that
# they come from nowhere, which the check against forged requests refuses. Nothing but a made-up time is at stake.
@csrf_exempt
@rehearsal_only
@require_POST
def rehearsal_next_message(request):
    return _move(request, lambda seen: moving.next_message(seen=seen))


@csrf_exempt
@rehearsal_only
@require_POST
def rehearsal_move(request):
    step = STEPS.get(request.POST.get("by"), moving.an_hour_later)
    return _move(request, lambda seen: moving.advance(step(clock.now()), seen=seen))


@rehearsal_only
@require_POST
@coordinator_required
@edition_page
def rehearsal_exercise(request, edition, name):
    """Begin an exercise that is only looked at: it is noted, and the page opens."""
    if name not in exercising.LOOKED_AT:
        raise Http404
    now = clock.now()
    exercising.did(request.user, name, by=access.actor(request), now=now)
    return redirect(exercises.address(name, edition, now=now))


@rehearsal_only
@require_POST
@coordinator_required
@edition_page
def rehearsal_fold(request, edition):
    """Fold the exercises away, or unfold them, for as long as she is signed in."""
    request.session[exercises.FOLDED] = request.POST.get("folded") == "yes"
    return redirect("season", edition.slug)


def _move(request, move):
    """Move, say what happened, and lead back to the page whose banner was pressed."""
    try:
        moved = move(whole(request.POST.get("seen", "")))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _in_words(moved))
    back = request.POST.get("back", "")
    if access.is_ours(request, back):
        return redirect(back)
    return redirect("rehearsal")


def _in_words(moved):
    edition = Edition.objects.newest()
    local = timezone.localtime(moved.now, edition.zone if edition else None)
    said = {"time": date_format(local, "l j F, H:i"), "n": moved.sent}
    if not moved.sent:
        return _("It is now %(time)s. No message left.") % said
    sentence = ngettext(
        "It is now %(time)s. %(n)s message left.", "It is now %(time)s. %(n)s messages left.", moved.sent
    )
    return sentence % said
