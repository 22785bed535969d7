"""Writes a roster into an empty database, in bulk: the rows that the product's own actions would have left."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Model

from museums.models import Museum, Opening
from nocturnes.history import Actor
from nocturnes.hours import instant
from nocturnes.models import Edition, Entry, Evening, Heartbeat, Language, Role, User
from shifts.models import Assignment, Post
from volunteers.models import AgeGroup, Availability, Registration, Volunteer

from .definition import BEGINS, ENDS, FIRST, ZONE, Roster, roster

SLUG = "bench"
REPORT = time(17, 30)
LANGUAGES = {"fr": "Français", "nl": "Nederlands", "en": "English"}
# What people speak, in turn: an opening wants somebody for the first two of LANGUAGES.
SPOKEN = [("fr",), ("fr", "nl"), ("nl", "en"), ("fr", "en")]
UNCONFIRMED = 4
# Places are taken at once, and no night keeps a mail: what is measured does not hang on the hour of the measuring.
RULES = {"self_service": "at_once", "quiet_from": "00:00", "quiet_until": "00:00", "quiet_days": []}
IN_ADVANCE = timedelta(days=30)
A_DAY = timedelta(days=1)
A_WEEK = timedelta(weeks=1)


@dataclass
class Loaded:
    """What a load wrote; lists are in the order of the definition's numbers."""

    roster: Roster
    edition: Edition
    coordinator: User
    evenings: list[Evening]
    museums: list[Museum]
    volunteers: list[Volunteer]
    posts: dict[tuple[int, int, int], Post] = field(default_factory=dict)


def first_evening(now: datetime) -> date:
    """The first evening: the definition's date, whole weeks later once that has come near."""
    day = FIRST
    while instant(day, BEGINS, ZONE) - now < IN_ADVANCE:
        day += timedelta(weeks=1)
    return day


@transaction.atomic
def load(size: str, *, now: datetime) -> Loaded:
    """Write the roster `size` ("season", "big") as one published edition, whose places can be taken by oneself.

    Who has no place on an evening answered yes for it. Every fourth place is not confirmed yet. Every assignment has
    its line in the history. All of it happened a week before `now`; the heartbeats stand for a beat that runs.
    """
    beat, now = now + A_DAY, now - A_WEEK
    made = roster(size)
    languages = _languages()
    edition = _edition()
    coordinator = User.objects.create_user("lea@example.org", first_name="Léa", is_coordinator=True)
    roles = _add(
        Role(slug=f"role-{number}", name_fr=name, name_nl=name, name_en=name, position=number)
        for number, name in enumerate(made.posts)
    )
    loaded = Loaded(
        made,
        edition,
        coordinator,
        evenings=_evenings(made, edition, coordinator, now),
        museums=_museums(made),
        volunteers=_volunteers(made, now),
    )
    registrations = _registrations(loaded, languages, roles, now)
    loaded.posts = _posts(loaded, languages, roles)
    _assignments(loaded, now)
    _answers(loaded, registrations)
    Heartbeat.objects.bulk_create(Heartbeat(name=name, at=beat) for name in ("messages", "searches"))
    return loaded


def _add(rows: Iterable[Model]) -> list[Model]:
    rows = list(rows)
    return type(rows[0]).objects.bulk_create(rows, batch_size=2000) if rows else []


def _link(field, pairs):
    """Fill a many-to-many `field` with pairs of ids."""
    through = field.through
    columns = [one.attname for one in through._meta.fields if one.is_relation]
    # The field's own model stands first in its table.
    _add(through(**dict(zip(columns, pair, strict=True))) for pair in pairs)


def _languages():
    Language.objects.bulk_create(
        (
            Language(code=code, short=code.upper(), name_fr=name, name_nl=name, name_en=name, position=number)
            for number, (code, name) in enumerate(LANGUAGES.items())
        ),
        ignore_conflicts=True,
    )
    return {language.code: language.pk for language in Language.objects.all()}


def _edition():
    return Edition.objects.create(
        slug=SLUG,
        name_fr="Bench 2027",
        name_nl="Bench 2027",
        name_en="Bench 2027",
        organisation="Museums",
        mailbox="bench@example.org",
        languages=["fr", "nl", "en"],
        zone_name=ZONE.key,
        opens_at=BEGINS,
        closes_at=ENDS,
        rules_data=RULES,
    )


def _evenings(made, edition, lead, now):
    first = first_evening(now)
    return _add(
        Evening(edition=edition, date=made.date(number, first), lead=lead, phone="+49 30 000000", published_at=now)
        for number in range(made.size.evenings)
    )


