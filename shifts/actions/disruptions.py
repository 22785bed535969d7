"""A strike, the weather: everybody on an evening is asked whether she can still come. A No is a withdrawal."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Museum
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening
from nocturnes.refusals import Refusal
from shifts import pace
from shifts.models import Assignment, Disruption, StillComing

from . import places
from .assignments import withdraw
from .evenings import EveningIsOver
from .evenings.refusals import EveningIsCalledOff
from .her_word import NoLongerAssigned, confirm
from .locks import lock_evening, lock_post
from .telling import announce, urgency, with_items

KIND = "still_coming"
# Nobody is asked the same question again sooner than this.
ASKED_AGAIN_AFTER = timedelta(hours=1)
ANSWERED = _("Answered in the meantime.")


class NobodyToAsk(Refusal):
    sentence = _("There is nobody to ask: nobody who knows of a place there still has to answer.")


class TextMissing(Refusal):
    """`codes` are the languages in which nothing is said."""

    sentence = _("The text is missing in %(languages)s. Nobody is asked until everybody can read it.")

    def __init__(self, codes: list[str]):
        self.codes = codes
        names = dict(settings.LANGUAGES)
        super().__init__(languages=", ".join(names[code] for code in codes))


class AskedLately(Refusal):
    sentence = _("They were asked at %(asked)s. From %(again)s on you can ask again; until then, call.")


class NotAskedAnyMore(Refusal):
    sentence = _("This question was taken back: nobody was asked.")


@transaction.atomic
def ask_still_coming(
    evening: Evening, *, museum: Museum | None = None, why: str, texts: Mapping[str, str], by: Actor, now: datetime
) -> Disruption:
    """Ask everybody with a published place on `evening`, at `museum` only where one is given, whether she still comes.

    `texts` says what happens, by language; every language of the edition is needed. One message a person for all her
    places of the evening leaves after the undo minutes; in the last row of the pace it does not wait for the morning.
    The same words again within ASKED_AGAIN_AFTER, by a second click, another coordinator or the browser's way back,
    return what the first one asked. Raises EveningIsOver, EveningIsCalledOff, TextMissing, NobodyToAsk.
    """
    evening = _locked(evening, now)
    texts = {code: texts.get(code, "").strip() for code in evening.edition.languages}
    if missing := [code for code, text in texts.items() if not text]:
        raise TextMissing(missing)
    columns = {f"text_{code}": text for code, text in texts.items()}
    facts = {"evening": evening, "museum": museum, "why": why, **columns}
    same = Disruption.objects.filter(**facts, taken_back_at=None, asked_at__gt=now - ASKED_AGAIN_AFTER)
    if same := same.first():
        return same
    assignments = list(to_ask(evening, museum, now=now))
    if not assignments:
        raise NobodyToAsk
    disruption = Disruption.objects.create(**facts, asked_at=now, asked_by_id=by.id)
    questions = _put(disruption, assignments)
    record = {"evening": evening.pk, "questions": [question.pk for question in questions]}
    history.record("asked_still_coming", disruption, by=by, now=now, **record)
    _send(questions, by=by, now=now)
    return disruption


@transaction.atomic
def ask_still_coming_again(disruption: Disruption, *, by: Actor, now: datetime) -> int:
    """Ask again who has not answered, and for the first time who was put there since; returns how many people.

    Who took a place after the question knew of it, and is not asked. Raises EveningIsOver, EveningIsCalledOff,
    NotAskedAnyMore, AskedLately within ASKED_AGAIN_AFTER of the last time, NobodyToAsk.
    """
    _locked(disruption.evening, now)
    disruption = Disruption.objects.select_related("evening__edition", "museum").get(pk=disruption.pk)
    if disruption.taken_back_at:
        raise NotAskedAnyMore
    again_from = disruption.last_asked_at + ASKED_AGAIN_AFTER
    if now < again_from:
        raise AskedLately(asked=_clock(disruption, disruption.last_asked_at), again=_clock(disruption, again_from))
    unanswered = list(silent(disruption, now=now))
    new = _put(disruption, not_asked(disruption, now=now))
    if not unanswered and not new:
        raise NobodyToAsk
    before = disruption.asked_again_at
    Disruption.objects.filter(pk=disruption.pk).update(asked_again_at=now)
    data = {"questions": [one.pk for one in (*unanswered, *new)], "new": [one.pk for one in new]}
    data["before"] = before.isoformat() if before else None
    history.record("asked_still_coming_again", disruption, by=by, now=now, evening=disruption.evening_id, **data)
    _send([*unanswered, *new], by=by, now=now)
    return len({one.assignment.volunteer_id for one in (*unanswered, *new)})


@transaction.atomic
def answer_still_coming(
    question: StillComing, *, yes: bool, how: str = Assignment.How.LINK, by: Actor, now: datetime
) -> None:
    """What she says: a No withdraws her (design.md 3.2), a Yes is kept and confirms her place.

    `how` is that of a confirmation; "phone" says that a coordinator notes it for her. The same answer twice changes
    nothing; of two that differ the later one counts, but a place that was given back is taken again by `come_back`
    alone. Raises NoLongerAssigned and PostIsOver.
    """
    place, noted = question.assignment, how == Assignment.How.PHONE
    post = lock_post(place.post_id)
    question = _as_it_is(question)
    if question is None:
        # The question was taken back at this moment: what she says of her place stands all the same.
        say = partial(confirm, how=how) if yes else partial(withdraw, recorded=noted)
        say(place, by=by, now=now)
        return
    if yes:
        _still_comes(question, post, how, noted, by=by, now=now)
    elif question.assignment.is_active:
        withdraw(question.assignment, by=by, now=now, recorded=noted)
        _keep(question, StillComing.Answer.NO, now=now)
    elif not question.assignment.withdrew:
        raise NoLongerAssigned
    else:
        _keep(question, StillComing.Answer.NO, now=now)
    _forget_question(question, by=by, now=now)


def _still_comes(question, post, how, noted, *, by, now):
    if post.has_ended(now):
        raise places.PostIsOver
    was_confirmed = question.assignment.is_confirmed
    confirm(question.assignment, how=how, by=by, now=now)
    if _keep(question, StillComing.Answer.YES, now=now):
        verb = "noted_still_comes" if noted else "still_comes"
        facts = {"question": question.pk, "confirmed": not was_confirmed}
        history.record(verb, question.assignment, by=by, now=now, **facts)


def _keep(question, answer, *, now):
    """Whether `answer` is news. It answers whatever else she is asked about this place: a strike, then snow."""
    hers = StillComing.objects.filter(assignment=question.assignment_id, disruption__taken_back_at=None)
    hers = hers | StillComing.objects.filter(pk=question.pk)
    news = list(hers.exclude(answer=answer).values_list("pk", flat=True))
    return bool(StillComing.objects.filter(pk__in=news).update(answer=answer, answered_at=now))


def _as_it_is(question):
    """The question read under the post's lock, about the place that she has there now if she came back to it.

    None where it is not there any more.
    """
    rows = StillComing.objects.select_related("disruption__evening", "assignment__volunteer")
    question = rows.filter(pk=question.pk).first()
    if question is None or question.assignment.is_active:
        return question
    gone = question.assignment
    same = Assignment.objects.active().published().filter(post=gone.post_id, volunteer=gone.volunteer_id).first()
    if same is None:
        return question
    asked = StillComing.objects.filter(disruption=question.disruption_id, assignment=same).first()
    if asked:
        return _as_it_is(asked)
    StillComing.objects.filter(pk=question.pk).update(assignment=same, answer="", answered_at=None)
    return _as_it_is(question)


def _locked(evening, now):
    """The evening, locked as by `publish` and `assign`: who is put there now is seen, or comes after the question."""
    evening = lock_evening(evening.pk)
    if evening.called_off_at:
        raise EveningIsCalledOff
    if evening.is_past(now):
        raise EveningIsOver
    return evening


def to_ask(evening: Evening, museum: Museum | None = None, *, now: datetime) -> QuerySet[Assignment]:
    """The published places of `evening` whose people have still to come."""
    rows = Assignment.objects.active().published().of_evening(evening).filter(ends_at__gt=now)
    rows = rows.filter(arrived_at=None, absent_at=None, post__opening__called_off_at=None)
    rows = rows.filter(post__opening__museum=museum) if museum else rows
    return rows.for_pages().select_related("volunteer__user").order_by("volunteer__user_id", "report_at", "pk")


def silent(disruption: Disruption, *, now: datetime) -> QuerySet[StillComing]:
    """The questions of `disruption` that nobody answered, to people who have still to come."""
    waiting = disruption.questions.unanswered().filter(assignment__ends_at__gt=now)
    waiting = waiting.filter(assignment__arrived_at=None, assignment__absent_at=None)
    return waiting.for_pages().order_by("assignment__volunteer__user_id", "assignment__report_at", "pk")


def not_asked(disruption: Disruption, *, now: datetime) -> QuerySet[Assignment]:
    """Who was put there since. Who took a place, or confirmed it, since the question knew of it."""
    there = to_ask(disruption.evening, disruption.museum, now=now)
    there = there.exclude(pk__in=disruption.questions.values("assignment"))
    return there.exclude(confirmed_at__gte=disruption.asked_at)


def _put(disruption, assignments: Iterable[Assignment]) -> list[StillComing]:
    rows = [StillComing(disruption=disruption, assignment=assignment) for assignment in assignments]
    return StillComing.objects.bulk_create(rows)


def _send(questions: Iterable[StillComing], *, by, now):
    """One message a person. Merging locks the person: in the order of their ids, as everywhere."""
    for question in sorted(questions, key=lambda one: (one.assignment.volunteer.user_id, one.pk)):
        assignment = question.assignment
        evening, user = assignment.post.opening.evening, assignment.volunteer.user
        due = now + evening.edition.rules.undo
        announce(KIND, evening, user, question.pk, facts=urgent(assignment, due), due=due, by=by, now=now)


def urgent(assignment: Assignment, due: datetime) -> dict:
    """The fact that lifts the quiet hours: in the last row of the pace, or where the morning is too late."""
    if not pace.frame(assignment.post).pace(due).keeps_quiet_hours:
        return {"urgent": True}
    return urgency(assignment, due)


def telling(questions: Iterable[int], evening_id: int) -> QuerySet[Message]:
    """The messages that ask these questions, or asked them."""
    questions = set(questions)
    about = Message.objects.filter(kind=KIND, about_type=Evening._meta.label_lower, about_id=evening_id)
    return with_items(about, lambda question: question in questions)


def _forget_question(question, *, by, now):
    """A message that still waits, for a call perhaps, and asks nothing any more."""
    waiting = telling([question.pk], question.disruption.evening_id).pending()
    done = [one.pk for one in waiting if not StillComing.objects.unanswered().filter(pk__in=one.facts["items"])]
    messaging.skip(Message.objects.filter(pk__in=done), reason=ANSWERED, by=by, now=now)


def forget_answers(assignment: Assignment, *, answered_at: datetime) -> None:
    """What was noted as a No at that moment is taken back: the questions are open again."""
    questions = StillComing.objects.filter(assignment=assignment, answered_at=answered_at, answer=StillComing.Answer.NO)
    questions.update(answered_at=None, answer="")


def follow(old: Assignment, new: Assignment) -> None:
    """What she was asked about `old`, and said, is from now on about `new`, which she has instead on that evening.

    Not where a museum alone was asked, and `new` is at another one.
    """
    opening = new.post.opening
    asked = StillComing.objects.filter(assignment=old, disruption__evening=opening.evening_id)
    asked = asked.filter(Q(disruption__museum=None) | Q(disruption__museum=opening.museum_id))
    about_new = StillComing.objects.filter(assignment=new).values("disruption")
    asked.exclude(answer=StillComing.Answer.NO).exclude(disruption__in=about_new).update(assignment=new)


def _clock(disruption, moment):
    return f"{timezone.localtime(moment, disruption.evening.edition.zone):%H:%M}"
