"""The kinds of work, of every edition."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.alphabet import folded
from nocturnes.models import Role
from shifts.actions import planning as actions
from shifts.pages import planning as pages
from shifts.planning.forms import RoleForm
from shifts.views.coordinator import rows

from .saving import refusals_into


@require_GET
@coordinator_required
@edition_page
def role_list(request, edition):
    roles = sorted(Role.objects.annotate(number_of_posts=Count("posts")), key=lambda role: folded(role.name))
    lines = [(role, pages.lacking(role, ["name"], edition.languages)) for role in roles]
    return render(request, "shifts/planning/roles.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def role_add(request, edition):
    form = RoleForm(rows.typed(request), edition=edition)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            actions.add_role(form.facts(), by=access.actor(request), now=clock.now())
            messages.success(request, _("The role is added."))
            return redirect("role_list", edition.slug)
    return render(request, "shifts/planning/role.html", {"form": form, "role": None})


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def role_edit(request, edition, pk):
    role = rows.role(pk)
    form = RoleForm(rows.typed(request), edition=edition, role=role)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            actions.change_role(role, form.facts(), by=access.actor(request), now=clock.now())
            messages.success(request, _("Saved."))
            return redirect("role_list", edition.slug)
    return render(request, "shifts/planning/role.html", {"form": form, "role": role})
