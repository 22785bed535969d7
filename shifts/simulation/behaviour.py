"""What made-up people do.

Every draw hangs on the seed, the person, the evening and the number of the ask alone, so that each way of asking meets
the same people with the same plans.
"""

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from statistics import NormalDist

from nocturnes import hours
from shifts.models import Post
from volunteers.models import Availability

from .assumptions import HOUR, Assumptions

A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)
NORMAL = NormalDist()


def whole(moment: datetime) -> datetime:
    """The moment in UTC, to the second: what was counted one way equals what was counted another."""
    return moment.astimezone(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Behaviour:
    """The people of one season. Volunteers and evenings are named by their ids."""

    seed: int
    given: Assumptions
    season: "object"

    def chance(self, *about) -> float:
        """A number from 0 to 1, the same for the same words whenever it is asked for."""
        return _chance(f"{self.seed}:{about}")

    def gives_up_at(self, volunteer: int, evening: int) -> datetime | None:
        """When something comes up, after which she cannot come that evening; None where nothing does."""
        given, report = self.given, self.season.report_at(evening)
        if self.chance("gives up", volunteer, evening) >= given.loss:
            return None
        when = self.chance("when", volunteer, evening)
        if self.chance("late", volunteer, evening) < given.late_share:
            return whole(report - when * given.late_within)
        day = report - given.late_within - when * (given.withdraws_within - given.late_within)
        return min(whole(self._awake(day, volunteer, evening)), whole(report - given.late_within))

    def _awake(self, day, volunteer, evening):
        zone = self.season.zone
        date = hours.local_day(day, zone)
        up, down = (hours.instant(date, hour, zone) for hour in (self.given.awake_from, self.given.awake_until))
        return up + self.chance("hour", volunteer, evening) * (down - up)

    def reads_at(self, volunteer: int, evening: int, number: int, asked_at: datetime) -> datetime | None:
        """When she reads the ask of that `number` for the evening; None if never."""
        given = self.given
        never = self.chance("never reads", volunteer) < given.never_read
        if never or self.chance("drowned", volunteer, evening, number) < given.drowned:
            return None
        spread = math.exp(given.reading_spread * NORMAL.inv_cdf(self._inside("reads", volunteer, evening, number)))
        within = given.reads_within
        if self._waits_by_the_phone(volunteer, evening, asked_at):
            within = given.on_call_reads_within
        return whole(self._after_reading_time(asked_at, max(A_MINUTE, within * spread)))

    def _inside(self, *about):
        """A chance that is neither 0 nor 1, which no normal distribution knows."""
        return min(max(self.chance(*about), 1e-9), 1 - 1e-9)

    def _waits_by_the_phone(self, volunteer, evening, now):
        if volunteer not in self.season.reserve[evening]:
            return False
        day = hours.local_day(self.season.report_at(evening), self.season.zone)
        return now >= hours.instant(day, self.given.on_call_from, self.season.zone)

    def _after_reading_time(self, moment, length):
        """The moment after `length` of reading time, which runs slower at night."""
        given, zone = self.given, self.season.zone
        moment = moment.astimezone(UTC)
        while True:
            local = moment.astimezone(zone)
            day, at = local.date(), local.time()
            is_night = at >= given.night_from or at < given.night_until
            ends = given.night_until if is_night else given.night_from
            ends = hours.instant(day + A_DAY if ends <= at else day, ends, zone).astimezone(UTC)
            speed = given.night_speed if is_night else 1.0
            if (ends - moment) * speed >= length:
                return moment + length / speed
            length -= (ends - moment) * speed
            moment = ends

    def would_come(
        self, volunteer: int, post: Post, now: datetime, *, asked_before: int, has_enough=False, by_phone=False
    ) -> bool:
        """Whether she says yes to `post` at `now`, having been asked so often before in this season.

        `has_enough`: she has as many evenings already as she wished for. Her evening is one draw: who cannot come on
        Thursday cannot, however often and by whomever she is asked.
        """
        evening = post.opening.evening_id
        up = self.gives_up_at(volunteer, evening)
        if up is not None and up <= now:
            return False
        chance = self.given.says_yes_on_call
        # Who is on call agreed to come: nothing of that is weighed again.
        if volunteer not in self.season.reserve[evening]:
            chance = self._eager(volunteer, evening) * self._notice(post, now)
            chance *= max(self.given.after_an_ask**asked_before, self.given.never_less_than)
            chance *= self.given.wish_met if self.season.meets_a_wish(volunteer, post) else 1.0
            chance *= self.given.above_her_most if has_enough else 1.0
            chance *= self.given.by_phone if by_phone else 1.0
        return self.chance("comes", volunteer, evening) < min(chance, self.given.surest)

    def says_no(self, volunteer: int, evening: int, number: int) -> bool:
        """Whether somebody who will not come says so."""
        return self.chance("says no", volunteer, evening, number) < self.given.says_no

    def picks_up(self, volunteer: int, evening: int, call: int) -> bool:
        if volunteer in self.season.reserve[evening]:
            return True
        return self.chance("picks up", volunteer, evening, call) < self.given.picks_up

    def _eager(self, volunteer, evening):
        eager = math.exp(self.given.eagerness_spread * NORMAL.inv_cdf(self._inside("eager", volunteer)))
        return eager * self._by_answer[self.season.answers[evening][volunteer]]

    @cached_property
    def _by_answer(self):
        given = self.given
        return {
            Availability.Answer.YES: given.says_yes,
            Availability.Answer.IF_NEEDED: given.says_yes_if_needed,
            "": given.says_yes_without_answer,
            Availability.Answer.NO: given.says_yes_after_no,
        }

    def _notice(self, post, now):
        left = (post.report_at - now) / HOUR
        return next((factor for least, factor in self.given.notice if left >= least), self.given.notice[-1][1])


@lru_cache(maxsize=200_000)
def _chance(words):
    # Not a secret: the same seed has to give the same season everywhere.
    return random.Random(words).random()  # noqa: S311
