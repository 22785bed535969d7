"""Writing an edition with its evenings, openings and posts."""

from museums.models import Museum, Opening
from nocturnes.hours import evening_instant
from nocturnes.models import Edition, Evening, Language, Role, User
from shifts.models import Post

from .season import Season


def create_edition(season: Season, *, lead: User | None) -> Edition:
    """Create the edition, its evenings (none published), openings and posts; `lead` is on duty on every evening."""
    header = season.header
    edition = Edition.objects.create(
        slug=header.slug,
        organisation=header.organisation,
        mailbox=header.mailbox,
        languages=header.languages,
        zone_name=header.zone_name,
        opens_at=header.opens,
        closes_at=header.closes,
        rules_data=header.rules_data,
        **{f"name_{language}": name for language, name in header.names.items()},
    )
    phone = header.coordinator["phone"] if lead else ""
    evenings = {
        row.date: Evening.objects.create(edition=edition, date=row.date, note=row.note, lead=lead, phone=phone)
        for row in season.evenings
    }
    openings = _create_openings(season, evenings)
    _create_posts(season, openings)
    return edition


def _create_openings(season, evenings):
    museums, languages = _by("slug", Museum), _by("code", Language)
    openings = {}
    for row in season.openings:
        opening = Opening.objects.create(
            evening=evenings[row.evening],
            museum=museums[row.museum],
            starts_at=evening_instant(row.evening, row.starts, season.header.zone),
            ends_at=evening_instant(row.evening, row.ends, season.header.zone),
            activity=row.activity,
            **_texts(row, "title", "meeting_point"),
        )
        opening.languages.set([languages[code] for code in row.languages])
        openings[row.evening, row.museum] = opening
    return openings


def _create_posts(season, openings):
    roles, languages = _by("slug", Role), _by("code", Language)
    for row in season.posts:
        post = Post.objects.create(
            opening=openings[row.opening],
            role=roles[row.role],
            report_at=evening_instant(row.evening, row.report, season.header.zone),
            starts_at=evening_instant(row.evening, row.starts, season.header.zone),
            ends_at=evening_instant(row.evening, row.ends, season.header.zone),
            places=row.places,
            needed=row.needed,
            minimum_age=row.minimum_age,
            **_texts(row, "briefing"),
        )
        post.languages.set([languages[code] for code in row.languages])


def _texts(row, *names):
    return {f"{name}_{code}": getattr(row, f"{name}_{code}") for name in names for code in ("fr", "nl", "en")}


def _by(key, model):
    return {getattr(row, key): row for row in model.objects.all()}
