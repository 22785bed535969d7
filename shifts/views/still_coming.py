""" "Can you still come?", by the link of its mail: yes or no, for each place of the evening."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from nocturnes import clock, links
from nocturnes.access import actor, link_page
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import StillComing
from shifts.pages.still_coming import still_coming_page

from .doors import Door


class SayYesOrNo(Refusal):
    sentence = _("Say whether you are still coming: choose one of the two buttons.")


def by_question_link(view):
    return link_page("still-coming", _questions, lambda row: Actor.volunteer_link(row.assignment.volunteer))(view)


def _questions():
    return StillComing.objects.filter(assignment__volunteer__user__is_active=True).for_pages()


@require_GET
@by_question_link
def still_coming(request, question):
    """The question, or what she said to it."""
    request.edition = question.disruption.evening.edition
    with timezone.override(request.edition.zone):
        page = still_coming_page(question, now=clock.now())
        places = [(place, _come_back(place)) for place in page.places]
        context = {"page": page, "places": places, "token": request.link_token}
        if page.one:
            context["shift"], context["come_back_url"] = places[0]
        return render(request, "shifts/volunteer/still_coming.html", context)


def _come_back(place):
    """Where "I can come after all" goes: to the door of her place, whose other buttons are there too."""
    if not place.can_come_back:
        return ""
    return Door("assignment", links.token("assignment", place.question.assignment)).url("come_back")


@require_POST
@by_question_link
def still_coming_answer(request, question):
    """For the place whose button she pressed, or for every one that is open. A second click changes nothing."""
    request.edition = question.disruption.evening.edition
    now, answer = clock.now(), request.POST.get("answer", "")
    try:
        if answer not in StillComing.Answer.values:
            raise SayYesOrNo
        for one in _chosen(question, request.POST.get("question", ""), now):
            actions.answer_still_coming(one, yes=answer == StillComing.Answer.YES, by=actor(request), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("still_coming", request.link_token)


def _chosen(question, typed, now):
    """Hers alone: a number that is none of hers is her own question."""
    places = still_coming_page(question, now=now).places
    if not typed:
        return [place.question for place in places if place.state == "open"] or [question]
    return [place.question for place in places if str(place.question.pk) == typed] or [question]
