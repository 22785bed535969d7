"""An evening's list on paper, for a museum or for whoever brings it there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from museums.models import Opening
from nocturnes import clock
from shifts.pages import museum_sheet


def paper(request: HttpRequest, opening: Opening, *, back: str) -> HttpResponse:
    """The sheet of `opening` as it stands now, to be printed on one A4; `back` is the page that led here."""
    now, edition = clock.now(), opening.evening.edition
    sheet = museum_sheet.sheet(opening, now=now)
    request.edition = edition
    with timezone.override(edition.zone):
        context = {"sheet": sheet, "edition": edition, "printed_at": now, "blank": museum_sheet.BLANK, "back": back}
        return render(request, "shifts/museum/paper.html", context)
