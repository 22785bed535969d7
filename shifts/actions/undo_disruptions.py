"""Taking back that people were asked whether they still come, or to confirm, before anybody was (design.md 3.9)."""

from datetime import datetime

from django.db.models import QuerySet

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from shifts.models import Assignment, Disruption, StillComing

from . import asking_again, disruptions
from .disruptions import TAKEN_BACK
from .locks import lock_evening, lock_post
from .undo_deeds import Deed, hold_back, register
from .undo_together import ChangedSince


def _disruption(entry: Entry) -> Disruption:
    return Disruption.objects.select_related("evening__edition", "museum").get(pk=entry.about_id)


def _edition_of_disruption(entry: Entry) -> Edition:
    return _disruption(entry).evening.edition


def _assignment(entry: Entry) -> Assignment:
    return Assignment.objects.for_pages().get(pk=entry.about_id)


def _edition_of_assignment(entry: Entry) -> Edition:
    return _assignment(entry).post.opening.evening.edition


def _since(entry: Entry, messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.exclude(sent_at__lt=entry.at).exclude(skipped_at__lt=entry.at)


def _asking(entry: Entry) -> QuerySet[Message]:
    return _since(entry, disruptions.telling(entry.data["questions"], entry.data["evening"]))


def _asking_again(entry: Entry) -> QuerySet[Message]:
    return Message.objects.filter(pk=entry.data["message"])


def _nobody(entry: Entry) -> QuerySet[Message]:
    return Message.objects.none()


def _ask_nobody(disruption: Disruption, entry: Entry, *, by: Actor, now: datetime) -> None:
    """Who answered all the same, on her own page, has answered."""
    _hold(disruption, entry)
    Disruption.objects.filter(pk=disruption.pk).update(taken_back_at=now)
    disruptions.leave_out(entry.data["questions"], disruption.evening_id, by=by, now=now)


def _not_again(disruption: Disruption, entry: Entry, *, by: Actor, now: datetime) -> None:
    """As before the second question; who was asked for the first time with it was not asked."""
    _hold(disruption, entry)
    before = entry.data["before"]
    last = Disruption.objects.filter(pk=disruption.pk, asked_again_at=entry.at)
    last.update(asked_again_at=datetime.fromisoformat(before) if before else None)
    questions = set(entry.data["questions"]) - _still_waits_from_before(entry)
    disruptions.leave_out(questions, disruption.evening_id, by=by, now=now)
    StillComing.objects.filter(pk__in=entry.data["new"], answered_at=None).delete()


def _still_waits_from_before(entry):
    """What the first question has not told yet: it waited for the morning, or for a call."""
    waiting = _asking(entry).pending().filter(created_at__lt=entry.at)
    return {pk for message in waiting for pk in message.facts["items"]} - set(entry.data["new"])


def _hold(disruption, entry):
    lock_evening(disruption.evening_id)
    hold_back(_asking(entry))


def _open_question(assignment: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
    """What was noted by telephone was not said; a confirmation that came with it goes with it."""
    lock_post(assignment.post_id)
    noted = StillComing.objects.filter(assignment=assignment, answered_at=entry.at, answer=StillComing.Answer.YES)
    if not noted.update(answered_at=None, answer=""):
        raise ChangedSince
    if entry.data["confirmed"]:
        Assignment.objects.active().filter(pk=assignment.pk).update(confirmed_at=None, confirmed_how="")
    skipped = Message.objects.about(assignment).filter(kind=asking_again.KIND)
    question = disruptions.telling([entry.data["question"]], assignment.post.opening.evening_id)
    messaging.resume((skipped | question).filter(skipped_at=entry.at), overdue=True, by=by, now=now)


def _do_not_ask(assignment: Assignment, entry: Entry, *, by: Actor, now: datetime) -> None:
    hold_back(_asking_again(entry))
    messaging.skip(_asking_again(entry), reason=TAKEN_BACK, by=by, now=now)


register("asked_still_coming", Deed(_disruption, _edition_of_disruption, _asking, _ask_nobody))
register("asked_still_coming_again", Deed(_disruption, _edition_of_disruption, _asking, _not_again))
register("noted_still_comes", Deed(_assignment, _edition_of_assignment, _nobody, _open_question))
register("asked_again", Deed(_assignment, _edition_of_assignment, _asking_again, _do_not_ask))
