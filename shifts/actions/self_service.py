"""What volunteers do themselves with the open places of a published evening (design.md 5): take one, or ask for it.

The edition's rule `self_service` says which; "off" is neither. How requests end by themselves is in `requests`.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts import ranking
from shifts.models import Ask, Assignment, PlaceRequest, Post
from shifts.ranking import Person
from volunteers import actions as volunteers
from volunteers.models import Availability, Volunteer

from . import her_word, on_call, places, requests
from .assignments import assign
from .locks import lock_evening_of, lock_her_offers, lock_post, lock_volunteers
from .reminders import reminders_of
from .searches.accepting import AlreadyBusy, answer_yes
from .searches.opening import settle_locked
from .searches.waves import look_for_nobody_left
from .telling import about_evening, soonest, urgency

# What stands against her taking a place (codes of `ranking.RULES`), said to herself. Some rules are not named: who is
# not placed somewhere, or at all, hears it from a person.
CALL_US = _("This place cannot be taken here. Call us if you would like to come.")
WHY_NOT = {
    "no_consent": _("A parent has not agreed yet. As soon as that is done, you can take a place."),
    "paused": _("You are on a break, so you get no new place. Call us when you want to come again."),
    "not_accepted": _("We read your sign-up first. As soon as that is done, you can take a place."),
    "said_no": _("You answered No for that evening. Change your answer first, then take the place."),
    "enough_evenings": _("With this one you would have more evenings than you wished. Change that number first."),
    "languages": _("This post asks for a language that you have not told us you speak. Call us if you do."),
}


class JustFilled(places.PlaceTaken):
    sentence = _("The place has just been filled. Thank you for wanting to help.")


class NotTakenHere(Refusal):
    sentence = _("Places are not taken here. Tell us when you can come, and we write to you.")


class NotArrangedYet(Refusal):
    sentence = _("That evening is not planned yet. Tell us when you can come, and we write to you.")


class TheyMeetAlready(Refusal):
    sentence = _("The team is already meeting. Call us if you can still come.")


class NotSignedUp(Refusal):
    sentence = _("You are not signed up for this season yet. Sign up first, then take a place.")


class AnsweredAlready(Refusal):
    sentence = _("This request is answered already, or was taken back.")


class CannotTake(Refusal):
    """A rule stands against it; `code` is that of `ranking.RULES`."""

    def __init__(self, code):
        self.code = code
        super().__init__()

    @property
    def sentence(self):
        return WHY_NOT.get(self.code, CALL_US)


def take_open_place(post: Post, volunteer: Volunteer, *, by: Actor, now: datetime) -> Assignment:
    """She takes an open place of a published evening, where the edition lets her do so at once. Counts as confirmed.

    On an evening for which she had not answered it is her Yes. An offer to her for this place is answered with it, and
    so are those that she cannot take any more. Nobody is told but her; a second click returns the assignment that the
    first one made. `post` comes with its evening and edition (`Post.objects.for_pages()`).

    Raises JustFilled, NotTakenHere, NotArrangedYet, TheyMeetAlready, NotSignedUp, AlreadyBusy, CannotTake, and
    TooYoung, CalledOff, PostIsOver of `places`.
    """
    _refuse_closed(post, "at_once", now)
    try:
        return _take(post, volunteer, by=by, now=now)
    except (places.PostFull, places.AlreadyThere):
        mine = post.assignments.active().filter(volunteer=volunteer).first()
        if mine is None:
            raise JustFilled from None
        her_word.confirm(mine, how=Assignment.How.LINK, by=by, now=now)
        return mine
    except places.Overlaps:
        raise AlreadyBusy from None


def _refuse_closed(post, rule, now):
    """What can be said without a lock: how places are given out here, and whether it is time."""
    if post.opening.evening.edition.rules.self_service != rule:
        raise NotTakenHere
    if not post.opening.evening.is_published:
        raise NotArrangedYet
    # From here on it matters in how many minutes somebody can be there, which only an offer asks.
    if post.report_at <= now < post.ends_at:
        raise TheyMeetAlready


@transaction.atomic
def _take(post, volunteer, *, by, now):
    offers = lock_her_offers(volunteer, post.opening.evening_id, post.pk)
    post, volunteer = places.hold_place(post, volunteer, now=now)
    person = _fitting(post, volunteer, now)
    how = Assignment.How.TOOK
    assignment = places.fill_place(post, volunteer, now=now, published_at=now, confirmed_how=how)
    history.record("took_place", assignment, by=by, now=now, post=post.pk)
    on_call.came([assignment], by=by, now=now)
    if not person.answer:
        _say_yes(person.registration, post, by=by, now=now)
    answer_yes(offers, assignment, now=now)
    if person.stands_by:
        Ask.objects.filter(volunteer=volunteer, evening=post.opening.evening_id).update(stands_by_at=None)
    told = [*reminders_of(assignment, now=now), _word_to_her(assignment, now)]
    messaging.plan_all(told, by=by, now=now, first=True)
    settle_locked(post, by=by, now=now)
    look_for_nobody_left([offer.search for offer in offers if offer.search.post_id != post.pk], now=now)
    return assignment


def _fitting(post, volunteer, now) -> Person:
    """What is known of her, where no rule stands against her taking a place of `post`; else a refusal."""
    evening = post.opening.evening
    person = ranking.read_people(evening, now=now, only=[volunteer.pk]).get(volunteer.pk)
    if person is None:
        raise NotSignedUp
    for code in ranking.against_taking(person, ranking.read_hole(post), now):
        raise CannotTake(code)
    return person


def _say_yes(registration, post, *, by, now):
    """Who comes on an evening for which she had not answered can come on it: later searches count on that."""
    volunteers.set_availability(registration, post.opening.evening, Availability.Answer.YES, by=by, now=now)


def _word_to_her(assignment, now):
    evening, user = assignment.post.opening.evening, assignment.volunteer.user
    what = {"about": assignment, **urgency(assignment, now)}
    due = soonest(assignment, now)
    return about_evening("place_taken", f"place_taken:{assignment.pk}", evening, to=user, due=due, **what)


@transaction.atomic
def request_place(post: Post, volunteer: Volunteer, *, by: Actor, now: datetime) -> PlaceRequest:
    """She would like an open place, where a coordinator decides. It holds nothing, and tells nobody but the to-do list.

    A second click returns the request that waits. Raises what `take_open_place` raises, and AnsweredAlready after a no.
    """
    _refuse_closed(post, "approve", now)
    lock_post(post.pk)
    post = Post.objects.for_pages().get(pk=post.pk)
    volunteer = lock_volunteers([volunteer.pk])[0]
    waiting = post.requests.waiting().filter(volunteer=volunteer).first()
    if waiting:
        return waiting
    places.refuse_impossible(post, volunteer, now=now)
    if not post.open_places:
        raise JustFilled
    # She has her answer; a coordinator may still turn it into a yes.
    if post.requests.filter(volunteer=volunteer, answer=PlaceRequest.Answer.NO).exists():
        raise AnsweredAlready
    _fitting(post, volunteer, now)
    request = PlaceRequest.objects.create(post=post, volunteer=volunteer, asked_at=now)
    history.record("requested_place", request, by=by, now=now, post=post.pk, volunteer=volunteer.pk)
    return request


@transaction.atomic
def take_back_request(request: PlaceRequest, *, by: Actor, now: datetime) -> None:
    """She does not ask for the place any more. A second click changes nothing. Raises AnsweredAlready."""
    lock_post(request.post_id)
    request.refresh_from_db()
    if request.answer == PlaceRequest.Answer.TAKEN_BACK:
        return
    if request.answered_at:
        raise AnsweredAlready
    requests.close(request, PlaceRequest.Answer.TAKEN_BACK, now=now)
    history.record("took_request_back", request, by=by, now=now, post=request.post_id, volunteer=request.volunteer_id)


@transaction.atomic
def answer_request(
    request: PlaceRequest, *, grant: bool, accept: Collection[str] = (), by: Actor, now: datetime
) -> Assignment | None:
    """The coordinator gives her the place, which counts as confirmed, or says no. Either is told to her once.

    A No may become a Yes later. A second click changes nothing. Raises AnsweredAlready, and to grant what `assign`
    raises: `accept` are the codes of the warnings that were ticked.
    """
    # The locks of `assign`, which goes by the evening first.
    lock_evening_of(request.post_id)
    lock_post(request.post_id)
    request = PlaceRequest.objects.select_related("volunteer__user").get(pk=request.pk)
    post = Post.objects.for_pages().get(pk=request.post_id)
    if grant:
        return _grant(request, post, accept, by=by, now=now)
    if request.answer == PlaceRequest.Answer.NO:
        return None
    if request.answered_at:
        raise AnsweredAlready
    requests.close(request, PlaceRequest.Answer.NO, now=now)
    history.record("declined_request", request, by=by, now=now, post=post.pk, volunteer=request.volunteer_id)
    requests.tell_declined(request, post, by=by, now=now)
    return None


def _grant(request, post, accept, *, by, now):
    if request.answer == PlaceRequest.Answer.YES:
        return post.assignments.active().filter(volunteer=request.volunteer_id).first()
    if request.answer not in ("", PlaceRequest.Answer.NO):
        raise AnsweredAlready
    requests.close(request, PlaceRequest.Answer.YES, now=now)
    requests.forget_declined(request, by=by, now=now)
    how = Assignment.How.TOOK
    assignment = assign(post, request.volunteer, accept=accept, confirmed_how=how, by=by, now=now)
    history.record("granted_request", request, by=by, now=now, post=post.pk, volunteer=request.volunteer_id)
    evening = post.opening.evening
    registration = request.volunteer.registrations.filter(edition=evening.edition_id).first()
    if registration and not registration.availabilities.filter(evening=evening).exclude(answer="").exists():
        _say_yes(registration, post, by=by, now=now)
    return assignment
