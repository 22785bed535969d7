"""How made-up people behave, and what things cost: every number of the simulation, each with its reason.

Nobody has measured these for museum evenings. They are set so that no way of asking is helped that we would like to see
win, and `trials` plays the same seasons with other values.
"""

from dataclasses import dataclass
from datetime import time, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Assumptions:
    """Shares and chances are from 0 to 1; hours of the day are those of a clock on the wall of the edition's zone."""

    # Who withdraws. A festival in Brussels publishes that it loses about one volunteer in five.
    loss: float = 0.20
    # Most plans for a Thursday change in the days before it.
    withdraws_within: timedelta = timedelta(days=10)
    # Illness, work, a train that does not run: of those who withdraw so many do it in the last hours.
    late_share: float = 0.20
    late_within: timedelta = timedelta(hours=8)
    # A withdrawal earlier than that is written when people are up.
    awake_from: time = time(7, 30)
    awake_until: time = time(23, 0)

    # When a message is read: log-normal, half of them within this, and one in ten after four times as long.
    reads_within: timedelta = timedelta(hours=3)
    reading_spread: float = 1.1
    # At night the clock of reading runs slower: some are awake.
    night_from: time = time(22, 0)
    night_until: time = time(7, 0)
    night_speed: float = 0.1
    # Some never read what we write, and some messages drown even with people who do.
    never_read: float = 0.08
    drowned: float = 0.10
    # Who is on call keeps the phone at hand on the day, from when we told her so.
    on_call_reads_within: timedelta = timedelta(minutes=15)
    on_call_from: time = time(12, 0)

    # The chance of a yes of somebody who was never asked, by what she answered for the evening. It is far from sure
    # even after a yes of weeks ago: she was not placed, and has made other plans.
    says_yes: float = 0.55
    says_yes_if_needed: float = 0.40
    says_yes_without_answer: float = 0.20
    # Only a broadcast asks these: who answered no, and who has as many evenings as she wished (a factor).
    says_yes_after_no: float = 0.04
    above_her_most: float = 0.3
    # Who is on call agreed to come.
    says_yes_on_call: float = 0.90
    # People differ: this is the spread of a log-normal factor that stays with a person all season.
    eagerness_spread: float = 0.35
    # She likes the role, or knows the museum.
    wish_met: float = 1.15
    # Nobody likes to be asked all the time: each earlier ask of the season takes this part of her chance away, down
    # to a rest of it.
    after_an_ask: float = 0.90
    never_less_than: float = 0.35
    # The nearer the evening, the fewer are free: a factor, by the hours left to the report time when she reads it.
    notice: tuple[tuple[float, float], ...] = ((72, 1.0), (24, 0.9), (6, 0.75), (2, 0.55), (0, 0.4))
    # Nobody is that sure.
    surest: float = 0.97
    # Who will not come says so, instead of nothing.
    says_no: float = 0.5

    # A call is a little harder to refuse than a mail; who cannot come cannot.
    by_phone: float = 1.1
    # On a working day before 17:00 most are at work or in class, and do not pick up. Nobody is tried more often than so
    # for one evening.
    picks_up: float = 0.4
    most_calls: int = 3

    # The people of the bundled edition offer some 135 evenings for 118 places: where a fifth is lost, there is nobody
    # left to ask, however one asks. So half as many again; a factor.
    people: float = 1.5
    # Whether an evening has its reserve.
    reserve: bool = True


# One by one: how long somebody has to answer before the next is asked.
PATIENCE = timedelta(hours=24)

# The coordinator who phones: at work on the working days of the edition (three a week), between these hours.
WORKS_FROM = time(10, 0)
WORKS_UNTIL = time(17, 0)
CALL = timedelta(minutes=4)
CALL_IN_VAIN = timedelta(minutes=1)
# Beside a search she phones only for what begins within these hours: on the day.
PHONES_WITHIN = timedelta(hours=12)
# Who does not pick up is left alone for so long.
TRIED_AGAIN_AFTER = timedelta(hours=2)

# What a coordinator does by hand, in minutes. That of one by one and of the broadcast leave at once at any hour, as if
# a program sent them, which is kind to both: by hand they would wait for her. Their minutes are those by hand.
TO_BROADCAST = 8
TO_ASK_ONE = 4
# Read a yes and write it into the list; answer somebody whose yes came too late; read a no.
TO_NOTE_A_YES = 3
TO_ANSWER_LATE = 2
TO_READ_A_NO = 0.5
# With a search she reads a line when somebody withdraws, one when the place is filled or stays empty.
TO_READ_A_LINE = 0.5
