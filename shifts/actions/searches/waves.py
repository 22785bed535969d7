"""Asking: every search that is due, evening by evening, one message a person (design.md 6)."""

import logging
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Subquery

from nocturnes import history, hours
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Evening
from nocturnes.prepared import Prepared
from shifts import pace, ranking
from shifts.actions.locks import lock_posts, lock_volunteers
from shifts.models import Offer, Post, Search

from . import duty
from .asking import ask
from .choosing import Turn, choose, offers_for, take_turn
from .due import has_begun, may_be_added, needs_consent, wants_turn
from .opening import end_search, why_over

log = logging.getLogger(__name__)


def advance_searches(*, now: datetime) -> int:
    """Do what is due at `now` for every search; returns how many people were asked.

    Each evening is one transaction of its own, so that one that fails holds up no other.
    """
    asked = 0
    seasons: dict[int, ranking.Season] = {}
    evenings = _evenings_to_look_at(now)
    # Asking people puts nobody on a team, so what their teams lack is read for all evenings at once.
    teams = ranking.Teams(post.opening_id for posts in evenings.values() for post in posts)
    for (evening, edition), posts in sorted(evenings.items()):
        season = seasons.setdefault(edition, ranking.Season(edition, now))
        try:
            asked += _advance_evening(evening, posts, now, season, teams)
        except Exception:
            log.exception("The searches of evening %s could not be advanced.", evening)
    return asked


def next_due(now: datetime) -> datetime | None:
    """The next moment after `now` at which a search has something to do: a wave, or its end."""
    moments = []
    for search in _live().filter(held_at=None).exclude(next_wave_at=None):
        moments.append(search.next_wave_at)
    for search in _live():
        frame = pace.frame(search.post)
        moments += [frame.over_at, frame.report_at - frame.rules.wanted_stops]
        if search.wave_proposed_at and not search.is_held:
            # The row that asks everybody waits for nobody's consent, though perhaps for the morning.
            moments += [frame.row_until(now), hours.after_quiet(now, frame.rules, frame.zone)]
    return min((moment for moment in moments if moment > now), default=None)


def _live():
    return Search.objects.live().select_related(
        "post__role", "post__opening__museum", "post__opening__evening__edition"
    )


def _evenings_to_look_at(now):
    """The ids of the evenings of which a search may have something to do, and of their editions: the searched posts."""
    posts, found = defaultdict(list), set()
    for search in _live():
        evening = search.post.opening.evening
        key = evening.pk, evening.edition_id
        posts[key].append(search.post)
        if why_over(search.post, now) or wants_turn(search, now):
            found.add(key)
    return {key: posts[key] for key in found}


@transaction.atomic
def _advance_evening(evening_id, posts, now, season=None, teams=None):
    """One wave for one evening, under the locks of its posts: a second sweep waits here and then finds nothing due.

    A search that began on another post since they were read is the next sweep's.
    """
    locked = {post.pk for post in lock_posts(post.pk for post in posts)}
    live = [search for search in live_searches(evening_id) if search.post_id in locked]
    live = [search for search in live if not _end_if_over(search, now)]
    due = {search.pk for search in live if wants_turn(search, now)}
    if not due:
        return 0
    evening = live[0].post.opening.evening
    turns = turns_of(evening, live, due, now, season=season, teams=teams)
    turns = [turn for turn in turns if not _waits_for_consent(turn, now)]
    offers = offers_for(turns, choose(turns))
    users = {volunteer.pk: volunteer.user for volunteer in lock_volunteers(offers)}
    people = ranking.read_people(evening, now=now, only=offers)
    offers = _still_free(offers, people, now)
    asks = ask(offers, people, users, evening=evening, now=now)
    _finish([turn for turn in turns if turn.is_due], offers, now)
    return len(asks)


def live_searches(evening: int) -> list[Search]:
    """Those of an evening with all that waves read of them.

    `last_asked` is the moment of the last wave of each, `waits` whether somebody has still to answer.
    """
    return _live_searches(evening=evening)


@Prepared
def _live_searches(evening):
    waves = Offer.objects.filter(search=OuterRef("pk"), by_hand=False).order_by().values("search")
    last_asked = Subquery(waves.annotate(last=Max("asked_at")).values("last"))
    waits = Exists(Offer.objects.unanswered().filter(search=OuterRef("pk"), volunteer__blocked_at=None))
    return _live().filter(post__opening__evening=evening).annotate(last_asked=last_asked, waits=waits)


def _waits_for_consent(turn, now):
    """Whether the wave has to wait for a coordinator, who is told of it once; who has nobody to ask waits for none."""
    search = turn.search
    if not (turn.is_due and turn.ranks and needs_consent(search, turn.hole.frame, now)):
        return False
    history.change(search, {"wave_proposed_at": now})
    history.record("wave_proposed", search, by=SYSTEM, now=now, post=search.post_id, wave=search.waves + 1)
    duty.tell_wave_waits(search, by=SYSTEM, now=now)
    return True


def _end_if_over(search, now):
    because = why_over(search.post, now)
    if because:
        end_search(search, because, by=SYSTEM, now=now)
    return bool(because)


