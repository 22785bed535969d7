"""What a volunteer answered, and what she may change later."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.models import Edition, Evening
from nocturnes.refusals import Refusal
from volunteers.models import Availability, Registration, Volunteer

ARRANGEMENTS_KEPT = timedelta(days=7)


class EveningIsNotOffered(Refusal):
    sentence = _("That evening is over or does not take place: there is nothing to answer for it.")


class AnswerIsUnknown(Refusal):
    sentence = _("Choose Yes, If needed or No, or leave the evening open.")


class RecordHasMoved(Refusal):
    sentence = _("This record was merged with another one of the same person. Open the page again.")


class LanguageIsNotOurs(Refusal):
    sentence = _("We do not write in that language. Choose one of the list.")


@transaction.atomic
def set_availability(
    registration: Registration, evening: Evening, answer: str, *, by: Actor, now: datetime
) -> Availability | None:
    """Set the answer for one evening: "yes", "if_needed", "no", or "" for not answered (no row then).

    Who says no is no longer in the reserve of that evening. Assignments stay as they are. Raises EveningIsNotOffered
    for an evening of another edition, called off, or whose night is past, AnswerIsUnknown, RecordHasMoved.
    """
    if answer and answer not in Availability.Answer.values:
        raise AnswerIsUnknown
    if evening.edition_id != registration.edition_id or evening.is_over(now):
        raise EveningIsNotOffered
    registration = locked(registration)
    row = registration.availabilities.filter(evening=evening).first()
    old = row.answer if row else ""
    if old == answer:
        return row
    row = row or Availability(registration=registration, evening=evening)
    row.answer = answer
    if not answer:
        row.delete()
        row = None
    else:
        row.on_call_at = None if answer == Availability.Answer.NO else row.on_call_at
        row.save()
    history.record("answered", registration, by=by, now=now, evening=evening.pk, old=old, new=answer)
    return row


def locked(registration: Registration) -> Registration:
    """`registration` as it is under its volunteer's lock. Raises RecordHasMoved where it was merged meanwhile."""
    Volunteer.objects.select_for_update(no_key=True).get(pk=registration.volunteer_id)
    rows = Registration.objects.filter(pk=registration.pk, volunteer=registration.volunteer_id)
    row = rows.select_related("edition", "volunteer__user").first()
    if row is None:
        raise RecordHasMoved
    return row


@transaction.atomic
def set_language(volunteer: Volunteer, language: str, *, by: Actor, now: datetime) -> None:
    """Write to `volunteer` in `language` from now on; what waits to be sent changes too. Raises LanguageIsNotOurs."""
    editions = Edition.objects.filter(registrations__volunteer=volunteer)
    if not any(language in edition.languages for edition in editions):
        raise LanguageIsNotOurs
    user = volunteer.user
    old = user.language
    if old == language:
        return
    user.language = language
    user.save(update_fields=["language"])
    for edition in editions:
        waiting = Message.objects.pending().filter(user=user, facts__edition=edition.pk).order_by("pk")
        locked = [message.pk for message in waiting.select_for_update(no_key=True)]
        Message.objects.filter(pk__in=locked).update(language=edition.language_for(language))
    history.record("set_language", volunteer, by=by, now=now, old=old, new=language)


@transaction.atomic
def set_may_be_asked(registration: Registration, may: bool, *, by: Actor, now: datetime) -> None:
    """Whether we may write or call when somebody drops out."""
    if Registration.objects.filter(pk=registration.pk, may_be_asked=not may).update(may_be_asked=may):
        registration.may_be_asked = may
        history.record("set_may_be_asked", registration, by=by, now=now, new=may)


@transaction.atomic
def set_most_evenings(registration: Registration, most: int | None, *, by: Actor, now: datetime) -> None:
    """At most how many evenings she wants to come; None for as many as there are. Assignments stay as they are."""
    old = registration.most_evenings
    if old == most:
        return
    registration.most_evenings = most
    registration.save(update_fields=["most_evenings"])
    history.record("set_most_evenings", registration, by=by, now=now, old=old, new=most)


@transaction.atomic
def forget_arrangements(*, by: Actor = history.SYSTEM, now: datetime) -> int:
    """Delete what people asked us to arrange, seven days after the last evening; returns of how many (design.md 4)."""
    forgotten = 0
    for edition in Edition.objects.filter(registrations__in=Registration.objects.exclude(arrange="")).distinct():
        last = edition.evenings.order_by("-date").values_list("date", flat=True).first()
        if last is None or hours.local_day(now, edition.zone) < last + ARRANGEMENTS_KEPT:
            continue
        rows = edition.registrations.exclude(arrange="").select_for_update(no_key=True)
        for registration in rows:
            registration.arrange = ""
            registration.save(update_fields=["arrange"])
            history.record("arrangement_forgotten", registration, by=by, now=now)
            forgotten += 1
    return forgotten
