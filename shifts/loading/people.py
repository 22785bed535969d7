"""How the volunteers of the files came to be: each signs up, confirms and is welcomed, by the product's own actions."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import phonenumbers

from messaging.models import Message
from museums.models import Museum
from nocturnes.history import Actor
from nocturnes.models import Edition, Language, Role, User
from shifts import actions as shifts
from shifts import ranking
from volunteers import actions
from volunteers.models import Notice

from .past import Event
from .rows import VolunteerRow
from .season import Season

# Between the form and the click in the mail.
READING = timedelta(minutes=3)


def people_events(season: Season, edition: Edition, lead: User, people: dict) -> Iterator[Event]:
    """What happened to each volunteer before the rehearsal starts; fills `people`, by address, as it happens."""
    ids, waiting = _ids(season, edition), {}
    for row in season.volunteers:
        answers = _answers(row, ids)
        yield Event(row.registered - READING, row, partial(_sign_up, row, answers, edition, waiting))
        yield Event(row.registered, row, partial(_confirm, row, waiting, people))
        if row.parent_consented:
            yield Event(row.parent_consented, row, partial(_consent, row, people))
        if row.accepted:
            yield Event(row.accepted, row, partial(_accept, row, edition, lead, people))


def _ids(season, edition):
    """The ids that a form names, by the short name that the files give them."""
    versions = season.header.notice_versions.items()
    return {
        "languages": dict(Language.objects.values_list("code", "pk")),
        "roles": dict(Role.objects.values_list("slug", "pk")),
        "museums": dict(Museum.objects.values_list("slug", "pk")),
        "evenings": {f"{day}": pk for day, pk in edition.evenings.values_list("date", "pk")},
        "notices": [Notice.objects.get(kind=kind, version=version).pk for kind, version in versions],
    }


def _answers(row: VolunteerRow, ids):
    """What the form keeps until its click, see `volunteers.actions.sign_up`."""
    same = ["first_name", "last_name", "parent_name", "parent_email", "most_evenings", "with_whom", "arrange", "heard"]
    return {
        **{name: getattr(row, name) for name in [*same, "may_be_asked"]},
        "phone": _international(row.phone),
        "age_group": row.age,
        "languages": [ids["languages"][code] for code in row.spoken],
        "roles": [ids["roles"][slug] for slug in row.roles],
        "museums": [ids["museums"][slug] for slug in row.museums],
        "evenings": {str(ids["evenings"][day]): answer for day, answer in row.extra.items() if answer},
        "notices": ids["notices"],
        "read_in": row.language,
    }


def _international(phone):
    if not phone:
        return ""
    return phonenumbers.format_number(phonenumbers.parse(phone, "BE"), phonenumbers.PhoneNumberFormat.E164)


def _sign_up(row, answers, edition, waiting, now):
    waiting[row.email] = actions.sign_up(
        edition, email=row.email, language=row.language, answers=answers, by=Actor.anonymous(), now=now
    )
    _date_back(now)


def _date_back(now):
    """One mail an hour is counted in machine time; these forms came in long ago, so nobody has to wait after a load."""
    for message in Message.objects.filter(kind="sign_up", created_at=now):
        stem = message.key.rpartition(":")[0]
        Message.objects.filter(pk=message.pk).update(key=f"{stem}:{int(now.timestamp()):012}")


def _confirm(row, waiting, people, now):
    sign_up = waiting[row.email]
    people[row.email] = actions.confirm(sign_up, by=Actor.sign_up_link(sign_up), now=now).volunteer


def _consent(row, people, now):
    actions.consent(people[row.email], by=Actor.parent_link(people[row.email]), now=now)


def _accept(row, edition, lead, people, now):
    people[row.email] = volunteer = actions.accept(people[row.email], by=Actor.user(lead), now=now)
    # Agreeing to be on call is said on the phone, when she is welcomed.
    by, known = Actor.user(lead), {volunteer.pk: list(ranking.WARNINGS)}
    for evening in edition.evenings.filter(date__in=row.reserve):
        for reserve in shifts.propose_reserve(evening, [volunteer], accept=known, by=by, now=now):
            shifts.accept_reserve(reserve, by=by, now=now)
