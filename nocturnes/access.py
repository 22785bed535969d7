"""Who comes through which door: coordinators, an edition's pages, and the links of our mails."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import translate_url
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from . import clock, links
from .history import Actor
from .models import Edition
from .refusals import Refusal


def actor(request: HttpRequest) -> Actor:
    """Who acts in this request: the holder of a link, the signed-in user, or nobody that we know."""
    if hasattr(request, "link_actor"):
        return request.link_actor
    return Actor.user(request.user) if request.user.is_authenticated else Actor.anonymous()


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether `address`, which a browser sent, is one of this site: nobody is led on to another."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def coordinator_required(view):
    """Only coordinators; everybody else who is signed in gets a 403 (LoginRequiredMiddleware sees to the others)."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        if not (request.user.is_authenticated and request.user.is_coordinator):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


def rehearsal_only(view):
    """For everybody in a rehearsal; a 404 on the real site, where mails and time are nobody's to look at or move."""

    @login_not_required
    @wraps(view)
    def inner(request, *args, **kwargs):
        if not settings.REHEARSAL:
            raise Http404
        return view(request, *args, **kwargs)

    return inner


def edition_page(view):
    """Give `view` the Edition for the slug in the address, with the clock of its zone on every time shown.

    A page is looked at in a language of the edition: whose browser prefers another is led on to the first of them.
    """

    @wraps(view)
    def inner(request, *args, edition, **kwargs):
        request.edition = get_object_or_404(Edition, slug=edition)
        code = request.edition.language_for(get_language())
        if code != get_language() and request.method in ("GET", "HEAD"):
            return redirect(translate_url(request.get_full_path(), code))
        with timezone.override(request.edition.zone):
            return view(request, request.edition, *args, **kwargs)

    return inner


def link_page(
    purpose: str,
    rows: Callable[[], QuerySet],
    actor_of: Callable | None = None,
    *,
    over: type[Refusal] | None = None,
    bare: bool = False,
):
    """Give `view` the row that the token in the address was made for (see `links`).

    `actor_of` turns the row into the actor of this request. A token that is not good gets a page with its sentence;
    `over` is a refusal that tells better than LinkIsOver what to do once the link's time is over; `bare`: the link is
    not a volunteer's, and its refusal names no way to her evenings.
    Such pages are never stored, indexed or sent on as a referrer, and sign nobody in (design.md 8, 3.5).

    Their forms are not checked for forgery: a browser that sends no referrer says "Origin: null" with a form, which the
    check refuses; and nothing that a session holds is used here, the token in the address alone opens the door.
    """

    def decorate(view):
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def inner(request, *args, token, **kwargs):
            try:
                row = links.read(purpose, token, rows(), now=clock.now())
            except Refusal as refusal:
                is_over = isinstance(refusal, links.LinkIsOver)
                return _refused(request, over() if over and is_over else refusal, bare=bare)
            if actor_of:
                request.link_actor = actor_of(row)
            request.link_token = token
            return _closed(view(request, row, *args, **kwargs))

        return inner

    return decorate


def _refused(request, refusal, *, bare):
    """The page that a link leads to which is not good: 404 for one that is not ours, 410 for one that was once."""
    # Whose link it was is not known here: the newest season's page and mailbox are a way on for everybody.
    request.edition = Edition.objects.newest()
    status = 404 if isinstance(refusal, links.LinkIsNotOurs) else 410
    return _closed(render(request, "link_refused.html", {"sentence": refusal, "bare": bare}, status=status))


def _closed(response):
    """Kept nowhere, passed on to nobody."""
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
