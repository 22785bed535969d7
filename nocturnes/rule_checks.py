"""Which rules of an edition cannot be: each with a sentence that says what to do."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from .hours import NIGHT_ENDS
from .refusals import Refusal
from .rules import CHOICES, Pace, Rules

# Least and most; lengths of time in the unit in which they are typed.
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RANGES = {
    "asks_a_week": (1, 20, 1),
    "asks_an_evening": (1, 10, 1),
    "expected_loss": (0, 90, 1),
    "budget_until": (0, 168, HOUR),
    "wanted_stops": (0, 168, HOUR),
    "alert_within": (0, 336, HOUR),
    "last_useful": (0, 600, MINUTE),
    "undo": (1, 60, MINUTE),
    "language_waves": (0, 5, 1),
    "reserve_most": (0, 20, 1),
    "reserve_many": (0, 20, 1),
    "reserve_many_from": (1, 1000, 1),
}
MOST_DAYS = 60
MOST_WEIGHT = 100
AWAKE = 2 * HOUR
REMINDERS = ("briefing", "unconfirmed", "eve", "reserve", "to_phone")


class Problem(NamedTuple):
    """`where` is the name of a rule, or a part of one: "briefing.at", "paces.0.over"."""

    where: str
    sentence: str


class RulesDoNotFit(Refusal):
    sentence = _("These rules do not fit together: %(why)s")


def problems(rules: Rules) -> list[Problem]:
    """What is wrong with `rules`; nothing where they can be kept."""
    night = list(_quiet_hours(rules))
    # Of a night that is wrong itself, it says nothing that hours lie in it.
    hours = [] if night else _hours(rules)
    return [*_numbers(rules), *night, *_days(rules), *hours, *_reminders(rules), *_reserve(rules), *_paces(rules)]


def refuse_unfit(rules: Rules) -> None:
    """Raises RulesDoNotFit with every sentence."""
    if wrong := problems(rules):
        raise RulesDoNotFit(why=" ".join(str(problem.sentence) for problem in wrong))


def _numbers(rules) -> Iterator[Problem]:
    for name, (least, most, unit) in RANGES.items():
        if not least * unit <= getattr(rules, name) <= most * unit:
            yield Problem(name, _("Choose a number from %(least)s to %(most)s.") % {"least": least, "most": most})
    for name, choices in CHOICES.items():
        if getattr(rules, name) not in choices:
            yield Problem(name, _("Choose one of the answers of the list."))
    for name, number in rules.weights:
        if not 0 <= number <= MOST_WEIGHT:
            words = {"least": 0, "most": MOST_WEIGHT}
            yield Problem(f"weights.{name}", _("Choose a number from %(least)s to %(most)s.") % words)


def _reserve(rules) -> Iterator[Problem]:
    # A night's reserve may be on call until 00:30, which comes after midnight.
    since, until = ((hour < NIGHT_ENDS, hour) for hour in (rules.reserve_from, rules.reserve_until))
    if not since < until:
        yield Problem("reserve_until", _("Choose an hour after %(hour)s.") % {"hour": f"{rules.reserve_from:%H:%M}"})
    if rules.reserve_many < rules.reserve_most:
        yield Problem("reserve_many", _("From so many places on at least as many people as with fewer places."))


def _quiet_hours(rules) -> Iterator[Problem]:
    if rules.quiet_from != rules.quiet_until and _between(rules.quiet_until, rules.quiet_from) < AWAKE:
        sentence = _("This leaves less than two hours a day in which messages may leave: make the night shorter.")
        yield Problem("quiet_until", sentence)


def _between(hour: time, later: time) -> timedelta:
    """From `hour` on the clock to the next `later`."""
    minutes = (later.hour - hour.hour) * 60 + later.minute - hour.minute
    return timedelta(minutes=minutes % (24 * 60))


def _days(rules) -> Iterator[Problem]:
    if len(set(rules.quiet_days)) == 7:
        yield Problem("quiet_days", _("Leave at least one day of the week on which messages may leave."))
    if not rules.working_days:
        yield Problem("working_days", _("Choose at least one day: what may wait, waits for it."))
    elif not set(rules.working_days) - set(rules.quiet_days):
        yield Problem("working_days", _("No message leaves on these days: choose another one too."))


def _hours(rules) -> Iterator[Problem]:
    hours = {"working_hour": rules.working_hour, "digest_at": rules.digest_at}
    hours |= {f"{name}.at": getattr(rules, name).at for name in REMINDERS}
    for name, hour in hours.items():
        if rules.is_night(hour):
            sentence = _("At %(hour)s nothing leaves: choose an hour from %(until)s to %(from)s.")
            words = {"hour": hour, "until": rules.quiet_until, "from": rules.quiet_from}
            yield Problem(name, sentence % {key: f"{value:%H:%M}" for key, value in words.items()})


def _reminders(rules) -> Iterator[Problem]:
    for name in REMINDERS:
        if not 0 <= getattr(rules, name).days <= MOST_DAYS:
            sentence = _("Choose a number from %(least)s to %(most)s.") % {"least": 0, "most": MOST_DAYS}
            yield Problem(f"{name}.days", sentence)
    order = [(-rule.days, rule.at) for rule in (rules.briefing, rules.unconfirmed, rules.eve)]
    if not order[0] < order[1]:
        yield Problem("unconfirmed.days", _("The question comes after the briefing: fewer days, or a later hour."))
    if not order[1] < order[2]:
        yield Problem("eve.days", _("The short reminder comes after the question: fewer days, or a later hour."))


def _paces(rules) -> Iterator[Problem]:
    if not rules.paces or rules.paces[-1].over != timedelta.min:
        yield Problem("paces", _("The last row has no beginning: it holds until the last useful moment."))
    above = None
    for number, pace in enumerate(rules.paces):
        where = f"paces.{number}"
        if above is not None and not pace.over < above:
            yield Problem(f"{where}.over", _("Each row begins when less time is left than in the row above."))
        above = pace.over
        yield from _pace(where, pace)
    if rules.paces and rules.paces[-1].asked is not None and rules.paces[-1].next_wave is None:
        # No row follows that would ask the others: the search would wait for nothing.
        sentence = _("Leave people some minutes to answer: at least 5 for the next wave.")
        yield Problem(f"paces.{len(rules.paces) - 1}.next_wave", sentence)


def _pace(where: str, pace: Pace) -> Iterator[Problem]:
    if pace.over != timedelta.min and pace.over <= timedelta(0):
        yield Problem(f"{where}.over", _("Write more than 0 hours."))
    if pace.asked is None and pace.next_wave is not None:
        yield Problem(f"{where}.next_wave", _("Everybody is asked at once here: leave the next wave empty."))
    if pace.asked is not None and pace.asked < 1:
        yield Problem(f"{where}.asked", _("Ask at least one person, or leave it empty to ask everybody."))
    if pace.asked is not None and pace.reserve_first is not None:
        yield Problem(f"{where}.reserve_first", _("Only where everybody is asked has the reserve a head start."))
    for name in ("first_wave", "next_wave", "reserve_first"):
        length = getattr(pace, name)
        if length is not None and (length < timedelta(0) or (name == "next_wave" and length < 5 * MINUTE)):
            yield Problem(f"{where}.{name}", _("Leave people some minutes to answer: at least 5 for the next wave."))
