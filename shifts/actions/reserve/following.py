"""What ends an agreement without a word about it: she changed her answer for the evening, or has a place."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, Evening
from shifts.actions import on_call
from shifts.actions.locks import lock_volunteers
from shifts.actions.on_call import Because
from shifts.models import Assignment, Reserve
from volunteers.models import Availability, Volunteer

from . import telling


@transaction.atomic
def follow_answers(volunteer: Volunteer | None = None, *, by: Actor = SYSTEM, now: datetime) -> None:
    """End what no longer goes with what people said or have: hers, or everybody's.

    Who took her answer for the evening back, or made it a No, gives the reserve back with it; who has a place comes.
    """
    ends = _ends(volunteer)
    ended = {pk for rows in ends.values() for pk in rows.values_list("volunteer_id", flat=True)}
    # Looked up again under their locks: somebody may have agreed once more at this moment.
    lock_volunteers(ended)
    for because, rows in ends.items():
        for reserve in rows.filter(volunteer__in=ended).order_by("volunteer_id", "pk"):
            if on_call.end(reserve, because, by=by, now=now) and because == Because.GAVE_BACK:
                telling.tell_given_back(reserve, by=by, now=now)


def _ends(volunteer):
    rows = Reserve.objects.live().select_related("evening__edition", "volunteer__user")
    rows = rows if volunteer is None else rows.filter(volunteer=volunteer)
    hers = Availability.objects.filter(registration__volunteer=OuterRef("volunteer"), evening=OuterRef("evening"))
    places_there = Assignment.objects.active().published().filter(volunteer=OuterRef("volunteer"))
    said_no = rows.proposed().filter(Exists(hers.filter(answer=Availability.Answer.NO)))
    return {
        Because.CAME: rows.filter(Exists(places_there.filter(post__opening__evening=OuterRef("evening")))),
        Because.GAVE_BACK: rows.agreed().exclude(Exists(hers.exclude(on_call_at=None))),
        # What she says herself, now, is newer than the coordinator's tick; the sweep only finds what stood before.
        Because.DECLINED: said_no.exclude(pk__in=_overruled()) if volunteer is None else said_no,
    }


def _overruled() -> set[int]:
    """The ids of the proposals to who had said no, which a coordinator ticked."""
    waiting = Reserve.objects.proposed().values("evening")
    clicks = Entry.objects.filter(verb="proposed_reserve", about_type=Evening._meta.label_lower, about_id__in=waiting)
    return {
        reserve
        for data in clicks.values_list("data", flat=True)
        for reserve, volunteer in zip(data["reserves"], data["volunteers"], strict=True)
        if "said_no" in data["accepted"].get(str(volunteer), ())
    }
