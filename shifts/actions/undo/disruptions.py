"""People asked whether they still come, once or again, and what was noted of their answer on the phone."""

from datetime import datetime

from django.db.models import QuerySet

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry
from shifts.actions import asking_again, disruptions
from shifts.actions.locks import lock_evening, lock_post, lock_posts
from shifts.actions.telling import leave_out
from shifts.models import Assignment, Disruption, StillComing

from . import assignments
from .deeds import ChangedSince, Deed, hold_back, nobody, since


def row_of(entry: Entry) -> Disruption:
    return Disruption.objects.select_related("evening__edition", "museum").get(pk=entry.about_id)


def edition_of(disruption: Disruption) -> Edition:
    return disruption.evening.edition


def _asking(disruption, entry) -> QuerySet[Message]:
    return since(entry, disruptions.telling(entry.data["questions"], disruption.evening_id))


def _ask_nobody(disruption: Disruption, entry: Entry, *, by: Actor, now: datetime) -> None:
    """Who answered all the same, on her own page, has answered."""
    _hold(disruption, entry)
    Disruption.objects.filter(pk=disruption.pk).update(taken_back_at=now)
    _leave_out(disruption, set(entry.data["questions"]), by=by, now=now)


def _not_again(disruption: Disruption, entry: Entry, *, by: Actor, now: datetime) -> None:
    """As before the second question; who was asked for the first time with it was not asked."""
    _hold(disruption, entry)
    before = entry.data["before"]
    last = Disruption.objects.filter(pk=disruption.pk, asked_again_at=entry.at)
    last.update(asked_again_at=datetime.fromisoformat(before) if before else None)
    questions = set(entry.data["questions"]) - _still_waits_from_before(disruption, entry)
    _leave_out(disruption, questions, by=by, now=now)
    StillComing.objects.filter(pk__in=entry.data["new"], answered_at=None).delete()


def _still_waits_from_before(disruption, entry):
    """What the first question has not told yet: it waited for the morning, or for a call."""
    waiting = _asking(disruption, entry).pending().filter(created_at__lt=entry.at)
    return {pk for message in waiting for pk in message.facts["items"]} - set(entry.data["new"])


def _leave_out(disruption, questions, *, by, now):
    waiting = disruptions.telling(questions, disruption.evening_id)
    leave_out(waiting, lambda question: question in questions, by=by, now=now)


def _hold(disruption, entry):
    lock_evening(disruption.evening_id)
    # Whoever answers at this moment writes her answer, then skips the message that asks.
    lock_posts(disruption.questions.values_list("assignment__post", flat=True))
    hold_back(_asking(disruption, entry))


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


DEEDS = {
    "asked_still_coming": Deed(row_of, edition_of, _asking, _ask_nobody),
    "asked_still_coming_again": Deed(row_of, edition_of, _asking, _not_again),
    "noted_still_comes": Deed(assignments.row_of, assignments.edition_of, nobody, _open_question),
}
