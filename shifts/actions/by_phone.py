"""What somebody tells a coordinator about herself: her answers for the evenings, another address or number."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.refusals import Refusal
from shifts.models import Ask, Assignment, Reserve, StillComing, Swap
from volunteers import actions as volunteers
from volunteers.models import Availability, Registration

from . import assignments
from .locks import lock_posts
from .reserve import follow_answers

# What becomes of a place on an evening for which somebody now says no.
CANNOT_COME = "cannot_come"
KEEPS_PLACE = "keeps_place"


class HasPlace(Refusal):
    """`evenings` are those for which it has to be said what becomes of her place."""

    sentence = _("%(name)s has a place on an evening for which the answer is now no. Say what becomes of it.")

    def __init__(self, name: str, evenings: list[Evening]):
        self.evenings = evenings
        super().__init__(name=name)


@transaction.atomic
def record_answers(
    registration: Registration,
    answers: Mapping[Evening, str],
    *,
    then: Mapping[int, str],
    by: Actor,
    now: datetime,
) -> None:
    """Set what she answered for these evenings of her edition; the history says who wrote it down.

    A no for an evening on which she has a place needs a word in `then`, by the evening's id: CANNOT_COME records that
    she withdraws, and somebody else is looked for; KEEPS_PLACE only sets the answer. Raises HasPlace where it is
    missing, and the refusals of `volunteers.set_availability`; then nothing is changed.
    """
    places = _places(registration, [one for one in answers if answers[one] == Availability.Answer.NO], now)
    unsaid = {place.post.opening.evening for place in places if then.get(_evening(place)) not in _WORDS}
    if unsaid:
        raise HasPlace(registration.volunteer.first_name, sorted(unsaid, key=lambda evening: evening.date))
    # Posts are locked before the person everywhere.
    lock_posts(place.post_id for place in places)
    for place in places:
        if then[_evening(place)] == CANNOT_COME:
            assignments.withdraw(place, by=by, now=now, recorded=True)
    for evening, answer in answers.items():
        volunteers.set_availability(registration, evening, answer, by=by, now=now)
    follow_answers(registration.volunteer, by=by, now=now)


_WORDS = (CANNOT_COME, KEEPS_PLACE)


def _places(registration, evenings, now):
    """Her places of `evenings` that are not over, where the no is new; in the order of their locks."""
    said = registration.availabilities.filter(answer=Availability.Answer.NO).values("evening")
    rows = Assignment.objects.active().filter(volunteer=registration.volunteer_id, ends_at__gt=now)
    rows = rows.filter(post__opening__evening__in=evenings).exclude(post__opening__evening__in=said)
    return list(rows.for_pages().order_by("post_id"))


def _evening(place):
    return place.post.opening.evening_id


@transaction.atomic
def change_person(
    registration: Registration, said: Mapping, *, another: bool = False, by: Actor, now: datetime
) -> list[str]:
    """As `volunteers.change_person`; where the address changed, the links of her places and offers are renewed too.

    An address that was typed wrong has sent them to a stranger; messages that still wait carry the new ones.
    """
    old = registration.volunteer.user.email
    # Posts are locked before the person everywhere: whoever changes a place of hers meanwhile tells her of it.
    lock_posts(registration.volunteer.assignments.values_list("post_id", flat=True))
    changed = volunteers.change_person(registration, said, another=another, by=by, now=now)
    if "email" in changed and old:
        hers = {"volunteer": registration.volunteer_id}
        renewed = Assignment.objects.filter(**hers).update(link_version=F("link_version") + 1)
        renewed += Ask.objects.filter(**hers).update(link_version=F("link_version") + 1)
        renewed += Reserve.objects.filter(**hers).update(link_version=F("link_version") + 1)
        asked = StillComing.objects.filter(assignment__volunteer=registration.volunteer_id)
        renewed += asked.update(link_version=F("link_version") + 1)
        renewed += Swap.objects.filter(**hers).update(link_version=F("link_version") + 1)
        history.record("renewed_links", registration.volunteer, by=by, now=now, links=renewed)
    return changed
