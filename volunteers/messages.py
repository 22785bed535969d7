"""The kinds of message that this app sends: to who signs up, to a parent, and to who is welcome."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from messaging import kinds
from messaging.kinds import Kind
from messaging.models import Message
from nocturnes import links
from nocturnes.models import Edition

from .actions.sign_ups import link_ends
from .models import Registration, SignUp, Volunteer

CONFIRMED = gettext_noop("The sign-up was confirmed in the meantime.")
GONE = gettext_noop("The sign-up is not there any more.")
CONSENTED = gettext_noop("The consent is there already.")
NOT_ACCEPTED = gettext_noop("This person is not accepted any more.")


def _link(name, message, token):
    return links.absolute(name, message.language, token)


def _sign_up(message):
    return SignUp.objects.filter(pk=message.about_id).first()


def check_sign_up(message: Message, now: datetime) -> str | None:
    row = _sign_up(message)
    if row is None:
        return GONE
    return CONFIRMED if row.confirmed_at else None


def sign_up_is_over(message: Message) -> datetime | None:
    row = _sign_up(message)
    return link_ends(row) if row else None


def sign_up_context(message: Message, now: datetime) -> dict:
    """Without name and link once the sign-up is confirmed or gone: then the message is only looked at, never sent."""
    row = _sign_up(message)
    if row is None or row.confirmed_at:
        return {"first_name": "…", "link": ""}
    return {
        "first_name": row.data["first_name"],
        "link": _link("sign_up_confirm", message, links.token("sign-up", row, until=link_ends(row))),
    }


def her_page_context(message: Message, now: datetime) -> dict:
    volunteer = Volunteer.objects.get(pk=message.about_id)
    return {
        "first_name": volunteer.first_name,
        "link": _link("evenings", message, links.token("evenings", volunteer)),
    }


def check_new_address(message: Message, now: datetime) -> str | None:
    volunteer = Volunteer.objects.get(pk=message.about_id)
    return None if volunteer.accepted_at and not volunteer.blocked_at else NOT_ACCEPTED


def check_parent_consent(message: Message, now: datetime) -> str | None:
    volunteer = Volunteer.objects.get(pk=message.about_id)
    return None if volunteer.lacks_consent else CONSENTED


def parent_consent_context(message: Message, now: datetime) -> dict:
    volunteer = Volunteer.objects.get(pk=message.about_id)
    return {
        "first_name": volunteer.first_name,
        "parent_name": volunteer.parent_name,
        "link": _link("consent", message, links.token("consent", volunteer)),
        "note": links.absolute("notice", message.language, _edition(message).slug, "information"),
    }


def check_welcome(message: Message, now: datetime) -> str | None:
    volunteer = Registration.objects.select_related("volunteer").get(pk=message.about_id).volunteer
    return None if volunteer.accepted_at and not volunteer.blocked_at else NOT_ACCEPTED


def welcome_context(message: Message, now: datetime) -> dict:
    volunteer = Registration.objects.select_related("volunteer").get(pk=message.about_id).volunteer
    return {
        "first_name": volunteer.first_name,
        "link": _link("evenings", message, links.token("evenings", volunteer)),
    }


def _edition(message):
    return Edition.objects.get(pk=message.facts["edition"])


kinds.register(
    Kind(
        name="sign_up",
        label=_("Confirm a sign-up"),
        check=check_sign_up,
        context=sign_up_context,
        too_late=sign_up_is_over,
        urgent=True,
    )
)
kinds.register(
    Kind(
        name="already_registered",
        label=_("Already registered"),
        context=her_page_context,
        urgent=True,
    )
)
kinds.register(
    Kind(
        name="new_address",
        label=_("A new address"),
        check=check_new_address,
        context=her_page_context,
    )
)
kinds.register(
    Kind(
        name="parent_consent",
        label=_("A parent’s consent"),
        check=check_parent_consent,
        context=parent_consent_context,
    )
)
kinds.register(
    Kind(
        name="welcome", label=pgettext_lazy("kind of message", "Welcome"), check=check_welcome, context=welcome_context
    )
)
