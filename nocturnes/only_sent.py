"""An address that only takes what a button sends, opened as a page: a tab that a phone brings back, a failed sending
that is loaded again. Django answers that with an empty page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve


def in_words(get_response: Callable) -> Callable:
    """Middleware: says so in words, with the way to the page that has the button. It stays a 405, and does nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = render(None, "405.html", {"above": _above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        # The address may hold the token of a secret link.
        page["Cache-Control"], page["Referrer-Policy"], page["X-Robots-Tag"] = "no-store", "no-referrer", "noindex"
        return page

    return middleware


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
