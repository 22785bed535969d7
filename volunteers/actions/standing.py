"""How somebody stands with us for now: paused, not at a museum, to be invited again or not. Nobody is told of it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from volunteers.models import Registration, Volunteer

from .answers import RecordHasMoved, locked, set_may_be_asked


class PauseIsOver(Refusal):
    sentence = _("Choose a day after today, or leave it empty until you end the pause yourself.")


class DayIsOver(Refusal):
    sentence = _("Choose a day after today.")


@transaction.atomic
def pause(registration: Registration, *, until: date | None = None, by: Actor, now: datetime) -> Registration:
    """Ask her nothing new in this edition before the day `until` of its zone, or until `resume` where it is None.

    What she has stays hers, with its reminders. Raises PauseIsOver for a day that is not to come, RecordHasMoved.
    """
    registration = locked(registration)
    if until is not None and until <= hours.local_day(now, registration.edition.zone):
        raise PauseIsOver
    if registration.paused_at and registration.paused_until == until:
        return registration
    was = _pause_of(registration)
    registration.paused_at, registration.paused_until = now, until
    registration.save(update_fields=["paused_at", "paused_until"])
    history.record("paused", registration, by=by, now=now, until=until.isoformat() if until else None, was=was)
    return registration


@transaction.atomic
def resume(registration: Registration, *, by: Actor, now: datetime) -> Registration:
    """End her pause: she may be asked again. A second click changes nothing. Raises RecordHasMoved."""
    registration = locked(registration)
    if registration.paused_at:
        was = _pause_of(registration)
        registration.paused_at = registration.paused_until = None
        registration.save(update_fields=["paused_at", "paused_until"])
        history.record("pause_ended", registration, by=by, now=now, was=was)
    return registration


def _pause_of(registration):
    """Since when and until when, as the history keeps it."""
    return [moment.isoformat() if moment else None for moment in (registration.paused_at, registration.paused_until)]


@transaction.atomic
def take_back_pause(
    registration: Registration, was: Sequence[str | None], *, instead_of: datetime | None, by: Actor, now: datetime
) -> bool:
    """Her pause is again what it `was`, as the history kept it: instead of the one since `instead_of`, or of none.

    False where it was changed since, and nothing is. Raises RecordHasMoved. Who undoes it writes that down.
    """
    registration = locked(registration)
    if registration.paused_at != instead_of:
        return False
    since, until = was
    registration.paused_at = datetime.fromisoformat(since) if since else None
    registration.paused_until = date.fromisoformat(until) if until else None
    registration.save(update_fields=["paused_at", "paused_until"])
    return True


@transaction.atomic
def invite_again(registration: Registration, again: bool, *, by: Actor, now: datetime) -> Registration:
    """Whether she is to be invited to the next edition. Raises RecordHasMoved."""
    registration = locked(registration)
    if registration.may_be_invited_again != again:
        registration.may_be_invited_again = again
        registration.save(update_fields=["may_be_invited_again"])
        history.record("set_invited_again", registration, by=by, now=now, new=again)
    return registration


@transaction.atomic
def set_not_at(volunteer: Volunteer, museums: Collection[int], *, by: Actor, now: datetime) -> None:
    """The museums, by id, where nobody places her any more; what she has there stays hers. Raises RecordHasMoved."""
    volunteer = Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    if volunteer.merged_into_id:
        raise RecordHasMoved
    old, new = sorted(volunteer.not_at.values_list("pk", flat=True)), sorted(museums)
    if old != new:
        volunteer.not_at.set(new)
        history.record("set_not_at", volunteer, by=by, now=now, old=old, new=new)


@transaction.atomic
def ask_again_from(registration: Registration, day: date | None, *, by: Actor, now: datetime) -> Registration:
    """Ask her nothing before `day`, a date of the edition's zone; None is that she may be asked again from now on.

    What she was offered already stays good. None also takes back that she is not to be asked at all. A second click
    changes nothing. Raises DayIsOver for a day that is not to come, RecordHasMoved.
    """
    registration = locked(registration)
    if day is not None and day <= hours.local_day(now, registration.edition.zone):
        raise DayIsOver
    if day is None and not registration.may_be_asked:
        set_may_be_asked(registration, True, by=by, now=now)
    if registration.no_asks_until != day:
        registration.no_asks_until = day
        registration.save(update_fields=["no_asks_until"])
        history.record("set_no_asks", registration, by=by, now=now, until=day.isoformat() if day else None)
    return registration
