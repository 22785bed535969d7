"""Open places, for the volunteer herself: "I'll take it", or "I ask for it"; signed in or by her link."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nocturnes import clock
from nocturnes.access import actor
from nocturnes.dates import date_format
from nocturnes.prepared import Prepared
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Post
from shifts.pages import open_places as pages
from shifts.pages.offered import offered
from shifts.pages.questions import questions

from .doors import by_link, signed_in


def with_urls(door, places):
    """Each place with the address that takes it, or asks for it, behind this door."""
    return [(place, door.url("take", place.post.pk)) for place in places]


def places(request, door, volunteer):
    """All open places that fit her."""
    now = clock.now()
    page = pages.all_open_places(volunteer, number=request.GET.get("page", ""), now=now)
    context = {"page": page, "door": door, "edition": request.edition, "places": with_urls(door, page)}
    context["questions"] = questions([], offered(volunteer, now=now), [], [])
    return render(request, "shifts/volunteer/places.html", context)


def take(request, door, volunteer, pk):
    """ "I'll take it": say what became of it and lead back. A second click finds the place hers, or her request."""
    post = _post(volunteer, pk)
    asks = post.opening.evening.edition.rules.self_service == "approve"
    now = clock.now()
    act = actions.request_place if asks else actions.take_open_place
    hers = [one for one in offered(volunteer, now=now) if one.post == post] if asks else []
    if hers:
        # A yes to what we asked her makes the place hers; a request would have to wait for one.
        messages.info(request, _("We asked you for this place: say yes here, and it is yours."))
        return redirect(hers[0].url)
    try:
        made = act(post, volunteer, by=actor(request), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(door.here)
    if asks:
        messages.success(request, _("We have your request, and answer you by mail."))
        return redirect(door.here)
    day = date_format(post.opening.evening.date, "l j F")
    messages.success(request, _("The place is yours. See you on %(date)s.") % {"date": day})
    return redirect(f"{door.here}?evening={made.pk}")


def _post(volunteer, pk):
    """The post that an address names, of an edition that she is in."""
    found = _posts(volunteer=volunteer.pk, pk=pk)
    if not found:
        raise Http404
    return found[0]


@Prepared
def _posts(volunteer, pk):
    hers = Post.objects.filter(opening__evening__edition__registrations__volunteer=volunteer)
    return hers.select_related("opening__evening__edition").filter(pk=pk).order_by()


def request_back(request, door, volunteer, pk):
    """She does not ask for that place any more."""
    try:
        actions.take_back_request(
            get_object_or_404(volunteer.place_requests, pk=pk), by=actor(request), now=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You no longer ask for that place."))
    return redirect(door.here)


mine_places = require_GET(signed_in(places))
mine_take = require_POST(signed_in(take))
mine_request_back = require_POST(signed_in(request_back))

evenings_places = require_GET(by_link(places))
evenings_take = require_POST(by_link(take))
evenings_request_back = require_POST(by_link(request_back))
