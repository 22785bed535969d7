"""Two records of one person become one (design.md 4): what both have is brought together, nothing is lost."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.dates import date_format
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts.actions.locks import lock_evenings, lock_posts, lock_volunteers
from shifts.actions.reserve import follow_answers
from shifts.models import Assignment, Offer, PlaceRequest
from volunteers.actions import RecordHasMoved
from volunteers.actions.merging import merge_records
from volunteers.models import Availability, Volunteer

from .block import ChangedMeanwhile
from .moving import move_rows


class SameRecord(Refusal):
    sentence = _("These are not two records. Choose another one.")


class IsTheCoordinators(Refusal):
    sentence = _("%(name)s is a coordinator, and signs in with that record: keep it, and merge the other one into it.")


class OneIsBlocked(Refusal):
    sentence = _("One of the two is blocked and the other one is not. Block or unblock one of them first.")


class BothAreThere(Refusal):
    sentence = _(
        "Both have a place at the same time: %(places)s. Nobody is in two places: take one back first, or these are two"
        " people."
    )


def why_not(keep: Volunteer, other: Volunteer) -> Refusal | None:
    """What stands against merging `other` into `keep`; None where nothing does. Reads only."""
    if keep.pk == other.pk:
        return SameRecord()
    if keep.merged_into_id or other.merged_into_id:
        return RecordHasMoved()
    if other.user.is_coordinator:
        return IsTheCoordinators(name=other.first_name)
    if bool(keep.blocked_at) != bool(other.blocked_at):
        return OneIsBlocked()
    both = _in_two_places(keep, other)
    return BothAreThere(places="; ".join(both)) if both else None


def _in_two_places(keep, other):
    """The places that overlap, as in "BELvue and Musée Horta, 26 March"."""
    rows = Assignment.objects.active().for_pages().order_by("report_at", "pk")
    hers, theirs = list(rows.filter(volunteer=keep)), list(rows.filter(volunteer=other))
    return [
        f"{_where(one)} / {_where(two)}, {date_format(one.post.opening.evening.date, 'j F Y')}"
        for one in hers
        for two in theirs
        if one.report_at < two.ends_at and two.report_at < one.ends_at
    ]


def _where(assignment):
    return assignment.post.opening.museum.short


@transaction.atomic
def merge(
    keep: Volunteer, other: Volunteer, *, chosen: Mapping[str, str] | None = None, by: Actor, now: datetime
) -> Volunteer:
    """Bring all that is known of `other` to `keep`, and return it as it is then; this cannot be taken back.

    `chosen` says which value stands where the two differ (see `volunteers.duplicates.differences`). Places, answers,
    offers, requests, notes, messages and links go along; old links of `other` lead to `keep`'s page; the account of
    `other` is closed. A second click finds it done. Raises SameRecord, RecordHasMoved, IsTheCoordinators, OneIsBlocked,
    BothAreThere, and ChangedMeanwhile where one of them got a place or an offer while this waited.
    """
    keep, other = _locked(keep, other)
    if other.merged_into_id == keep.pk:
        return keep
    if refusal := why_not(keep, other):
        raise refusal
    moved = move_rows(keep, other, now=now)
    theirs, gone = merge_records(keep, other, chosen=chosen or {}, by=by, now=now)
    follow_answers(keep, by=by, now=now)
    data = {"other": other.pk, "moved": moved, "others_value": theirs, "registrations": gone}
    history.record("merged", keep, by=by, now=now, **data)
    history.record("merged_into", other, by=by, now=now, keep=keep.pk)
    return keep


def _locked(keep, other):
    """Both, as they are under the locks that whatever gives them a place or a message takes.

    Evenings come before posts, because publishing and assigning lock them first; then posts, then volunteers.
    """
    both = {keep.pk, other.pk}
    lock_evenings(_evenings(both))
    posts = _posts(both)
    lock_posts(posts)
    locked = {volunteer.pk: volunteer for volunteer in lock_volunteers(both)}
    if _posts(both) - posts:
        # Locking a post now would be against the order of locks.
        raise ChangedMeanwhile
    return locked[keep.pk], locked[other.pk]


def _evenings(both):
    on_posts = Assignment.objects.active().filter(volunteer__in=both).values_list("post__opening__evening_id")
    answered = Availability.objects.filter(registration__volunteer__in=both).values_list("evening_id")
    return {pk for (pk,) in (*on_posts, *answered)}


def _posts(both):
    found = set()
    for model, path in ((Assignment, "post_id"), (Offer, "search__post_id"), (PlaceRequest, "post_id")):
        found |= set(model.objects.filter(volunteer__in=both).values_list(path, flat=True))
    return found
