"""Writing to everybody of an evening: who reads it, in which languages, and how it will look."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from messaging import actions as messaging
from messaging.actions import Rendered
from messaging.models import Message
from museums.models import Museum
from nocturnes import hours
from nocturnes.models import Evening
from shifts.actions import letters

from .evening import Told, told_by_name


@dataclass(frozen=True)
class BeforeWriting:
    """Whom a click will write to. `examples` are the letter as somebody of each language will read it.

    `missing` are the languages of which somebody reads nothing yet; `leaves_late` is when it leaves, where it waits for
    the end of quiet hours.
    """

    told: Told
    examples: list[Rendered]
    missing: list[str]
    leaves_late: datetime | None = None


def readers_by_language(evening: Evening) -> dict[str, int]:
    """How many people of `evening`, who is on call among them, read each language, in the edition's order."""
    people = letters.readers(evening, with_reserve=True)
    read = Counter(evening.edition.language_for(reader.user.language) for reader in people)
    return {code: read[code] for code in letters.languages_of(people, evening)}


def before_writing(
    evening: Evening, museum: Museum | None, texts: dict[str, str], *, with_reserve: bool, now: datetime
) -> BeforeWriting:
    """Whom writing `texts`, by language, to `evening` (or one `museum` of it) will reach at `now`, and how it reads."""
    people = letters.readers(evening, museum, with_reserve=with_reserve)
    told = told_by_name({reader.pk: reader.short_name for reader in people})
    read = letters.languages_of(people, evening)
    texts = {code: text for code, text in texts.items() if text}
    examples = [_example(evening, _first_of(people, code, evening), texts, now) for code in read if code in texts]
    missing = [code for code in read if code not in texts]
    return BeforeWriting(told, examples, missing, _leaves_late(evening, people, now))


def _first_of(people, code, evening):
    """The first of `people` who reads the language `code`: somebody with an address, where there is one."""
    theirs = [one for one in people if evening.edition.language_for(one.user.language) == code]
    return next((one for one in theirs if one.user.email), theirs[0])


def _example(evening, reader, texts, now):
    """None of it is kept."""
    message = Message(
        kind=letters.KIND,
        about_type=Evening._meta.label_lower,
        about_id=evening.pk,
        user=reader.user,
        facts={"edition": evening.edition_id, "evening": evening.pk, "items": [{"texts": texts}]},
    )
    return messaging.render(message, now=now)


def _leaves_late(evening, people, now):
    due, edition = now + evening.edition.rules.undo, evening.edition
    leaves = hours.after_quiet(due, edition.rules, edition.zone)
    return leaves if leaves > due and not all(letters.urgent_for(evening, people, due).values()) else None
