"""The click that confirms: a form that waited becomes a person, her registration and her answers."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Language, Role, User
from volunteers.models import (
    Acknowledgement,
    AgeGroup,
    Availability,
    Notice,
    Registration,
    SignUp,
    Volunteer,
)

from .people import ask_parent, parent_of, welcome_if_possible
from .sign_ups import SignUpIsOver, link_ends, offered_evenings, refuse_when_closed


@transaction.atomic
def confirm(sign_up: SignUp, *, by: Actor, now: datetime) -> Registration:
    """Register the person who signed up; a second click finds what the first one made.

    Somebody whom we know, by her address, gets a registration in this edition and keeps what she has in others; her
    name and number become those that she just confirmed. Languages are added: nobody unlearns one, and a form that was
    left folded says nothing of them. Afterwards the form holds nothing. Raises SignUpIsOver and SignUpIsClosed.
    """
    row = SignUp.objects.select_for_update(no_key=True, of=("self",)).select_related("edition").filter(pk=sign_up.pk)
    sign_up = row.first()
    if sign_up is None:
        raise SignUpIsOver
    if sign_up.confirmed_at:
        return Registration.objects.get(pk=sign_up.data["registration"])
    if now >= link_ends(sign_up):
        raise SignUpIsOver
    refuse_when_closed(sign_up.edition, now)
    volunteer = _person(sign_up, by=by, now=now)
    registration = _registration(sign_up, volunteer, by=by, now=now)
    _acknowledge(sign_up, volunteer)
    sign_up.confirmed_at, sign_up.data = now, {"registration": registration.pk}
    sign_up.save(update_fields=["confirmed_at", "data"])
    ask_parent(volunteer, registration, language=sign_up.language, by=by, now=now)
    welcome_if_possible(volunteer, registration, now=now)
    return registration


def _person(sign_up, *, by, now):
    """The volunteer with the address of `sign_up`: known or new. The database decides who of two comes first."""
    answers = sign_up.data
    user, _new = User.objects.get_or_create(
        email=sign_up.email,
        defaults={
            "first_name": answers["first_name"],
            "language": sign_up.language,
            "password": make_password(None),
        },
    )
    said = {name: answers[name] for name in ("first_name", "last_name", "phone", "age_group")}
    volunteer, new = Volunteer.objects.get_or_create(
        user=user, defaults={**said, **parent_of(answers), "created_at": now}
    )
    if new:
        history.record("registered_person", volunteer, by=by, now=now)
    else:
        volunteer = Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
        if volunteer.merged_into_id:
            # While this waited for its lock; her address is the other record's now, or nobody's.
            volunteer = Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.merged_into_id)
        _bring_up_to_date(volunteer, sign_up, {**said, **parent_of(answers)}, by=by, now=now)
    volunteer.languages.add(*Language.objects.filter(pk__in=answers["languages"]))
    return volunteer


def _bring_up_to_date(volunteer, sign_up, said, *, by, now):
    if volunteer.age_group == AgeGroup.ADULT or volunteer.parent_consented_at:
        # Nobody gets younger, and a consent stays with the parent who gave it.
        said = {name: value for name, value in said.items() if not name.startswith("parent")}
    if volunteer.age_group == AgeGroup.ADULT:
        del said["age_group"]
    changed = [name for name, value in said.items() if getattr(volunteer, name) != value]
    for name in changed:
        setattr(volunteer, name, said[name])
    if volunteer.declined_at:
        # She was not welcomed in an earlier edition and asks again: somebody decides again.
        volunteer.declined_at = None
        changed.append("declined_at")
    volunteer.save(update_fields=changed)
    user = volunteer.user
    user.language = sign_up.language
    if not user.is_coordinator:
        user.first_name = volunteer.first_name
    user.save(update_fields=["language", "first_name"])
    history.record("brought_up_to_date", volunteer, by=by, now=now, fields=changed)


def _registration(sign_up, volunteer, *, by, now):
    answers = sign_up.data
    registration, new = Registration.objects.get_or_create(
        volunteer=volunteer,
        edition=sign_up.edition,
        defaults={
            "most_evenings": answers["most_evenings"],
            "with_whom": answers["with_whom"],
            "arrange": answers["arrange"],
            # A form that was sent before this was asked does not say it.
            "heard": answers.get("heard", ""),
            "may_be_asked": answers["may_be_asked"],
            "created_at": now,
        },
    )
    if not new:
        return registration
    registration.roles.set(Role.objects.filter(pk__in=answers["roles"]))
    museums = registration.museums.model.objects.filter(pk__in=answers["museums"])
    registration.museums.set(museums)
    # An evening that was called off, or went by, while the form waited is left out.
    Availability.objects.bulk_create(
        Availability(registration=registration, evening=evening, answer=answers["evenings"][str(evening.pk)])
        for evening in offered_evenings(sign_up.edition, now)
        if answers["evenings"].get(str(evening.pk))
    )
    history.record("registered", registration, by=by, now=now, sign_up=sign_up.pk)
    return registration


def _acknowledge(sign_up, volunteer):
    """Which texts she had before her eyes, in which language, when she sent the form."""
    for notice in Notice.objects.filter(pk__in=sign_up.data["notices"]):
        Acknowledgement.objects.get_or_create(
            volunteer=volunteer,
            notice=notice,
            defaults={"language": sign_up.data["read_in"], "at": sign_up.created_at},
        )
