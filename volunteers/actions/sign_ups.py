"""The form before it is confirmed: it waits, is replaced by a newer one of the same address, and is purged."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import clock, history
from nocturnes.history import Actor
from nocturnes.models import Edition, Evening
from nocturnes.refusals import Refusal
from volunteers.models import Registration, SignUp

KEPT = timedelta(days=7)
ONE_MAIL_IN = timedelta(hours=1)


class SignUpIsClosed(Refusal):
    sentence = _("Sign-up for %(edition)s is closed. Write to %(mailbox)s if you would still like to help.")


class SignUpIsOver(Refusal):
    sentence = _("This link was good for seven days, and has expired. Sign up again: it takes two minutes.")


def offered_evenings(edition: Edition, now: datetime) -> QuerySet[Evening]:
    """The evenings that somebody may still answer for: those that are not past, and take place."""
    return edition.coming_evenings(now).filter(called_off_at=None)


def is_open(edition: Edition, now: datetime) -> bool:
    """Whether somebody may sign up: the edition takes sign-ups, and an evening is still to come."""
    return edition.sign_up_open and offered_evenings(edition, now).exists()


def refuse_when_closed(edition: Edition, now: datetime) -> None:
    """Raises SignUpIsClosed."""
    if not is_open(edition, now):
        raise SignUpIsClosed(edition=edition.name, mailbox=edition.mailbox)


def link_ends(sign_up: SignUp) -> datetime:
    """The moment from which the link in the confirmation mail is no longer good."""
    return sign_up.created_at + KEPT


@transaction.atomic
def sign_up(edition: Edition, *, email: str, language: str, answers: dict, by: Actor, now: datetime) -> SignUp | None:
    """Keep `answers` until the link in a mail to `email` confirms them, and send that mail.

    `answers` is what `SignUpForm.answers()` gives. Somebody who is registered already gets another mail, with the way
    to her page, and None is returned: whoever fills in a form must not learn which addresses we know. One address gets
    one mail an hour of machine time; a newer form of the same address replaces the one that waits, so the link that
    was sent confirms the newest. Raises SignUpIsClosed.
    """
    refuse_when_closed(edition, now)
    email = email.strip().lower()
    # Two forms for one address at once: the edition's row lets the second see what the first wrote.
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    registered = Registration.objects.filter(edition=edition, volunteer__user__email=email).first()
    if registered:
        _mail_registered(registered, email, by=by, now=now)
        return None
    waiting, _new = SignUp.objects.update_or_create(
        edition=edition,
        email=email,
        confirmed_at=None,
        defaults={"language": edition.language_for(language), "data": answers, "created_at": now},
    )
    history.record("signed_up", waiting, by=by, now=now, edition=edition.pk)
    _mail(
        "sign_up",
        edition,
        email,
        about=waiting,
        address=email,
        language=waiting.language,
        facts={"edition": edition.pk},
        due=now,
        by=by,
        now=now,
    )
    return waiting


def _mail_registered(registration, email, *, by, now):
    user = registration.volunteer.user
    _mail(
        "already_registered",
        registration.edition,
        email,
        about=registration.volunteer,
        to=user,
        language=registration.edition.language_for(user.language),
        facts={"edition": registration.edition_id},
        due=now,
        by=by,
        now=now,
    )


def _mail(kind, edition, email, **message):
    """Plan a mail of `kind`, unless `email` got one less than an hour ago. Machine time: it guards a mailbox."""
    known = f"sign-up:{edition.pk}:{hashlib.sha256(email.encode()).hexdigest()[:32]}:"
    second = int(clock.machine_now().timestamp())
    latest = Message.objects.filter(key__startswith=known).order_by("-key").values_list("key", flat=True).first()
    if latest is None or second - int(latest.removeprefix(known)) >= ONE_MAIL_IN.total_seconds():
        messaging.plan(kind, f"{known}{second:012}", **message)


@transaction.atomic
def purge_sign_ups(*, by: Actor = history.SYSTEM, now: datetime) -> int:
    """Delete every form older than seven days, confirmed or not; returns how many (design.md 4)."""
    old = list(SignUp.objects.select_for_update(skip_locked=True).filter(created_at__lte=now - KEPT))
    for row in old:
        history.record("purged", row, by=by, now=now, confirmed=row.confirmed_at is not None)
    SignUp.objects.filter(pk__in=[row.pk for row in old]).delete()
    return len(old)
