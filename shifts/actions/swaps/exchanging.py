"""The moment at which places change hands, under the locks of both posts and both people."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import Actor
from shifts.actions import on_call, places
from shifts.actions.reminders import reminders_of
from shifts.actions.searches.accepting import answer_yes
from shifts.actions.searches.opening import settle
from shifts.actions.searches.waves import look_for_nobody_left
from shifts.models import Ask, Assignment, Offer, Swap
from volunteers import actions as volunteers
from volunteers.models import Availability, Registration

from . import telling

HANDED_OVER = _("This place was handed over.")


def exchange(swap: Swap, *, due: datetime, by: Actor, now: datetime) -> list[Assignment]:
    """Both places change hands in the caller's transaction; nobody else sees a moment at which one is empty.

    Both end before either is taken, so an exchange of places at the same hour overlaps with nothing. `due` is when both
    hear of it. Raises the refusals of `places`.
    """
    for place in swap.places:
        places.free_place(place, cause=Assignment.Cause.SWAPPED, now=now)
    given = Message.objects.filter(about_type=Assignment._meta.label_lower, about_id__in=[p.pk for p in swap.places])
    new = [_take(swap.assignment, swap.volunteer, swap, by=by, now=now)]
    if swap.theirs:
        new.append(_take(swap.theirs, swap.assignment.volunteer, swap, by=by, now=now))
    swap.ended_at, swap.ended_because = now, Swap.Because.DONE
    swap.save(update_fields=["agreed_by", "ended_at", "ended_because"])
    messaging.skip(given, reason=HANDED_OVER, by=by, now=now)
    messaging.plan_all([plan for one in new for plan in reminders_of(one, now=now)], by=by, now=now)
    telling.done(swap, new, due=due, by=by, now=now)
    on_call.came(new, by=by, now=now)
    for one in new:
        _answer_offers(one, swap.locked, by=by, now=now)
    for place in swap.places:
        settle(place.post, by=by, now=now)
    return new


def _take(place, volunteer, swap, *, by, now):
    how = Assignment.How.TOOK
    new = places.take_place(place.post, volunteer, now=now, published_at=now, confirmed_how=how)
    history.record("swapped", new, by=by, now=now, swap=swap.pk, instead_of=place.pk, post=new.post_id)
    return Assignment.objects.for_pages().select_related("volunteer__user").get(pk=new.pk)


def _answer_offers(assignment, locked, *, by, now):
    """What she was offered for that evening is answered with it; her blank for the evening is a Yes from now on."""
    evening, post = assignment.post.opening.evening, assignment.post
    offers = Offer.objects.filter(volunteer=assignment.volunteer, ask__evening=evening)
    waiting = offers.filter(answer__in=["", Offer.Answer.LATE, Offer.Answer.OTHER], search__post__in=locked)
    waiting = list(waiting.select_related("search__post__opening").order_by("pk"))
    answer_yes(waiting, assignment, now=now)
    Ask.objects.filter(volunteer=assignment.volunteer, evening=evening).update(stands_by_at=None)
    registration = Registration.objects.get(volunteer=assignment.volunteer, edition=evening.edition_id)
    if not registration.availabilities.filter(evening=evening).exclude(answer="").exists():
        volunteers.set_availability(registration, evening, Availability.Answer.YES, by=by, now=now)
    look_for_nobody_left([one.search for one in waiting if one.search.post_id != post.pk], now=now)
