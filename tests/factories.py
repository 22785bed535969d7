"""Plain functions that make rows for tests. Each gives what the test does not care about a sensible value."""

from datetime import UTC, date, datetime, time
from itertools import count

from django.db.models import F

from museums.models import Museum, Opening
from nocturnes.hours import instant
from nocturnes.models import Edition, Evening, Language, Role, User
from shifts.models import Assignment, Post, Reserve
from volunteers.models import AgeGroup, Availability, Registration, Volunteer

_numbers = count(1)

# Tuesday 24 March 2026, 10:00 in Brussels: two days before the evening of 26 March.
NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


def make_language(code="nl"):
    return Language.objects.get_or_create(
        code=code, defaults={"short": code.upper(), "name_fr": code, "name_nl": code, "name_en": code}
    )[0]


def make_role(slug="welcome", **fields):
    return Role.objects.get_or_create(
        slug=slug, defaults={"name_fr": "Accueil", "name_nl": "Onthaal", "name_en": "Welcome desk", **fields}
    )[0]


def make_edition(slug="nocturnes-2026", **fields):
    return Edition.objects.get_or_create(
        slug=slug,
        defaults={
            "name_fr": "Nocturnes 2026",
            "name_nl": "Nocturnes 2026",
            "name_en": "Nocturnes 2026",
            "organisation": "Brussels Museums",
            "mailbox": "nocturnes@example.org",
            "languages": ["fr", "nl", "en"],
            "opens_at": time(18),
            "closes_at": time(22),
            **fields,
        },
    )[0]


def make_coordinator(email="lea@example.org", **fields):
    return User.objects.create_user(email, **{"first_name": "Léa", "is_coordinator": True, **fields})


def make_evening(day=date(2026, 3, 26), *, edition=None, **fields):
    return Evening.objects.create(
        edition=edition or make_edition(), date=day, **{"phone": "+32 470 00 00 12", **fields}
    )


def make_museum(name="Musée BELvue", **fields):
    number = next(_numbers)
    return Museum.objects.create(
        **{
            "slug": f"museum-{number}",
            "name_fr": name,
            "name_nl": name,
            "name_en": name,
            "short_fr": name[:24],
            "short_nl": name[:24],
            "short_en": name[:24],
            "street_fr": "Place des Palais 7",
            "street_nl": "Paleizenplein 7",
            "postcode": "1000",
            "commune_fr": "Bruxelles",
            "commune_nl": "Brussel",
            "stop": "Royale / Koning (tram 92, 93)",
            **fields,
        }
    )


def make_opening(evening=None, museum=None, **fields):
    evening = evening or make_evening()
    zone = evening.edition.zone
    return Opening.objects.create(
        evening=evening,
        museum=museum or make_museum(),
        **{
            "starts_at": instant(evening.date, time(18), zone),
            "ends_at": instant(evening.date, time(22), zone),
            **fields,
        },
    )


def make_post(opening=None, *, places=2, report=time(17, 30), starts=time(18), ends=time(22), **fields):
    opening = opening or make_opening()
    day, zone = opening.evening.date, opening.evening.edition.zone
    return Post.objects.create(
        opening=opening,
        places=places,
        **{
            "needed": places,
            "role": fields.pop("role", None) or make_role(),
            "report_at": instant(day, report, zone),
            "starts_at": instant(day, starts, zone),
            "ends_at": instant(day, ends, zone),
            **fields,
        },
    )


def make_volunteer(first_name="Alice", last_name="Dupont", *, email=None, language="fr", **fields):
    """An accepted adult volunteer who can be written to."""
    number = next(_numbers)
    user = fields.pop("user", None) or User.objects.create_user(
        email or f"{first_name.lower()}{number}@example.org", first_name=first_name, language=language
    )
    spoken = fields.pop("languages", [])
    volunteer = Volunteer.objects.create(
        user=user,
        **{
            "first_name": first_name,
            "last_name": last_name,
            "phone": f"+324700{number:05d}",
            "age_group": AgeGroup.ADULT,
            "accepted_at": NOW,
            "created_at": NOW,
            **fields,
        },
    )
    volunteer.languages.set(spoken)
    return volunteer


def make_registration(volunteer=None, edition=None, **fields):
    return Registration.objects.create(
        volunteer=volunteer or make_volunteer(),
        edition=edition or make_edition(),
        **{"created_at": NOW, "may_be_asked": True, **fields},
    )


def make_available(volunteer, evening, answer="yes", **fields):
    """`volunteer` answered for `evening`; she is registered in its edition where she was not."""
    registration = Registration.objects.filter(volunteer=volunteer, edition=evening.edition).first()
    registration = registration or make_registration(volunteer, evening.edition)
    return Availability.objects.create(registration=registration, evening=evening, answer=answer, **fields)


def make_reserve(volunteer, evening, *, accepted_at=NOW, **fields):
    """`volunteer` agreed to be on call on `evening`; with `accepted_at` None she is asked, and has not answered."""
    registration = Registration.objects.filter(volunteer=volunteer, edition=evening.edition).first()
    registration = registration or make_registration(volunteer, evening.edition)
    if accepted_at and "ended_at" not in fields:
        Availability.objects.update_or_create(
            registration=registration, evening=evening, defaults={"on_call_at": accepted_at}
        )
    return Reserve.objects.create(
        volunteer=volunteer, evening=evening, **{"proposed_at": NOW, "accepted_at": accepted_at, **fields}
    )


def make_assignment(post=None, volunteer=None, **fields):
    """An active, published and unconfirmed assignment, with the post's counter in step."""
    post = post or make_post()
    assignment = Assignment.objects.create(
        post=post,
        volunteer=volunteer or make_volunteer(),
        **{
            "evening_id": post.opening.evening_id,
            "report_at": post.report_at,
            "ends_at": post.ends_at,
            "made_at": NOW,
            "published_at": NOW,
            **fields,
        },
    )
    if assignment.is_active:
        Post.objects.filter(pk=post.pk).update(taken=F("taken") + 1)
        post.refresh_from_db()
    return assignment
