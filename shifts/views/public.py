"""The public pages: what is on, how to help, and the same as data for other sites."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from nocturnes import clock, links
from nocturnes.access import edition_page
from nocturnes.json_text import as_json
from shifts.pages import feed, public, seasons
from shifts.pages import feed_docs as docs
from volunteers.models import Heard

# Seconds for which a browser, or a cache on the way, need not ask again.
MAX_AGE = 60

# Whoever looks after links to these pages asks for their head alone: unlike the others they answer HEAD.


@login_not_required
@require_safe
def home(request):
    """The editions, those to come first, or straight to the only one; a coordinator goes to her season."""
    is_coordinator = request.user.is_authenticated and request.user.is_coordinator
    page = "season" if is_coordinator else "edition"
    listed = seasons.seasons(now=clock.now())
    if len(listed) == 1:
        return redirect(page, listed[0].edition.slug)
    context = {
        "page": page,
        "coming": [season for season in listed if not season.is_over],
        "over": [season for season in listed if season.is_over],
    }
    return render(request, "shifts/public/home.html", context)


@login_not_required
@require_safe
@edition_page
def edition(request, edition):
    """The evenings of an edition, its museums, and where help is needed, in words."""
    context = {"edition": edition, "programme": public.programme(edition, now=clock.now())}
    # Who came by a link that says how she heard about us brings it along to the sign-up.
    context["heard"] = request.GET.get("from") if request.GET.get("from") in Heard.values else ""
    return render(request, "shifts/public/edition.html", context)


@login_not_required
@require_safe
@edition_page
def open_places_feed(request, edition):
    """The open places as JSON, for the pages of any site; asked again with its ETag, an unchanged one is a 304."""
    response = HttpResponse(as_json(feed.open_places(edition, now=clock.now())), content_type="application/json")
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    response = get_conditional_response(request, etag=etag, response=response)
    response["Access-Control-Allow-Origin"] = "*"
    # The middleware looked who is signed in, but nothing in here depends on it: one copy serves everybody.
    request.session.accessed = False
    return response


@login_not_required
@require_safe
@edition_page
def feed_docs(request, edition):
    """How to show the open places on another site."""
    address = links.absolute("open_places_feed", get_language(), edition.slug)
    context = {
        "edition": edition,
        "address": address,
        "max_age": MAX_AGE,
        "fields": docs.FIELDS,
        "html": docs.HTML.format(address=address),
        "script": docs.SCRIPT,
    }
    return render(request, "shifts/public/feed_docs.html", context)
