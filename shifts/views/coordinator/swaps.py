"""The swaps that volunteers propose: see them, agree, say no."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Swap
from shifts.pages.swaps_desk import swaps_page


@require_GET
@coordinator_required
@edition_page
def swaps(request, edition):
    """What waits for her, then what waits between volunteers."""
    context = {"page": swaps_page(edition, now=clock.now()), "edition": edition}
    return render(request, "shifts/coordinator/swaps.html", context)


@require_POST
@coordinator_required
@edition_page
def swap_agree(request, edition, pk):
    """The places change hands; both hear so in two minutes, and until then it can be taken back."""
    return _do(request, edition, pk, actions.agree_to_swap)


@require_POST
@coordinator_required
@edition_page
def swap_refuse(request, edition, pk):
    """Everybody keeps her place."""
    return _do(request, edition, pk, actions.refuse_swap)


def _do(request, edition, pk, act):
    swap = get_object_or_404(Swap, pk=pk, assignment__post__opening__evening__edition=edition)
    try:
        act(swap, by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("swaps", edition.slug)
