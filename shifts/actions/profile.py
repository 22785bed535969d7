"""What a volunteer says about herself, all of it with one click."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from nocturnes.history import Actor
from nocturnes.models import Evening
from volunteers import actions as volunteers
from volunteers.models import Registration

from .reserve import follow_answers


@transaction.atomic
def change_profile(
    registration: Registration,
    answers: Mapping[Evening, str],
    *,
    most_evenings: int | None,
    may_be_asked: bool,
    language: str,
    by: Actor,
    now: datetime,
) -> None:
    """Her answers for these evenings, at most how many, whether she may be asked, and the language of our mails.

    All of it or, where one is refused, nothing. What she is on call for follows her answers. Raises what
    `volunteers.set_availability` and `volunteers.set_language` raise.
    """
    for evening, answer in answers.items():
        volunteers.set_availability(registration, evening, answer, by=by, now=now)
    follow_answers(registration.volunteer, by=by, now=now)
    volunteers.set_most_evenings(registration, most_evenings, by=by, now=now)
    volunteers.set_may_be_asked(registration, may_be_asked, by=by, now=now)
    volunteers.set_language(registration.volunteer, language, by=by, now=now)
