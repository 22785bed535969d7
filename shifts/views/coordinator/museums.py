"""The secret link of a museum's page: to give it, and to renew it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from museums import actions
from nocturnes import access, clock, links
from nocturnes.access import coordinator_required, edition_page

from . import rows


@require_GET
@coordinator_required
@edition_page
def museum_link(request, edition, pk):
    """The link in each language of the edition, and whom to give it to."""
    museum = rows.museum(edition, pk)
    token = links.token("museum", museum)
    by_language = [(code, links.absolute("museum", code, token)) for code in edition.languages]
    context = {"museum": museum, "by_language": by_language, "contacts": museum.contacts.all()}
    return render(request, "shifts/coordinator/museum_link.html", context)


@require_POST
@coordinator_required
@edition_page
def museum_link_renew(request, edition, pk):
    museum = rows.museum(edition, pk)
    actions.renew_link(museum, by=access.actor(request), now=clock.now())
    messages.success(request, _("The old link opens nothing any more. Give the museum the new one."))
    return redirect("museum_link", edition.slug, museum.pk)
