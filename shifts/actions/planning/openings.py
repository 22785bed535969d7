"""Openings, and what a change to one, or to its museum, tells the people who are on it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from museums import actions as museums
from museums.models import Museum, Opening
from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Evening, Language, User
from nocturnes.refusals import Refusal
from shifts.actions import places
from shifts.actions.evenings import EveningIsOver
from shifts.actions.telling import tell
from shifts.models import Assignment, Post

# What a volunteer needs to find the door: a change of these is told to who is on a post there.
WHERE = {f"{name}_{code}" for name in ("meeting_point", "street", "commune") for code in ("fr", "nl", "en")}
WHERE |= {"postcode", "stop"}


class OpeningHasPosts(Refusal):
    sentence = _("This opening has posts: take those away first, or call the opening off.")


class HoursAreMoved(Refusal):
    sentence = _("This opening has posts: move its hours together with theirs.")


def refuse_evening(evening: Evening, *, now: datetime) -> None:
    """Nothing is planned any more on an evening that is over or called off. Raises EveningIsOver, CalledOff."""
    if evening.called_off_at:
        raise places.CalledOff
    if evening.is_past(now):
        raise EveningIsOver


def add_opening(evening: Evening, museum: Museum, *, by: Actor, now: datetime, **what) -> Opening:
    """`museum` opens on `evening`; see `museums.actions.add_opening`. Raises EveningIsOver, CalledOff besides."""
    refuse_evening(evening, now=now)
    return museums.add_opening(evening, museum, by=by, now=now, **what)


@transaction.atomic
def change_opening(opening: Opening, facts: dict, *, languages: Collection[Language], by: Actor, now: datetime) -> int:
    """Change what an opening is; returns how many people are told of it, each once: those whose door it changes.

    Its hours can be set here while it has no posts; with posts `move` takes them along. Raises HoursAreMoved,
    OpeningEnds.
    """
    places.lock_posts(opening.posts.values_list("pk", flat=True))
    hours_change = any(facts.get(name, getattr(opening, name)) != getattr(opening, name) for name in HOURS)
    if hours_change and opening.posts.exists():
        raise HoursAreMoved
    changed = museums.change_opening(opening, facts, languages=languages, by=by, now=now)
    return tell_details(Post.objects.filter(opening=opening), by=by, now=now) if changed & WHERE else 0


HOURS = ("starts_at", "ends_at")


@transaction.atomic
def change_museum(museum: Museum, facts: dict, *, contacts: Iterable = (), by: Actor, now: datetime) -> int:
    """Change a museum and its contacts; returns how many people are told, because it is to be found elsewhere now."""
    changed = museums.change_museum(museum, facts, contacts=contacts, by=by, now=now)
    return tell_details(Post.objects.filter(opening__museum=museum), by=by, now=now) if changed & WHERE else 0


@transaction.atomic
def delete_opening(opening: Opening, *, by: Actor, now: datetime) -> None:
    """Take an opening away that has no posts. Raises OpeningHasPosts."""
    opening = Opening.objects.select_for_update(of=("self",)).select_related("evening").get(pk=opening.pk)
    if opening.posts.exists():
        raise OpeningHasPosts
    history.record("deleted_opening", opening.evening, by=by, now=now, museum=opening.museum_id, opening=opening.pk)
    opening.delete()


def tell_details(posts, *, by: Actor, now: datetime) -> int:
    """Tell everybody who is on one of `posts` and knows it that where or what it is has changed, each person once.

    Calendars read the new place by the next number of the event (RFC 5545, SEQUENCE). Returns how many people.
    """
    on_them = Assignment.objects.active().published().filter(post__in=posts, ends_at__gt=now).for_pages()
    known = list(on_them.select_related("volunteer__user").order_by("volunteer__user_id", "pk"))
    Assignment.objects.filter(pk__in=[one.pk for one in known]).update(sequence=F("sequence") + 1)
    # Everybody at once, in the order of their ids, as whoever tells several people does.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[a.volunteer.user_id for a in known]).order_by("pk"))
    for assignment in known:
        undo = assignment.post.opening.evening.edition.rules.undo
        tell(assignment, "details", due=now + undo, by=by, now=now)
    return len({assignment.volunteer_id for assignment in known})
