"""The question to who has not answered yet: can you come on these evenings?"""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from nocturnes import links
from nocturnes.models import Evening
from shifts.actions.invitations import KIND, without_answer

from .evenings import listed

ANSWERED = _("This person has answered in the meantime, or it is too late.")


def _open_questions(message, now):
    evenings = Evening.objects.filter(pk__in=message.facts["items"], called_off_at=None).coming(now)
    evenings = evenings.select_related("edition").order_by("date")
    return [evening for evening in evenings if without_answer(evening, message.user_id)]


def check_ask_answer(message, now):
    return None if _open_questions(message, now) else ANSWERED


def ask_answer_context(message, now):
    link = links.absolute("evenings_profile", get_language(), links.token("evenings", message.user.volunteer))
    return {"evenings": _open_questions(message, now), "link": link}


register(Kind(KIND, _("Can you come?"), ask_answer_context, check_ask_answer, evenings=listed))
