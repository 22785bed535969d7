"""Other hours for an opening or a post: what it does is shown first, and done by the click after that."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions.evenings import moving
from shifts.pages.moving import before_moving
from shifts.planning.moving import MoveForm, ShiftForm

from . import rows


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def opening_move(request, edition, pk):
    """An opening with its posts: by minutes, or hour by hour. Posts that are over stay as they were."""
    opening, now = rows.opening(edition, pk), clock.now()
    posts = [post for post in opening.posts.select_related("role") if not post.has_ended(now)]
    posts.sort(key=lambda post: (post.report_at, post.role.position, post.pk))
    back = reverse("evening", args=[edition.slug, opening.evening.date]) + f"#museum-{opening.pk}"
    return _move(request, {"opening": opening, "posts": posts}, back=back, now=now)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def post_move(request, edition, pk):
    """One post, the others stay."""
    post, now = rows.post(edition, pk), clock.now()
    what = {"opening": rows.opening(edition, post.opening_id), "posts": [post], "with_opening": False}
    return _move(request, what, back=rows.evening_url(post), now=now, post=post)


def _move(request, what, *, back, now, post=None):
    """`?minutes=` and `?look=` show what would happen; a GET moves nothing."""
    shift, form = _forms(request, what)
    before = None
    if form.is_bound and form.is_valid():
        if request.method == "POST" and _moved(request, form, post, now=now):
            return redirect(back)
        before = before_moving(form.opening, form.hours, form.wanted, now=now)
    context = {"opening": form.opening, "post": post, "form": form, "shift": shift, "before": before, "back": back}
    context["closed"] = _closed(form.opening, post, now)
    return render(request, "shifts/coordinator/move.html", context)


def _closed(opening, post, now):
    """Why nothing can be moved any more; empty where it can."""
    try:
        if post:
            moving.refuse_moving_post(post, now=now)
        else:
            moving.refuse_moving_opening(opening, now=now)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _forms(request, what):
    shift, form = ShiftForm(), MoveForm(**what)
    if request.method == "POST":
        form = MoveForm(request.POST, **what)
    elif "minutes" in request.GET:
        shift = ShiftForm(request.GET)
        form = MoveForm(form.shifted(shift.cleaned_data["minutes"]), **what) if shift.is_valid() else form
    elif "look" in request.GET:
        form = MoveForm(request.GET, **what)
    return shift, form


def _moved(request, form, post, *, now):
    """Whether it was done; else the form has the sentence."""
    by = access.actor(request)
    try:
        if post:
            told = actions.move_hours(post, **form.wanted[post.pk]._asdict(), by=by, now=now)
        else:
            starts_at, ends_at = form.hours
            told = actions.move_opening(
                form.opening, starts_at=starts_at, ends_at=ends_at, posts=form.wanted, by=by, now=now
            )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    sentence = ngettext("%(n)s person is told.", "%(n)s people are told.", told) % {"n": told}
    messages.success(request, _("The hours are changed.") + " " + sentence)
    return True
