"""When a search asks next, and whom: the table of design.md 6 as functions of times and rules, without a query.

A search lives through the rows of the table one after another, as the time left to the report time shrinks. Its next
wave is the first moment at which the row that holds *then* says "now": so a wave that was planned in 24 hours does not
sleep over the moment from which everybody is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from nocturnes import hours
from nocturnes.rules import Pace, Rules


@dataclass(frozen=True)
class Frame:
    """What the pace of one post depends on: its instants, and the rules and zone of its edition."""

    report_at: datetime
    starts_at: datetime
    rules: Rules
    zone: ZoneInfo

    @property
    def over_at(self) -> datetime:
        """The last useful moment: from here on nobody is asked, and a yes comes too late."""
        return self.starts_at + self.rules.last_useful

    def pace(self, now: datetime) -> Pace:
        return self.rules.pace(self.left(now))

    def left(self, now: datetime) -> timedelta:
        # Lengths of time are counted between instants: on the night of a clock change a day has 23 or 25 hours.
        return self.report_at.astimezone(UTC) - now.astimezone(UTC)

    def is_over(self, now: datetime) -> bool:
        return now >= self.over_at

    def is_quiet(self, now: datetime) -> bool:
        """Whether a wave has to wait at `now` because people sleep, or it is Sunday."""
        return self.pace(now).keeps_quiet_hours and hours.is_quiet(now, self.rules, self.zone)

    def soonest(self, now: datetime) -> datetime:
        """The first moment from `now` on at which a wave may leave."""
        return hours.after_quiet(now, self.rules, self.zone) if self.pace(now).keeps_quiet_hours else now

    def wants_consent(self, now: datetime) -> bool:
        """Whether a wave at `now` waits for a coordinator: by the rule, while not everybody is asked."""
        return self.rules.asks_need_consent and self.pace(now).asked is not None

    def row_since(self, now: datetime) -> datetime | None:
        """When the row that holds at `now` began to hold; None in the first row."""
        return next((enters for enters, leaves, _ in self.rows() if leaves > now), None)

    def row_until(self, now: datetime) -> datetime:
        """When the row that holds at `now` ceases to hold: the next one begins, or the last useful moment passes."""
        return next((leaves for _, leaves, _ in self.rows() if leaves > now), self.over_at)

    def rows(self) -> Iterator[tuple[datetime | None, datetime, Pace]]:
        """The rows of the table with the moments between which each one holds, up to the last useful moment."""
        enters, report = None, self.report_at.astimezone(UTC)
        for pace in self.rules.paces:
            last = pace is self.rules.paces[-1]
            leaves = self.over_at if last else min(report - pace.over, self.over_at)
            if enters is None or enters < leaves:
                yield enters, leaves, pace
            enters = leaves


def frame(post) -> Frame:
    edition = post.opening.evening.edition
    return Frame(post.report_at, post.starts_at, edition.rules, edition.zone)


def first_wave(since: datetime, frame: Frame, *, wanted_now: bool = False) -> datetime | None:
    """When a search that was opened at `since` asks for the first time; None where there is no useful moment left.

    `wanted_now` says that the coordinator asked for it herself: then nothing waits for her next working day, only for
    the moments in which she may undo a click.
    """
    return _earliest(since, frame, partial(_first_in, wanted_now=wanted_now))


def next_wave(since: datetime, frame: Frame, *, reserve_only: bool = False) -> datetime | None:
    """When a search asks again after a wave at `since`; None where everybody is asked and nothing else is to come.

    `reserve_only` says that the wave at `since` left everybody but the reserve alone for the moment.
    """
    return _earliest(since, frame, _next_after_reserve if reserve_only else _next_in)


def at_once(since: datetime, frame: Frame) -> datetime | None:
    """When a wave leaves that a coordinator asks for with a click at `since`; None where it is too late.

    Once she can undo it no more; where everybody is asked there is no time for that, and it leaves at the first moment
    that is not quiet.
    """
    return _earliest(since, frame, _on_click)


def preview(opened_at: datetime, frame: Frame, *, with_reserve: bool = True) -> list[tuple[datetime, Pace]]:
    """Every wave that a search opened at `opened_at` would come to, while nobody says yes: its timeline."""
    waves = []
    at = first_wave(opened_at, frame)
    while at is not None:
        pace = frame.pace(at)
        waves.append((at, pace))
        since = frame.row_since(at)
        begun = any(since is None or since <= earlier for earlier, _ in waves[:-1])
        reserve_only = with_reserve and pace.reserve_first is not None and not begun
        at = next_wave(at, frame, reserve_only=reserve_only)
    return waves


def _earliest(since, frame, moment_in):
    """The first moment after `since` that some row names while it holds."""
    for enters, leaves, pace in frame.rows():
        if leaves <= since:
            continue
        at = moment_in(pace, since, entered=enters is None or enters <= since, frame=frame)
        if at is None:
            continue
        if enters is not None:
            at = max(at, enters)
        if pace.keeps_quiet_hours:
            at = hours.after_quiet(at, frame.rules, frame.zone)
        if at < leaves:
            return at
    return None


def _first_in(pace, since, *, entered, frame, wanted_now):
    if pace.first_wave is None and wanted_now:
        return _after(pace, since, frame.rules.undo, frame)
    if pace.first_wave is None:
        return hours.next_working_moment(since, frame.rules, frame.zone)
    return _after(pace, since, pace.first_wave, frame)


def _on_click(pace, since, *, entered, frame):
    return _after(pace, since, timedelta(0) if pace.asked is None else frame.rules.undo, frame)


def _next_in(pace, since, *, entered, frame):
    if pace.asked is None:
        # Everybody is asked as soon as this row begins to hold, and once.
        return None if entered else since
    return None if pace.next_wave is None else _after(pace, since, pace.next_wave, frame)


def _next_after_reserve(pace, since, *, entered, frame):
    if pace.asked is None and pace.reserve_first is not None:
        return _after(pace, since, pace.reserve_first, frame)
    return _next_in(pace, since, entered=entered, frame=frame)


def _after(pace, since, wait, frame):
    if not pace.keeps_quiet_hours:
        return since + wait
    return hours.after_waiting(since, wait, frame.rules, frame.zone)
