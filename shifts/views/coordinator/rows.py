"""The only door to the rows that a coordinator's addresses and forms name: another edition's are not there."""

from datetime import date

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from museums.models import Museum, Opening
from nocturnes.models import Edition, Evening
from shifts.models import Assignment, Post
from volunteers.models import Registration, Volunteer


def evening(edition: Edition, day: date) -> Evening:
    return get_object_or_404(edition.evenings.select_related("edition", "lead"), date=day)


def opening(edition: Edition, pk: int) -> Opening:
    openings = Opening.objects.select_related("museum", "evening__edition", "evening__lead")
    return get_object_or_404(openings, pk=pk, evening__edition=edition)


def museum(edition: Edition, pk: int) -> Museum:
    return get_object_or_404(Museum.objects.filter(openings__evening__edition=edition).distinct(), pk=pk)


def post(edition: Edition, pk: int) -> Post:
    return get_object_or_404(Post.objects.for_pages(), pk=pk, opening__evening__edition=edition)


def assignment(edition: Edition, pk: int) -> Assignment:
    assignments = Assignment.objects.for_pages()
    return get_object_or_404(assignments, pk=pk, post__opening__evening__edition=edition)


def registration(edition: Edition, volunteer: int) -> Registration:
    """The registration in this edition of the volunteer with that number."""
    registrations = edition.registrations.select_related("volunteer__user", "edition")
    return get_object_or_404(registrations, volunteer=volunteer)


def volunteer(edition: Edition, pk: int) -> Volunteer:
    return registration(edition, pk).volunteer


def chosen_volunteer(request: HttpRequest, edition: Edition) -> Volunteer:
    """The volunteer whom a form names, who is registered in this edition."""
    number = request.POST.get("volunteer", "")
    known = Volunteer.objects.filter(registrations__edition=edition)
    return get_object_or_404(known, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)


def typed(request: HttpRequest):
    """What a form was given, or None where it is only shown; a form with nothing in it was still sent."""
    return request.POST if request.method == "POST" else None


def evening_url(post: Post) -> str:
    """The evening's page, at this post."""
    evening = post.opening.evening
    return reverse("evening", args=[evening.edition.slug, evening.date]) + f"#post-{post.pk}"