def _museums(made):
    return _add(
        Museum(
            slug=f"museum-{number}",
            **{f"name_{language}": name for language in LANGUAGES},
            **{f"short_{language}": name.removeprefix("Museum ") for language in LANGUAGES},
            street_fr=f"Rue {number}",
            street_nl=f"Straat {number}",
            postcode="1000",
            commune_fr="Bruxelles",
            commune_nl="Brussel",
            stop=f"Stop {number} (tram 92)",
        )
        for number, name in enumerate(made.museums)
    )


def _volunteers(made, now):
    names = [made.name(number) for number in range(made.size.volunteers)]
    users = _add(
        User(
            email=f"volunteer{number:04d}@example.org",
            first_name=first,
            language=("fr", "nl")[number % 2],
            # No hash has this form: nobody signs in by password.
            password="!",  # noqa: S106
        )
        for number, (first, _last) in enumerate(names)
    )
    return _add(
        Volunteer(
            user=user,
            first_name=first,
            last_name=last,
            phone=f"+32470{number:06d}",
            age_group=AgeGroup.ADULT,
            accepted_at=now,
            created_at=now,
        )
        for number, (user, (first, last)) in enumerate(zip(users, names, strict=True))
    )


def _registrations(loaded, languages, roles, now):
    people, museums = loaded.volunteers, loaded.museums
    registrations = _add(
        Registration(volunteer=volunteer, edition=loaded.edition, may_be_asked=True, created_at=now)
        for volunteer in people
    )
    spoken = ((one.pk, languages[code]) for number, one in enumerate(people) for code in SPOKEN[number % len(SPOKEN)])
    _link(Volunteer.languages, spoken)
    _link(Registration.roles, ((one.pk, roles[n % len(roles)].pk) for n, one in enumerate(registrations)))
    _link(Registration.museums, ((one.pk, museums[n % len(museums)].pk) for n, one in enumerate(registrations)))
    return registrations


def _posts(loaded, languages, roles):
    """One opening of every museum every evening, with every post; by (evening, museum, post)."""
    numbers = [(e, m) for e in range(len(loaded.evenings)) for m in range(len(loaded.museums))]
    openings = _add(
        Opening(
            evening=loaded.evenings[e],
            museum=loaded.museums[m],
            starts_at=instant(loaded.evenings[e].date, BEGINS, ZONE),
            ends_at=instant(loaded.evenings[e].date, ENDS, ZONE),
            **{f"meeting_point_{language}": "Side door" for language in LANGUAGES},
        )
        for e, m in numbers
    )
    _link(Opening.languages, ((opening.pk, languages[code]) for opening in openings for code in ("fr", "nl")))
    keys = [(e, m, p) for e, m in numbers for p in range(len(roles))]
    by_number = dict(zip(numbers, openings, strict=True))
    posts = _add(_post(loaded.roster, by_number[e, m], roles[p], (e, m, p)) for e, m, p in keys)
    return dict(zip(keys, posts, strict=True))


def _post(made, opening, role, key):
    day = opening.evening.date
    return Post(
        opening=opening,
        role=role,
        report_at=instant(day, REPORT, ZONE),
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
        places=made.size.places,
        needed=made.size.places,
        taken=len(made.taken.get(key, [])),
    )


def _assignments(loaded, now):
    pairs = chain.from_iterable(
        ((loaded.posts[key], number) for number in people) for key, people in loaded.roster.taken.items()
    )
    assignments = _add(
        Assignment(
            post=post,
            evening=post.opening.evening,
            volunteer=loaded.volunteers[number],
            report_at=post.report_at,
            ends_at=post.ends_at,
            made_at=now,
            published_at=now,
            **({} if number % UNCONFIRMED == 0 else {"confirmed_at": now, "confirmed_how": Assignment.How.LINK}),
        )
        for post, number in pairs
    )
    by = Actor.user(loaded.coordinator)
    _add(
        Entry(
            at=now,
            actor_kind=by.kind,
            actor_id=by.id,
            verb="assigned",
            about_type=Assignment._meta.label_lower,
            about_id=one.pk,
            data={"post": one.post_id, "volunteer": one.volunteer_id, "accepted": []},
        )
        for one in assignments
    )


def _answers(loaded, registrations):
    _add(
        Availability(
            registration=registrations[number], evening=loaded.evenings[evening], answer=Availability.Answer.YES
        )
        for evening, people in loaded.roster.free.items()
        for number in people
    )
