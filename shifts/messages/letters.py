"""A coordinator's own words to the people of an evening, with the place of each and the link to it."""

from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from nocturnes import hours
from nocturnes.models import Evening
from shifts.actions.letters import KIND, places_of, still_reads
from shifts.models import Assignment

from .slots import slot

GONE = _("This person has no place on that evening any more, and is not on call.")


def _evening(message: Message) -> Evening:
    return Evening.objects.select_related("edition").get(pk=message.about_id)


def check_letter(message, now):
    return None if still_reads(_evening(message), message.user_id) else GONE


def letter_context(message, now):
    evening = _evening(message)
    coming = [row for row in places_of(evening, message.user_id) if now < row.ends_at]
    return {
        "day": evening.date,
        "texts": [_in_her_language(item["texts"]) for item in message.facts["items"]],
        "slots": [slot(row, get_language(), now=now) for row in coming],
    }


def _in_her_language(texts: dict[str, str]) -> str:
    """What was written for her; who changed her language since reads what there is."""
    codes = dict.fromkeys([get_language(), *(code for code, _name in settings.LANGUAGES)])
    return next(texts[code] for code in codes if code in texts)


def until_the_evening_ends(message: Message) -> datetime | None:
    """What was to be read before the end of the evening is of no use after it; a word of thanks is. An instant."""
    evening = _evening(message)
    places = Assignment.objects.active().published().of_evening(evening)
    last = places.aggregate(last=Max("ends_at"))["last"]
    return last if last and _was_to_leave(message, evening.edition) < last else None


def _was_to_leave(message, edition):
    """When it was to leave as it was written: who had gone home by then reads it in the morning, as the page said."""
    due = message.created_at + edition.rules.undo
    return due if message.facts.get("urgent") else hours.after_quiet(due, edition.rules, edition.zone)


register(Kind(KIND, _("A word to everybody"), letter_context, check_letter, too_late=until_the_evening_ends))
