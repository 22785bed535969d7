"""Wall-clock time, in one place: hours of an edition's zone, quiet hours, working days (design.md 3.7)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .refusals import Refusal
from .rules import Rules

# What closes by then is open by day.
EVENING_BEGINS = time(18)
# An hour before this one, typed for an evening, is that of the night which follows it.
NIGHT_ENDS = time(5)


class HourDoesNotExist(Refusal):
    sentence = _("On that day the clock jumps over %(hour)s: choose an hour before or after it.")


class HourExistsTwice(Refusal):
    sentence = _("On that day the clock shows %(hour)s twice: choose an hour before or after it.")


def instant(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """When a clock on the wall of `zone` shows `hour` on `day`; for the first time, where it does so twice."""
    return datetime.combine(day, hour, tzinfo=zone)


def typed_instant(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The same for an hour that somebody typed.

    Raises HourDoesNotExist or HourExistsTwice on the nights of the clock change.
    """
    first, second = instant(day, hour, zone), instant(day, hour.replace(fold=1), zone)
    if first.utcoffset() == second.utcoffset():
        return first
    refusal = HourDoesNotExist if first.utcoffset() < second.utcoffset() else HourExistsTwice
    raise refusal(hour=f"{hour:%H:%M}")


def evening_day(evening: date, hour: time) -> date:
    """The day of an `hour` of the evening of that date: 01:00 comes after midnight, so on the day after."""
    return evening + timedelta(days=1) if hour < NIGHT_ENDS else evening


def evening_instant(evening: date, hour: time, zone: ZoneInfo) -> datetime:
    """When an `hour` that somebody typed for the evening of that date is.

    Raises HourDoesNotExist or HourExistsTwice, as `typed_instant`.
    """
    return typed_instant(evening_day(evening, hour), hour, zone)


def is_by_day(opens: time, closes: time) -> bool:
    """Whether what keeps these hours is over before the evening begins: "in the evening" is then no word for it."""
    return opens < closes <= EVENING_BEGINS


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """What the calendar shows in `zone` at `moment`."""
    return timezone.localdate(moment, zone)


def tonight(moment: datetime, zone: ZoneInfo) -> date:
    """The date of the evening that goes on at `moment`, or may begin: before NIGHT_ENDS that of the day before."""
    local = timezone.localtime(moment, zone)
    return local.date() - timedelta(days=1) if local.time() < NIGHT_ENDS else local.date()


def next_monday(moment: datetime, zone: ZoneInfo) -> date:
    """The first day after the week of `moment`: who wants no question this week may be asked from then on."""
    today = local_day(moment, zone)
    return today + timedelta(days=7 - today.weekday())


def is_quiet(moment: datetime, rules: Rules, zone: ZoneInfo) -> bool:
    """Whether a message that is not urgent has to wait at `moment` (half open: at `quiet_until` it may leave)."""
    local = timezone.localtime(moment, zone)
    return rules.is_night(local.time()) or local.weekday() in rules.quiet_days


def after_quiet(moment: datetime, rules: Rules, zone: ZoneInfo) -> datetime:
    """`moment`, or the first moment after it that is not quiet."""
    while is_quiet(moment, rules, zone):
        local = timezone.localtime(moment, zone)
        day = local.date() if local.time() < rules.quiet_until else local.date() + timedelta(days=1)
        moment = instant(day, rules.quiet_until, zone)
    return moment


def after_waiting(moment: datetime, wait: timedelta, rules: Rules, zone: ZoneInfo) -> datetime:
    """The moment after `wait` of hours that are not quiet, counted from `moment` (design.md 6)."""
    moment = after_quiet(moment, rules, zone)
    while True:
        day = local_day(moment, zone)
        night = instant(day, rules.quiet_from, zone)
        if night <= moment:
            night = instant(day + timedelta(days=1), rules.quiet_from, zone)
        awake = timedelta(seconds=night.timestamp() - moment.timestamp())
        if wait < awake:
            return datetime.fromtimestamp(moment.timestamp() + wait.total_seconds(), tz=zone)
        wait -= awake
        moment = after_quiet(night, rules, zone)


def next_working_moment(moment: datetime, rules: Rules, zone: ZoneInfo) -> datetime:
    """The working hour of the coordinator's first working day after the day of `moment`."""
    day = local_day(moment, zone) + timedelta(days=1)
    while day.weekday() not in rules.working_days:
        day += timedelta(days=1)
    return instant(day, rules.working_hour, zone)
