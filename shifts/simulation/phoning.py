"""A coordinator who phones down a list, alone or beside the search."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from nocturnes import hours
from shifts import pace
from shifts.models import Post

from .assumptions import CALL, CALL_IN_VAIN, PHONES_WITHIN, TRIED_AGAIN_AFTER, WORKS_FROM, WORKS_UNTIL
from .ours import Ours
from .site import Ask, Site

A_MINUTE = timedelta(minutes=1)


class Caller:
    """Somebody with a phone. One call after another, for the evening that comes first, until somebody says yes.

    `wanted` says whether she phones for a post now. Who does not pick up is tried again later, after everybody else.
    She phones whenever a place is open, she is at work and somebody is left to call, and does nothing else meanwhile.
    """

    def __init__(self, site: Site, wanted: Callable[[Post], bool]):
        self.site, self.wanted = site, wanted
        self.free_at: datetime | None = None
        # By person and evening: when she was called.
        self.calls: dict[tuple[int, int], list[datetime]] = defaultdict(list)
        self.said_no: set[tuple[int, int]] = set()

    def look(self) -> None:
        """Something changed: look at the list again."""
        self.free_at = max(self.free_at or self.site.now, self.site.now)

    def next_moment(self) -> datetime | None:
        return self.free_at and self._at_work(max(self.free_at, self.site.now))

    def act(self) -> None:
        """One call, where it is time for one."""
        now = self.site.now
        if self.free_at is None or self.free_at > now or self._at_work(now) > now:
            return
        self.free_at, later = None, []
        for post in self._open():
            left = [c.pk for c in self.site.candidates(post) if self._is_left(c.pk, post)]
            rested = [pk for pk in left if self._rested_at(pk, post) <= now]
            if rested:
                self._phone(min(rested, key=lambda pk: len(self._calls(pk, post))), post)
                return
            later += [self._rested_at(pk, post) for pk in left]
        self.free_at = min(later, default=None)

    def _open(self):
        posts = [post for post in self.site.season.posts.values() if post.open_places and not self.site.is_over(post)]
        return sorted(filter(self.wanted, posts), key=lambda post: (post.report_at, post.pk))

    def _calls(self, volunteer, post):
        return self.calls[volunteer, post.opening.evening_id]

    def _is_left(self, volunteer, post):
        no = (volunteer, post.opening.evening_id) in self.said_no
        return not no and len(self._calls(volunteer, post)) < self.site.people.given.most_calls

    def _rested_at(self, volunteer, post):
        calls = self._calls(volunteer, post)
        return calls[-1] + TRIED_AGAIN_AFTER if calls else self.site.now

    def _phone(self, volunteer, post):
        site, evening = self.site, post.opening.evening_id
        calls = self._calls(volunteer, post)
        calls.append(site.now)
        picks_up = site.people.picks_up(volunteer, evening, len(calls))
        length = CALL if picks_up else CALL_IN_VAIN
        site.minutes += length / A_MINUTE
        self.free_at = site.now + length
        if not picks_up:
            return
        ask = site.ask(volunteer, evening, by_phone=True)
        site.offer_by_phone(ask, post)
        if site.would_come(ask):
            site.say_yes(ask)
        else:
            self.said_no.add((volunteer, evening))
            site.say_no(ask)

    def _at_work(self, moment):
        """`moment`, or when she is at work next; in UTC."""
        zone, rules = self.site.season.zone, self.site.season.rules
        day = hours.local_day(moment, zone)
        while True:
            begins, ends = (
                hours.instant(day, hour, zone).astimezone(moment.tzinfo) for hour in (WORKS_FROM, WORKS_UNTIL)
            )
            if day.weekday() in rules.working_days and moment < ends:
                return max(moment, begins)
            day += timedelta(days=1)


class Phone(Site):
    """A coordinator who works three days a week, 10:00 to 17:00, with nothing but a list and a phone."""

    def __init__(self, season, people):
        super().__init__(season, people)
        self.caller = Caller(self, lambda post: True)

    def opened(self, post: Post) -> None:
        self.caller.look()

    def next_moment(self) -> datetime | None:
        return self.caller.next_moment()

    def act(self) -> None:
        self.caller.act()

    def offer_by_phone(self, ask: Ask, post: Post) -> None:
        self.offer(ask, post)


class OursAndPhone(Ours):
    """The search, and on the day the same coordinator phones down the list that it has ready for her.

    The table of design.md 6 has a phone list for these hours, and whoever is on duty is told of a withdrawal at once.
    She phones while she is at work, and for what has to be filled that day alone: not everybody reads in time.
    """

    def __init__(self, season, people):
        super().__init__(season, people)
        self.caller = Caller(self, lambda post: pace.frame(post).left(self.now) <= PHONES_WITHIN)
        self.looked = None

    def act(self) -> None:
        super().act()
        # Places come into the day as time passes.
        state = self.changes, self.now.replace(minute=0, second=0)
        if self.live and self.looked != state:
            self.caller.look()
            self.looked = state
        self.caller.act()

    def next_moment(self) -> datetime | None:
        moments = [super().next_moment(), self.caller.next_moment()]
        return min((moment for moment in moments if moment is not None), default=None)

    def offer_by_phone(self, ask: Ask, post: Post) -> None:
        search = self._live_of(post)
        self.offer(ask, post, search=search.pk, wave=search.waves)
