"""Open places, for the volunteer herself: "I'll take it", signed in or by her link."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nocturnes import clock
from nocturnes.access import actor
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Post

from .doors import by_link, signed_in


def take(request, door, volunteer, pk):
    """ "I'll take it": say what became of it and lead back. A second click finds the place hers."""
    post = get_object_or_404(_open_to(volunteer), pk=pk)
    try:
        assignment = actions.take_open_place(post, volunteer, by=actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(door.here)
    day = formats.date_format(post.opening.evening.date, "l j F")
    messages.success(request, _("The place is yours. See you on %(date)s.") % {"date": day})
    return redirect(f"{door.here}?evening={assignment.pk}")


def _open_to(volunteer):
    """The posts that an address may name: those of the editions that she is in."""
    return Post.objects.for_pages().filter(opening__evening__edition__registrations__volunteer=volunteer)


mine_take = require_POST(signed_in(take))
evenings_take = require_POST(by_link(take))
