"""The links that say who somebody is: one made for a record that was merged since leads to the record that is kept."""

from functools import wraps

from django.db.models import Q, QuerySet

from nocturnes.access import link_page
from nocturnes.history import Actor

from .models import Volunteer


def kept(volunteer: Volunteer) -> Volunteer:
    """The record that stands for this person: the one that `volunteer` was merged into, else itself.

    A record that is merged away takes those along that it took in before, so one step is enough.
    """
    return volunteer.merged_into or volunteer


def people() -> QuerySet[Volunteer]:
    """Whom a link may lead to, those among them whose record was merged into another one that is not closed."""
    open_to = Q(user__is_active=True) | Q(merged_into__user__is_active=True)
    return Volunteer.objects.filter(open_to).select_related("user", "merged_into__user")


def person_link(purpose: str, actor_of=Actor.volunteer_link, *, bare: bool = False):
    """As `link_page`, for a link with a volunteer's number: give the view the record that stands for her."""

    def decorate(view):
        @link_page(purpose, people, lambda volunteer: actor_of(kept(volunteer)), bare=bare)
        @wraps(view)
        def inner(request, volunteer, *args, **kwargs):
            return view(request, kept(volunteer), *args, **kwargs)

        return inner

    return decorate
