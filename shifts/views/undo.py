"""The bar at the foot of a coordinator's pages: take back, or send at once."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging import pages
from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.models import Entry
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.pages import undo as sentences


@require_POST
@coordinator_required
@edition_page
def undo(request, edition, pk):
    entry = get_object_or_404(Entry, pk=pk)
    try:
        actions.undo(entry, by=access.actor(request), now=clock.now())
        messages.success(request, sentences.undone(entry))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back(request, edition)


@require_POST
@coordinator_required
@edition_page
def send_now(request, edition, pk):
    """Do not wait for the rest of the two minutes: what waits to tell people of this entry is due now."""
    entry = get_object_or_404(Entry, pk=pk)
    now = clock.now()
    waiting = actions.send_now(entry, by=access.actor(request), now=now)
    mornings = [morning for message in waiting if (morning := pages.quiet_until(message, now))]
    quiet = _("Quiet hours: it leaves on %(time)s.")
    said = quiet % {"time": pages.in_words(mornings[0])} if mornings else _("The message leaves now.")
    if waiting:
        messages.success(request, said)
    return _back(request, edition)


def _back(request, edition):
    """To the page that the bar was on, as far as it is one of ours."""
    referrer = request.headers.get("Referer", "")
    if access.is_ours(request, referrer):
        return redirect(referrer)
    return redirect("season", edition.slug)
