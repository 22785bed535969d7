"""Whether anything waits for a volunteer, or for somebody's answer to her.

Most have nothing: one short query says so, where each kind of question has a long one to be shown.
"""

from typing import NamedTuple

from django.db.models import Exists, Q

from nocturnes.prepared import Prepared
from shifts.models import Offer, PlaceRequest, StillComing, Swap
from volunteers.models import Volunteer


class Waits(NamedTuple):
    """Of each kind whether there may be one on her page; the functions that read them have the last word."""

    still_coming: bool
    offers: bool
    swaps: bool
    requests: bool


def waits(volunteer: Volunteer) -> Waits:
    """One query."""
    (found,) = _waits(volunteer=volunteer.pk)
    return Waits(*found)


@Prepared
def _waits(volunteer):
    return Volunteer.objects.filter(pk=volunteer).values_list(
        Exists(StillComing.objects.unanswered().filter(assignment__volunteer=volunteer)),
        Exists(Offer.objects.live().filter(volunteer=volunteer)),
        Exists(Swap.objects.live().filter(Q(assignment__volunteer=volunteer) | Q(volunteer=volunteer))),
        Exists(PlaceRequest.objects.waiting().filter(volunteer=volunteer)),
    )
