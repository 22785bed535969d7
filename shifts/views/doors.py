"""How a volunteer comes to her evenings: signed in, or by a link of a mail. The pages behind the doors are the same."""

from dataclasses import dataclass
from functools import wraps

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from nocturnes.access import edition_page, link_page
from nocturnes.history import Actor
from nocturnes.prepared import Prepared
from shifts.models import Assignment
from shifts.pages import mine
from volunteers.doors import person_link
from volunteers.models import Volunteer


@dataclass(frozen=True)
class Door:
    """`name` is the door's URL name: "mine" (signed in), "evenings", "assignment", "reserve" (by link).

    `key` opens it.
    """

    name: str
    key: str

    @property
    def how(self) -> str:
        """How a confirmation through this door came."""
        return Assignment.How.SIGNED_IN if self.name == "mine" else Assignment.How.LINK

    @property
    def is_link(self) -> bool:
        return self.name != "mine"

    @property
    def shows_all(self) -> bool:
        """Whether all her evenings lie behind it; the link of one assignment or agreement does its one thing."""
        return self.name in ("mine", "evenings")

    @property
    def here(self) -> str:
        return self.url()

    @property
    def profile(self) -> str:
        return self.url("profile")

    def url(self, page: str = "", pk: int | None = None) -> str:
        """The address of `page` behind this door; `pk` is the assignment's, which the link of one knows by itself."""
        args = [self.key] if pk is None or not self.shows_all else [self.key, pk]
        return reverse(f"{self.name}_{page}" if page else self.name, args=args)


def signed_in(view):
    """Give `view` the door and the Volunteer who is signed in; who is none gets a page that says what to do."""

    @edition_page
    @wraps(view)
    def inner(request, edition, **kwargs):
        volunteers = _volunteers(user=request.user.pk)
        if not volunteers:
            return render(request, "shifts/volunteer/nobody.html", {"edition": edition}, status=404)
        return view(request, Door("mine", edition.slug), volunteers[0], **kwargs)

    return inner


@Prepared
def _volunteers(user):
    return Volunteer.objects.filter(user=user).select_related("user")


def by_link(view):
    """Give `view` the door and the Volunteer whose link it is; the pages are those of her latest edition."""

    @person_link("evenings")
    @wraps(view)
    def inner(request, volunteer, **kwargs):
        registration = mine.latest_registration(volunteer)
        request.edition = registration.edition if registration else None
        with timezone.override(registration.edition.zone if registration else None):
            return view(request, Door("evenings", request.link_token), volunteer, **kwargs)

    return inner


def hers(view):
    """Give `view` the door and the volunteer's own assignment `pk`; another's, or one that is no news yet, is a 404."""

    @wraps(view)
    def inner(request, door, volunteer, pk):
        rows = _published().filter(volunteer=volunteer)
        return view(request, door, mine.current(get_object_or_404(rows, pk=pk)))

    return inner


def by_assignment_link(view):
    """Give `view` the door and the assignment that the link is about today."""

    @link_page("assignment", _published, lambda assignment: Actor.volunteer_link(assignment.volunteer))
    @wraps(view)
    def inner(request, assignment):
        request.edition = assignment.post.opening.evening.edition
        with timezone.override(request.edition.zone):
            return view(request, Door("assignment", request.link_token), mine.current(assignment))

    return inner


def _published():
    rows = Assignment.objects.published().filter(volunteer__user__is_active=True).for_pages()
    return rows.select_related("volunteer__user", "post__opening__evening__lead")
