"""The page of parts: every part of the look with made-up content, for whoever builds a page. Never in production."""

import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from .frieze import arches

THURSDAYS = [datetime.date(2026, 3, 12) + datetime.timedelta(weeks=week) for week in range(7)]
CELLS = [
    {"name": "BELvue", "windows": ["confirmed"] * 3, "filled": 3, "state": "full"},
    {"name": "Coudenberg", "windows": ["confirmed", "confirmed", "unconfirmed"], "filled": 3, "state": "unconfirmed"},
    {"name": "Meunier", "windows": ["confirmed", "unconfirmed", "open"], "filled": 2, "state": "short"},
    {"name": "BELvue", "windows": ["confirmed", "confirmed", "searched"], "filled": 2, "state": "searching"},
    {"name": "Armée", "windows": ["open"] * 3, "filled": 0, "state": "empty"},
    {"name": "MIM", "windows": ["confirmed"] * 3 + ["wanted"], "filled": 3, "state": "full", "lacks": ["nl"]},
    {"name": "Autrique", "windows": ["open"] * 3, "filled": 0, "state": "empty", "lacks": ["nl"]},
    {"name": "MMM", "windows": ["open", "open", "open"], "filled": 0, "state": "empty", "draft": True},
    {"name": "Cantillon", "windows": ["draft", "draft", "open"], "filled": 2, "state": "draft", "draft": True},
    {"name": "Clockarium", "windows": ["called_off"] * 3, "filled": 0, "state": "called_off"},
    {"name": "Sciences naturelles", "windows": ["confirmed"] * 12, "filled": 3, "state": "full"},
]


@login_not_required
@require_GET
def parts(request):
    """The page itself; 404 unless the installation is a rehearsal or in development."""
    if not (settings.DEBUG or settings.REHEARSAL):
        raise Http404
    context = {
        "thursdays": THURSDAYS,
        "evening": THURSDAYS[2],
        "arches": arches(THURSDAYS, THURSDAYS[2], tonight=THURSDAYS[2], url=lambda day: "#main"),
        "cells": [{"n": 1, "draft": False, "lacks": [], **cell} for cell in CELLS],
        "half_full": ["confirmed", "confirmed", "open"],
        "french_dutch": ["fr", "nl"],
        "wrong": ["Choose one."],
    }
    return render(request, "parts/index.html", context)
