"""A coordinator's own words to everybody of an evening: typed, read as each will read them, then sent."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.letter_forms import LetterForm
from shifts.pages import letters as pages

from . import rows


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def evening_write(request, edition, day):
    """The first click shows the letter as it will be read, the second one sends what was shown and nothing else."""
    evening, now = rows.evening(edition, day), clock.now()
    form = LetterForm(evening, rows.typed(request), readers=pages.readers_by_language(evening))
    before = pages.before_writing(evening, form.chosen_museum, form.texts, with_reserve=form.with_reserve, now=now)
    if request.method == "POST" and form.is_valid():
        form.mark(before.missing)
    if request.method == "GET" or form.errors or request.POST.get("seen") != form.seen:
        if request.POST.get("seen") and not form.errors:
            messages.info(request, _("You changed it: read it through once more."))
        return _shown(request, evening, form, before)
    whom = {"museum": form.chosen_museum, "with_reserve": form.with_reserve}
    try:
        actions.write_to_all(evening, **whom, texts=form.texts, by=access.actor(request), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _shown(request, evening, form, before)
    return redirect("evening", edition.slug, evening.date)


def _shown(request, evening, form, before):
    """With what will be read, once there is something to read."""
    is_read = form.is_bound and not form.errors
    context = {"evening": evening, "form": form, "before": before, "is_read": is_read}
    return render(request, "shifts/coordinator/write.html", context, status=422 if form.errors else 200)
