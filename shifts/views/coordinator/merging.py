"""Merging two records of one person: choose the other one, compare, then the click."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.pages.merging import choose_page, compare_page
from volunteers.duplicates import KEEP, OTHER
from volunteers.models import Volunteer

from . import rows


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def person_merge(request, edition, pk):
    """Without `other`, the record to choose; with it, both beside each other. A POST merges, and leads to her page."""
    keep = rows.volunteer(edition, pk)
    number = (request.POST if request.method == "POST" else request.GET).get("other", "")
    if not number and request.method == "GET":
        page = choose_page(keep, request.GET.get("q", ""))
        return render(request, "shifts/people/merge_choose.html", {"volunteer": keep, "page": page})
    other = _other(number)
    if request.method == "POST" and other.merged_into_id != keep.pk:
        try:
            actions.merge(keep, other, chosen=_chosen(request), by=access.actor(request), now=clock.now())
        except Refusal as refusal:
            return _compare(request, keep, other, str(refusal))
        messages.success(request, _("The two records are one now. Old links lead here."))
    if other.merged_into_id or request.method == "POST":
        return redirect("person", edition.slug, keep.pk)
    return _compare(request, keep, other)


def _compare(request, keep, other, refused=""):
    page = compare_page(keep, other, request.edition, _chosen(request), now=clock.now())
    context = {"volunteer": keep, "page": page, "refused": refused}
    return render(request, "shifts/people/merge.html", context, status=409 if refused else 200)


def _other(number):
    known = Volunteer.objects.select_related("user")
    return get_object_or_404(known, pk=rows.number(number))


def _chosen(request):
    """What is ticked: whatever is not one of the two sides leaves the side that is proposed."""
    return {name: side for name, side in request.POST.items() if side in (KEEP, OTHER)}
