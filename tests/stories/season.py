"""The season that the stories play in: one evening that is a draft yet, one museum with one place, and who is there."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.cache import cache

from messaging import actions as messaging
from nocturnes import clock
from nocturnes.models import Edition, Evening, User
from shifts import tasks
from shifts.models import Post
from tests.factories import (
    NOW,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.volunteers.data import make_notice
from volunteers.models import Notice, Volunteer

DAY = date(2026, 3, 26)

# The day of the evening, five and a half hours before she is expected: everybody who can come is asked at once.
NOON = datetime(2026, 3, 26, 11, 0, tzinfo=UTC)


@dataclass
class Season:
    """Léa has an evening with one place at BELvue; Bob could come. Nobody is on the place."""

    edition: Edition
    evening: Evening
    post: Post
    lea: User
    bob: Volunteer

    @property
    def museum(self):
        return self.post.opening.museum


def make_season(*, language="fr") -> Season:
    """`language` is Léa's and Bob's."""
    # Limits of the tests before this one.
    cache.clear()
    lea = make_coordinator(language=language)
    edition = make_edition()
    for kind in Notice.Kind.values:
        make_notice(kind)
    for code in ("fr", "nl"):
        make_language(code)
    evening = make_evening(DAY, lead=lea)
    post = make_post(make_opening(evening, make_museum("Musée BELvue", name_nl="BELvue museum")), places=1)
    bob = make_volunteer("Bob", "Dupond", email="bob@example.org", language=language)
    make_available(bob, evening)
    return Season(edition, evening, post, lea, bob)


def workers_pass():
    """What the workers do at this moment of product time, in this process: searches ask, messages leave."""
    tasks.sweep()
    messaging.sweep(clock.now())


def last_mail(outbox, address):
    """The latest mail to `address`."""
    mails = [mail for mail in outbox if mail.to == [address]]
    assert mails, f"no mail to {address}"
    return mails[-1]


def link_in(text, name):
    """The first address in a mail's plain text with the path part `name`, such as "link/offer"."""
    found = re.findall(rf"https?://\S+/{name}/\S+", text)
    assert found, f"no link to {name} in:\n{text}"
    return found[0]


__all__ = ["DAY", "NOON", "NOW", "Season", "last_mail", "link_in", "make_season", "workers_pass"]
