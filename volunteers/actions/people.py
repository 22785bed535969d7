"""Welcoming people: accepted, not this time, and a parent's consent for who is under 18."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.models import Edition
from nocturnes.refusals import Refusal
from volunteers.models import AgeGroup, Registration, Volunteer

OF_THE_PARENT = ("parent_name", "parent_email")


class ConsentIsMissing(Refusal):
    sentence = _(
        "%(name)s is under 18, and a parent has not consented yet. Wait for it, or tick that you have it on paper."
    )


class IsBlocked(Refusal):
    sentence = _("%(name)s is blocked and cannot be welcomed.")


class WelcomeHasLeft(Refusal):
    sentence = _("The welcome has left already, so it cannot be taken back.")


@transaction.atomic
def accept(
    volunteer: Volunteer, *, on_paper: bool = False, together: bool = False, by: Actor, now: datetime
) -> Volunteer:
    """Welcome `volunteer`; her message waits for the edition's two minutes, so that it can be taken back.

    Somebody accepted already, or merged into another record, stays as she is. `on_paper` records that the coordinator
    has a parent's consent on paper, `together` that one click welcomed several. Raises ConsentIsMissing for somebody
    under 18 without a consent, IsBlocked.
    """
    volunteer = _locked(volunteer)
    if volunteer.accepted_at or volunteer.merged_into_id:
        return volunteer
    if volunteer.blocked_at:
        raise IsBlocked(name=volunteer.first_name)
    if volunteer.lacks_consent and on_paper:
        _consented(volunteer, how="paper", by=by, now=now)
    if volunteer.lacks_consent:
        raise ConsentIsMissing(name=volunteer.first_name)
    volunteer.accepted_at = now
    volunteer.accepted_by_id = by.id if by.kind == Actor.USER else None
    volunteer.declined_at = None
    volunteer.save(update_fields=["accepted_at", "accepted_by", "declined_at"])
    history.record("accepted", volunteer, by=by, now=now, together=together)
    registration = _latest(volunteer)
    if registration:
        wait = registration.edition.rules.undo if by.kind == Actor.USER else None
        _plan_welcome(registration, due=now + wait if wait else now, by=by, now=now)
    return volunteer


@transaction.atomic
def accept_all(edition: Edition, *, by: Actor, now: datetime) -> list[Volunteer]:
    """Welcome everybody who waits in `edition`, except who still needs a parent's consent; returns who is welcomed.

    One click, so one line of history that takes all of it back.
    """
    waiting = Volunteer.objects.to_welcome().filter(registrations__edition=edition).order_by("pk")
    welcomed = [accept(one, together=True, by=by, now=now) for one in waiting if not one.lacks_consent]
    if welcomed:
        history.record("accepted_all", edition, by=by, now=now, volunteers=[one.pk for one in welcomed])
    return welcomed


@transaction.atomic
def decline(volunteer: Volunteer, *, by: Actor, now: datetime) -> Volunteer:
    """Not this time: she leaves the list of people to welcome. Nothing is sent, and she may be welcomed later."""
    volunteer = _locked(volunteer)
    if volunteer.declined_at or volunteer.accepted_at or volunteer.merged_into_id:
        return volunteer
    volunteer.declined_at = now
    volunteer.save(update_fields=["declined_at"])
    history.record("declined", volunteer, by=by, now=now)
    return volunteer


@transaction.atomic
def undo_accept(volunteer: Volunteer, *, by: Actor, now: datetime) -> Volunteer:
    """Take a welcome back before its message leaves: she waits again. Raises WelcomeHasLeft.

    Who may, and for how long, is for the caller to know (`shifts.actions.undo`).
    """
    volunteer = _locked(volunteer)
    if volunteer.accepted_at is None:
        return volunteer
    welcomes = Message.objects.filter(kind="welcome", user=volunteer.user, created_at__gte=volunteer.accepted_at)
    messaging.skip(welcomes.pending(), reason=_TAKEN_BACK, by=by, now=now)
    # One that a worker holds at this moment cannot be stopped any more; neither can one that somebody read out.
    if welcomes.filter(skipped_at=None).exists():
        raise WelcomeHasLeft
    volunteer.accepted_at = volunteer.accepted_by = None
    volunteer.save(update_fields=["accepted_at", "accepted_by"])
    history.record("acceptance_undone", volunteer, by=by, now=now)
    return volunteer


@transaction.atomic
def consent(volunteer: Volunteer, *, by: Actor, now: datetime) -> Volunteer:
    """A parent says yes, by the link in the mail. A second click changes nothing."""
    volunteer = _locked(volunteer)
    if volunteer.lacks_consent:
        _consented(volunteer, how="link", by=by, now=now)
        volunteer.save(update_fields=["parent_consented_at"])
        if registration := _latest(volunteer):
            welcome_if_possible(volunteer, registration, now=now)
    return volunteer


def parent_of(said: Mapping) -> dict:
    """The name and the address of a parent that `said` has: empty but for those who need one's consent."""
    young = said["age_group"] == AgeGroup.YOUNG
    return {name: said[name] if young else "" for name in OF_THE_PARENT}


def ask_parent(volunteer: Volunteer, registration: Registration, *, language: str, by: Actor, now: datetime) -> None:
    """Plan the mail that asks a parent of somebody under 18 for consent, where it is still needed."""
    if not (volunteer.lacks_consent and volunteer.parent_email):
        return
    edition = registration.edition
    address = hashlib.sha256(volunteer.parent_email.encode()).hexdigest()[:16]
    messaging.plan(
        "parent_consent",
        f"parent_consent:{registration.pk}:{address}",
        about=volunteer,
        address=volunteer.parent_email,
        language=edition.language_for(language),
        facts={"edition": edition.pk},
        due=hours.after_quiet(now, edition.rules, edition.zone),
        by=by,
        now=now,
    )


def welcome_if_possible(volunteer: Volunteer, registration: Registration, *, now: datetime) -> None:
    """Welcome by itself: who was accepted before, and everybody where the edition wants no coordinator to look."""
    if volunteer.blocked_at:
        return
    if volunteer.accepted_at:
        _plan_welcome(registration, due=now, by=history.SYSTEM, now=now)
    elif registration.edition.welcome_is_automatic and not volunteer.lacks_consent:
        accept(volunteer, by=history.SYSTEM, now=now)


_TAKEN_BACK = gettext_noop("The welcome was taken back.")


def _locked(volunteer):
    rows = Volunteer.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return rows.get(pk=volunteer.pk)


def _latest(volunteer):
    return volunteer.registrations.select_related("edition").order_by("-created_at", "-pk").first()


def _consented(volunteer, *, how, by, now):
    volunteer.parent_consented_at = now
    Volunteer.objects.filter(pk=volunteer.pk).update(parent_consented_at=now)
    history.record("parent_consented", volunteer, by=by, now=now, how=how)


def _plan_welcome(registration, *, due, by, now):
    user, edition = registration.volunteer.user, registration.edition
    # One that was taken back keeps its row and its key: the next one counts on. The volunteer's lock keeps count.
    before = Message.objects.about(registration).filter(kind="welcome").count()
    messaging.plan(
        "welcome",
        f"welcome:{registration.pk}:{before + 1}",
        about=registration,
        to=user,
        language=edition.language_for(user.language),
        facts={"edition": edition.pk},
        due=hours.after_quiet(due, edition.rules, edition.zone),
        by=by,
        now=now,
    )
