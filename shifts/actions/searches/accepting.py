"""A volunteer says yes to an offer: the first one per place wins, and a late one is asked to stand by (design.md 6)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts import pace, ranking
from shifts.actions import her_word, on_call, places
from shifts.actions.locks import lock_her_offers, lock_post
from shifts.actions.places import PlaceTaken
from shifts.actions.reminders import plan_reminders
from shifts.actions.telling import soonest, tell
from shifts.models import Ask, Assignment, Offer, Post
from volunteers import actions as volunteers
from volunteers.models import Availability, Registration, Volunteer

from .opening import settle
from .waves import look_for_nobody_left

# In how many minutes somebody may be there at the latest.
LONGEST = 180

# What stands against a volunteer's own yes. What she said before does not: a yes is her newest word.
BINDING = {"too_young", "no_consent", "blocked", "not_there", "not_accepted", "languages"}


class TooLateToCome(Refusal):
    sentence = _("It is too late to come now. Thanks for answering.")


class AlreadyBusy(Refusal):
    sentence = _("You already have a post at that time.")


class SayInHowManyMinutes(Refusal):
    sentence = _("The evening has begun: say in how many minutes you can be there, from 0 to %(longest)s.")


class DoesNotFit(Refusal):
    sentence = _("This post asks for something we do not know about you: an age, a language. Call us if it fits you.")


def accept_offer(offer: Offer, *, minutes: int | None = None, by: Actor, now: datetime) -> Assignment:
    """She comes: the first yes per place wins, and a yes is good as long as a place is open. Counts as confirmed.

    `minutes` says how soon she can be there, asked after the report time. A second click returns the assignment that
    the first one made. Raises PlaceTaken after having recorded that she stands by, TooLateToCome, AlreadyBusy,
    SayInHowManyMinutes, DoesNotFit, and Blocked and CalledOff of `places`. Not to be called inside a transaction that
    a refusal rolls back.
    """
    try:
        return _take(offer.search.post, offer.volunteer, minutes=minutes, by=by, now=now)
    except places.PostFull:
        _stand_by(offer, by=by, now=now)
        raise PlaceTaken from None


def take_another(ask: Ask, post: Post, *, minutes: int | None = None, by: Actor, now: datetime) -> Assignment:
    """She comes, to another open post of the same evening than those that she was asked for. Raises as `step_in`."""
    if post.opening.evening_id != ask.evening_id:
        raise DoesNotFit
    return step_in(post, ask.volunteer, minutes=minutes, by=by, now=now)


def step_in(post: Post, volunteer: Volunteer, *, minutes: int | None = None, by: Actor, now: datetime) -> Assignment:
    """She comes without having been asked for this post: another one of an offer, or the link of the group's message.

    Raises what `accept_offer` raises; nothing is recorded where the place was just taken.
    """
    try:
        return _take(post, volunteer, minutes=minutes, by=by, now=now)
    except places.PostFull:
        raise PlaceTaken from None


@transaction.atomic
def _take(post, volunteer, *, minutes, by, now):
    offers = lock_her_offers(volunteer, post.opening.evening_id, post.pk)
    post = Post.objects.for_pages().get(pk=post.pk)
    mine = post.assignments.active().filter(volunteer=volunteer).first()
    if mine:
        # A coordinator put her there, or noted her yes: she says it herself now.
        answer_yes(offers, mine, minutes=minutes, now=now)
        her_word.confirm(mine, how=Assignment.How.LINK, by=by, now=now)
        return mine
    binding = BINDING - ticked(offer for offer in offers if offer.search.post_id == post.pk)
    _refuse(volunteer, post, minutes, binding, now)
    try:
        assignment = places.take_place(post, volunteer, now=now, published_at=now, confirmed_how=Assignment.How.TOOK)
    except places.Overlaps:
        raise AlreadyBusy from None
    history.record("accepted_offer", assignment, by=by, now=now, post=post.pk, minutes=minutes)
    on_call.came([assignment], by=by, now=now)
    _takes_back_no(volunteer, post.opening.evening, by=by, now=now)
    answer_yes(offers, assignment, minutes=minutes, now=now)
    Ask.objects.filter(volunteer=volunteer, evening=post.opening.evening_id).update(stands_by_at=None)
    plan_reminders(assignment, by=by, now=now)
    tell(assignment, "assigned", due=soonest(assignment, now), by=by, now=now)
    settle(post, by=by, now=now)
    look_for_nobody_left([offer.search for offer in offers if offer.search.post_id != post.pk], now=now)
    return assignment


def _takes_back_no(volunteer, evening, *, by, now):
    """Who said no for the evening and comes after all said yes last."""
    said_no = Registration.objects.filter(volunteer=volunteer, edition=evening.edition_id).filter(
        availabilities__evening=evening, availabilities__answer=Availability.Answer.NO
    )
    for registration in said_no:
        volunteers.set_availability(registration, evening, Availability.Answer.YES, by=by, now=now)


def ticked(offers: Iterable[Offer]) -> set[str]:
    """The rules that a coordinator overruled when she asked her by hand: they do not stand against her yes."""
    said = (facts["accepted"] for offer in offers for code, facts in offer.reasons if code == "by_hand")
    return {code for accepted in said for code in accepted}


def _refuse(volunteer, post, minutes, binding, now):
    frame = pace.frame(post)
    if frame.is_over(now):
        raise TooLateToCome
    if now >= post.report_at and (minutes is None or not 0 <= minutes <= LONGEST):
        raise SayInHowManyMinutes(longest=LONGEST)
    people = ranking.read_people(post.opening.evening, now=now, only=[volunteer.pk])
    hole = ranking.read_hole(post)
    if people and people[volunteer.pk].is_blocked:
        raise places.Blocked
    if not people or binding & ranking.unmet(people[volunteer.pk], hole, now).keys():
        raise DoesNotFit


def answer_yes(offers: list[Offer], assignment: Assignment, *, minutes: int | None = None, now: datetime) -> None:
    """Yes to the latest offer of this post; what she cannot do at the same time is answered with it."""
    yes = next((offer for offer in reversed(offers) if offer.search.post_id == assignment.post_id), None)
    for offer in offers:
        post = offer.search.post
        if offer == yes:
            offer.answer, offer.minutes = Offer.Answer.YES, minutes
        elif not offer.is_answered and post.report_at < assignment.ends_at and assignment.report_at < post.ends_at:
            offer.answer = Offer.Answer.OTHER
        else:
            continue
        offer.answered_at = now
        offer.save(update_fields=["answer", "minutes", "answered_at"])


@transaction.atomic
def _stand_by(offer, *, by, now):
    """Her yes came when the place was taken: she is asked first when one opens again."""
    lock_post(offer.search.post_id)
    late = Offer.objects.filter(pk=offer.pk).exclude(answer=Offer.Answer.LATE)
    if late.update(answer=Offer.Answer.LATE, answered_at=now):
        Ask.objects.filter(pk=offer.ask_id, stands_by_at=None).update(stands_by_at=now)
        _takes_back_no(offer.volunteer, offer.ask.evening, by=by, now=now)
        history.record("late_yes", offer, by=by, now=now, search=offer.search_id)
