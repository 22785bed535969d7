"""A strike, the weather: ask an evening's people whether they still come, and watch the answers come in."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.disruption_forms import DisruptionForm
from shifts.models import Assignment, Disruption, StillComing
from shifts.pages import disruptions as pages
from shifts.pages.still_coming import of_evening

from . import rows, sentences
from .live import live


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def evening_disruption(request, edition, day):
    """What everybody will read, and who they are; then the click. Whatever was typed is kept until then."""
    evening, now = rows.evening(edition, day), clock.now()
    if request.method == "GET":
        chosen = {"why": request.GET.get("why", ""), "museum": request.GET.get("museum", "")}
        return _shown(request, evening, DisruptionForm(evening, initial=_filled(evening, chosen, chosen)), now)
    form = DisruptionForm(evening, request.POST)
    if "show" in request.POST or request.POST.get("seen") != form.choices:
        # She chose something else than what is on the page: first she reads whom that asks, and with which words.
        filled = _filled(evening, {"why": form.chosen_why, "museum": form["museum"].value()}, request.POST)
        return _shown(request, evening, DisruptionForm(evening, initial=filled), now)
    if not form.is_valid():
        return _shown(request, evening, form, now)
    try:
        words = {"museum": form.chosen_museum, "why": form.cleaned_data["why"], "texts": form.texts}
        disruption = actions.ask_still_coming(evening, **words, by=access.actor(request), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _shown(request, evening, form, now)
    return redirect("disruption", edition.slug, disruption.pk)


def _filled(evening, chosen, typed: dict | QueryDict):
    """Our words for what was chosen, but where she wrote her own."""
    form = DisruptionForm(evening, initial=chosen)
    ours = pages.our_texts(form.chosen_why, evening)
    all_ours = [pages.our_texts(why, evening) for why in Disruption.Why.values]
    texts = {}
    for code, text in ours.items():
        written = typed.get(f"text_{code}", "").strip()
        texts[f"text_{code}"] = text if written in {"", *(one[code] for one in all_ours)} else written
    museum = form.chosen_museum
    return {"why": form.chosen_why, "museum": str(museum.pk) if museum else "", **texts}


def _shown(request, evening, form, now):
    before = pages.before_asking(evening, form.chosen_museum, form.texts, now=now)
    running = [one for one in of_evening(evening) if one.disruption.museum == form.chosen_museum]
    context = {"evening": evening, "form": form, "before": before, "running": running}
    context["is_over"] = evening.is_over(now)
    return render(request, "shifts/coordinator/disruption_ask.html", context)


@require_GET
@coordinator_required
@edition_page
def disruption(request, edition, pk):
    """Who answered what, museum by museum; it brings itself up to date while it is open."""
    return render(request, "shifts/coordinator/disruption.html", {"page": _page(edition, pk)})


@require_GET
@coordinator_required
@edition_page
def disruption_live(request, edition, pk):
    """The part of it that changes; the sums are told where they are others than `said`."""
    page = _page(edition, pk)
    context = {"page": page, "is_news": request.GET.get("said") != page.mark}
    return live(request, "shifts/coordinator/_disruption_live.html", context, goes_on=not page.is_over)


def _page(edition, pk):
    return pages.disruption_page(_disruption(edition, pk), now=clock.now())


def _disruption(edition, pk):
    disruptions = Disruption.objects.select_related("evening__edition", "evening__lead", "museum")
    return get_object_or_404(disruptions, pk=pk, evening__edition=edition)


@require_POST
@coordinator_required
@edition_page
def disruption_again(request, edition, pk):
    """Ask who has not answered once more."""
    try:
        asked = actions.ask_still_coming_again(_disruption(edition, pk), by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, ngettext("%(n)s person is asked.", "%(n)s people are asked.", asked) % {"n": asked})
    return redirect("disruption", edition.slug, pk)


@require_POST
@coordinator_required
@edition_page
def disruption_answer(request, edition, pk):
    """Write down what somebody said by telephone."""
    disruption = _disruption(edition, pk)
    number, answer = rows.number(request.POST.get("question", "")), request.POST.get("answer", "")
    question = get_object_or_404(StillComing.objects.for_pages(), pk=number, disruption=disruption)
    by, now, how = access.actor(request), clock.now(), Assignment.How.PHONE
    if answer not in StillComing.Answer.values:
        name = question.assignment.volunteer.short_name
        messages.error(request, _("Say whether %(name)s still comes: choose one of the two buttons.") % {"name": name})
        return redirect("disruption", edition.slug, pk)
    try:
        actions.answer_still_coming(question, yes=answer == StillComing.Answer.YES, how=how, by=by, now=now)
    except actions.NoLongerAssigned:
        messages.error(request, sentences.no_longer_there(question.assignment.volunteer))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("disruption", edition.slug, pk)
