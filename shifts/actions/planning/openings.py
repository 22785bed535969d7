"""Openings, and what a change to one, or to its museum, tells the people who are on it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museums import actions as museums
from museums.models import Museum, Opening
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening, Language
from nocturnes.refusals import Refusal
from shifts.actions.evenings import EveningIsCalledOff, EveningIsOver
from shifts.actions.locks import lock_evening, lock_opening, lock_posts
from shifts.models import Post

from .details import details_now, tell_changed

HOURS = ("starts_at", "ends_at")


class OpeningHasPosts(Refusal):
    sentence = _("This opening has posts: take those away first, or call the opening off.")


class HoursAreMoved(Refusal):
    sentence = _("This opening has posts: move its hours together with theirs.")


def refuse_evening(evening: Evening, *, now: datetime) -> None:
    """Nothing new is planned on an evening that is over or called off. Raises EveningIsOver, EveningIsCalledOff."""
    if evening.called_off_at:
        raise EveningIsCalledOff
    if evening.is_past(now):
        raise EveningIsOver


@transaction.atomic
def add_opening(evening: Evening, museum: Museum, *, by: Actor, now: datetime, **what) -> Opening:
    """`museum` opens on `evening`; `what` as in `museums.actions.add_opening`.

    Raises what that raises, and EveningIsOver, EveningIsCalledOff.
    """
    # Whoever calls the evening off at this moment comes before, and is seen, or after.
    evening = lock_evening(evening.pk)
    refuse_evening(evening, now=now)
    return museums.add_opening(evening, museum, by=by, now=now, **what)


@transaction.atomic
def change_opening(opening: Opening, facts: dict, *, languages: Collection[Language], by: Actor, now: datetime) -> int:
    """Change what an opening is; returns how many people are told of it, each once: those whose door it changes.

    Its hours can be set here while it has no posts; with posts `move` takes them along. Raises HoursAreMoved,
    OpeningEnds.
    """
    lock_posts(opening.posts.values_list("pk", flat=True))
    # Whoever adds a post at this moment comes before, and is seen, or after.
    opening = lock_opening(opening.pk)
    hours_change = any(facts.get(name, getattr(opening, name)) != getattr(opening, name) for name in HOURS)
    if hours_change and opening.posts.exists():
        raise HoursAreMoved
    before = details_now(opening.posts.all())
    museums.change_opening(opening, facts, languages=languages, by=by, now=now)
    return tell_changed(before, by=by, now=now)


@transaction.atomic
def change_museum(museum: Museum, facts: dict, *, contacts: Iterable = (), by: Actor, now: datetime) -> int:
    """Change a museum and its contacts; returns how many people are told, because it is to be found elsewhere now."""
    posts = Post.objects.filter(opening__museum=museum, ends_at__gt=now)
    lock_posts(posts.values_list("pk", flat=True))
    before = details_now(posts)
    museums.change_museum(museum, facts, contacts=contacts, by=by, now=now)
    return tell_changed(before, by=by, now=now)


@transaction.atomic
def delete_opening(opening: Opening, *, by: Actor, now: datetime) -> None:
    """Take an opening away that has no posts. Raises OpeningHasPosts."""
    opening = Opening.objects.select_for_update(of=("self",)).select_related("evening").get(pk=opening.pk)
    if opening.posts.exists():
        raise OpeningHasPosts
    history.record("deleted_opening", opening.evening, by=by, now=now, museum=opening.museum_id, opening=opening.pk)
    opening.delete()
