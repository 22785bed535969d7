"""How a search begins, and what ends it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.background import soon
from nocturnes.history import Actor
from nocturnes.models import Entry
from nocturnes.prepared import Prepared
from shifts import pace
from shifts.actions.locks import lock_post
from shifts.actions.requests import settle_requests
from shifts.models import Ask, Assignment, Post, Search

from . import all_clear, duty

PATH = "post__role", "post__opening__museum", "post__opening__evening__edition"
NOT_HELD = {"held": "", "held_at": None, "held_by_id": None}
# What may be taken back within the two minutes: somebody was put there, or it was called off.
RESUMABLE = (Search.Because.FILLED, Search.Because.ENOUGH, Search.Because.CALLED_OFF)


@transaction.atomic
def open_search(post: Post, *, withdrawn: Assignment | None = None, by: Actor, now: datetime) -> Search:
    """Look for people for every open place of `post`; the search that is under way, where there is one.

    `withdrawn` is the assignment whose end begins it by itself. Where there is nothing to look for the search is
    recorded as ended, with the reason (design.md 3.2). Otherwise its first wave is planned, and asked at once if due.
    """
    post = _locked(post)
    search = post.searches.live().select_related(*PATH).first()
    if search:
        _hurry(search, post, withdrawn, by=by, now=now)
    else:
        search = _begin(post, withdrawn, by=by, now=now)
    ask_soon(search, now=now)
    return search


@transaction.atomic
def search_now(post: Post, *, by: Actor, now: datetime) -> Search:
    """A coordinator wants the open places of `post` looked for now: as `open_search`, and a second click adds no place.

    What began by itself, or is held, she hurries, from a page that she opened before.
    """
    search = _locked(post).searches.live().first()
    if search and not search.is_held and search.withdrawn_id is None:
        return search
    return open_search(post, by=by, now=now)


def _begin(post, withdrawn, *, by, now):
    because = _not_replaced(post, withdrawn) or why_over(post, now)
    search = Search.objects.create(
        post=post,
        withdrawn=withdrawn,
        opened_at=now,
        next_wave_at=None if because else pace.first_wave(now, pace.frame(post), wanted_now=withdrawn is None),
        ended_at=now if because else None,
        ended_because=because,
    )
    left = withdrawn.pk if withdrawn else None
    history.record("opened_search", search, by=by, now=now, post=post.pk, withdrawn=left, ended_because=because)
    return search


def _hurry(search, post, withdrawn, *, by, now):
    """One place more is open: whoever was not asked yet is asked as soon as a new search would."""
    history.record("place_added_to_search", search, by=by, now=now, post=post.pk, open_places=post.open_places)
    if withdrawn is None and search.is_held:
        # A coordinator wants it searched for now: her newest word.
        release(search, by=by, now=now)
    _plan_no_later(search, pace.first_wave(now, pace.frame(post), wanted_now=withdrawn is None))


def _not_replaced(post, withdrawn):
    return Search.Because.NOT_REPLACED if withdrawn and not post.role.replace_if_empty else ""


def why_over(post: Post, now: datetime) -> str:
    """Why there is nothing to look for at `post` (a code of Search.Because); empty where there is."""
    frame = pace.frame(post)
    if post.is_called_off:
        return Search.Because.CALLED_OFF
    if frame.is_over(now):
        return Search.Because.TOO_LATE
    if not post.opening.evening.is_published:
        return Search.Because.DRAFT
    if not post.open_places:
        return Search.Because.FILLED
    if not post.missing and frame.left(now) <= frame.rules.wanted_stops:
        return Search.Because.ENOUGH
    return ""


@transaction.atomic
def settle(post: Post, *, repaced: bool = False, by: Actor, now: datetime) -> None:
    """Bring the search of `post`, and the requests for it, in step with what just changed: places, people, hours.

    Ends it where nothing is left to look for. `repaced` says that the hours moved, or the rules of the pace: its next
    wave comes earlier if they ask for it. Otherwise it comes when it was to come, by a coordinator's click perhaps.
    """
    settle_locked(_locked(post), repaced=repaced, by=by, now=now)


def settle_locked(post: Post, *, repaced: bool = False, by: Actor, now: datetime) -> None:
    """The same for a post that the caller has locked, and read since with all that pages read of it."""
    settle_requests(post, by=by, now=now)
    search = next(iter(_live(post=post.pk)), None)
    if search is None:
        _clear_what_was_left(post, by=by, now=now)
        return
    because = why_over(post, now)
    if because:
        end_search(search, because, by=by, now=now)
    elif repaced:
        _plan_no_later(search, _planned(search, post, now))


@Prepared
def _live(post):
    """The search that is under way for it, at most one."""
    return Search.objects.live().filter(post=post)


def _clear_what_was_left(post, *, by, now):
    """Who was asked before the search was stopped, or had found enough, hears it too once no place is open."""
    if post.open_places and not post.is_called_off:
        return
    last = post.searches.last()
    if last and last.ended_because not in (Search.Because.FILLED, Search.Because.CALLED_OFF):
        all_clear.give_all_clear(last, by=by, now=now)


@transaction.atomic
def stop_search(search: Search, *, because: str = Search.Because.STOPPED, by: Actor, now: datetime) -> None:
    """Ask nobody else; a yes to an offer that was made stays good while a place is open. Twice does nothing."""
    post = _locked(search.post)
    live = post.searches.live().filter(pk=search.pk).first()
    if live:
        end_search(live, because, by=by, now=now)


@transaction.atomic
def resume_search(post: Post, *, filled_at: datetime, by: Actor, now: datetime) -> None:
    """Take back that `post` was filled, or called off, at `filled_at`: the search that ended with it goes on."""
    post = _locked(post)
    search = post.searches.filter(ended_at=filled_at, ended_because__in=RESUMABLE).last()
    if search is None or why_over(post, now) or post.searches.live().exists():
        return
    Search.objects.filter(pk=search.pk).update(
        ended_at=None, ended_because="", next_wave_at=_was_planned(search, post, now)
    )
    history.record("resumed_search", search, by=by, now=now, post=post.pk)
    duty.forget_filled(search, by=by, now=now)
    all_clear.forget_all_clear(search, by=by, now=now)
    # Nobody is asked twice: who was asked, and whose mail stayed at home meanwhile, would never hear of it.
    asked = Message.objects.filter(kind="offer", about_type=Ask._meta.label_lower, skipped_at__gte=filled_at)
    asked = asked.filter(about_id__in=search.offers.unanswered().values("ask"))
    messaging.resume(asked, overdue=True, by=by, now=now)


def end_search(search: Search, because: str, *, by: Actor, now: datetime) -> None:
    """End a live search whose post is locked. The offers that nobody answered become late by themselves."""
    planned = search.next_wave_at.isoformat() if search.next_wave_at else None
    search.ended_at, search.ended_because, search.next_wave_at = now, because, None
    search.save(update_fields=["ended_at", "ended_because", "next_wave_at"])
    facts = {"post": search.post_id, "because": str(because), "planned": planned}
    history.record("ended_search", search, by=by, now=now, **facts)
    if because == Search.Because.FILLED:
        duty.tell_filled(search, by=by, now=now)
    if because == Search.Because.TOO_LATE:
        duty.tell_not_filled(search, by=by, now=now)
    if because in (Search.Because.FILLED, Search.Because.CALLED_OFF):
        all_clear.give_all_clear(search, by=by, now=now)


def release(search: Search, *, by: Actor, now: datetime) -> None:
    """Let a live search that is held go on; its post is locked. Its next wave waits until nobody can undo this."""
    soonest = pace.at_once(now, pace.frame(search.post))
    history.change(search, {**NOT_HELD, **not_before(search, soonest)})
    history.record("released_search", search, by=by, now=now, post=search.post_id)


def not_before(search: Search, soonest: datetime | None) -> dict:
    """What changes where the next wave is planned for a moment before `soonest`."""
    planned = search.next_wave_at
    return {"next_wave_at": soonest} if planned and soonest and planned < soonest else {}


def locked_live(search: Search) -> Search | None:
    """The search as it is now, with all that its pace needs, its post locked; None where it has ended."""
    lock_post(search.post_id)
    return Search.objects.live().select_related(*PATH).filter(pk=search.pk).first()


def ask_soon(search: Search, *, now: datetime) -> None:
    """Wake a worker for a search that is due: the sweep would be a moment later."""
    # Tasks import the actions.
    from shifts import tasks

    if search.is_live and not search.is_held and search.next_wave_at and search.next_wave_at <= now:
        soon(tasks.advance)


def _locked(post):
    lock_post(post.pk)
    return Post.objects.for_pages().get(pk=post.pk)


def _was_planned(search, post, now):
    """When the search would have asked next when it ended; it may have waited for the reserve, or for a click."""
    ended = Entry.objects.about(search).filter(verb="ended_search").order_by("pk").last()
    planned = ended.data.get("planned") if ended else None
    return datetime.fromisoformat(planned) if planned else _planned(search, post, now)


def _planned(search, post, now):
    """When the search asks next by the hours of `post`, counted from its last wave; soon, where that has passed."""
    frame = pace.frame(post)
    if search.waves:
        last = search.offers.filter(by_hand=False).aggregate(last=Max("asked_at"))["last"] or search.opened_at
        moment = pace.next_wave(last, frame)
    else:
        moment = pace.first_wave(search.opened_at, frame, wanted_now=search.withdrawn_id is None)
    return frame.soonest(now) if moment is not None and moment < now else moment


def _plan_no_later(search, moment):
    if moment is not None and (search.next_wave_at is None or moment < search.next_wave_at):
        search.next_wave_at = moment
        search.save(update_fields=["next_wave_at"])
