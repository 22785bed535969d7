"""The rules of an edition: each with what it does and its default, kept with one click."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from nocturnes.rules import Rules
from shifts import actions
from shifts.pages.rules import reminders_waiting, what_if
from shifts.planning.rules import RulesForm, group_title, with_defaults

from . import rows


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def rules(request, edition):
    """Every rule. "reset" fills a group's defaults in, "show" tells what would happen by what is typed.

    Neither keeps anything. htmx asks for that story alone.
    """
    data, reset, show = rows.typed(request), request.POST.get("reset", ""), "show" in request.POST
    if reset:
        data = with_defaults(data, reset, edition)
    form = RulesForm(data, edition=edition, rules=edition.rules)
    is_saved = request.method == "POST" and not reset and not show
    if is_saved and form.is_valid() and _kept(request, edition, form):
        return redirect("rules", edition.slug)
    now = clock.now()
    # What is typed wrong tells no story: then it is that of the rules as they are kept.
    is_typed = (show or bool(reset)) and form.is_valid()
    context = {
        "form": form,
        "reset": group_title(reset),
        "defaults": RulesForm(edition=edition, rules=Rules()).table,
        "waiting": reminders_waiting(edition, now=now),
        "is_typed": is_typed,
        "what_if": what_if(edition, form.wanted if is_typed else edition.rules, request.POST or None, now=now),
    }
    if show and request.htmx:
        return render(request, "shifts/coordinator/_what_if.html", context)
    return render(request, "shifts/coordinator/rules.html", context)


def _kept(request, edition, form):
    """Whether the rules were saved; else the form has the sentence."""
    by, now = access.actor(request), clock.now()
    try:
        moved = actions.change_rules(edition, form.wanted, form.switches, by=by, now=now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    said = _("The rules are saved.")
    if moved:
        sentence = ngettext(
            "%(n)s reminder leaves at another time now.", "%(n)s reminders leave at another time now.", moved
        )
        said += " " + sentence % {"n": moved}
    messages.success(request, said)
    return True
