"""What is done to a museum, to the people there whom we may call, and to its openings before anybody is on them.

What reaches volunteers (a new meeting point on an evening that is published) is decided in `shifts`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.localized import is_taken
from nocturnes.models import Evening, Language
from nocturnes.refusals import Refusal

from .models import Contact, Museum, Opening


class SameMuseum(Refusal):
    sentence = _("There is a museum of that name already: change that one, or give this one another name.")


class SameOpening(Refusal):
    sentence = _("This museum opens on that evening already: change that opening.")


class OpeningEnds(Refusal):
    sentence = _("The end comes after the start. An hour before 05:00 belongs to the night that follows.")


@dataclass(frozen=True)
class ContactLine:
    """What becomes of one contact: `contact` None is a new one, `facts` None removes the one that is there."""

    contact: Contact | None
    facts: dict | None


@transaction.atomic
def renew_link(museum: Museum, *, by: Actor, now: datetime) -> None:
    """Make every link to the museum's page that was given out so far invalid."""
    Museum.objects.filter(pk=museum.pk).update(link_version=F("link_version") + 1)
    museum.refresh_from_db()
    history.record("renewed_link", museum, by=by, now=now, version=museum.link_version)


@transaction.atomic
def add_museum(facts: dict, *, contacts: Iterable[ContactLine] = (), by: Actor, now: datetime) -> Museum:
    """A museum with its contacts. `facts` are its columns. Raises SameMuseum."""
    _refuse_same_name(facts)
    try:
        with transaction.atomic():
            museum = Museum.objects.create(slug=_free_slug(facts), **facts)
    except IntegrityError:
        # Somebody else added it at this moment.
        raise SameMuseum from None
    history.record("added_museum", museum, by=by, now=now)
    _save_contacts(museum, contacts, by=by, now=now)
    return museum


@transaction.atomic
def change_museum(
    museum: Museum, facts: dict, *, contacts: Iterable[ContactLine] = (), by: Actor, now: datetime
) -> set[str]:
    """Change columns and contacts of a museum; returns the names of the columns that changed. Raises SameMuseum."""
    _refuse_same_name(facts, but=museum)
    changed = history.change(museum, facts)
    if changed:
        history.record("changed_museum", museum, by=by, now=now, changed=changed)
    _save_contacts(museum, contacts, by=by, now=now)
    return set(changed)


def _refuse_same_name(facts, *, but=None):
    if is_taken("name", facts, Museum.objects.exclude(pk=but.pk if but else None)):
        raise SameMuseum


def _free_slug(facts):
    """A short name for addresses and files, made of the first name that there is."""
    name = next((facts[key] for key in ("name_fr", "name_nl", "name_en") if facts.get(key)), "")
    slug, number = slugify(name)[:70] or "museum", 2
    taken = set(Museum.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    free = slug
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free


def _save_contacts(museum, lines, *, by, now):
    """The history says which contact and which columns, never a name, an address or a number (design.md 4)."""
    for line in lines:
        contact = line.contact
        if line.facts is None:
            history.record("removed_contact", museum, by=by, now=now, contact=contact.pk)
            contact.delete()
        elif contact is None:
            contact = Contact.objects.create(museum=museum, **line.facts)
            history.record("added_contact", museum, by=by, now=now, contact=contact.pk)
        elif changed := history.change(contact, line.facts):
            history.record("changed_contact", museum, by=by, now=now, contact=contact.pk, columns=sorted(changed))


@transaction.atomic
def add_opening(
    evening: Evening,
    museum: Museum,
    *,
    starts_at: datetime,
    ends_at: datetime,
    languages: Collection[Language] = (),
    facts: dict,
    by: Actor,
    now: datetime,
) -> Opening:
    """`museum` opens on `evening`; `facts` are the activity and the texts. Raises SameOpening, OpeningEnds."""
    if ends_at <= starts_at:
        raise OpeningEnds
    try:
        with transaction.atomic():
            opening = Opening.objects.create(
                evening=evening, museum=museum, starts_at=starts_at, ends_at=ends_at, **facts
            )
    except IntegrityError:
        raise SameOpening from None
    opening.languages.set(languages)
    history.record("added_opening", opening, by=by, now=now, museum=museum.pk)
    return opening


@transaction.atomic
def change_opening(
    opening: Opening, facts: dict, *, languages: Collection[Language], by: Actor, now: datetime
) -> set[str]:
    """Change columns and languages of an opening; returns the names of what changed. Raises OpeningEnds."""
    if facts.get("ends_at", opening.ends_at) <= facts.get("starts_at", opening.starts_at):
        raise OpeningEnds
    changed = history.change(opening, facts)
    old, new = ({language.pk for language in rows} for rows in (opening.languages.all(), languages))
    if old != new:
        opening.languages.set(languages)
        changed["languages"] = [sorted(old), sorted(new)]
    if changed:
        history.record("changed_opening", opening, by=by, now=now, changed=changed)
    return set(changed)
