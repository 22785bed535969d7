"""An evening's list on paper, for a museum or for whoever brings it there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from museums.models import Opening
from nocturnes import clock
from nocturnes.models import Evening
from shifts.pages import museum_sheet


def paper(request: HttpRequest, opening: Opening, *, back: str) -> HttpResponse:
    """The sheet of `opening` as it stands now, to be printed on one A4; `back` is the page that led here."""
    now = clock.now()
    sheet = museum_sheet.sheet(opening, now=now)
    return _paper(request, "paper.html", {"sheet": sheet}, opening.evening.edition, now, back)


def papers(request: HttpRequest, evening: Evening, *, back: str) -> HttpResponse:
    """The sheets of every museum of `evening`, one A4 each, to be printed at once."""
    now = clock.now()
    sheets = museum_sheet.sheets_of(evening, now=now)
    return _paper(request, "papers.html", {"sheets": sheets, "evening": evening}, evening.edition, now, back)


def _paper(request, template, shown, edition, now, back):
    request.edition = edition
    with timezone.override(edition.zone):
        context = {**shown, "edition": edition, "printed_at": now, "blank": museum_sheet.BLANK, "back": back}
        return render(request, f"shifts/museum/{template}", context)
