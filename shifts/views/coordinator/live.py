"""The parts of pages that bring themselves up to date while they are open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# What htmx takes for "there is no more news": it stops asking.
NO_MORE_NEWS = 286


def live(request: HttpRequest, template: str, context: dict, *, goes_on: bool) -> HttpResponse:
    """The part as it is now; once nothing `goes_on` any more, nobody asks for it again."""
    return render(request, template, context, status=200 if goes_on else NO_MORE_NEWS)
