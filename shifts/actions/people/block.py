"""Blocking somebody: nothing is asked of her, she takes nothing, and what lies ahead is taken back (design.md 3.4)."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import accounts
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts.actions import assignments, on_call
from shifts.actions.locks import lock_posts, lock_volunteers
from shifts.actions.searches.waves import look_for_nobody_left
from shifts.models import Assignment, Offer, PlaceRequest, Reserve
from volunteers.actions import RecordHasMoved
from volunteers.models import Volunteer


class IsCoordinator(Refusal):
    sentence = _("%(name)s is a coordinator and cannot be blocked: signing in would no longer work.")


class ChangedMeanwhile(Refusal):
    sentence = _("Something changed at this very moment. Look at it again, then click once more.")


def places_ahead(volunteer: Volunteer, *, now: datetime) -> QuerySet[Assignment]:
    """Her places of evenings that have not begun for her: what began stays as it is, with its ticks."""
    return Assignment.objects.active().filter(volunteer=volunteer, report_at__gt=now).order_by("post_id")


def offers_open(volunteer: Volunteer) -> QuerySet[Offer]:
    """What she was asked and has not answered, while the search goes on."""
    return Offer.objects.live().filter(volunteer=volunteer)


@transaction.atomic
def block(volunteer: Volunteer, *, then: str = "leave_open", by: Actor, now: datetime) -> list[Assignment]:
    """Block `volunteer`: she is asked nothing, takes nothing, is signed out and signs in no more.

    Returns the places taken back.

    Each place ahead ends as if it were removed, and she is told of all of them at once, in the edition's two minutes;
    `then` is "leave_open", "myself" or "search", for all of them. Offers that she has not answered are good no more,
    requests for a place are declined, she is on call no more; her answers, and what was, stay. A second click changes
    nothing.

    Raises IsCoordinator, ChangedMeanwhile where she got a place while this waited, RecordHasMoved.
    """
    if volunteer.user.is_coordinator:
        raise IsCoordinator(name=volunteer.first_name)
    locked = set(places_ahead(volunteer, now=now).values_list("post_id", flat=True))
    locked |= set(offers_open(volunteer).values_list("search__post_id", flat=True))
    lock_posts(locked)
    volunteer = lock_volunteers([volunteer.pk])[0]
    if volunteer.merged_into_id:
        raise RecordHasMoved
    if volunteer.blocked_at:
        return []
    ahead = list(places_ahead(volunteer, now=now).for_pages().select_related("volunteer__user"))
    if {assignment.post_id for assignment in ahead} - locked:
        # Locking a post now would be against the order of locks.
        raise ChangedMeanwhile
    volunteer.blocked_at = now
    volunteer.save(update_fields=["blocked_at"])
    accounts.sign_out_everywhere(volunteer.user)
    requests = _decline_requests(volunteer, now=now)
    for reserve in Reserve.objects.live().filter(volunteer=volunteer).order_by("pk"):
        on_call.end(reserve, on_call.Because.TAKEN_BACK, by=by, now=now)
    for assignment in ahead:
        assignments.remove(assignment, then=then, together=True, by=by, now=now)
    gone = [assignment.pk for assignment in ahead]
    history.record("blocked", volunteer, by=by, now=now, assignments=gone, requests=requests, then=then)
    _look_for_nobody_left(volunteer, now=now)
    return ahead


def _decline_requests(volunteer, *, now):
    waiting = volunteer.place_requests.waiting().order_by("pk")
    pks = list(waiting.values_list("pk", flat=True))
    waiting.update(answered_at=now, answer=PlaceRequest.Answer.NO)
    return pks


def _look_for_nobody_left(volunteer, *, now):
    """Searches that waited for her answer alone wait for nobody now."""
    by_evening = defaultdict(list)
    for offer in offers_open(volunteer).select_related("search__post__opening__evening__edition").order_by("pk"):
        by_evening[offer.search.post.opening.evening_id].append(offer.search)
    for waiting in by_evening.values():
        look_for_nobody_left(waiting, now=now)


@transaction.atomic
def unblock(volunteer: Volunteer, *, by: Actor, now: datetime) -> None:
    """She may be asked again, and sign in. Places do not come back by themselves. Twice does nothing."""
    if Volunteer.objects.filter(pk=volunteer.pk, merged_into=None).exclude(blocked_at=None).update(blocked_at=None):
        history.record("unblocked", volunteer, by=by, now=now)
