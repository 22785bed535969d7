"""Being on call: what it means, "I agree", "rather not", "I can't after all"; signed in or by a link of a mail."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from nocturnes import clock
from nocturnes.access import actor, link_page
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Reserve
from shifts.pages import facts
from shifts.pages import reserve as pages

from .doors import Door, by_link, signed_in


class ChooseAnAnswer(Refusal):
    sentence = gettext_lazy("Say yes or no.")


def show(request, door, reserve):
    """The question with what it means, or what became of it."""
    page = pages.her_reserve(reserve, now=clock.now())
    context = {"page": page, "door": door, "answer_url": _answer_url(door, reserve), "here": _url(door, reserve)}
    context["call"] = facts.call(reserve.evening, facts.coordinators().first())
    return render(request, "shifts/volunteer/reserve.html", context)


def answer(request, door, reserve):
    """Do what she answered, and show what became of it. A second click finds the first one's answer."""
    act = _ANSWERS.get(request.POST.get("answer", ""))
    try:
        if act is None:
            raise ChooseAnAnswer
        act(request, reserve, by=actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(_url(door, reserve))


def _yes(request, reserve, *, by, now):
    actions.accept_reserve(reserve, by=by, now=now)


def _no(request, reserve, *, by, now):
    actions.decline_reserve(reserve, by=by, now=now)


def _back(request, reserve, *, by, now):
    actions.give_back_reserve(reserve, cannot_come="cannot_come" in request.POST, by=by, now=now)


_ANSWERS = {"yes": _yes, "no": _no, "back": _back}


def _url(door, reserve):
    return door.url("reserve", reserve.pk) if door.shows_all else door.url()


def _answer_url(door, reserve):
    return door.url("reserve_answer", reserve.pk) if door.shows_all else door.url("answer")


def by_reserve_link(view):
    """Give `view` the door and the agreement that the link is about today."""

    @link_page("reserve", _rows, lambda reserve: Actor.volunteer_link(reserve.volunteer))
    @wraps(view)
    def inner(request, reserve):
        request.edition = reserve.evening.edition
        with timezone.override(request.edition.zone):
            return view(request, Door("reserve", request.link_token), pages.current(reserve))

    return inner


def hers(view):
    """Give `view` the door and the volunteer's own agreement `pk`; another's, or one that is no news yet, is a 404."""

    @wraps(view)
    def inner(request, door, volunteer, pk):
        reserve = pages.current(get_object_or_404(_rows().filter(volunteer=volunteer), pk=pk))
        if reserve.accepted_at is None and not reserve.evening.is_published:
            raise Http404
        request.edition = reserve.evening.edition
        return view(request, door, reserve)

    return inner


def _rows():
    rows = Reserve.objects.filter(volunteer__user__is_active=True)
    return rows.select_related("volunteer__user", "evening__edition", "evening__lead")


reserve = require_GET(by_reserve_link(show))
reserve_answer = require_POST(by_reserve_link(answer))

mine_reserve = require_GET(signed_in(hers(show)))
mine_reserve_answer = require_POST(signed_in(hers(answer)))

evenings_reserve = require_GET(by_link(hers(show)))
evenings_reserve_answer = require_POST(by_link(hers(answer)))
