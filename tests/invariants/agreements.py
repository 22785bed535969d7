"""What two people agreed on: to be on call, to exchange places."""

from collections import Counter

from nocturnes.models import Evening
from shifts.models import Assignment, Reserve, Swap
from volunteers.models import Availability

# The defaults: so many people on call an evening, one more from twenty places on.
MOST, MANY, MANY_FROM = 2, 3, 20


def reserve():
    agreed = Reserve.objects.filter(accepted_at__isnull=False, ended_at=None)
    for evening, number in Counter(agreed.values_list("evening", flat=True)).items():
        posts = Assignment.post.field.related_model.objects.filter(opening__evening=evening)
        if number > (MANY if sum(post.places for post in posts) >= MANY_FROM else MOST):
            yield f"{number} people are on call on evening {evening}"
    # Of an evening that is called off her answer stays, as everybody's does: that may be taken back.
    on_call = Availability.objects.filter(on_call_at__isnull=False, evening__called_off_at=None)
    wants = {(row.evening_id, row.volunteer_id) for row in agreed}
    has = {(row.evening_id, row.registration.volunteer_id) for row in on_call.select_related("registration")}
    for evening, volunteer in wants ^ has:
        yield f"volunteer {volunteer} is on call on evening {evening} by one table only"
    for row in agreed:
        if Assignment.objects.filter(
            post__opening__evening=row.evening_id,
            volunteer=row.volunteer_id,
            cancelled_at=None,
            published_at__isnull=False,
        ).exists():
            yield f"reserve {row.pk} has a place, and is on call"
    for evening in Evening.objects.filter(called_off_at__isnull=False, pk__in=agreed.values("evening")):
        yield f"somebody is on call on evening {evening.pk}, which is called off"


def swaps():
    for swap in Swap.objects.select_related("assignment__post__opening__evening__edition", "theirs", "volunteer"):
        edition = swap.assignment.post.opening.evening.edition
        if swap.ended_because == "done":
            yield from _done(swap, edition)
        elif swap.ended_at is None and swap.assignment.cancelled_at:
            yield f"swap {swap.pk} waits for a place that its owner has not got any more"


def _done(swap, edition):
    if swap.accepted_at is None:
        yield f"swap {swap.pk} was done without the other one's yes"
    if edition.rules.swap_needs_ok and swap.agreed_by_id is None:
        yield f"swap {swap.pk} was done without the coordinator's yes"
    for given in filter(None, (swap.assignment, swap.theirs)):
        if given.cause != "swapped" or given.cancelled_at != swap.ended_at:
            yield f"swap {swap.pk} is done, and assignment {given.pk} was not given away"
