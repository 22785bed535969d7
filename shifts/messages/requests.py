"""The word to somebody who asked for a place and does not get it; who gets it hears what everybody assigned hears."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from nocturnes import links
from shifts.models import PlaceRequest

# Why the message is no longer true: kept in its row, shown on the coordinator's pages.
ANSWERED_OTHERWISE = _("It was answered otherwise in the meantime.")
DECLINED = (PlaceRequest.Answer.NO, PlaceRequest.Answer.GONE)


def _request(message: Message) -> PlaceRequest:
    path = "post__role", "post__opening__museum", "post__opening__evening__edition"
    return PlaceRequest.objects.select_related("volunteer", *path).get(pk=message.about_id)


def check_declined(message, now):
    return None if _request(message).answer in DECLINED else ANSWERED_OTHERWISE


def declined_context(message, now):
    request = _request(message)
    opening = request.post.opening
    return {
        "post": request.post,
        "museum": opening.museum,
        "day": opening.evening.date,
        "is_called_off": request.post.is_called_off,
        "is_gone": request.answer == PlaceRequest.Answer.GONE,
        "evenings_link": links.absolute("evenings", get_language(), links.token("evenings", request.volunteer)),
    }


def until_they_meet(message: Message) -> datetime:
    return _request(message).post.report_at


register(Kind("request_declined", _("Request: no place"), declined_context, check_declined, too_late=until_they_meet))
