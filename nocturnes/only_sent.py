"""An address that only takes what a button sends, opened as a page: a tab that a phone brings back, a failed sending
that is loaded again. Django answers that with an empty page."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from .access import is_ours


def in_words(get_response: Callable) -> Callable:
    """Middleware: says so in words, with the way to the page that has the button. It stays a 405, and does nothing.

    Where something waits to be said, she was led back here after a click, such as an undo on the answer to a refused
    form, which is shown at the button's address: then she is led on to the page of the button, which says it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        if len(get_messages(request)):
            return redirect(_above(request.path))
        page = render(None, "405.html", {"above": _above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        # The address may hold the token of a secret link.
        page["Cache-Control"], page["Referrer-Policy"], page["X-Robots-Tag"] = "no-store", "no-referrer", "noindex"
        return page

    return middleware


def back_to_the_button(get_response: Callable) -> Callable:
    """Middleware: who was signed out when she pressed a button reads so, and signs in to the page that has it.

    Django would lead her to the address that only the button serves.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "POST" or not _asks_to_sign_in(request, response):
            return response
        query = QueryDict(mutable=True)
        query.update({"next": _page_of_the_button(request), "pressed": "1"})
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query.urlencode(safe='/')}")

    return middleware


def _asks_to_sign_in(request, response):
    """Whether it was refused because nobody is signed in."""
    asked = urlsplit(response.headers.get("Location", ""))
    there = asked.path == resolve_url(settings.LOGIN_URL)
    return there and QueryDict(asked.query).get("next") == request.get_full_path()


def _page_of_the_button(request):
    """The address of the page that she was on, as far as her browser says so and it is one of ours."""
    referrer = request.headers.get("Referer", "")
    page = urlsplit(referrer)
    address = f"{page.path}?{page.query}" if page.query else page.path
    # Without its host, what begins with two strokes would be an address elsewhere.
    is_here = is_ours(request, referrer) and url_has_allowed_host_and_scheme(address, None)
    return address if is_here else _above(request.path)


def _above(path):
    """The nearest address above `path` that leads somewhere."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        break
    return path
