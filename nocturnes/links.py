"""Signed links: what a mail's button carries (design.md 8).

A token holds (row, version, expiry), signed with one salt a purpose, and nothing else: asked for again it is the same,
so that a mail written twice carries one address. Raising the row's `link_version` makes every link to it that was sent
before invalid. Expiry is in product time.
"""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .refusals import Refusal


class LinkIsNotOurs(Refusal):
    sentence = _("This link is not complete. Open it again from the mail, or copy it whole.")


class LinkIsOver(Refusal):
    sentence = _("This link is no longer valid. The latest mail has the one that is.")


def _signer(purpose: str) -> signing.Signer:
    """Not `signing.dumps`, which also writes down the second: then no link could be asked for twice."""
    return signing.Signer(salt=f"nocturnes.link.{purpose}")


def token(purpose: str, row, *, until: datetime | None = None) -> str:
    """A token for `purpose` about `row`, good until the product time `until` (None: as long as its version holds)."""
    expiry = int(until.timestamp()) if until else 0
    return _signer(purpose).sign_object([row.pk, row.link_version, expiry])


def read(purpose: str, text: str, rows, *, now: datetime):
    """The row of the queryset `rows` that `text` was made for.

    Raises LinkIsNotOurs for a text that we did not sign for this purpose, LinkIsOver for one whose time or version is
    over or whose row is gone.
    """
    try:
        pk, version, expiry = _signer(purpose).unsign_object(text)
    except (signing.BadSignature, ValueError):
        raise LinkIsNotOurs from None
    if expiry and now.timestamp() >= expiry:
        raise LinkIsOver
    row = rows.filter(pk=pk, link_version=version).first()
    if row is None:
        raise LinkIsOver
    return row


def absolute(url_name: str, language: str, *args) -> str:
    """The whole address of a page, in `language`, for a mail."""
    with translation.override(language):
        return urljoin(settings.BASE_URL, reverse(url_name, args=args))
