"""Two records of one person: which they probably are, and what they say differently. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nocturnes.dates import date_format
from nocturnes.models import Entry

from .models import AgeGroup, Availability, Registration, Volunteer
from .search import folded

KEEP, OTHER = "keep", "other"


@dataclass(frozen=True)
class Suggestion:
    """A record that is probably the same person, and what speaks for it."""

    volunteer: Volunteer
    same_number: bool
    same_name: bool


def suggested(volunteer: Volunteer) -> list[Suggestion]:
    """Who is probably `volunteer` once more: the same number, or the same names however spelt and in any order.

    Two queries; who has both comes first.
    """
    people = Volunteer.objects.filter(merged_into=None).exclude(pk=volunteer.pk).order_by("pk")
    found = {}
    for pk, first, last, phone in people.values_list("pk", "first_name", "last_name", "phone"):
        same_number = bool(phone) and phone == volunteer.phone
        same_name = _names(first, last) == _names(volunteer.first_name, volunteer.last_name)
        if same_number or same_name:
            found[pk] = same_number, same_name
    rows = Volunteer.objects.select_related("user").in_bulk(found)
    suggestions = [Suggestion(rows[pk], *why) for pk, why in found.items()]
    return sorted(suggestions, key=lambda one: -(one.same_number + one.same_name))


def _names(first, last):
    return sorted(folded(f"{first} {last}").split())


@dataclass(frozen=True)
class Difference:
    """What both records say, each in its way: `keep` and `other` in words. `stands` holds where nobody chooses.

    `name` is the field of the form, `about` the edition that it belongs to, or empty.
    """

    name: str
    label: str
    keep: str
    other: str
    stands: str = KEEP
    about: str = ""


def differences(keep: Volunteer, other: Volunteer) -> list[Difference]:
    """Everything on which one of two values has to go. What only one of them says is kept, and so is not here."""
    found = [_of_person(keep, other, name, label, words) for name, label, words in _person()]
    found.append(_parents(keep, other))
    for mine, theirs in common_registrations(keep, other):
        found += _of_registrations(mine, theirs)
        found += _of_answers(mine, theirs)
    return [one for one in found if one]


def common_registrations(keep: Volunteer, other: Volunteer) -> list[tuple[Registration, Registration]]:
    """The registrations of both in the same edition, in pairs."""
    rows = keep.registrations.select_related("edition").order_by("created_at", "pk")
    theirs = {row.edition_id: row for row in other.registrations.select_related("edition")}
    return [(mine, theirs[mine.edition_id]) for mine in rows if mine.edition_id in theirs]


def _person() -> list[tuple[str, str, Callable]]:
    return [
        ("first_name", _("First name"), lambda one: one.first_name),
        ("last_name", _("Name"), lambda one: one.last_name),
        ("phone", _("Mobile"), lambda one: one.phone.as_international if one.phone else ""),
        ("email", _("E-mail"), lambda one: one.user.email or ""),
        ("language", _("Language of our mails"), lambda one: dict(settings.LANGUAGES)[one.user.language]),
    ]


def _of_person(keep, other, name, label, words):
    mine, theirs = words(keep), words(other)
    return Difference(name, label, mine, theirs) if mine and theirs and mine != theirs else None


def _parents(keep, other):
    """A parent goes with the consent that she gave, so name, address and consent are one."""
    if AgeGroup.ADULT in (keep.age_group, other.age_group):
        return None
    mine, theirs = _parent(keep), _parent(other)
    if not (mine and theirs) or mine == theirs:
        return None
    stands = OTHER if other.parent_consented_at and not keep.parent_consented_at else KEEP
    return Difference("parent", _("Parent"), mine, theirs, stands)


def _parent(volunteer):
    words = [volunteer.parent_name, volunteer.parent_email]
    if volunteer.parent_consented_at:
        words.append(_("agreed on %(day)s") % {"day": date_format(volunteer.parent_consented_at, "j F")})
    return ", ".join(word for word in words if word)


def _of_registrations(mine, theirs):
    """What she said later holds, where nobody chooses."""
    stands = OTHER if theirs.created_at > mine.created_at else KEEP
    for name, label, words in _REGISTRATION:
        ours, others = words(mine), words(theirs)
        if ours and others and ours != others:
            edition = mine.edition.name
            yield Difference(f"{name}_{mine.edition_id}", label(), ours, others, stands, edition)


def _evenings(registration):
    most = registration.most_evenings
    return ngettext("%(n)s evening", "%(n)s evenings", most) % {"n": most} if most else _("as many as there are")


_REGISTRATION = (
    ("most_evenings", lambda: _("At most"), _evenings),
    ("with_whom", lambda: _("With whom"), lambda one: one.with_whom),
    ("arrange", lambda: _("To arrange"), lambda one: one.arrange),
    (
        "may_be_asked",
        lambda: _("If somebody drops out"),
        lambda one: _("may be asked") if one.may_be_asked else _("is not asked"),
    ),
)


def _of_answers(mine, theirs):
    """Two answers for one evening: the later one holds, where nobody chooses."""
    said = {registration.pk: _when_answered(registration) for registration in (mine, theirs)}
    others = {row.evening_id: row for row in theirs.availabilities.exclude(answer="")}
    for row in mine.availabilities.exclude(answer="").select_related("evening").order_by("evening__date"):
        other = others.get(row.evening_id)
        if other and other.answer != row.answer:
            later = said[theirs.pk](row.evening_id) > said[mine.pk](row.evening_id)
            label = date_format(row.evening.date, "l j F")
            name = f"evening_{row.evening_id}"
            words = row.get_answer_display(), other.get_answer_display()
            yield Difference(name, label, *words, OTHER if later else KEEP, mine.edition.name)


def _when_answered(registration) -> Callable[[int], datetime]:
    """When each evening was answered, by its id: as the history says, else with the registration."""
    entries = Entry.objects.about(registration).filter(verb="answered").order_by("at", "pk")
    latest = {entry.data.get("evening"): entry.at for entry in entries}
    return lambda evening: latest.get(evening, registration.created_at)


def answers_of(registration: Registration) -> dict[int, Availability]:
    """Her answers in one edition, by the evening's id."""
    return {row.evening_id: row for row in registration.availabilities.all()}
