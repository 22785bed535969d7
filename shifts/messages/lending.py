"""Where somebody was lent: what sends her off tonight, and the word to both museums: who leaves or comes, not why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from museums.models import Opening
from nocturnes import links
from nocturnes.hours import tonight
from nocturnes.models import Entry
from shifts.actions.lending import is_tonight
from shifts.models import Assignment
from shifts.pages.lending import walking_minutes
from shifts.pages.museum_sheet import sheet

from .slots import Slot, slot

# Why the message is no longer true: kept in its row, shown on the coordinator's pages.
ELSEWHERE = _("This person is no longer there, or was not lent after all.")


@dataclass(frozen=True)
class SentOff:
    """Somebody lent so late that the mail is a call to go: at once where `at_once`, else by the hour of the post.

    `minutes` is an estimate of the way on foot from where she was, None where it is not known.
    """

    slot: Slot
    left: Assignment
    minutes: int | None
    at_once: bool


def sent_off(news: Collection[Assignment], *, now: datetime) -> SentOff | None:
    """What sends her off among what is new to her: the latest loan of tonight, or None."""
    tonight = {row.pk: row for row in news if is_tonight(row.post, now)}
    entries = Entry.objects.filter(verb="lent", about_type=Assignment._meta.label_lower, about_id__in=tonight)
    entry = entries.order_by("pk").last()
    if entry is None:
        return None
    row, left = tonight[entry.about_id], Assignment.objects.for_pages().get(pk=entry.data["lent_from"])
    minutes = walking_minutes(left.post.opening.museum, row.post.opening.museum)
    return SentOff(slot(row, get_language(), now=now), left, minutes, now >= row.report_at)


def _lent(message: Message) -> Assignment:
    return Assignment.objects.for_pages().get(pk=message.about_id)


def check_lent(message, now):
    return None if _lent(message).is_active else ELSEWHERE


def lent_context(message, now):
    """As the museum may know it (design.md 3.6): first names and initials, no number; those are on its own page."""
    lent = _lent(message)
    opening = Opening.objects.select_related("museum", "evening__edition").get(pk=message.facts["opening"])
    expected = sheet(opening, now=now).expected
    # The list of the day shows who comes today; until then that of the season does.
    door = "tonight" if opening.evening.date == tonight(now, opening.evening.edition.zone) else "museum"
    return {
        "comes": message.facts["comes"],
        "name": lent.volunteer.short_name,
        "role": lent.post.role.name,
        "report_at": lent.report_at,
        "begun": now >= lent.report_at,
        "day": opening.evening.date,
        "museum": opening.museum,
        "people": list(dict.fromkeys(person.name for person in expected)),
        "link": links.absolute(door, get_language(), links.token(door, opening.museum)),
    }


def until_end(message: Message) -> datetime:
    return _lent(message).ends_at


register(Kind("lent", _("Lent to another museum"), lent_context, check_lent, too_late=until_end))
