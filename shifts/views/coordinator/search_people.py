"""One person in a search: ask her by hand, leave her out, note what she said on the phone."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions.places import NeedsTick
from shifts.models import Call
from shifts.pages.searches import asking

from . import rows


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def search_add(request, edition, pk):
    """Choose somebody whom the search asks now, with what speaks for her and against it.

    `?name=` looks for a name, `?all=1` shows more than the first; `?tick=` names who needs one more tick, and `?yes=1`
    says that she was phoned and said yes: then the tick gives her the place.
    """
    post, now = rows.post(edition, pk), clock.now()
    live = post.searches.live().first()
    if live is None:
        messages.warning(request, _("Nobody is being looked for: start the search first."))
        return redirect("search", edition.slug, post.pk)
    if request.method == "POST":
        return _ask(request, edition, live, post, now)
    typed = {key: request.GET.get(key, "").strip() for key in ("name", "tick")}
    context = {
        "page": asking(post, live, now=now, everybody="all" in request.GET, **typed),
        "post": post,
        "said_yes": "yes" in request.GET,
    }
    return render(request, "shifts/coordinator/search_add.html", context)


def _ask(request, edition, live, post, now):
    volunteer, accept = rows.chosen_volunteer(request, edition), request.POST.get("accept", "").split()
    try:
        actions.ask_by_hand(live, volunteer, accept=accept, by=access.actor(request), now=now)
    except NeedsTick:
        return redirect(_tick(edition, post, volunteer))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("search_add", edition.slug, post.pk)
    return redirect("search", edition.slug, post.pk)


def _tick(edition, post, volunteer, more=""):
    here = reverse("search_add", args=[edition.slug, post.pk])
    return f"{here}?tick={volunteer.pk}{more}#volunteer-{volunteer.pk}"


@require_POST
@coordinator_required
@edition_page
def search_leave_out(request, edition, pk):
    """Do not ask her in this search."""
    return _steer(request, edition, pk, actions.leave_out)


@require_POST
@coordinator_required
@edition_page
def search_let_in(request, edition, pk):
    """She may be asked after all."""
    return _steer(request, edition, pk, actions.let_in)


def _steer(request, edition, pk, act):
    post, volunteer = rows.post(edition, pk), rows.chosen_volunteer(request, edition)
    if live := post.searches.live().first():
        act(live, volunteer, by=access.actor(request), now=clock.now())
    return redirect(reverse("search", args=[edition.slug, post.pk]) + "#next")


@require_POST
@coordinator_required
@edition_page
def search_phoned(request, edition, pk):
    """What she said on the phone: yes gives her the place, no is no for that evening, no answer is only noted."""
    post = rows.post(edition, pk)
    volunteer = rows.called_volunteer(request, edition, post)
    answer, accept = request.POST.get("answer", ""), request.POST.get("accept", "").split()
    if answer not in Call.Answer.values:
        messages.error(request, _("Choose one of the answers of the list."))
        return redirect("search", edition.slug, post.pk)
    try:
        actions.phoned(post, volunteer, answer=answer, accept=accept, by=access.actor(request), now=clock.now())
    except NeedsTick:
        return redirect(_tick(edition, post, volunteer, "&yes=1"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _after_call(request, edition, post)


def _after_call(request, edition, post):
    """Where the next one to call stands: on the list that she calls from."""
    if request.POST.get("back") == "at_risk":
        return redirect("at_risk", edition.slug)
    if request.POST.get("back") == "unconfirmed":
        return redirect("evening_unconfirmed", edition.slug, post.opening.evening.date)
    return redirect(reverse("search", args=[edition.slug, post.pk]) + "#search-calls")
