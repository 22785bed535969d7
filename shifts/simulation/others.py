"""How places are filled elsewhere, in writing: everybody at once, one after another."""

from datetime import datetime

from shifts.models import Post
from shifts.ranking import against_offer

from .assumptions import PATIENCE, TO_ANSWER_LATE, TO_ASK_ONE, TO_BROADCAST, TO_NOTE_A_YES, TO_READ_A_NO
from .site import LATE, NO, YES, Ask, Site

# Whom no broadcast is sent to: who is there, gave her place back, may not be there, or did not agree to be asked.
NOT_EVEN_TO_ALL = {"busy", "withdrew", "too_young", "languages", "not_to_be_asked"}


class ByHand(Site):
    """A coordinator with a list and a mailbox. She knows of every withdrawal, and whom the rules allow to be asked; a
    budget she has not."""

    to_note = {YES: TO_NOTE_A_YES, LATE: TO_ANSWER_LATE, NO: TO_READ_A_NO}

    def heard(self, ask: Ask, answer: str) -> None:
        self.minutes += self.to_note[answer]


class Broadcast(ByHand):
    """Everybody is asked the moment a place is open: who may be written to and has no place that evening."""

    def opened(self, post: Post) -> None:
        self.minutes += TO_BROADCAST
        for volunteer in self.audience(post):
            self.offer(self.ask(volunteer, post.opening.evening_id), post)

    def audience(self, post: Post) -> list[int]:
        people, hole = self.crowd(post.opening.evening_id), self.hole(post)
        against = {pk: against_offer(person, hole, self.now) for pk, person in people.items()}
        return [pk for pk, codes in against.items() if not codes & NOT_EVEN_TO_ALL]


class BroadcastByRules(ByHand):
    """The same to whom the product's rules allow to be asked alone: who said no, or wants no more, hears nothing."""

    def opened(self, post: Post) -> None:
        self.minutes += TO_BROADCAST
        for candidate in self.candidates(post):
            self.offer(self.ask(candidate.pk, post.opening.evening_id), post)


class OneByOne(ByHand):
    """The best is asked; after 24 hours, or her No, the next."""

    def __init__(self, season, people):
        super().__init__(season, people)
        # By place that is looked for: the post, when the next is asked, and who was.
        self.looking: list[Looking] = []

    def opened(self, post: Post) -> None:
        self.looking.append(Looking(post, self.now))

    def filled(self, post: Post) -> None:
        self.looking.remove(next(one for one in self.looking if one.post is post))

    def heard(self, ask: Ask, answer: str) -> None:
        super().heard(ask, answer)
        for one in self.looking:
            if answer == NO and one.waits_for is ask:
                one.next_at = self.now

    def next_moment(self) -> datetime | None:
        moments = [max(one.next_at, self.now) for one in self.looking if not self.is_over(one.post)]
        return min(moments, default=None)

    def act(self) -> None:
        for one in self.looking:
            if one.next_at <= self.now and not self.is_over(one.post):
                self._ask_next(one)

    def _ask_next(self, one):
        asked = {pk for other in self.looking if other.post is one.post for pk in other.asked}
        # Who has an ask of this evening that she may still answer is not sent a second.
        evening = one.post.opening.evening_id
        waiting = {o.waits_for.volunteer for o in self.looking if o.waits_for and o.waits_for.evening == evening}
        best = next((c for c in self.candidates(one.post) if c.pk not in asked | waiting), None)
        one.next_at = self.now + PATIENCE
        if best:
            self.minutes += TO_ASK_ONE
            one.asked.add(best.pk)
            one.waits_for = self.ask(best.pk, evening)
            self.offer(one.waits_for, one.post)


class Looking:
    """One open place of somebody who asks one by one."""

    def __init__(self, post: Post, now: datetime):
        self.post, self.next_at = post, now
        self.asked: set[int] = set()
        self.waits_for: Ask | None = None
