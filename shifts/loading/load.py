"""The whole of loading: read and check every file, then write in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from nocturnes import clock, history, installation
from nocturnes.hours import instant
from nocturnes.models import Edition, User
from volunteers.actions import purge_sign_ups

from .assignments import assignment_events, freeing_events, publishing_events
from .edition import create_edition
from .past import play
from .people import people_events
from .problems import Problem, WrongRows
from .reference import add_missing
from .season import Season, read_season

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "nocturnes-2026"


@dataclass(frozen=True)
class Loaded:
    """What a load did: how many rows of reference data were added, and the edition where it is `new`."""

    edition: Edition
    new: bool
    people: bool
    added: dict = field(default_factory=dict)


def load(folder: Path = BUNDLED, *, rehearsal: bool) -> Loaded:
    """Load the edition that the files of `folder` describe; safe to call again.

    An edition that is there is left as it is, and so is every row of reference data; a newer version of a notice is
    added, and holds from then on. A `rehearsal` gets the made-up
    volunteers too, with what they did so far, and its clock starts; the real site gets evenings, openings and posts.
    Raises WrongRows, and then nothing was loaded.
    """
    season = read_season(folder, people=rehearsal)
    header = season.header
    starts = instant(header.starts.date(), header.starts.time(), header.zone)
    with transaction.atomic():
        installation.stamp(starts if rehearsal else None)
        now = clock.now()
        added = add_missing(season, now=now)
        edition = Edition.objects.filter(slug=header.slug).first()
        if edition:
            return Loaded(edition, new=False, people=rehearsal, added=added)
        if rehearsal and now < starts:
            reason = f"this rehearsal's clock stands before {header.starts:%Y-%m-%d %H:%M}, up to which the files tell"
            raise WrongRows([Problem("edition.toml", 0, reason)])
        lead = _coordinator(header.coordinator) if rehearsal else None
        edition = create_edition(season, lead=lead)
        if rehearsal:
            _play_the_past(season, edition, lead, now)
        history.record("loaded", edition, by=history.SYSTEM, now=now)
    return Loaded(edition, new=True, people=rehearsal, added=added)


def _coordinator(facts):
    known = User.objects.filter(email=facts["email"]).first()
    return known or User.objects.create_user(
        facts["email"], first_name=facts["first_name"], language=facts["language"], is_coordinator=True
    )


def _play_the_past(season: Season, edition: Edition, lead: User, now: datetime):
    people = {}
    events = [
        *people_events(season, edition, lead, people),
        *assignment_events(season, edition, lead, people),
        *publishing_events(season, edition, lead),
        *freeing_events(season, edition),
    ]
    play(events, until=now, zone=season.header.zone)
    purge_sign_ups(now=now)
