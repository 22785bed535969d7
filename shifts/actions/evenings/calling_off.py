"""An opening or a whole evening does not take place: everybody on it is free again and told once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Opening
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening
from shifts.actions import places, searches
from shifts.actions.locks import lock_evening, lock_posts, lock_users
from shifts.actions.on_call import Because, end, of_evening
from shifts.actions.telling import announce, urgency, urgent_before
from shifts.models import Ask, Assignment, Post
from volunteers.models import Availability

from .refusals import EveningIsOver

DOES_NOT_TAKE_PLACE = _("This opening does not take place.")
EVENING_DOES_NOT_TAKE_PLACE = _("This evening does not take place.")


@transaction.atomic
def call_off(opening: Opening, *, by: Actor, now: datetime) -> int:
    """An opening does not take place: everybody on it is freed and told once. Returns how many. Twice does nothing.

    Raises EveningIsOver once it is over.
    """
    if opening.ends_at <= now:
        raise EveningIsOver
    _locked([opening.pk])
    if not Opening.objects.filter(pk=opening.pk, called_off_at=None).update(called_off_at=now):
        return 0
    opening.refresh_from_db()
    history.record("called_off", opening, by=by, now=now)
    posts = _locked([opening.pk])
    freed = _losing(posts, now)
    lock_users(assignment.volunteer.user_id for assignment in freed)
    _free(freed, by=by, now=now)
    _end_searches(posts, by=by, now=now)
    return len(freed)


@transaction.atomic
def call_off_evening(evening: Evening, *, by: Actor, now: datetime) -> int:
    """A whole evening does not take place, with all its openings. Returns how many people hear of it, each once.

    Who has a place loses it, who is on call need not be; a draft ends without a word. What people answered for the
    evening stays. Twice does nothing. Raises EveningIsOver once its last opening has ended.
    """
    # Locked as by `publish` and `assign`: an assignment made at this moment is seen, or comes after and is refused.
    evening = lock_evening(evening.pk)
    if evening.is_past(now) or (evening.openings.exists() and not evening.openings.filter(ends_at__gt=now).exists()):
        raise EveningIsOver
    if evening.called_off_at:
        return 0
    all_openings = list(evening.openings.values_list("pk", flat=True))
    _locked(all_openings)
    openings = sorted(evening.openings.filter(called_off_at=None, ends_at__gt=now).values_list("pk", flat=True))
    Opening.objects.filter(pk__in=openings).update(called_off_at=now)
    Evening.objects.filter(pk=evening.pk).update(called_off_at=now)
    history.record("called_off_evening", evening, by=by, now=now, openings=openings)
    posts = _locked(all_openings)
    freed, reserve = _losing(posts, now), on_call(evening)
    told = {a.volunteer.user_id for a in freed if not a.is_draft}
    told |= {answer.registration.volunteer.user_id for answer in reserve}
    lock_users(told | {assignment.volunteer.user_id for assignment in freed})
    _free(freed, by=by, now=now)
    for answer in reserve:
        _tell_on_call(answer, evening, by=by, now=now)
    for one in of_evening(evening):
        end(one, Because.CALLED_OFF, by=by, now=now)
    _end_searches(posts, by=by, now=now)
    _forget_rest(evening, by=by, now=now)
    return len(told)


def _locked(openings: Iterable[int]) -> list[Post]:
    """The posts of these openings, locked.

    Asked for twice, before the openings are called off, which waits for who just adds a post, and after: such a post
    has a higher number, so the order of the locks holds.
    """
    return lock_posts(Post.objects.filter(opening__in=openings).values_list("pk", flat=True))


def on_call(evening: Evening) -> list[Availability]:
    """Who was told, by the evening's being published, that she is in its reserve."""
    if not evening.is_published:
        return []
    answers = evening.availabilities.exclude(on_call_at=None).select_related("registration__volunteer__user")
    return list(answers.order_by("registration__volunteer__user_id", "pk"))


def _losing(posts, now) -> list[Assignment]:
    """Who has a place on these locked posts; who has done her work already keeps it."""
    active = Assignment.objects.active().filter(post__in=posts, ends_at__gt=now).for_pages()
    return list(active.select_related("volunteer__user").order_by("volunteer__user_id", "pk"))


def _free(assignments: Iterable[Assignment], *, by, now):
    for assignment in assignments:
        places.free_place(assignment, cause=Assignment.Cause.CALLED_OFF, now=now)
        history.record("called_off", assignment, by=by, now=now)
        # Telling locks the person, who comes before her messages everywhere.
        if not assignment.is_draft:
            _tell_called_off(assignment, by=by, now=now)
        messaging.skip(Message.objects.about(assignment).pending(), reason=DOES_NOT_TAKE_PLACE, by=by, now=now)


def _tell_called_off(assignment, *, by, now):
    edition, user = assignment.post.opening.evening.edition, assignment.volunteer.user
    due = now + edition.rules.undo
    announce("called_off", edition, user, assignment.pk, facts=urgency(assignment, due), due=due, by=by, now=now)


def _tell_on_call(answer, evening, *, by, now):
    edition, user = evening.edition, answer.registration.volunteer.user
    due, first = now + edition.rules.undo, evening.openings.order_by("starts_at").first()
    facts = urgent_before(first.starts_at, edition, due) if first else {}
    announce("called_off", edition, user, {"on_call": answer.pk}, facts=facts, due=due, by=by, now=now)


def _end_searches(posts, *, by, now):
    for post in posts:
        searches.settle(post, by=by, now=now)


def _forget_rest(evening, *, by, now):
    """What else would still have left about the evening: the words to the reserve, and offers on their way."""
    answers = _about_any(Availability, evening.availabilities)
    offers = _about_any(Ask, evening.asks).filter(kind="offer")
    messaging.skip((answers | offers).pending(), reason=EVENING_DOES_NOT_TAKE_PLACE, by=by, now=now)


def _about_any(model, rows):
    return Message.objects.filter(about_type=model._meta.label_lower, about_id__in=rows.order_by().values("pk"))
