"""One post: add it, change it, copy it to other museums and evenings, take it away."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nocturnes import access, clock
from nocturnes.access import coordinator_required, edition_page
from nocturnes.dates import date_format
from nocturnes.refusals import Refusal
from shifts.actions import planning as actions
from shifts.models import Post
from shifts.pages import planning as pages
from shifts.planning.openings import PostForm
from shifts.views.coordinator import rows

from .saving import refusals_into


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def post_add(request, edition, pk):
    opening = rows.opening(edition, pk)
    form = PostForm(rows.typed(request), opening=opening)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            actions.add_post(opening, form.facts(), **_how(request, form), now=clock.now())
            messages.success(request, _("The post is added."))
            return redirect("opening_posts", edition.slug, opening.pk)
    context = {"form": form, "opening": opening, "post": None, "back": _back(opening.pk, edition)}
    return render(request, "shifts/planning/post.html", context)


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def post_edit(request, edition, pk):
    """All of a post; who is on it hears of other hours and of another role."""
    post, now = rows.post(edition, pk), clock.now()
    form = PostForm(rows.typed(request), opening=post.opening, post=post)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            actions.change_post(post, form.facts(), **_how(request, form), now=now)
            messages.success(request, _("Saved."))
            return redirect("opening_posts", edition.slug, post.opening_id)
    told = pages.who_is_told(Post.objects.filter(pk=post.pk), now=now)
    back = _back(post.opening_id, edition)
    context = {"form": form, "opening": post.opening, "post": post, "told": told, "back": back}
    return render(request, "shifts/planning/post.html", context)


def _how(request, form):
    return {"languages": form.cleaned_data["languages"], "then": form.then, "by": access.actor(request)}


@require_http_methods(["GET", "POST"])
@coordinator_required
@edition_page
def post_copy(request, edition, pk):
    """Tick where the same post is wanted; what has the role already is shown, and stays as it is."""
    post, now = rows.post(edition, pk), clock.now()
    targets = pages.targets(post, now=now)
    ticked, wrong = set(request.POST.getlist("opening")), ""
    if request.method == "POST":
        known = {str(one.opening.pk): one.opening for lines in targets.values() for one in lines}
        wrong = _wrong(ticked, known)
        if not wrong:
            try:
                openings = [known[number] for number in ticked]
                copied = actions.copy_post(post, openings, by=access.actor(request), now=now)
            except Refusal as refusal:
                wrong = str(refusal)
            else:
                _say(request, copied)
                return redirect("opening_posts", edition.slug, post.opening_id)
    back = _back(post.opening_id, edition)
    context = {"post": post, "targets": targets.items(), "ticked": ticked, "wrong": wrong, "back": back}
    return render(request, "shifts/planning/copy.html", context)


def _back(opening, edition):
    return reverse("opening_posts", args=[edition.slug, opening])


def _wrong(ticked, known):
    if not ticked:
        return _("Tick where the post is wanted.")
    return "" if ticked <= known.keys() else _("Choose only from the list.")


def _say(request, copied):
    """Where it is now, and where it was already: nothing is left out in silence."""
    if copied.made:
        where = "; ".join(_place(post.opening) for post in copied.made)
        messages.success(request, _("Copied to %(places)s.") % {"places": where})
    if copied.had:
        where = "; ".join(_place(opening) for opening in copied.had)
        messages.warning(request, _("There already, and left as it was: %(places)s.") % {"places": where})


def _place(opening):
    return f"{opening.museum.short}, {date_format(opening.evening.date, 'j F')}"


@require_POST
@coordinator_required
@edition_page
def post_delete(request, edition, pk):
    post = rows.post(edition, pk)
    try:
        actions.delete_post(post, by=access.actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("post_edit", edition.slug, post.pk)
    messages.success(request, _("The post is taken away."))
    return redirect("opening_posts", edition.slug, post.opening_id)
