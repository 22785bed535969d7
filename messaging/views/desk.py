"""Every message, sent and to come, for the coordinator."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from messaging import actions, kinds, pages, reasons
from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.alphabet import folded
from nocturnes.refusals import Refusal

A_PAGE = 30


@require_GET
@coordinator_required
@edition_page
def message_list(request, edition):
    """By tab; narrowed by kind and by person, which the tabs' counts follow."""
    tab = request.GET.get("state", "coming")
    tab = tab if tab in pages.TABS else "coming"
    kind, person = request.GET.get("kind", ""), request.GET.get("person", "").strip()[:80]
    found = pages.of_edition(edition)
    if kind in kinds.names():
        found = found.filter(kind=kind)
    if person and "\x00" not in person:
        found = pages.of_person(found, person)
    page = Paginator(pages.of_tab(found, tab), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "coming": _("To come"),
        "to-phone": _("To phone"),
        "not-sent": _("Not sent"),
        "sent": _("Sent"),
    }
    counts = pages.counts(found)
    context = {
        "edition": edition,
        "tab": tab,
        "tabs": [(name, words[name], counts[name]) for name in pages.TABS],
        "kind": kind,
        "kinds": sorted(((n, str(kinds.get(n).label)) for n in kinds.names()), key=lambda pair: folded(pair[1])),
        "person": person,
        "lines": pages.lines(page),
        "page": page,
    }
    return render(request, "messaging/list.html", context)


@require_GET
@coordinator_required
@edition_page
def message(request, edition, pk):
    """One message: its text as it was sent, or as it would read if it left now."""
    row = _message(edition, pk)
    (line,) = pages.lines([row])
    context = {
        "edition": edition,
        "line": line,
        "evenings": pages.evenings_of(row, edition),
        "letter": pages.letter(row, clock.now()),
        "can_leave": row.can_be_sent,
    }
    return render(request, "messaging/message.html", context)


@require_POST
@coordinator_required
@edition_page
def message_send_now(request, edition, pk):
    """Send one that waits or failed; in quiet hours it leaves at their end."""
    row, now = _message(edition, pk), clock.now()
    try:
        actions.send_now(row, by=access.actor(request), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        morning = pages.quiet_until(row, now)
        quiet = _("Quiet hours: it leaves on %(time)s.")
        sentence = quiet % {"time": pages.in_words(morning)} if morning else _("It leaves within a few seconds.")
        messages.success(request, sentence)
    return redirect("message", edition.slug, pk)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def message_skip(request, edition, pk):
    """What it means that somebody is not told, to be ticked; then the click that does it."""
    row = _message(edition, pk)
    if not row.is_pending:
        messages.error(request, str(actions.AlreadyGone()))
        return redirect("message", edition.slug, pk)
    if request.method == "POST" and request.POST.get("sure") == "on":
        chosen = pages.of_edition(edition).filter(pk=row.pk)
        if actions.skip(chosen, reason=reasons.CANCELLED, by=access.actor(request), now=clock.now()):
            messages.success(request, _("This message will not be sent."))
        else:
            messages.error(request, str(actions.AlreadyGone()))
        return redirect("message", edition.slug, pk)
    (line,) = pages.lines([row])
    context = {
        "edition": edition,
        "line": line,
        "letter": pages.letter(row, clock.now()),
        "unsure": request.method == "POST",
    }
    return render(request, "messaging/skip.html", context)


@require_POST
@coordinator_required
@edition_page
def message_phoned(request, edition, pk):
    """Somebody was told by phone."""
    try:
        actions.phoned(_message(edition, pk), by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("message", edition.slug, pk)


def _message(edition, pk):
    """The only door to a message for a coordinator's page."""
    return get_object_or_404(pages.of_edition(edition), pk=pk)
