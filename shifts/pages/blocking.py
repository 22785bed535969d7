"""What blocking somebody does, before the click."""

from dataclasses import dataclass
from datetime import datetime

from nocturnes.models import Evening
from shifts import actions
from shifts.models import Assignment
from volunteers.models import Availability, Volunteer


@dataclass(frozen=True)
class BeforeBlocking:
    """`places` are taken back, by the hour; `offers` and `requests` are numbers of those that wait for an answer."""

    volunteer: Volunteer
    places: list[Assignment]
    offers: int
    requests: int
    reserve: list[Evening]

    @property
    def is_told(self):
        """Whether a message tells her: of drafts she never heard."""
        return any(not place.is_draft for place in self.places)

    @property
    def is_phoned(self):
        return self.is_told and not self.volunteer.user.email


def before_blocking(volunteer: Volunteer, *, now: datetime) -> BeforeBlocking:
    """What blocking `volunteer` at `now` will do, before anybody clicks."""
    on_call = Availability.objects.filter(registration__volunteer=volunteer).exclude(on_call_at=None)
    evenings = Evening.objects.filter(pk__in=on_call.values("evening"), called_off_at=None)
    return BeforeBlocking(
        volunteer=volunteer,
        places=list(actions.places_ahead(volunteer, now=now).for_pages().order_by("report_at", "pk")),
        offers=actions.offers_open(volunteer).count(),
        requests=volunteer.place_requests.waiting().count(),
        reserve=list(evenings.coming(now)),
    )
