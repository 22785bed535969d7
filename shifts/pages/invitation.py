"""The text that invites people to sign up, ready to be pasted, in each language of the edition, with the link as QR."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode import QRCode
from qrcode.image.svg import SvgPathFillImage

from nocturnes import links
from nocturnes.dates import date_format
from nocturnes.hours import is_by_day
from nocturnes.models import Edition, Evening
from volunteers.models import Heard

# Where an invitation may stand: whoever follows its link finds "How did you hear about us?" answered so.
PLACES = {
    Heard.NEWSLETTER.value: gettext_lazy("In our newsletter or on our site"),
    Heard.SOCIAL.value: gettext_lazy("On social media"),
    Heard.POSTER.value: gettext_lazy("On a poster or a flyer"),
    Heard.MUSEUM.value: gettext_lazy("With a museum"),
    Heard.FRIEND.value: gettext_lazy("In a group, among friends"),
}


@dataclass(frozen=True)
class Invitation:
    """The text in one language, and the link that stands in it."""

    code: str
    name: str
    text: str
    link: str


def invitations(
    edition: Edition, evening: Evening | None, *, coming: list[Evening], place: str = ""
) -> list[Invitation]:
    """One text a language of the edition, about `evening` or, without one, about all that are `coming`.

    `place` is where it will stand, one of PLACES, or empty.
    """
    return [_invitation(edition, evening, coming, code, place) for code in edition.languages]


def sign_up_link(edition: Edition, language: str, evening: Evening | None = None, place: str = "") -> str:
    """The sign-up page, where a yes to `evening` is already chosen, and `place` as how one heard about us."""
    return links.absolute("sign_up", language, edition.slug) + query(evening, place)


def query(evening: Evening | None = None, place: str = "") -> str:
    """What an address says of `evening` and `place`, with its question mark; empty where it says nothing."""
    said = {"evening": evening and evening.date, "from": place}
    words = urlencode({name: value for name, value in said.items() if value})
    return f"?{words}" if words else ""


def qr(text: str) -> bytes:
    """`text` as a QR code, an SVG on a white ground, so that it is read from a dark page too."""
    code = QRCode(box_size=20, border=4, image_factory=SvgPathFillImage)
    code.add_data(text)
    return code.make_image().to_string()


def _invitation(edition, evening, coming, language, place):
    link = sign_up_link(edition, language, evening, place)
    with translation.override(language):
        words = {"edition": edition.name, "when": _when(evening, coming), "link": link}
        text = _text(edition, is_one=len(coming) == 1)
        return Invitation(language, translation.get_language_info(language)["name_local"], text % words, link)


def _text(edition, *, is_one):
    """Of the only one there is nothing to choose; by day no museum stays open late."""
    if is_by_day(edition.opens_at, edition.closes_at):
        return _(
            "Can you help at %(edition)s%(when)s? Museums open their doors, and volunteers welcome the visitors. "
            "You say when you can come, and we tell you what to do. No account is needed: %(link)s"
        )
    if is_one:
        return _(
            "Can you help at %(edition)s%(when)s? Museums stay open late, and volunteers welcome the visitors. "
            "We tell you what to do. No account is needed: %(link)s"
        )
    return _(
        "Can you help at %(edition)s%(when)s? Museums stay open late, and volunteers welcome the visitors. "
        "You choose your evenings, and we tell you what to do. No account is needed: %(link)s"
    )


def _when(evening, coming):
    """With the space before it: nothing where no evening is to come."""
    dates = [evening] if evening else coming
    if not dates:
        return ""
    first, last = (date_format(one.date, "l j F") for one in (dates[0], dates[-1]))
    if len(dates) == 1:
        return " " + _("on %(date)s") % {"date": first}
    return " " + _("from %(first)s to %(last)s") % {"first": first, "last": last}
