"""One post: add it, change it, copy it, take it away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from museums.models import Opening
from nocturnes import history, hours
from nocturnes.dates import date_format
from nocturnes.history import Actor
from nocturnes.models import Language
from nocturnes.refusals import Refusal
from shifts.actions import places, searches
from shifts.actions.evenings import HoursInOrder, NeededAreWanted, change_places, move_hours
from shifts.actions.locks import lock_opening
from shifts.models import Post
from volunteers.models import AgeGroup

from .details import details_now, tell_changed
from .openings import refuse_evening

HOURS = ("report_at", "starts_at", "ends_at")
PLACES = ("places", "needed")


class SamePost(Refusal):
    sentence = _("This opening has that role at these hours already: change the places of that post.")


class SomebodyWasThere(Refusal):
    sentence = _("Somebody was on this post or was asked for it, so it stays. Want 0 places, or call the opening off.")


class TooYoungThere(Refusal):
    sentence = _("Not 18 yet, and on this post: %(names)s. Remove who is too young first, or keep the age.")


class NotThere(Refusal):
    sentence = _("%(day)s: %(why)s")


@dataclass(frozen=True)
class Copied:
    """Where a post was copied to, and which openings had that role already and stayed as they were."""

    made: list[Post]
    had: list[Opening]


@transaction.atomic
def add_post(
    opening: Opening,
    facts: dict,
    *,
    languages: Collection[Language] = (),
    then: str = "leave_open",
    by: Actor,
    now: datetime,
) -> Post:
    """A post at `opening`; `facts` are its columns. On a published evening its places are open from now on.

    Nothing is sent; with `then` "search" people for it are looked for at once. Raises CalledOff, EveningIsOver,
    EveningIsCalledOff, PostIsOver, HoursInOrder, NeededAreWanted, SamePost.
    """
    # Of two clicks the second waits here, and then finds the post that the first one made.
    opening = lock_opening(opening.pk)
    _refuse_post(opening, facts, now=now)
    post = Post.objects.create(opening=opening, **facts)
    post.languages.set(languages)
    history.record("added_post", post, by=by, now=now, role=post.role_id, places=[post.places, post.needed])
    if then == "search" and opening.evening.is_published and post.open_places:
        searches.open_search(post, by=by, now=now)
    return post


def _refuse_post(opening, facts, *, now):
    if opening.is_called_off:
        raise places.CalledOff
    refuse_evening(opening.evening, now=now)
    if not facts["report_at"] <= facts["starts_at"] < facts["ends_at"]:
        raise HoursInOrder
    if facts["ends_at"] <= now:
        raise places.PostIsOver
    if facts["needed"] > facts["places"]:
        raise NeededAreWanted
    if opening.posts.filter(role=facts["role"], **{name: facts[name] for name in HOURS}).exists():
        raise SamePost


@transaction.atomic
def change_post(
    post: Post, facts: dict, *, languages: Collection[Language], then: str = "leave_open", by: Actor, now: datetime
) -> None:
    """Change what a post is, all of it or nothing. Who is on it is told once: of other hours, or of another role.

    `then` is about places that are added: "search" looks for people at once. Raises PostIsOver, TooYoungThere, and
    the refusals of `change_places` and `move_hours`.
    """
    post = Post.objects.select_for_update(no_key=True, of=("self",)).for_pages().get(pk=post.pk)
    if post.has_ended(now):
        raise places.PostIsOver
    _refuse_young(post, facts["minimum_age"])
    before = details_now([post.pk])
    if any(facts[name] != getattr(post, name) for name in PLACES):
        more = then if facts["places"] > post.places else "leave_open"
        change_places(post, places_wanted=facts["places"], needed=facts["needed"], then=more, by=by, now=now)
    if any(facts[name] != getattr(post, name) for name in HOURS):
        move_hours(post, **{name: facts[name] for name in HOURS}, by=by, now=now)
    changed = history.change(post, {name: value for name, value in facts.items() if name not in (*HOURS, *PLACES)})
    old, new = ({language.pk for language in rows} for rows in (post.languages.all(), languages))
    if old != new:
        post.languages.set(languages)
        changed["languages"] = [sorted(old), sorted(new)]
    if changed:
        history.record("changed_post", post, by=by, now=now, changed=changed)
    tell_changed(before, by=by, now=now)


def _refuse_young(post, minimum_age):
    if minimum_age < places.ADULT_AGE:
        return
    young = post.assignments.active().filter(volunteer__age_group=AgeGroup.YOUNG).select_related("volunteer")
    if names := [assignment.volunteer.short_name for assignment in young]:
        raise TooYoungThere(names=", ".join(names))


@transaction.atomic
def copy_post(post: Post, openings: Iterable[Opening], *, by: Actor, now: datetime) -> Copied:
    """The same post at other openings of the edition, at the same hours on the wall of each date.

    An opening that has the role at these hours already stays as it is, and is named in what is returned: early and late
    are two posts. All or nothing: raises NotThere with the evening and the reason where one of them cannot have it.
    """
    made, had = [], []
    facts = {name: getattr(post, name) for name in COPIED}
    languages = list(post.languages.all())
    for opening in sorted(openings, key=lambda one: (one.evening.date, one.pk)):
        lock_opening(opening.pk)
        if there_already(post, opening.posts.filter(role=post.role)):
            had.append(opening)
            continue
        try:
            moments = {name: _same_hour(getattr(post, name), post.opening.evening, opening.evening) for name in HOURS}
            made.append(add_post(opening, facts | moments, languages=languages, by=by, now=now))
        except Refusal as refusal:
            day = date_format(opening.evening.date, "l j F")
            raise NotThere(day=f"{day}, {opening.museum.short}", why=str(refusal)) from None
    return Copied(made, had)


def there_already(post: Post, others: Iterable[Post]) -> Post | None:
    """The first of `others`, of the same role, that works at the hours of `post`, each on the clock of its own date."""
    starts, ends = _worked(post)
    spans = ((other, *_worked(other)) for other in others)
    return next((other for other, begins, stops in spans if begins < ends and stops > starts), None)


def _worked(post):
    """From when to when, counted on the wall from the midnight with which the day of the evening begins."""
    evening = post.opening.evening
    midnight = datetime.combine(evening.date, time())
    return [timezone.make_naive(at, evening.edition.zone) - midnight for at in (post.starts_at, post.ends_at)]


COPIED = ("role", *PLACES, "minimum_age", "briefing_fr", "briefing_nl", "briefing_en")


def _same_hour(moment, evening, other):
    """What the clock shows at `moment` on `evening`, on the date of `other`; the night after stays the night after."""
    zone = other.edition.zone
    local = timezone.localtime(moment, zone)
    days_later = local.date() - evening.date
    return hours.typed_instant(other.date + timedelta(days=days_later.days), local.time().replace(fold=0), zone)


@transaction.atomic
def delete_post(post: Post, *, by: Actor, now: datetime) -> None:
    """Take a post away that nobody was ever on or asked for. Raises SomebodyWasThere."""
    # Nothing can come to refer to it meanwhile.
    post = Post.objects.select_for_update(of=("self",)).select_related("opening").get(pk=post.pk)
    if any(rows.exists() for rows in (post.assignments, post.searches, post.requests)):
        raise SomebodyWasThere
    history.record("deleted_post", post.opening, by=by, now=now, post=post.pk, role=post.role_id)
    post.delete()
