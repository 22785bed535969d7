"""Merging two records of one person: whom to choose, and both beside each other before the click."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from messaging.models import Message
from nocturnes.models import Edition
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Ask, Assignment
from volunteers.duplicates import Difference, Suggestion, differences, suggested
from volunteers.models import Availability, Volunteer
from volunteers.search import found

MOST_FOUND = 12


@dataclass(frozen=True)
class ChoosePage:
    """`hits` are None before anything was looked for; `more` says that a narrower search would show others."""

    volunteer: Volunteer
    text: str
    suggestions: list[Suggestion]
    hits: list[Volunteer] | None
    more: int


def choose_page(volunteer: Volunteer, text: str) -> ChoosePage:
    """Who is probably the same person, and who is found by `text`, in all editions; a constant number of queries."""
    suggestions = suggested(volunteer)
    pks = _found(volunteer, text) if text.strip() else []
    rows = Volunteer.objects.select_related("user").in_bulk(pks[:MOST_FOUND])
    hits = [rows[pk] for pk in pks[:MOST_FOUND]] if text.strip() else None
    return ChoosePage(volunteer, text, suggestions, hits, more=max(len(pks) - MOST_FOUND, 0))


def _found(volunteer, text):
    return found(Volunteer.objects.filter(merged_into=None).exclude(pk=volunteer.pk), text)


@dataclass(frozen=True)
class Record:
    """One of the two, in numbers: what goes along when it is the other one."""

    volunteer: Volunteer
    places: int
    ahead: int
    answers: int
    asks: int
    notes: int
    messages: int
    waiting: int


@dataclass(frozen=True)
class Choice(Difference):
    """A difference, and which of the two values is ticked."""

    chosen: str = ""


@dataclass(frozen=True)
class ComparePage:
    """`refusal` is what stands against merging, or None; `addresses` are theirs, where they have any.

    `can_turn_round`: the other one is registered in this edition too, so that it can be the one that stays.
    """

    keep: Record
    other: Record
    choices: list[Choice]
    refusal: Refusal | None
    can_turn_round: bool

    @property
    def addresses(self) -> list[str]:
        found = [record.volunteer.user.email for record in (self.keep, self.other)]
        return [address for address in found if address]

    @property
    def is_of_several_editions(self):
        return len({choice.about for choice in self.choices} - {""}) > 1

    @property
    def has_passkeys(self):
        return self.other.volunteer.user.authenticator_set.exists()


def compare_page(
    keep: Volunteer, other: Volunteer, edition: Edition, chosen: Mapping[str, str], *, now: datetime
) -> ComparePage:
    """Both records beside each other; `chosen` is what was ticked before, by the names of the differences."""
    choices = [Choice(**vars(one), chosen=chosen.get(one.name, one.stands)) for one in differences(keep, other)]
    in_edition = other.registrations.filter(edition=edition).exists()
    return ComparePage(_record(keep, now), _record(other, now), choices, actions.why_not(keep, other), in_edition)


def _record(volunteer, now):
    places = Assignment.objects.active().filter(volunteer=volunteer)
    messages = Message.objects.filter(user=volunteer.user_id)
    answers = Availability.objects.filter(registration__volunteer=volunteer)
    return Record(
        volunteer=volunteer,
        places=places.count(),
        ahead=places.filter(ends_at__gt=now).count(),
        answers=answers.exclude(answer="").count(),
        asks=Ask.objects.filter(volunteer=volunteer).count(),
        notes=volunteer.notes.count(),
        messages=messages.count(),
        waiting=messages.pending().count(),
    )
