"""What makes the site installable: a web manifest for each edition, and the service worker.

The worker keeps three pages readable without a network: my evenings, signed in and by link, and a museum's list of
tonight. Those views say by `readable_for` for how long. What a link shows is stored by no cache on the way
(`no-store`); the worker's copy is the device's own, cannot be reached without the address, and ends by itself. For
whatever else is asked for without a network it keeps one page in words.
"""

import hashlib
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from .access import edition_page
from .json_text import as_json

NIGHT = "#0e1633"
WORKER = (settings.BASE_DIR / "static" / "js" / "worker.js").read_bytes()

# How long a copy of somebody's evenings is worth reading, and how old the page in words may grow.
HER_EVENINGS = timedelta(days=7)
WORDS = timedelta(days=7)

ICONS = [
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
]


@login_not_required
@require_safe
@edition_page
def manifest(request, edition):
    """The manifest of an edition in the language of the address; it opens at my evenings.

    `?for=coordinators` gives another one, which opens at the season.
    """
    is_desk = request.GET.get("for") == "coordinators"
    response = HttpResponse(
        as_json(
            {
                "id": f"/{edition.slug}/season/" if is_desk else f"/{edition.slug}/",
                "name": _name(edition),
                "short_name": _name(edition),
                "description": edition.organisation,
                "lang": get_language(),
                "dir": "ltr",
                "start_url": reverse("season" if is_desk else "mine", args=[edition.slug]),
                "scope": "/",
                "display": "standalone",
                # Where a browser knows it: with a way back and a way to load again.
                "display_override": ["minimal-ui"],
                "background_color": NIGHT,
                "theme_color": NIGHT,
                "icons": [
                    {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
                    for path, sizes, purpose in ICONS
                ],
            }
        ),
        content_type="application/manifest+json",
    )
    response["Cache-Control"] = "public, max-age=3600"
    # The middleware looked who is signed in, but nothing in here depends on it: one copy serves everybody.
    request.session.accessed = False
    return response


def _name(edition):
    """A rehearsal says so, or on a phone nobody could tell it from the real site."""
    return f"{edition.name} · {_('Rehearsal')}" if settings.REHEARSAL else edition.name


@login_not_required
@require_safe
@condition(etag_func=lambda request: f'"{hashlib.sha256(WORKER).hexdigest()[:32]}"')
def worker(request):
    """The service worker; at the root, because a worker sees only what lies below its own address."""
    response = HttpResponse(WORKER, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    request.session.accessed = False
    return response


@login_not_required
@require_safe
def no_network(request):
    """What the worker shows where a page cannot be had, in the language of the address; it names nobody."""
    return readable_for(render(request, "no_network.html"), WORDS)


def readable_for(response: HttpResponse, span: timedelta) -> HttpResponse:
    """Tell the service worker that it may keep this page for `span`, which it counts from now."""
    response["Keep-Readable"] = str(max(0, int(span.total_seconds())))
    return response


def forgets_readable(view):
    """Make the browser drop what was kept for whoever signs out by `view`, and what "back" would still show of it."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return inner
