"""A volunteer's own copy of what the product knows about her, as a file: only for who is signed in as her."""

import json

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from nocturnes import clock
from shifts.pages.about_me import about_me

from .doors import signed_in

FILE = "nocturnes.json"
# A file that some program shows as a page is still no page: what somebody typed stays text.
ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}


@require_GET
@signed_in
def mine_data(request, door, volunteer):
    text = json.dumps(about_me(volunteer, now=clock.now()), ensure_ascii=False, indent=2).translate(ESCAPES)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{FILE}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
