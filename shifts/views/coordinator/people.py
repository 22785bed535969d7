"""People: everybody of an edition by words and filters, and somebody added by hand."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.models import Edition, Language, Role
from nocturnes.refusals import Refusal
from shifts.pages import people as pages
from volunteers import actions, search
from volunteers.desk_forms import PersonForm
from volunteers.models import Volunteer

from . import rows


@require_GET
@coordinator_required
@edition_page
def people(request, edition):
    """The list, fifty at a time; what the address has that means nothing narrows nothing."""
    now = clock.now()
    evenings, languages, roles = list(edition.evenings.all()), list(Language.objects.all()), list(Role.objects.all())
    chosen = _filters(request.GET, evenings, languages, roles)
    page = Paginator(pages.found(edition, chosen, now=now), pages.A_PAGE).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "chosen": chosen,
        "standings": _standings(),
        "languages": languages,
        "roles": roles,
        "evenings": evenings,
        "page": page,
        "lines": pages.lines(edition, list(page), evening=chosen.evening, now=now),
        "total": page.paginator.count,
    }
    return render(request, "shifts/people/people.html", context)


def _filters(query, evenings, languages, roles):
    text, standing, answer = query.get("q", ""), query.get("accepted", ""), query.get("answer", "")
    return pages.Filters(
        text="" if "\x00" in text else " ".join(text.split())[: search.LONGEST],
        standing=standing if standing in pages.STANDINGS else "",
        language=_known(query.get("language"), [language.code for language in languages]),
        role=_known(query.get("role"), [role.slug for role in roles]),
        evening=next((one for one in evenings if str(one.date) == query.get("available")), None),
        answer=answer if answer in pages.ANSWERS else "",
        unconfirmed=query.get("unconfirmed") == "on",
        never_asked=query.get("never_asked") == "on",
        invite=query.get("invite") == "on",
    )


def _known(value, values):
    return value if value in values else ""


def _standings():
    words = {
        "accepted": _("accepted"),
        "to_welcome": _("to welcome"),
        "declined": _("not this time"),
        "paused": _("paused"),
        "blocked": _("blocked"),
    }
    return [(standing, words[standing]) for standing in pages.STANDINGS]


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def person_add(request, edition):
    """Somebody who told that she wants to help. Who is known already is shown instead of being there twice."""
    form = PersonForm(rows.typed(request), edition=edition)
    known, status = None, 200
    if request.method == "POST":
        known = _known_person(request)
        if form.is_valid():
            try:
                return _added(request, edition, form, known if request.POST.get("same") == "on" else None)
            except actions.IsKnown as refusal:
                known = refusal.volunteer
                form.refuse(refusal)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
        status = 422
    context = {"edition": edition, "form": form, "status": status} | known_person(edition, known)
    return render(request, "shifts/people/add.html", context, status=status)


def _added(request, edition, form, known):
    registration = actions.add_by_hand(
        edition,
        form.cleaned_data,
        known=known,
        another=form.cleaned_data["another"],
        on_paper=form.cleaned_data["on_paper"],
        by=access.actor(request),
        now=clock.now(),
    )
    volunteer = Volunteer.objects.get(pk=registration.volunteer_id)
    if volunteer.accepted_at is None:
        waits = _("%(name)s is added, and waits until a parent has agreed.")
        messages.info(request, waits % {"name": volunteer.first_name})
    else:
        messages.success(request, _("%(name)s is added and welcome.") % {"name": volunteer.first_name})
    return redirect("person", edition.slug, volunteer.pk)


def _known_person(request):
    """Whom the page showed as known already, and who is registered where the coordinator ticks so."""
    return Volunteer.objects.filter(pk=rows.number(request.POST.get("known", "")), merged_into=None).first()


def known_person(edition: Edition, volunteer: Volunteer | None) -> dict:
    """For the page of a form: who has the address or the number, her page, and whether she is in this edition."""
    if volunteer is None:
        return {"known": None}
    registrations = volunteer.registrations.select_related("edition").order_by("-created_at", "-pk")
    here = next((one for one in registrations if one.edition_id == edition.pk), None)
    latest = here or next(iter(registrations), None)
    url = reverse("person", args=[latest.edition.slug, volunteer.pk]) if latest else ""
    return {"known": volunteer, "known_url": url, "is_here": here is not None}
