"""Somebody whom a coordinator adds, or whose facts she changes: told by phone, at a desk, or typed wrong before."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import accounts
from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.models import Edition, User
from nocturnes.refusals import Refusal
from volunteers.models import Registration, Volunteer

from .answers import RecordHasMoved, set_language
from .people import OF_THE_PARENT, IsBlocked, accept, ask_parent, parent_of

OF_THE_PERSON = ("first_name", "last_name", "phone", "age_group")
OF_THE_REGISTRATION = ("most_evenings", "with_whom", "arrange", "heard", "may_be_asked")
ANOTHER_PARENT = gettext_noop("Another parent is asked, or none.")


class IsKnown(Refusal):
    """`volunteer` is who has it: None for somebody of the team who is no volunteer."""

    def __init__(self, volunteer: Volunteer | None):
        self.volunteer = volunteer
        super().__init__(name=volunteer.full_name if volunteer else "")


class AddressIsKnown(IsKnown):
    sentence = _("%(name)s has this address already.")


class AddressIsOfTheTeam(IsKnown):
    sentence = _("Somebody of the team signs in with this address. Choose another one.")


class NumberIsKnown(IsKnown):
    sentence = _("%(name)s has this number already. If it is somebody else with the same number, tick that below.")


@transaction.atomic
def add_by_hand(
    edition: Edition,
    said: Mapping,
    *,
    known: Volunteer | None = None,
    another: bool = False,
    on_paper: bool = False,
    by: Actor,
    now: datetime,
) -> Registration:
    """Register somebody in `edition` as `said`, the cleaned data of `PersonForm`; whoever adds her accepts her.

    The welcome with her page's link waits for the edition's two minutes; without an address it is a call to make.
    Under 18 she waits for a parent's consent, who is asked by mail, unless `on_paper` says that it is there. `known`
    registers somebody of another edition, who keeps her name, address and number; `another` says that two people have
    the same number. Raises AddressIsKnown, NumberIsKnown, IsBlocked.
    """
    volunteer = known or _new_person(said, another=another, by=by, now=now)
    if volunteer.blocked_at:
        raise IsBlocked(name=volunteer.first_name)
    registration, new = Registration.objects.get_or_create(
        volunteer=volunteer,
        edition=edition,
        defaults={"created_at": now, **{name: said[name] for name in OF_THE_REGISTRATION}},
    )
    if not new:
        return registration
    registration.roles.set(said["roles"])
    registration.museums.set(said["museums"])
    history.record("registered", registration, by=by, now=now)
    if volunteer.lacks_consent and not on_paper:
        ask_parent(volunteer, registration, language=volunteer.user.language, by=by, now=now)
    else:
        accept(volunteer, on_paper=on_paper, by=by, now=now)
    return registration


def _new_person(said, *, another, by, now):
    if not another:
        _refuse_known_number(said["phone"])
    volunteer = Volunteer.objects.create(
        user=_new_user(said),
        created_at=now,
        **{name: said[name] for name in OF_THE_PERSON},
        **parent_of(said),
    )
    volunteer.languages.set(said["languages"])
    history.record("added_by_hand", volunteer, by=by, now=now)
    return volunteer


def _new_user(said):
    """The database decides who of two clicks comes first: the second finds what the first one made."""
    fields = {"first_name": said["first_name"], "language": said["language"]}
    if not said["email"]:
        return User.objects.create_user(**fields)
    user = User.objects.filter(email=said["email"]).first()
    if user is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(said["email"], **fields)
        except IntegrityError:
            user = User.objects.get(email=said["email"])
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if volunteer := Volunteer.objects.filter(user=user).first():
        raise AddressIsKnown(volunteer)
    return user


def _refuse_known_number(phone):
    volunteer = Volunteer.objects.filter(phone=phone, merged_into=None).order_by("pk").first() if phone else None
    if volunteer:
        raise NumberIsKnown(volunteer)


@transaction.atomic
def change_person(
    registration: Registration, said: Mapping, *, another: bool = False, by: Actor, now: datetime
) -> list[str]:
    """Bring a person and her registration up to date with `said`; returns the names of what changed.

    A new address renews the links of this app (`Volunteer.link_version`) and ends her sessions: what went to the old
    address may have reached somebody else. `shifts` wraps this one, for the links that are its own. A consent stays
    with the parent who gave it. Raises AddressIsKnown, AddressIsOfTheTeam, NumberIsKnown, LanguageIsNotOurs,
    RecordHasMoved.
    """
    rows = Volunteer.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    volunteer = rows.get(pk=registration.volunteer_id)
    if volunteer.merged_into_id:
        raise RecordHasMoved
    if said["phone"] and said["phone"] != str(volunteer.phone) and not another:
        _refuse_known_number(said["phone"])
    changed = _change(volunteer, {name: said[name] for name in OF_THE_PERSON} | _parent_now(volunteer, said))
    changed += _change(registration, {name: said[name] for name in OF_THE_REGISTRATION})
    changed += _change_rows(volunteer, said, ["languages"]) + _change_rows(registration, said, ["roles", "museums"])
    changed += _change_address(volunteer, said["email"])
    if changed:
        history.record("changed_person", volunteer, by=by, now=now, fields=changed)
    _follow(volunteer, registration, changed, by=by, now=now)
    set_language(volunteer, said["language"], by=by, now=now)
    return changed


def _parent_now(volunteer, said):
    return {} if volunteer.parent_consented_at else parent_of(said)


def _change(row, values):
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    return changed


def _change_rows(row, said, names):
    changed = [name for name in names if set(getattr(row, name).all()) != set(said[name])]
    for name in changed:
        getattr(row, name).set(said[name])
    return changed


def _change_address(volunteer, email):
    """Who signed in with the old address is signed out, and its links open nothing any more."""
    user, old = volunteer.user, volunteer.user.email
    if (email or None) == old:
        return []
    user.email = email or None
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        other = Volunteer.objects.filter(user__email=email).first()
        raise AddressIsKnown(other) if other else AddressIsOfTheTeam(None) from None
    if old:
        accounts.sign_out_everywhere(user)
        volunteer.link_version += 1
        volunteer.save(update_fields=["link_version"])
    return ["email"]


def _follow(volunteer, registration, changed, *, by, now):
    """What follows from a change: her first name in our mails, a parent to ask, a word to the new address."""
    if "first_name" in changed and not volunteer.user.is_coordinator:
        volunteer.user.first_name = volunteer.first_name
        volunteer.user.save(update_fields=["first_name"])
    if {"age_group", *OF_THE_PARENT} & set(changed):
        asked = Message.objects.about(volunteer).filter(kind="parent_consent").exclude(address=volunteer.parent_email)
        messaging.skip(asked, reason=ANOTHER_PARENT, by=by, now=now)
        ask_parent(volunteer, registration, language=volunteer.user.language, by=by, now=now)
    if "email" in changed and volunteer.user.email and volunteer.accepted_at:
        _tell_new_address(volunteer, registration.edition, by=by, now=now)


def _tell_new_address(volunteer, edition, *, by, now):
    """The way to her page, to the new address: the links that she may have are over."""
    user = volunteer.user
    messaging.plan(
        "new_address",
        f"new_address:{volunteer.pk}:{Message.objects.about(volunteer).filter(kind='new_address').count() + 1}",
        about=volunteer,
        to=user,
        language=edition.language_for(user.language),
        facts={"edition": edition.pk},
        due=hours.after_quiet(now + edition.rules.undo, edition.rules, edition.zone),
        by=by,
        now=now,
    )
