"""The mails that somebody got, for her own copy: without the names of others, and without links that open her pages."""

import re

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext

from messaging.models import Message
from shifts.models import Assignment, Offer
from volunteers.models import Volunteer

# Whose text is hers to read. A kind that stands in neither list is left out, and a test says so.
TO_HER = {
    *("sign_up", "already_registered", "new_address", "welcome", "parent_consent", "ask_answer"),
    *("published", "no_place", "changed", "called_off", "place_taken", "request_declined", "offer", "all_clear"),
    *("reserve_proposed", "reserve_taken_back", "reserve_freed", "still_coming", "letter"),
    *("swap_asked", "swap_done", "swap_ended"),
    *("reminder_briefing", "reminder_unconfirmed", "reminder_eve", "reminder_reserve"),
}
NOT_TO_HER = {
    "withdrawn": "to a coordinator, about somebody else",
    "place_filled": "to a coordinator, about somebody else",
    "reserve_given_back": "to a coordinator, about somebody else",
    "nobody_left": "to a coordinator, about others",
    "not_filled": "to a coordinator, about others",
    "wave_waits": "to a coordinator, about others",
    "swap_waits": "to a coordinator, about others",
    "lent": "to museums",
    "digest": "to a coordinator, about others",
    "sign_in_code": "opens an account",
}

GONE = "…"
_LINK = re.compile(r"(/link/[\w-]+/)[^/\s]+")


def messages_of(volunteer: Volunteer) -> list[tuple[Message, str, str]]:
    """Each message to her, or to a parent about her, with its subject and text as she may keep them; three queries."""
    about_her = Q(about_type=Volunteer._meta.label_lower, about_id=volunteer.pk)
    rows = Message.objects.filter(Q(user=volunteer.user_id) | about_her).order_by("created_at", "pk")
    others = _others(volunteer)
    return [(row, *(_hers(text, row, others) for text in (row.subject, row.text))) for row in rows]


def _hers(text, message, others):
    if message.kind not in TO_HER:
        return ""
    text = others.sub(lambda found: (found["before"] or "") + GONE, text)
    return _LINK.sub(rf"\1{GONE}", text)


def _others(volunteer) -> re.Pattern:
    """The line that says with whom she is, in each language; and the name of whoever was where she was or might be."""
    hers = {"volunteer": volunteer}
    openings = [
        *Assignment.objects.filter(**hers).values_list("post__opening", flat=True),
        *Offer.objects.filter(**hers).values_list("search__post__opening", flat=True),
    ]
    there, asked_her = Q(assignments__post__opening__in=openings), Q(assignments__swaps__volunteer=volunteer)
    mates = there | asked_her | Q(swaps_asked__assignment__volunteer=volunteer)
    mates = Volunteer.objects.filter(mates).exclude(pk=volunteer.pk).distinct()
    names = {mate.short_name for mate in mates} - {volunteer.short_name}
    # Whole words: who is called Jan and has no other name is not in "Januari".
    words = [rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True)]
    return re.compile("|".join([rf"(?m:^(?P<before>{'|'.join(_befores())}).+$)", *words]))


def _befores():
    """What stands before the names of a team, as in "With Bob D., Carol E."."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield re.escape(gettext("With %(names)s").partition("%(names)s")[0])
