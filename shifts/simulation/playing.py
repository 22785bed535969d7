"""Playing one season: the time moves from one thing to the next, people withdraw, read, and answer."""

from collections.abc import Callable
from datetime import UTC
from heapq import heappop, heappush
from itertools import count

from .behaviour import Behaviour
from .others import Broadcast, BroadcastByRules, OneByOne
from .ours import Ours
from .phoning import OursAndPhone, Phone
from .season import Season
from .site import Site

# What is compared, as `--json` names it ...
STRATEGIES: dict[str, Callable[[Season, Behaviour], Site]] = {
    "nobody": Site,
    "broadcast": Broadcast,
    "one_by_one": OneByOne,
    "phone": Phone,
    "ours": OursAndPhone,
}
# ... and what stands beside it: a broadcast that keeps to the product's rules, and the search while nobody phones.
MORE = {"broadcast_by_rules": BroadcastByRules, "search_alone": Ours}
WAYS = STRATEGIES | MORE


def play(site: Site, people: Behaviour) -> Site:
    """Play the season through, and return `site` with what became of it.

    Anything that has the methods and attributes of `Site` can be played: the product itself is, by a test.
    """
    return Playing(site, people).to_the_end()


class Playing:
    """`coming` has what people will do, by the moment: withdraw from an evening, or answer an ask."""

    def __init__(self, site, people):
        self.site, self.people = site, people
        self.coming, self.order, self.seen = [], count(), 0
        for evening in people.season.evenings:
            for volunteer in people.season.humans:
                at = people.gives_up_at(volunteer, evening)
                if at is not None:
                    self._comes(at, self._withdraw, volunteer, evening)

    def to_the_end(self) -> Site:
        while True:
            moment = self.site.next_moment()
            at = self.coming[0][0] if self.coming else None
            if at is None and moment is None:
                return self.site
            if at is None or (moment is not None and moment < at):
                self._move(moment)
            else:
                self._happens(at)

    def _happens(self, at):
        """The next thing that somebody does; what is due at that moment anyhow comes before it."""
        self._move(at)
        at, _number, deed, about = heappop(self.coming)
        deed(*about)
        # Who withdraws may be replaced at the same moment.
        self._move(at)

    def _move(self, moment):
        # In UTC, where an hour later is an hour later on the nights of the clock change too.
        self.site.now = moment.astimezone(UTC)
        self.site.act()
        for ask in self.site.asks[self.seen :]:
            at = self.people.reads_at(ask.volunteer, ask.evening, ask.number, ask.at)
            if at is not None and not ask.by_phone:
                self._comes(at, self._read, ask)
        self.seen = len(self.site.asks)

    def _comes(self, at, deed, *about):
        heappush(self.coming, (at, next(self.order), deed, about))

    def _withdraw(self, volunteer, evening):
        if self.site.place_of(volunteer, evening):
            self.site.withdraw(volunteer, evening)

    def _read(self, ask):
        """She reads it and answers at once, or never: unless she has a place by now, withdrew, or it is too late."""
        if not self.site.can_answer(ask) or self.site.is_too_late(ask.evening):
            return
        if self.site.would_come(ask):
            self.site.say_yes(ask)
        elif self.people.says_no(ask.volunteer, ask.evening, ask.number):
            self.site.say_no(ask)
