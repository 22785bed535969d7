"""The open places of an edition as data, for the organisation's own site to show: no names, nothing but what is public.

The form is described to people on the page `feed_docs`. `VERSION` rises when a field changes its meaning or goes;
fields may be added without it.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language

from nocturnes import links
from nocturnes.models import Edition

from . import public

VERSION = 1


def open_places(edition: Edition, *, now: datetime) -> dict:
    """The evenings to come with their museums and open posts, texts in the active language.

    Instants are ISO 8601 with the offset of the edition's zone. Figures are there only where the edition shows them.
    """
    language = get_language()
    programme = public.programme(edition, now=now)
    sign_up = links.absolute("sign_up", language, edition.slug) if programme.takes_sign_ups else None
    return {
        "version": VERSION,
        "language": language,
        "edition": {
            "id": edition.slug,
            "name": edition.name,
            "organisation": edition.organisation,
            "time_zone": edition.zone_name,
            "takes_sign_ups": programme.takes_sign_ups,
            "shows_figures": edition.shows_figures,
            "page_url": links.absolute("edition", language, edition.slug),
            "sign_up_url": sign_up,
        },
        "evenings": [_evening(night, sign_up) for night in programme.coming],
    }


def _evening(night, sign_up):
    return {
        "id": f"{night.date}",
        "date": f"{night.date}",
        "called_off": night.is_called_off,
        **_help(night.help),
        "sign_up_url": sign_up and f"{sign_up}?evening={night.date}",
        "museums": [_museum(house) for house in night.houses],
    }


def _museum(house):
    opening, museum, zone = house.opening, house.museum, house.opening.evening.edition.zone
    return {
        "id": opening.pk,
        "museum": {
            "id": museum.slug,
            "name": museum.name,
            "street": museum.street,
            "postcode": museum.postcode,
            "commune": museum.commune,
            "website": museum.website,
        },
        "activity": str(opening.get_activity_display()),
        "title": opening.title,
        "starts_at": _instant(opening.starts_at, zone),
        "ends_at": _instant(opening.ends_at, zone),
        "called_off": house.is_called_off,
        **_help(house.help),
        "posts": [_post(post, help, zone) for post, help in house.posts if help.is_wanted],
    }


def _post(post, help, zone):
    return {
        "id": post.pk,
        "role": post.role.name,
        "report_at": _instant(post.report_at, zone),
        "ends_at": _instant(post.ends_at, zone),
        **_help(help),
    }


def _help(help):
    figures = {} if help.open_places is None else {"open_places": help.open_places}
    return {"help": help.code, "help_text": str(help.word), **figures}


def _instant(moment, zone):
    return timezone.localtime(moment, zone).isoformat()
