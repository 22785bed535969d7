"""What volunteers say to an offer: yes, not that evening, another post, not this week (design.md 6)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.prepared import Prepared
from nocturnes.refusals import Refusal
from shifts import pace, ranking
from shifts.actions import her_word, on_call, places
from shifts.actions.locks import lock_post, lock_posts, lock_volunteers
from shifts.actions.places import PlaceTaken
from shifts.actions.reminders import plan_reminders
from shifts.actions.reserve import follow_answers
from shifts.actions.telling import TAKEN_BACK, soonest, tell
from shifts.models import Ask, Assignment, Call, Offer, Post, Reserve, Search
from volunteers import actions as volunteers
from volunteers.actions.answers import locked
from volunteers.models import Availability, Registration, Volunteer

from .opening import settle
from .waves import look_for_nobody_left

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


def lock_her_offers(volunteer: Volunteer, evening_id: int, *posts: int) -> list[Offer]:
    """Her offers of the evening that a yes may still answer, those with a no too, under the locks of their posts."""
    hers = {"volunteer": volunteer.pk, "evening": evening_id}
    lock_posts({*posts, *(post for (post,) in _offered_posts(**hers))})
    return _open_to_yes(**hers)


@Prepared
def _offered_posts(volunteer, evening):
    return Offer.objects.filter(volunteer=volunteer, ask__evening=evening).order_by().values_list("search__post_id")


@Prepared
def _open_to_yes(volunteer, evening):
    offers = Offer.objects.filter(volunteer=volunteer, ask__evening=evening).exclude(answer=Offer.Answer.YES)
    return offers.select_related("search__post__opening").order_by("pk")


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


@transaction.atomic
def decline(ask: Ask, *, by: Actor, now: datetime, other_post: bool = False) -> None:
    """Not that evening: nobody asks her again for it, whatever opens. A second click changes nothing.

    With `other_post` only these posts are declined, and another one of the same evening may still be offered.
    """
    answer = Offer.Answer.OTHER if other_post else Offer.Answer.NO
    offers = _answer_all(ask.volunteer, ask.evening_id, answer, now)
    if offers or (not other_post and _was_noted(ask, now)):
        history.record("declined_offer", ask, by=by, now=now, answer=str(answer), offers=[offer.pk for offer in offers])
    if not other_post:
        _not_that_evening(ask.volunteer, ask.evening, by=by, now=now)
    look_for_nobody_left([offer.search for offer in offers], now=now)


def _was_noted(ask, now):
    """Whether a coordinator noted her no a moment ago, and may take that back: it is her own word from here on."""
    calls = Call.objects.filter(volunteer=ask.volunteer_id, post__opening__evening=ask.evening_id)
    return calls.filter(answer=Call.Answer.NO, called_at__gt=now - ask.evening.edition.rules.undo).exists()


@transaction.atomic
def say_no(volunteer: Volunteer, evening: Evening, *, by: Actor, now: datetime) -> dict:
    """The same as `decline`, said otherwise than behind the link of an offer: she may have been asked nothing.

    Returns what changed by it, as `forget_no` takes it.
    """
    offers = _answer_all(volunteer, evening.pk, Offer.Answer.NO, now)
    changed = _not_that_evening(volunteer, evening, by=by, now=now)
    look_for_nobody_left([offer.search for offer in offers], now=now)
    return {"offers": [offer.pk for offer in offers], **changed}


@transaction.atomic
def forget_no(
    volunteer: Volunteer, evening: Evening, said: Mapping, *, said_at: datetime, post: Post, by: Actor, now: datetime
) -> None:
    """She did not say no: what `say_no` changed at `said_at` is as before, where nothing else was said since.

    The evening is locked; the posts, that of `post` too, and she are locked here.
    """
    lock_her_offers(volunteer, evening.pk, post.pk)
    lock_volunteers([volunteer.pk])
    offers = Offer.objects.filter(pk__in=said["offers"], answer=Offer.Answer.NO, answered_at=said_at)
    searches, asks = (list(offers.values_list(name, flat=True)) for name in ("search", "ask"))
    offers.update(answer="", answered_at=None)
    for pk, stood_by in said["stood_by"].items():
        Ask.objects.filter(pk=pk, stands_by_at=None).update(stands_by_at=datetime.fromisoformat(stood_by))
    _take_up_offers(asks, searches, since=said_at, by=by, now=now)
    if said["answer"] is not None:
        _answer_as_before(volunteer, evening, said["answer"], by=by, now=now)
    ended = Reserve.objects.filter(volunteer=volunteer, evening=evening, ended_at=said_at)
    on_call.call_again(ended.filter(ended_because__in=on_call.BY_A_NO), by=by, now=now)


def _take_up_offers(asks, searches, *, since, by, now):
    """What stayed at home because she had said no leaves; that nobody was left because of it is not told any more."""
    stayed = Message.objects.filter(kind="offer", about_type=Ask._meta.label_lower, about_id__in=asks)
    messaging.resume(stayed.filter(skipped_at__gte=since), overdue=True, by=by, now=now)
    for search in Search.objects.filter(pk__in=searches, nobody_left_at=since):
        history.change(search, {"nobody_left_at": None})
        told = Message.objects.about(search).filter(kind="nobody_left", created_at=since)
        messaging.skip(told, reason=TAKEN_BACK, by=by, now=now)


def _answer_as_before(volunteer, evening, answer, *, by, now):
    said_no = Availability.objects.filter(evening=evening, answer=Availability.Answer.NO)
    registration = Registration.objects.filter(volunteer=volunteer, availabilities__in=said_no).first()
    if registration and not evening.is_over(now):
        volunteers.set_availability(registration, evening, answer, by=by, now=now)


def _answer_all(volunteer, evening_id, answer, now):
    """Answer every offer of the evening that waits for her, and return them."""
    offers = lock_her_offers(volunteer, evening_id)
    offers = [offer for offer in offers if not offer.is_answered]
    lock_volunteers([volunteer.pk])
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(answer=answer, answered_at=now)
    return offers


def _not_that_evening(volunteer, evening, *, by, now):
    """Returns since when she stood by, by the id of the ask, and what she had answered; None where that stays."""
    asks = Ask.objects.filter(volunteer=volunteer, evening=evening).exclude(stands_by_at=None)
    stood_by = {str(pk): moment.isoformat() for pk, moment in asks.values_list("pk", "stands_by_at")}
    asks.update(stands_by_at=None)
    return {"stood_by": stood_by, "answer": _answer_no(volunteer, evening, by=by, now=now)}


def _answer_no(volunteer, evening, *, by, now):
    if Assignment.objects.active().of_evening(evening).filter(volunteer=volunteer).exists():
        # She has a post that evening at another hour: her answer for the evening still holds for that one.
        return None
    registration = Registration.objects.filter(volunteer=volunteer, edition=evening.edition_id).first()
    if registration is None or evening.is_over(now):
        return None
    old = registration.availabilities.filter(evening=evening).values_list("answer", flat=True).first()
    volunteers.set_availability(registration, evening, Availability.Answer.NO, by=by, now=now)
    follow_answers(volunteer, by=by, now=now)
    return old or ""


@transaction.atomic
def not_this_week(registration: Registration, *, by: Actor, now: datetime) -> date:
    """Ask her nothing before next Monday; returns that day. What she was offered already stays good."""
    today = hours.local_day(now, registration.edition.zone)
    monday = today + timedelta(days=7 - today.weekday())
    registration = locked(registration)
    if registration.no_asks_until is None or registration.no_asks_until < monday:
        registration.no_asks_until = monday
        registration.save(update_fields=["no_asks_until"])
        history.record("not_this_week", registration, by=by, now=now, until=monday.isoformat())
    return registration.no_asks_until
