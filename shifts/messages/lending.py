"""The word to both museums where somebody was lent: who leaves or comes; nothing of why, or of where else she is."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from museums.models import Opening
from nocturnes import links
from nocturnes.hours import local_day
from shifts.models import Assignment
from shifts.pages.museum_sheet import sheet

# Why the message is no longer true: kept in its row, shown on the coordinator's pages.
ELSEWHERE = _("This person is no longer there, or was not lent after all.")


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
    door = "tonight" if opening.evening.date == local_day(now, opening.evening.edition.zone) else "museum"
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
