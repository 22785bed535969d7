"""Report times and places of every post of an evening, in one table with one button."""

from itertools import groupby

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from shifts.actions import planning as actions
from shifts.pages import planning as pages
from shifts.planning.table import Table
from shifts.views.coordinator import rows

from .evenings import planning_url


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def posts_table(request, edition, day):
    """Everything that is wrong is said beside its cell, and then nothing is saved."""
    evening = rows.evening(edition, day)
    posts = pages.posts_of(evening)
    table = Table(rows.typed(request), evening=evening, posts=posts, people=pages.people_by_post(posts))
    if request.method == "POST":
        wanted, by = table.read(), access.actor(request)
        try:
            changed = actions.change_posts(
                evening, wanted, then=table.then, unread=table.unread, by=by, now=clock.now()
            )
        except actions.TableRefused as refusal:
            table.mark(refusal.cells)
        else:
            messages.success(request, _said(changed))
            return redirect("posts_table", edition.slug, evening.date)
    context = {
        "evening": evening,
        "table": table,
        "by_opening": [(opening, list(lines)) for opening, lines in groupby(table.rows, lambda row: row.post.opening)],
        "back": planning_url(evening),
        "refused": actions.TableRefused.sentence,
    }
    return render(request, "shifts/planning/table.html", context)


def _said(changed):
    if not changed.posts:
        return _("Nothing was changed.")
    text = ngettext("%(n)s post is changed.", "%(n)s posts are changed.", changed.posts) % {"n": changed.posts}
    if not changed.told:
        return text
    told = ngettext("%(n)s person is told.", "%(n)s people are told.", changed.told) % {"n": changed.told}
    return f"{text} {told}"
