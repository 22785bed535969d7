"""What somebody fills in, for the tests of this folder."""

from datetime import UTC, date, datetime

from nocturnes.history import Actor
from tests.factories import make_edition, make_evening
from volunteers.models import Notice

ANYBODY = Actor.anonymous()

# Tuesday 24 March 2026, 10:00 in Brussels.
NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


def make_season(**fields):
    """An edition with one evening past and two to come; returns (edition, evenings)."""
    edition = make_edition(**fields)
    return edition, [
        make_evening(day, edition=edition) for day in (date(2026, 3, 19), date(2026, 3, 26), date(2026, 4, 2))
    ]


def make_notice(kind=Notice.Kind.PRIVACY, version=1, **fields):
    texts = {"text_fr": "## Ce que nous gardons", "text_nl": "## Wat wij bewaren", "text_en": "## What we keep"}
    return Notice.objects.create(
        **{"kind": kind, "version": version, "since": datetime(2026, 1, 1, tzinfo=UTC), **texts, **fields}
    )


def make_answers(**fields):
    """What `SignUpForm.answers()` gives."""
    return {
        "first_name": "Camille",
        "last_name": "Lambert",
        "phone": "+32470000031",
        "age_group": "18+",
        "parent_name": "",
        "parent_email": "",
        "most_evenings": 3,
        "with_whom": "",
        "arrange": "",
        "heard": "",
        "may_be_asked": True,
        "languages": [],
        "roles": [],
        "museums": [],
        "evenings": {},
        "notices": [],
        "read_in": "fr",
        **fields,
    }


def young(**fields):
    return make_answers(
        **{"age_group": "16-17", "parent_name": "Anne Lambert", "parent_email": "anne@example.org", **fields}
    )


def filled_in(**fields):
    """The sign-up form as a browser sends it, complete but for the notices."""
    form = {
        "first_name": "Camille",
        "last_name": "Lambert",
        "email": "camille@example.org",
        "phone": "0470 00 00 31",
        "age_group": "18+",
        "language": "fr",
        **fields,
    }
    return {name: value for name, value in form.items() if value is not None}
