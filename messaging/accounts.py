"""How people sign in: by a code in a mail, which goes through the outbox like every message. Nobody signs up here."""

import secrets
from datetime import datetime, timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nocturnes import clock
from nocturnes.history import Actor
from nocturnes.models import Edition, Evening, User

from . import actions, kinds, people, reasons
from .models import Message

KIND = "sign_in_code"
LOGIN_CODE = "account/email/login_code"


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks us. An address that is unknown or barred sees the same pages as any other, and gets no mail."""

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Allauth mails one thing here, the code; anything else would go past the outbox and our texts."""
        if template_prefix != LOGIN_CODE:
            raise ValueError(f"There is no message for {template_prefix}.")
        user = User.objects.filter(email=email.lower()).first()
        if user and people.may_sign_in(user):
            _send_code(user, context["code"])

    def pre_login(self, request, user, **kwargs):
        if people.may_sign_in(user):
            return None
        clear_login(request)
        return self.respond_user_inactive(request, user)

    def respond_user_inactive(self, request, user):
        messages.error(request, _("This account is closed. Write to us if you think that it should not be."))
        return redirect("account_login")

    def get_login_redirect_url(self, request):
        """A coordinator goes to the season, a volunteer to her evenings."""
        edition = current_edition(clock.now())
        if edition is None:
            return reverse("home")
        return reverse("season" if request.user.is_coordinator else "mine", args=[edition.slug])


def current_edition(now: datetime) -> Edition | None:
    """The edition of the next evening; after the last one, the newest edition."""
    evening = Evening.objects.coming(now).select_related("edition").order_by("date", "pk").first()
    return evening.edition if evening else Edition.objects.newest()


def sign_out_everywhere(user: User) -> None:
    """End every session of `user`, and forget the addresses that signed in as her before: for a new address."""
    EmailAddress.objects.filter(user=user).delete()
    # A session holds a hash of the password, which nobody has: another one ends them all.
    user.set_unusable_password()
    user.save(update_fields=["password"])


def close(user: User) -> None:
    """Nobody signs in as `user` any more, by code, passkey or an open session; the address is free for another one."""
    sign_out_everywhere(user)
    Authenticator.objects.filter(user=user).delete()
    user.email, user.is_active = None, False
    user.save(update_fields=["email", "is_active"])


def _send_code(user, code):
    """Plan the mail with `code`; codes asked for earlier and not sent yet are of no use any more."""
    now, by = clock.now(), Actor.anonymous()
    actions.skip(Message.objects.filter(kind=KIND, user=user), reason=reasons.REPLACED, by=by, now=now)
    edition = current_edition(now)
    actions.plan(
        KIND,
        f"{KIND}:{user.pk}:{secrets.token_hex(8)}",
        about=user,
        to=user,
        language=user.language,
        facts={"code": code, "edition": edition.pk} if edition else {"code": code},
        due=now,
        by=by,
        now=now,
    )


def _context(message, now):
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    return {"code": message.facts["code"], "first_name": message.user.first_name, "minutes": minutes}


def _too_late(message):
    return message.created_at + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


kinds.register(
    kinds.Kind(
        name=KIND,
        label=gettext_lazy("Sign-in code"),
        context=_context,
        too_late=_too_late,
        urgent=True,
        secret=True,
    )
)
