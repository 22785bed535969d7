"""A coordinator phoned somebody about an open place: what she heard becomes true with the click."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts.models import Ask, Assignment, Call, Offer, Post
from volunteers.models import Volunteer

from . import assignments, her_word
from .locks import lock_evening_of, lock_her_offers
from .searches.accepting import answer_yes
from .searches.declining import say_no
from .searches.waves import look_for_nobody_left


class HasThePlace(Refusal):
    sentence = _("%(name)s has this place by now. If %(name)s cannot come, note that on the evening: a search begins.")


@transaction.atomic
def phoned(
    post: Post, volunteer: Volunteer, *, answer: Call.Answer, accept: Collection[str] = (), by: Actor, now: datetime
) -> Assignment | None:
    """Write down what she said about `post`; `by` is the coordinator who called. Returns her place, where she has it.

    Yes puts her there, confirmed, as `actions.assign` does, and raises what that raises, NeedsTick too; her open offers
    are answered with it. Who is there already is confirmed. No is no for that evening, as when she says so herself. No
    answer is only noted. The same click within the undo minutes changes nothing. Raises HasThePlace for the no of who
    took the place in the meantime: nobody would look for somebody else.
    """
    # As everywhere: the evening, which `assign` locks, comes before the posts.
    evening = lock_evening_of(post.pk)
    offers = [offer for offer in lock_her_offers(volunteer, evening.pk, post.pk) if offer.answer != Offer.Answer.NO]
    hers = post.assignments.active().filter(volunteer=volunteer).first()
    calls = Call.objects.filter(post=post, volunteer=volunteer)
    said = calls.filter(answer=answer, called_at__gt=now - evening.edition.rules.undo, called_at__lte=now).exists()
    # Who said yes and is not there gave the place back at once; a yes after that is news.
    if said and (hers or answer != Call.Answer.YES):
        return hers
    if answer == Call.Answer.NO and hers:
        raise HasThePlace(name=volunteer.short_name)
    call = calls.create(post=post, volunteer=volunteer, called_at=now, called_by_id=by.id, answer=answer)
    facts = {"volunteer": volunteer.pk, "answer": str(answer), "call": call.pk}
    if answer == Call.Answer.NO:
        facts["said"] = say_no(volunteer, evening, by=by, now=now)
    history.record("phoned", post, by=by, now=now, **facts)
    if answer == Call.Answer.YES and hers:
        her_word.confirm(hers, how=Assignment.How.PHONE, by=by, now=now)
    elif answer == Call.Answer.YES:
        hers = _put_there(post, volunteer, offers, accept, by=by, now=now)
    return hers


def _put_there(post, volunteer, offers, accept, *, by, now):
    how = Assignment.How.PHONE
    assignment = assignments.assign(post, volunteer, accept=accept, confirmed_how=how, by=by, now=now)
    answer_yes(offers, assignment, now=now)
    Ask.objects.filter(volunteer=volunteer, evening=post.opening.evening_id).update(stands_by_at=None)
    look_for_nobody_left([offer.search for offer in offers if offer.search.post_id != post.pk], now=now)
    return assignment


def forget_yes(assignment: Assignment, *, said_at: datetime) -> None:
    """The click that noted her yes at `said_at` is taken back: her offers wait again, and the call is not noted."""
    calls = Call.objects.filter(post=assignment.post_id, volunteer=assignment.volunteer_id, called_at=said_at)
    if calls.filter(answer=Call.Answer.YES).delete()[0]:
        evening = assignment.post.opening.evening_id
        hers = Offer.objects.filter(volunteer=assignment.volunteer_id, ask__evening=evening, answered_at=said_at)
        hers.update(answer="", answered_at=None)