def turns_of(
    evening: Evening,
    live: list[Search],
    due: Collection[int],
    now: datetime,
    *,
    season: ranking.Season | None = None,
    teams: ranking.Teams | None = None,
) -> list[Turn]:
    """What the searches of `evening` ask at `now`: those with an id in `due`, and whose hole others may be told of.

    `season` as `ranking.read_people` takes it, `teams` as `ranking.read_holes` does.
    """
    searches = [search for search in live if search.pk in due or may_be_added(search, now)]
    holes = ranking.read_holes([s.post for s in searches], searches={s.post_id: s.pk for s in searches}, teams=teams)
    people = ranking.read_people(evening, now=now, season=season)
    # Everybody's, for the evenings that follow have other candidates.
    people.crowd.season.count_evenings(people)
    return [
        take_turn(
            search,
            holes[search.post_id],
            people,
            is_due=search.pk in due,
            begun=has_begun(search, holes[search.post_id].frame, now),
            now=now,
        )
        for search in searches
    ]


def _still_free(offers, people, now):
    """`offers` without whom another evening's wave asked, or somebody assigned, since we looked: now nobody can.

    `people` are those of them, read again once their rows were locked.
    """
    turns = {turn.search.pk: turn for rows in offers.values() for turn in rows}
    free = {pk: ranking.standings(people, turn.hole, now)[ranking.Standing.FREE] for pk, turn in turns.items()}
    still = {pk: [turn for turn in rows if pk in free[turn.search.pk]] for pk, rows in offers.items()}
    return {pk: rows for pk, rows in still.items() if rows}


def _finish(turns, offers, now):
    """Note whom each of these turns asked, and plan what comes next."""
    asked = {turn.search.pk: [] for turn in turns}
    for pk, rows in offers.items():
        for turn in rows:
            if turn.is_due:
                asked[turn.search.pk].append(pk)
    waves = [(turn.search, asked[turn.search.pk]) for turn in turns if asked[turn.search.pk]]
    for search, _volunteers in waves:
        search.waves += 1
    noted = [(search, {"wave": search.waves, "volunteers": volunteers}) for search, volunteers in waves]
    history.record_all("asked", noted, by=SYSTEM, now=now)
    for turn in turns:
        _plan_next(turn, asked[turn.search.pk], now)
    _save([turn.search for turn in turns])


def _plan_next(turn: Turn, volunteers, now):
    """When the search of `turn` asks again after it asked these, and whether it asks others or has nobody left."""
    search = turn.search
    was_planned = search.next_wave_at is not None and search.next_wave_at <= now
    if volunteers or was_planned:
        search.next_wave_at = pace.next_wave(now, turn.hole.frame, reserve_only=turn.reserve_only)
    if search.others_asked_at is None and turn.asks_others(volunteers):
        search.others_asked_at, search.without_languages = now, sorted(turn.hole.missing)
        note_others(search, by=SYSTEM, now=now)
    search.wave_proposed_at = None
    # One that goes on because a click was taken back may have nobody left who could answer, and no wave to come.
    if (was_planned or not search.waits) and not turn.ranks and not turn.held:
        note_nobody_left(search, now=now)


def _save(searches):
    """Write down what a wave changes of these: of an evening's many searches most change alike."""
    alike = defaultdict(list)
    for one in searches:
        changed = one.waves, one.next_wave_at, one.others_asked_at, tuple(one.without_languages), one.wave_proposed_at
        alike[changed].append(one.pk)
    for (waves, next_wave_at, others_asked_at, languages, wave_proposed_at), pks in alike.items():
        Search.objects.filter(pk__in=pks).update(
            waves=waves,
            next_wave_at=next_wave_at,
            others_asked_at=others_asked_at,
            without_languages=list(languages),
            wave_proposed_at=wave_proposed_at,
        )


def note_others(search: Search, *, by: Actor, now: datetime) -> None:
    """Say in the history that others are asked than who speaks the languages that are missing."""
    languages = search.without_languages
    history.record("asked_others", search, by=by, now=now, post=search.post_id, languages=languages)


def note_nobody_left(search: Search, *, now: datetime) -> None:
    """Record that there is nobody to ask any more, and say so to whoever is on duty: once a search."""
    if search.nobody_left_at is None:
        search.nobody_left_at = now
        search.save(update_fields=["nobody_left_at"])
        history.record("nobody_left", search, by=SYSTEM, now=now, post=search.post_id)
        duty.tell_nobody_left(search, by=SYSTEM, now=now)


def look_for_nobody_left(searches: list[Search], *, now: datetime) -> None:
    """After an answer: say so where nobody is left who could still say yes, or whom a later wave could ask."""
    answers = Offer.objects.unanswered().filter(search__in=searches, volunteer__blocked_at=None)
    waiting = set(answers.values_list("search_id", flat=True))
    silent = [s for s in searches if s.is_live and not s.is_held and not s.nobody_left_at and s.pk not in waiting]
    if not silent:
        return
    evening = Evening.objects.select_related("edition").get(pk=silent[0].post.opening.evening_id)
    posts = Post.objects.for_pages().filter(pk__in=[search.post_id for search in silent])
    holes = ranking.read_holes(posts, searches={search.post_id: search.pk for search in silent})
    people = ranking.read_people(evening, now=now)
    for search in silent:
        stands = ranking.standings(people, holes[search.post_id], now)
        if not stands.keys() - {ranking.Standing.REFUSED}:
            note_nobody_left(search, now=now)
