"""The places that somebody is wanted for, offered to who fits: behind the group's link, and by a link of one's own.

The link that the coordinator copies into the group chat asks for sign-in; the one that she sends to one person by SMS
knows who she is, as the links of mails do.
"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nocturnes import clock
from nocturnes.access import actor
from nocturnes.dates import date_format
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions import places
from shifts.pages.offer import Choice
from volunteers.doors import person_link

from .doors import signed_in
from .offers import MINUTES, minutes_typed


def _show(request, volunteer, take, *args):
    now = clock.now()
    places = [Choice(post=post, is_late=now >= post.report_at) for post in actions.wanted_posts(volunteer, now=now)]
    context = {"volunteer": volunteer, "places": places, "minutes": MINUTES, "take": take, "args": args}
    return render(request, "shifts/volunteer/help.html", context)


def _take(request, volunteer, pk):
    """ "I'll take it", with the sentence for what became of it. A second click finds the place hers."""
    now = clock.now()
    post = next((post for post in actions.wanted_posts(volunteer, now=now) if post.pk == pk), None)
    try:
        if volunteer.blocked_at:
            raise places.Blocked
        if post is None and pk not in volunteer.assignments.active().published().values_list("post", flat=True):
            raise actions.PlaceTaken
        if post:
            actions.step_in(post, volunteer, minutes=minutes_typed(request), by=actor(request), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        mine = volunteer.assignments.active().select_related("post__opening__evening").get(post=pk)
        day = date_format(mine.post.opening.evening.date, "l j F")
        messages.success(request, _("Thank you. See you on %(date)s.") % {"date": day})


@require_GET
@signed_in
def help_wanted(request, door, volunteer):
    return _show(request, volunteer, "help_take", request.edition.slug)


@require_POST
@signed_in
def help_take(request, door, volunteer, pk):
    _take(request, volunteer, pk)
    return redirect("help", request.edition.slug)


def by_help_link(view):
    return person_link("help")(view)


@require_GET
@by_help_link
def help_link(request, volunteer):
    with timezone.override(_open_edition(request, volunteer)):
        return _show(request, volunteer, "help_link_take", request.link_token)


@require_POST
@by_help_link
def help_link_take(request, volunteer, pk):
    with timezone.override(_open_edition(request, volunteer)):
        _take(request, volunteer, pk)
    return redirect("help_link", request.link_token)


def _open_edition(request, volunteer):
    """Give the request her latest edition, whose name the page bears, and return its zone."""
    registration = volunteer.registrations.select_related("edition").latest("created_at")
    request.edition = registration.edition
    return registration.edition.zone
