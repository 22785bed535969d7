"""Evenings, and the kinds of work."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.localized import is_taken
from nocturnes.models import Edition, Evening, Role
from nocturnes.refusals import Refusal


class SameEvening(Refusal):
    sentence = _("There is an evening on that date already: change that one.")


class DateIsOver(Refusal):
    sentence = _("That date is over: choose today or a later one.")


class EveningIsUsed(Refusal):
    sentence = _("Museums open on this evening, or people answered for it: call it off instead of taking it away.")


class SameRole(Refusal):
    sentence = _("There is a role of that name already: change that one, or give this one another name.")


@transaction.atomic
def add_evening(edition: Edition, day: date, facts: dict, *, by: Actor, now: datetime) -> Evening:
    """An evening, not published; `facts` are who is on duty, the number to call, the note.

    Raises SameEvening, DateIsOver.
    """
    if day < hours.local_day(now, edition.zone):
        raise DateIsOver
    try:
        with transaction.atomic():
            evening = Evening.objects.create(edition=edition, date=day, **facts)
    except IntegrityError:
        raise SameEvening from None
    history.record("added_evening", evening, by=by, now=now, date=str(day))
    return evening


@transaction.atomic
def change_evening(evening: Evening, facts: dict, *, by: Actor, now: datetime) -> set[str]:
    """Change who is on duty, the number to call, the note. Tells nobody: reminders read it when they leave."""
    changed = history.change(evening, facts)
    if changed:
        # The number may be somebody's own: the history keeps which columns changed, not what they said.
        history.record("changed_evening", evening, by=by, now=now, columns=sorted(changed))
    return set(changed)


@transaction.atomic
def delete_evening(evening: Evening, *, by: Actor, now: datetime) -> None:
    """Take an evening away that nobody opens on and nobody answered for. Raises EveningIsUsed."""
    evening = Evening.objects.select_for_update(of=("self",)).select_related("edition").get(pk=evening.pk)
    used = (evening.openings, evening.availabilities, evening.asks)
    if evening.is_published or any(rows.exists() for rows in used):
        raise EveningIsUsed
    history.record("deleted_evening", evening.edition, by=by, now=now, date=str(evening.date))
    evening.delete()


@transaction.atomic
def add_role(facts: dict, *, by: Actor, now: datetime) -> Role:
    """A kind of work, of every edition. Raises SameRole."""
    _refuse_same_name(facts)
    last = Role.objects.order_by("position").last()
    try:
        with transaction.atomic():
            position = min(last.position + 1, 30000) if last else 1
            role = Role.objects.create(slug=_free_slug(facts), position=position, **facts)
    except IntegrityError:
        raise SameRole from None
    history.record("added_role", role, by=by, now=now)
    return role


@transaction.atomic
def change_role(role: Role, facts: dict, *, by: Actor, now: datetime) -> set[str]:
    """Change the names of a kind of work, whether it is replaced by itself, and lent first. Raises SameRole."""
    _refuse_same_name(facts, but=role)
    changed = history.change(role, facts)
    if changed:
        history.record("changed_role", role, by=by, now=now, changed=changed)
    return set(changed)


def _refuse_same_name(facts, *, but=None):
    if is_taken("name", facts, Role.objects.exclude(pk=but.pk if but else None)):
        raise SameRole


def _free_slug(facts):
    name = next((facts[key] for key in ("name_en", "name_fr", "name_nl") if facts.get(key)), "")
    slug, number = slugify(name)[:40] or "role", 2
    taken = set(Role.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    free = slug
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free
