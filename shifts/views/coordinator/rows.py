"""The only door to the rows that a coordinator's addresses and forms name: another edition's are not there."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from museums.models import Museum, Opening
from nocturnes import numbers
from nocturnes.models import Edition, Evening, Role
from shifts.models import Assignment, Post
from volunteers.models import Registration, Volunteer


def evening(edition: Edition, day: date) -> Evening:
    return get_object_or_404(edition.evenings.select_related("edition", "lead"), date=day)


def opening(edition: Edition, pk: int) -> Opening:
    openings = Opening.objects.select_related("museum", "evening__edition", "evening__lead")
    return get_object_or_404(openings, pk=pk, evening__edition=edition)


def museum(edition: Edition, pk: int) -> Museum:
    return get_object_or_404(Museum.objects.filter(openings__evening__edition=edition).distinct(), pk=pk)


def known_museum(pk: int) -> Museum:
    """A museum of the installation, whether or not it opens in an edition: museums belong to none."""
    return get_object_or_404(Museum, pk=pk)


def role(pk: int) -> Role:
    return get_object_or_404(Role, pk=pk)


def post(edition: Edition, pk: int) -> Post:
    return get_object_or_404(Post.objects.for_pages(), pk=pk, opening__evening__edition=edition)


def assignment(edition: Edition, pk: int) -> Assignment:
    assignments = Assignment.objects.for_pages()
    return get_object_or_404(assignments, pk=pk, post__opening__evening__edition=edition)


def registration(edition: Edition, pk: int) -> Registration:
    """That of the volunteer `pk` in this edition, with her user; a record that was merged has none any more."""
    registrations = Registration.objects.select_related("edition", "volunteer__user")
    # By the number of the person and not of the row that points to her: only there a number may be of any size.
    return get_object_or_404(registrations, volunteer__id=pk, edition=edition, volunteer__merged_into=None)


def volunteer(edition: Edition, pk: int) -> Volunteer:
    return registration(edition, pk).volunteer


def number(text: str) -> int:
    """The id of a row as a form sends it; 0, which is no row, for anything else."""
    return numbers.whole(text) or 0


def chosen_volunteer(request: HttpRequest, edition: Edition) -> Volunteer:
    """The volunteer whom a form names, who is registered in this edition."""
    known = Volunteer.objects.filter(registrations__edition=edition)
    return get_object_or_404(known, pk=number(request.POST.get("volunteer", "")))


def called_volunteer(request: HttpRequest, edition: Edition, post: Post) -> Volunteer:
    """Whom a note of a call about `post` names: registered in this edition, or put there without being so."""
    known = Exists(Registration.objects.filter(edition=edition, volunteer=OuterRef("pk")))
    there = Exists(Assignment.objects.filter(post=post, volunteer=OuterRef("pk")))
    return get_object_or_404(Volunteer.objects.filter(known | there), pk=number(request.POST.get("volunteer", "")))


def typed(request: HttpRequest):
    """What a form was given, or None where it is only shown; a form with nothing in it was still sent."""
    return request.POST if request.method == "POST" else None


def evening_url(post: Post) -> str:
    """The evening's page, at this post."""
    evening = post.opening.evening
    return reverse("evening", args=[evening.edition.slug, evening.date]) + f"#post-{post.pk}"
