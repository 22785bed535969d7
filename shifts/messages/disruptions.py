"""The question to everybody on an evening: can you still come? In the words that a coordinator wrote for it."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from nocturnes import links
from shifts.actions.disruptions import ANSWERED, KIND
from shifts.models import Assignment, Disruption, StillComing

from .slots import slot


def _open_questions(message: Message, now: datetime) -> list[StillComing]:
    """What she has not answered of what the message asks, by the hour."""
    rows = StillComing.objects.unanswered().filter(pk__in=message.facts["items"])
    rows = rows.filter(assignment__ends_at__gt=now, assignment__post__opening__called_off_at=None)
    return list(rows.for_pages().order_by("assignment__report_at", "pk"))


def check_still_coming(message, now):
    return None if _open_questions(message, now) else ANSWERED


def _previewed(message: Message) -> list[StillComing]:
    """The questions as they would be, before anybody is asked: none of this is a row."""
    shown = message.facts["preview"]
    disruption = Disruption(**{f"text_{code}": text for code, text in shown["texts"].items()})
    rows = Assignment.objects.filter(pk__in=shown["assignments"]).for_pages().order_by("report_at", "pk")
    return [StillComing(disruption=disruption, assignment=row) for row in rows]


def still_coming_context(message, now):
    questions = _previewed(message) if "preview" in message.facts else _open_questions(message, now)
    # Of two disruptions of one evening each says what it is about, once.
    texts = dict.fromkeys(question.disruption.text for question in questions)
    return {
        "day": questions[0].assignment.post.opening.evening.date,
        "texts": list(texts),
        "slots": [slot(question.assignment, get_language(), now=now) for question in questions],
        "link": links.absolute("still_coming", get_language(), links.token("still-coming", questions[0])),
    }


def until_the_last_ends(message: Message) -> datetime | None:
    questions = StillComing.objects.filter(pk__in=message.facts["items"])
    return questions.aggregate(last=Max("assignment__ends_at"))["last"]


register(
    Kind(KIND, _("Can you still come?"), still_coming_context, check_still_coming, too_late=until_the_last_ends),
)
