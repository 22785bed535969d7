"""What is known of everybody, as `ranking.crowd.Crowd` has it from the database: here from what was played.

The product's `People`, `eligibility` and `order` judge it as they judge the other.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from nocturnes.models import Evening
from shifts.models import Offer
from shifts.ranking.crowd import A_WEEK, Asked, Day, Facts, Offered, Past

NOBODY = frozenset()
SAID_YES = (Offer.Answer.YES, Offer.Answer.LATE)


class RememberedCrowd:
    """Everybody of a `site`, seen from one evening, at the site's time."""

    def __init__(self, site, evening: Evening):
        self.site, self.evening, self.now = site, evening, site.now
        self.season = RememberedSeason(site)

    def people(self) -> Iterable[tuple[Facts, set[int]]]:
        alike = defaultdict(set)
        for pk in self.site.season.humans:
            alike[self._facts(pk)].add(pk)
        return list(alike.items())

    def _facts(self, pk):
        human, evening = self.site.season.humans[pk], self.evening.pk
        return Facts(
            age_group=human.age_group,
            has_consent=True,
            is_accepted=True,
            is_blocked=False,
            most_evenings=human.most_evenings,
            may_be_asked=human.may_be_asked,
            no_asks_until=None,
            was_paused=False,
            paused_until=None,
            answer=self.site.answers[evening][pk] or None,
            on_call=pk in self.site.on_call[evening],
        )

    @cached_property
    def day(self) -> Day:
        posts = self.site.posts_of[self.evening.pk]
        busy = {pk: ((post.report_at, post.ends_at),) for post in posts for pk in self.site.active[post.pk]}
        return Day(busy, set(busy), set(self.site.withdrew[self.evening.pk]))

    @cached_property
    def asked(self) -> dict[int, Asked]:
        return {pk: self._asked(asks) for pk, asks in self._written.items()}

    @cached_property
    def _written(self):
        """What somebody was asked by a message: calls are not counted."""
        written = {pk: [ask for ask in asks if not ask.by_phone] for pk, asks in self.site.asks_of.items()}
        return {pk: asks for pk, asks in written.items() if asks}

    def _asked(self, asks):
        ours = [ask for ask in asks if ask.evening == self.evening.pk]
        return Asked(
            this_week=sum(ask.at > self.now - A_WEEK and not ask.reserve for ask in asks),
            this_evening=sum(not ask.reserve for ask in ours),
            stands_by=sum(ask.stands_by for ask in ours),
            ever=len(asks),
            last=max(ask.at for ask in asks),
        )

    @cached_property
    def offered(self) -> Offered:
        searches, declined = {}, set()
        for pk, offers in self.site.offers_of.items():
            ours = [offer for offer in offers if offer.ask.evening == self.evening.pk]
            if ours:
                searches[pk] = frozenset(offer.search for offer in ours)
            if any(offer.answer == Offer.Answer.NO for offer in ours):
                declined.add(pk)
        return Offered(searches, {}, declined)

    @cached_property
    def past(self) -> dict[int, Past]:
        return {pk: self._past(pk, asks) for pk, asks in self._written.items()}

    def _past(self, pk, asks):
        yes = {id(offer.ask) for offer in self.site.offers_of[pk] if offer.answer in SAID_YES}
        return Past(absences=0, last_asked=max(ask.day for ask in asks), asks=len(asks), yes=len(yes))


class RememberedSeason:
    """The same whatever evening it is about, as `ranking.season.Season` has it."""

    def __init__(self, site):
        self.site, self.now = site, site.now
        self.evenings: dict[int, int] = {}
        # Nobody is on call in these seasons.
        self.nights: dict[int, int] = {}
        self.not_at: dict[int, frozenset[int]] = {}
        self.likes, self.knows = Likes(site), Knows(site)

    @property
    def speakers(self) -> dict[str, set[int]]:
        return self.site.season.speakers

    def evenings_of(self, volunteer: int, everybody: Iterable[int]) -> int:
        if volunteer not in self.evenings:
            self.count_evenings(everybody)
        return self.evenings[volunteer]

    def count_evenings(self, volunteers: Iterable[int]) -> None:
        counted = defaultdict(int)
        for posts in self.site.posts_of.values():
            for pk in {pk for post in posts for pk in self.site.active[post.pk]}:
                counted[pk] += 1
        self.evenings.update((pk, counted[pk]) for pk in volunteers)


class Likes:
    """Who likes a role; ids of volunteers, as `ranking.season` gives them."""

    def __init__(self, site):
        self.season = site.season

    def of(self, name: str, pk: int) -> frozenset[int]:
        return self.season.likes.get(pk, NOBODY)


class Knows:
    """Who knows a museum: she said so, or was there on an evening that is over."""

    def __init__(self, site):
        self.site = site

    def of(self, name: str, pk: int) -> frozenset[int]:
        return self.site.season.knows.get(pk, NOBODY) | self._been(pk)

    def _been(self, museum):
        over = (post for post in self.site.season.posts_at.get(museum, ()) if post.ends_at <= self.site.now)
        return {pk for post in over for pk in self.site.active[post.pk]}
