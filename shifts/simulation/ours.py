"""The product's search, in memory: the functions that decide are its own, and what they decided is noted here.

`tests/shifts/test_simulation.py` plays the same season through the real actions, and finds the same asks.
"""

from datetime import datetime, timedelta

from shifts import pace
from shifts.actions.searches.choosing import choose, offers_for, take_turn
from shifts.actions.searches.due import has_begun, may_be_added, wants_turn
from shifts.actions.searches.opening import why_over
from shifts.models import Post, Search

from .assumptions import TO_READ_A_LINE
from .site import Ask, Site

AN_HOUR = timedelta(hours=1)


class Ours(Site):
    """What `actions.searches` does, from a withdrawal to the last useful moment."""

    def __init__(self, season, people):
        super().__init__(season, people)
        self.searches: list[Search] = []
        self.seen: dict[int, tuple] = {}

    @property
    def live(self) -> list[Search]:
        return [search for search in self.searches if search.is_live]

    def _live_of(self, post):
        return next((search for search in self.live if search.post is post), None)

    # `actions.searches.opening`

    def opened(self, post: Post) -> None:
        self.minutes += TO_READ_A_LINE
        search, first = self._live_of(post), pace.first_wave(self.now, pace.frame(post))
        if search:
            self._no_later(search, first)
            return
        because = why_over(post, self.now)
        search = Search(pk=len(self.searches) + 1, post=post, opened_at=self.now, ended_because=because)
        search.last_asked, search.ended_at = None, self.now if because else None
        search.next_wave_at = None if because else first
        self.searches.append(search)

    def filled(self, post: Post) -> None:
        search = self._live_of(post)
        if search and not self._end_if_over(search):
            self._no_later(search, self._planned(search))

    def _planned(self, search):
        frame = pace.frame(search.post)
        if not search.waves:
            return pace.first_wave(search.opened_at, frame)
        return pace.next_wave(search.last_asked, frame)

    def _no_later(self, search, moment):
        if moment is not None and (search.next_wave_at is None or moment < search.next_wave_at):
            search.next_wave_at = moment

    def _end_if_over(self, search):
        because = why_over(search.post, self.now)
        if because:
            search.ended_at, search.ended_because, search.next_wave_at = self.now, because, None
            self.minutes += TO_READ_A_LINE
            for offers in self.offers_of.values():
                for offer in offers:
                    offer.live = offer.live and offer.search != search.pk
        return bool(because)

    # `rehearsal`: the time stops wherever a search has something to do, and at each full hour while one is live.

    def next_moment(self) -> datetime | None:
        live = self.live
        if not live:
            return None
        moments = [self.now.replace(minute=0, second=0) + AN_HOUR]
        for search in live:
            frame = pace.frame(search.post)
            moments += [search.next_wave_at, frame.over_at, frame.report_at - frame.rules.wanted_stops]
        return min(moment for moment in moments if moment is not None and moment > self.now)

    # `actions.searches.waves`

    def act(self) -> None:
        looked_at = {s.post.opening.evening_id for s in self.live if why_over(s.post, self.now) or self._wants(s)}
        for evening in sorted(looked_at):
            # The next sweep, seconds later, may find what this one made possible.
            while self.seen.get(evening) != (state := self._state(evening)):
                self._advance(evening)
                self.seen[evening] = state

    def _state(self, evening):
        """Whatever may change whom a sweep asks. Where it is what it was before the last one, nobody else is found."""
        live = [search for search in self.live if search.post.opening.evening_id == evening]
        frames = [(search, pace.frame(search.post)) for search in live]
        due = any(search.next_wave_at and search.next_wave_at <= self.now for search in live)
        budget = any(frame.left(self.now) > frame.rules.budget_until for _search, frame in frames)
        over = any(why_over(search.post, self.now) for search in live)
        rows = tuple((search.pk, frame.row_since(self.now), search.next_wave_at) for search, frame in frames)
        return (self.now if due or budget or over else None), rows, self.changes

    def _wants(self, search):
        return wants_turn(search, self.now)

    def _advance(self, evening):
        live = [s for s in self.live if s.post.opening.evening_id == evening and not self._end_if_over(s)]
        due = {search.pk for search in live if self._wants(search)}
        if not due:
            return
        people, turns = self.crowd(evening), []
        for search in (s for s in live if s.pk in due or may_be_added(s, self.now)):
            hole = self.hole(search.post, search.pk)
            begun = has_begun(search, hole.frame, self.now)
            turns.append(take_turn(search, hole, people, is_due=search.pk in due, begun=begun, now=self.now))
        offers = offers_for(turns, choose(turns))
        for volunteer in sorted(offers):
            self._ask(volunteer, evening, offers[volunteer])
        for turn in turns:
            if turn.is_due:
                self._finish(turn, [pk for pk, rows in offers.items() if any(one is turn for one in rows)])

    def _ask(self, volunteer, evening, rows):
        ask: Ask = self.ask(volunteer, evening)
        for offer in self.offers_of[volunteer]:
            if offer.live and offer.ask.evening == evening:
                offer.ask = ask
        for turn in rows:
            search = turn.search
            wave = search.waves + 1 if turn.is_due else search.waves
            self.offer(ask, search.post, search=search.pk, wave=wave, rank=turn.ranks[volunteer])

    def _finish(self, turn, volunteers):
        search = turn.search
        was_planned = search.next_wave_at is not None and search.next_wave_at <= self.now
        if volunteers:
            search.waves += 1
        if volunteers or was_planned:
            search.next_wave_at = pace.next_wave(self.now, turn.hole.frame, reserve_only=turn.reserve_only)
        if search.others_asked_at is None and turn.asks_others(volunteers):
            search.others_asked_at = self.now

    def offer(self, ask, post, **facts):
        made = super().offer(ask, post, **facts)
        self.searches[made.search - 1].last_asked = self.now
        return made
