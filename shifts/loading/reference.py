"""Writing what outlives an edition: languages, roles, museums, notices. What is there already is never touched."""

from datetime import datetime, time

from museums.models import Contact, Museum
from nocturnes.hours import instant
from nocturnes.models import Language, Role
from volunteers.models import Notice

from .season import Season

# Positions leave room between two rows for one that somebody adds by hand.
STEP = 10


def add_missing(season: Season, *, now: datetime) -> dict:
    """Add the languages, roles, museums and notices that are not there yet. Returns how many of each, by its word.

    A notice of which an older version is there holds from `now` on: nobody can have read it before.
    """
    return {
        "languages": sum(_language(row, position) for position, row in enumerate(season.languages, start=1)),
        "roles": sum(_role(row, position) for position, row in enumerate(season.roles, start=1)),
        "museums": sum(_museum(row, season) for row in season.museums),
        "notices": sum(_notice(kind, season, now) for kind in season.header.notice_versions),
    }


def _fields(row, *names):
    return {name: getattr(row, name) for name in names}


def _language(row, position):
    defaults = _fields(row, "short", "name_fr", "name_nl", "name_en") | {"position": position * STEP}
    return Language.objects.get_or_create(code=row.code, defaults=defaults)[1]


def _role(row, position):
    names = ("name_fr", "name_nl", "name_en", "replace_if_empty", "floats")
    defaults = _fields(row, *names) | {"position": position * STEP}
    return Role.objects.get_or_create(slug=row.slug, defaults=defaults)[1]


def _museum(row, season):
    texts = [f"{name}_{language}" for name in ("name", "short") for language in ("fr", "nl", "en")]
    texts += ["street_fr", "street_nl", "postcode", "commune_fr", "commune_nl", "website", "stop"]
    defaults = _fields(row, *texts, "latitude", "longitude")
    museum, new = Museum.objects.get_or_create(slug=row.slug, defaults=defaults)
    # The contacts of a museum that is there already are the coordinator's: one that she deleted stays deleted.
    for contact in season.contacts if new else []:
        if contact.museum == row.slug:
            Contact.objects.create(museum=museum, **_fields(contact, "name", "email", "phone", "language"))
    return new


def _notice(kind, season, now):
    header, version = season.header, season.header.notice_versions[kind]
    texts = {f"text_{language}": text for (of, language), text in season.notices.items() if of == kind}
    since = instant(header.notices_since, time(0), header.zone)
    if Notice.objects.filter(kind=kind, version__lt=version).exists():
        since = max(since, now)
    return Notice.objects.get_or_create(kind=kind, version=version, defaults=texts | {"since": since})[1]
