"""What we asked a volunteer for and she has not answered: she finds it on her evenings too, not only in the mail."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.urls import reverse

from nocturnes import links
from shifts import pace
from shifts.models import Assignment, Offer
from volunteers.models import Volunteer

from .facts import Facts


@dataclass(frozen=True)
class Offered(Facts):
    """A place that is hers with a yes; `offer` comes with its ask."""

    offer: Offer | None = None

    @property
    def url(self) -> str:
        """The page where she answers: that of the mail's own link."""
        return reverse("offer", args=[links.token("offer", self.offer.ask)])


def still_good(volunteer: int, now: datetime) -> QuerySet[Offer]:
    """Her unanswered offers of places that are still open. On an evening where she has a place, that one is hers."""
    post, evening = "search__post__", "search__post__opening__evening__"
    rows = Offer.objects.live().filter(
        **{
            "volunteer": volunteer,
            f"{post}taken__lt": F(f"{post}places"),
            f"{post}ends_at__gt": now,
            f"{post}opening__called_off_at": None,
            f"{evening}called_off_at": None,
            f"{evening}published_at__isnull": False,
        }
    )
    hers = Assignment.objects.active().published().filter(volunteer=volunteer)
    return rows.exclude(search__post__opening__evening__in=hers.values("post__opening__evening"))


def offered(volunteer: Volunteer, *, now: datetime) -> list[Offered]:
    """The same, to be shown, the next first; one query. Not what it is too late for."""
    path = ("role", "opening__museum", "opening__evening__edition")
    if volunteer.blocked_at:
        return []
    rows = still_good(volunteer.pk, now).select_related("ask", *(f"search__post__{one}" for one in path))
    rows = rows.order_by("search__post__report_at", "pk")
    return [Offered(row.search.post, offer=row) for row in rows if not pace.frame(row.search.post).is_over(now)]
