"""Who is where while a season is played: the rows that the product would have written, in memory.

A way of filling places is a subclass: it hears of each withdrawal and each filled place, names the next moment at which
it does something, and asks. `playing` moves the time and lets people answer.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from nocturnes.hours import local_day
from shifts import pace
from shifts.models import Offer, Post
from shifts.ranking import Candidate, Hole, People, against_offer, ranked
from volunteers.models import Availability

from .behaviour import Behaviour
from .crowd import RememberedCrowd
from .season import Season

YES, LATE, NO, OTHER = Offer.Answer.YES, Offer.Answer.LATE, Offer.Answer.NO, Offer.Answer.OTHER


@dataclass(eq=False)
class Ask:
    """One message, or one call that was picked up. `number` counts hers of that evening from 1."""

    volunteer: int
    evening: int
    at: datetime
    day: date
    number: int
    reserve: bool = False
    by_phone: bool = False
    stands_by: bool = False


@dataclass(eq=False)
class Made:
    """One offer; `ask` is the latest message that tells of it."""

    ask: Ask
    post: Post
    search: int
    wave: int
    rank: int
    at: datetime
    live: bool = True
    answer: str = ""


@dataclass
class Loss:
    """A place that somebody gave back, and when somebody else took it."""

    post: Post
    at: datetime
    filled_at: datetime | None = None
    filled_by: int | None = None

    @property
    def is_filled_at_the_start(self) -> bool:
        return self.filled_at is not None and self.filled_at <= self.post.starts_at


@dataclass(frozen=True)
class Teams:
    """The languages that openings ask for and nobody there speaks yet, as `ranking.holes.Teams` has them."""

    missing: dict[int, set[str]]


class Site:
    """Nobody asks anybody: what is common to all ways of asking. `minutes` are the coordinator's."""

    def __init__(self, season: Season, people: Behaviour):
        self.season, self.people = season, people
        self.now = season.starts
        self.minutes = 0.0
        # Rises with all that ranking may read.
        self.changes = 0
        self.losses: list[Loss] = []
        self.asks: list[Ask] = []
        self.asks_of: dict[int, list[Ask]] = defaultdict(list)
        self.offers_of: dict[int, list[Made]] = defaultdict(list)
        self.active = {pk: set(found) for pk, found in season.roster.items()}
        self.withdrew: dict[int, set[int]] = defaultdict(set)
        self.answers = {evening: dict(hers) for evening, hers in season.answers.items()}
        self.on_call = {evening: set(ready) for evening, ready in season.reserve.items()}
        self.posts_of = {evening: season.posts_of(evening) for evening in season.evenings}
        # A season is played many times: each time with places of its own.
        for pk, post in season.posts.items():
            post.taken = len(self.active[pk])

    # What a way of asking says.

    def opened(self, post: Post) -> None:
        """Somebody gave her place on `post` back just now."""

    def filled(self, post: Post) -> None:
        """Somebody took a place of `post` just now."""

    def next_moment(self) -> datetime | None:
        """The next moment at which there is something to do by itself."""
        return None

    def act(self) -> None:
        """Do what is due now."""

    def heard(self, ask: Ask, answer: str) -> None:
        """Somebody answered: yes, no, or yes when no place was open any more."""

    # What happens to people.

    def place_of(self, volunteer: int, evening: int) -> Post | None:
        return next((post for post in self.posts_of[evening] if volunteer in self.active[post.pk]), None)

    def withdraw(self, volunteer: int, evening: int) -> None:
        post = self.place_of(volunteer, evening)
        self.active[post.pk].remove(volunteer)
        post.taken -= 1
        self.changes += 1
        self.withdrew[evening].add(volunteer)
        self.losses.append(Loss(post, self.now))
        self.opened(post)

    def ask(self, volunteer: int, evening: int, *, by_phone: bool = False) -> Ask:
        number = 1 + sum(ask.evening == evening for ask in self.asks_of[volunteer])
        day = local_day(self.now, self.season.zone)
        on_call = volunteer in self.on_call[evening]
        made = Ask(volunteer, evening, self.now, day, number, reserve=on_call, by_phone=by_phone)
        self.asks.append(made)
        self.changes += 1
        self.asks_of[volunteer].append(made)
        return made

    def offer(self, ask: Ask, post: Post, *, search: int = 0, wave: int = 1, rank: int = 1) -> Made:
        made = Made(ask, post, search, wave, rank, self.now)
        self.offers_of[ask.volunteer].append(made)
        return made

    def choices(self, volunteer: int, evening: int) -> list[Made]:
        """The latest offer of each post, as `actions.choices` has them."""
        latest = {o.post.pk: o for o in self.offers_of[volunteer] if o.ask.evening == evening}
        order = {id(offer): number for number, offer in enumerate(self.offers_of[volunteer])}
        return sorted(latest.values(), key=lambda offer: (offer.post.report_at, order[id(offer)]))

    def chosen(self, volunteer: int, evening: int) -> Post | None:
        """The post that she says yes to: the first open one of what she was offered; None where it is too late."""
        posts = (offer.post for offer in self.choices(volunteer, evening))
        return next((post for post in posts if post.open_places and not self.is_over(post)), None)

    def has_enough(self, volunteer: int) -> bool:
        """Whether she has as many evenings as she wished for."""
        most = self.season.humans[volunteer].most_evenings
        return most is not None and sum(bool(self.place_of(volunteer, evening)) for evening in self.posts_of) >= most

    def can_answer(self, ask: Ask) -> bool:
        """Whether she still has something to say: has no place that evening, did not give one up, did not say no."""
        offers = (offer for offer in self.offers_of[ask.volunteer] if offer.ask.evening == ask.evening)
        answers = {offer.answer for offer in offers}
        return bool(answers & {"", LATE, OTHER}) and not (
            self.place_of(ask.volunteer, ask.evening) or ask.volunteer in self.withdrew[ask.evening] or NO in answers
        )

    def would_come(self, ask: Ask) -> bool:
        """Whether she says yes when she reads `ask`, or picks up, now."""
        post = self.chosen(ask.volunteer, ask.evening)
        return self.people.would_come(
            ask.volunteer,
            post or self.choices(ask.volunteer, ask.evening)[0].post,
            self.now,
            asked_before=self.asked_before(ask),
            has_enough=self.has_enough(ask.volunteer),
            by_phone=ask.by_phone,
        )

    def asked_before(self, ask: Ask) -> int:
        """How often she was asked in this season before."""
        return self.asks_of[ask.volunteer].index(ask)

    def is_too_late(self, evening: int) -> bool:
        return all(self.is_over(post) for post in self.posts_of[evening])

    def is_over(self, post: Post) -> bool:
        return pace.frame(post).is_over(self.now)

    def say_yes(self, ask: Ask) -> None:
        """She comes, or stands by where no place is open (`actions.accept_offer`)."""
        post = self.chosen(ask.volunteer, ask.evening)
        if post is None:
            late = self.choices(ask.volunteer, ask.evening)[0]
            self.changes += 1
            late.answer, late.live, late.ask.stands_by = LATE, False, True
            self.heard(ask, LATE)
            return
        self.take(ask.volunteer, post)
        hers = (offer for offer in self.offers_of[ask.volunteer] if offer.ask.evening == ask.evening)
        offers = [offer for offer in hers if offer.answer not in (YES, NO)]
        yes = next(o for o in reversed(offers) if o.post.pk == post.pk)
        for offer in offers:
            if offer is yes or not offer.answer:
                offer.answer, offer.live = YES if offer is yes else OTHER, False
        for hers in self.asks_of[ask.volunteer]:
            if hers.evening == ask.evening:
                hers.stands_by = False
        self.heard(ask, YES)

    def take(self, volunteer: int, post: Post) -> None:
        self.active[post.pk].add(volunteer)
        self.on_call[post.opening.evening_id].discard(volunteer)
        post.taken += 1
        self.changes += 1
        loss = next(loss for loss in self.losses if loss.post is post and loss.filled_at is None)
        loss.filled_at, loss.filled_by = self.now, volunteer
        self.filled(post)

    def say_no(self, ask: Ask) -> None:
        """Not that evening (`actions.decline`)."""
        for offer in self.offers_of[ask.volunteer]:
            if offer.ask.evening == ask.evening and not offer.answer:
                offer.answer, offer.live = NO, False
        for hers in self.asks_of[ask.volunteer]:
            if hers.evening == ask.evening:
                hers.stands_by = False
        self.changes += 1
        self.answers[ask.evening][ask.volunteer] = Availability.Answer.NO
        self.on_call[ask.evening].discard(ask.volunteer)
        self.heard(ask, NO)

    # What ranking reads.

    def candidates(self, post: Post) -> list[Candidate]:
        """Whom the rules allow to be asked for `post`, the budget aside, in the product's own order."""
        people, hole = self.crowd(post.opening.evening_id), self.hole(post)
        return ranked([person for person in people.values() if not against_offer(person, hole, self.now)], hole)

    def crowd(self, evening: int) -> People:
        return People(RememberedCrowd(self, self.season.evenings[evening]))

    def hole(self, post: Post, search: int | None = None) -> Hole:
        languages = set(self.season.post_languages[post.pk])
        missing = {post.opening_id: self._missing(post.opening_id)}
        return Hole(post, pace.frame(post), languages, Teams(missing), search)

    def _missing(self, opening):
        there = (pk for post in self.posts_by_opening[opening] for pk in self.active[post.pk])
        spoken = {code for pk in there for code in self.season.humans[pk].languages}
        return set(self.season.opening_languages[opening]) - spoken

    @cached_property
    def posts_by_opening(self) -> dict[int, list[Post]]:
        found = defaultdict(list)
        for post in self.season.posts.values():
            found[post.opening_id].append(post)
        return found
