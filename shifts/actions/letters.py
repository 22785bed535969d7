"""Writing to everybody of an evening: a coordinator's own words, to each reader in her language."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from museums.models import Museum
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Entry, Evening
from nocturnes.refusals import Refusal
from shifts.models import Assignment, Reserve
from volunteers.models import Volunteer

from . import disruptions
from .locks import lock_evening
from .telling import announce, urgency

KIND = "letter"
VERB = "wrote_to_all"
# Nobody gets the same words again sooner than this.
AGAIN_AFTER = timedelta(hours=1)


class NobodyToWriteTo(Refusal):
    sentence = _("There is nobody to write to: nobody here knows of a place on this evening.")


class AlreadyWritten(Refusal):
    sentence = _("These words have left already, or are about to. From %(again)s on they can be sent once more.")


class TextMissing(disruptions.TextMissing):
    sentence = _("The text is missing in %(languages)s. Nothing leaves until everybody can read it.")


def readers(evening: Evening, museum: Museum | None = None, *, with_reserve: bool = False) -> list[Volunteer]:
    """Who has a published place on `evening` (at `museum` only, where one is given), by id; and who is on call."""
    return list(_readers(evening, museum, with_reserve))


def _readers(evening, museum, with_reserve) -> QuerySet[Volunteer]:
    hers = Q(pk__in=_places(evening, museum).values("volunteer"))
    if with_reserve:
        hers |= Q(pk__in=Reserve.objects.on_call().filter(evening=evening).values("volunteer"))
    there = Volunteer.objects.filter(hers, blocked_at=None, user__is_active=True)
    return there.select_related("user").order_by("user_id")


def _places(evening, museum=None) -> QuerySet[Assignment]:
    rows = Assignment.objects.active().published().of_evening(evening)
    rows = rows.filter(absent_at=None, post__opening__called_off_at=None)
    return rows.filter(post__opening__museum=museum) if museum else rows


def places_of(evening: Evening, user: int) -> QuerySet[Assignment]:
    """The places of this user on `evening` that a letter names, by the hour."""
    return _places(evening).filter(volunteer__user=user).for_pages().order_by("report_at", "pk")


def still_reads(evening: Evening, user: int) -> bool:
    """Whether this user is still somebody of `evening`: asked again when the letter leaves."""
    return _readers(evening, None, True).filter(user=user).exists()


@transaction.atomic
def write_to_all(
    evening: Evening,
    *,
    museum: Museum | None = None,
    with_reserve: bool = False,
    texts: Mapping[str, str],
    by: Actor,
    now: datetime,
) -> int:
    """Send `texts`, by language, to the `readers` of `evening` after the undo minutes; returns how many they are.

    What waits for somebody already gets these words too, and leaves as one message. The same words again within
    AGAIN_AFTER, by a second click or the browser's way back, reach only who has not got them. Raises NobodyToWriteTo,
    TextMissing where a reader's language is missing, AlreadyWritten.
    """
    # Of two clicks the second waits here, and then finds the words of the first.
    evening = lock_evening(evening.pk)
    people = readers(evening, museum, with_reserve=with_reserve)
    if not people:
        raise NobodyToWriteTo
    texts = {code: text.strip() for code, text in texts.items() if text.strip()}
    if missing := [code for code in languages_of(people, evening) if code not in texts]:
        raise TextMissing(missing)
    words = _digest(texts)
    got, last = _written(evening, words, now)
    people = [reader for reader in people if reader.user_id not in got]
    if not people:
        again = timezone.localtime(last + AGAIN_AFTER, evening.edition.zone)
        raise AlreadyWritten(again=f"{again:%H:%M}")
    letter = {"letter": secrets.token_hex(8), "texts": texts}
    _send(evening, people, letter, by=by, now=now)
    users = [reader.user_id for reader in people]
    history.record(VERB, evening, by=by, now=now, letter=letter["letter"], words=words, users=users)
    return len(people)


def languages_of(people: Iterable[Volunteer], evening: Evening) -> list[str]:
    """The languages of the edition in which these read, in its order."""
    read = {evening.edition.language_for(one.user.language) for one in people}
    return [code for code in evening.edition.languages if code in read]


def _digest(texts):
    return sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16]


def _written(evening, words, now):
    """The users to whom these words were written lately, and when last; what was undone was not."""
    lines = Entry.objects.about(evening).filter(verb=VERB, at__gt=now - AGAIN_AFTER, data__words=words)
    lines = list(lines.not_undone())
    return {user for line in lines for user in line.data["users"]}, max((line.at for line in lines), default=now)


def _send(evening, people, letter, *, by, now):
    """One message a person. Merging locks her: in the order of the ids, as everywhere."""
    due = now + evening.edition.rules.undo
    urgent = urgent_for(evening, people, due)
    for reader in people:
        announce(KIND, evening, reader.user, letter, facts=urgent[reader.pk], due=due, by=by, now=now)


def urgent_for(evening: Evening, people: Iterable[Volunteer], due: datetime) -> dict[int, dict]:
    """By reader, the fact that lifts the quiet hours: until she has left the museum nothing waits for the morning."""
    ahead = _places(evening).filter(ends_at__gt=due).for_pages()
    first = {row.volunteer_id: row for row in ahead.order_by("-report_at", "-pk")}
    rows = {reader.pk: first.get(reader.pk) for reader in people}
    return {pk: urgency(row, due) if row else {} for pk, row in rows.items()}
