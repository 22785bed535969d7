"""The rules of an edition, as data (design.md 5 and 6): the defaults, and how an edition changes them."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time, timedelta


@dataclass(frozen=True)
class Pace:
    """One row of the table of design.md 6: how a search behaves while more than `over` is left to the report time.

    `first_wave` None waits for the coordinator's next working day, at `Rules.working_hour`. `asked` None asks everybody
    who may be asked; `reserve_first` then leaves the reserve alone for that long. `next_wave` None plans no other wave.
    """

    over: timedelta
    first_wave: timedelta | None
    asked: int | None
    next_wave: timedelta | None
    reserve_first: timedelta | None = None
    phone_list: bool = False
    keeps_quiet_hours: bool = True


@dataclass(frozen=True)
class ReminderRule:
    """A planned message: `days` calendar days before the evening, at the wall-clock `at` of the edition's zone."""

    days: int
    at: time


PACES = (
    Pace(over=timedelta(days=7), first_wave=None, asked=2, next_wave=timedelta(hours=24)),
    Pace(over=timedelta(days=2), first_wave=timedelta(minutes=30), asked=3, next_wave=timedelta(hours=4)),
    Pace(
        over=timedelta(hours=12),
        first_wave=timedelta(minutes=5),
        asked=5,
        next_wave=timedelta(minutes=90),
        phone_list=True,
    ),
    Pace(
        over=timedelta(hours=3),
        first_wave=timedelta(0),
        asked=None,
        next_wave=None,
        reserve_first=timedelta(minutes=15),
        phone_list=True,
    ),
    Pace(
        over=timedelta.min,
        first_wave=timedelta(0),
        asked=None,
        next_wave=None,
        phone_list=True,
        keeps_quiet_hours=False,
    ),
)

# How much each criterion of the ranking counts, from 0 to 100: who most likely comes, who did least, whose wishes it
# meets. Who is on call, or said yes when a place had just been taken, comes before everybody (design.md 6).
PRESETS = {
    "fill_first": {
        "language": 60,
        "role": 20,
        "museum": 25,
        "answer": 70,
        "evenings": 15,
        "asked": 20,
        "absences": 30,
        "said_yes": 50,
    },
    "fair": {
        "language": 60,
        "role": 10,
        "museum": 10,
        "answer": 30,
        "evenings": 100,
        "asked": 60,
        "absences": 10,
        "said_yes": 0,
    },
    "wishes": {
        "language": 60,
        "role": 100,
        "museum": 60,
        "answer": 50,
        "evenings": 20,
        "asked": 20,
        "absences": 10,
        "said_yes": 10,
    },
}
RANKINGS = tuple(PRESETS)
CRITERIA = tuple(PRESETS["fill_first"])

# How volunteers take an open place on a published evening themselves.
SELF_SERVICE = ("off", "approve", "at_once")
# The rules that are one word of a list.
CHOICES = {"self_service": SELF_SERVICE, "ranking": RANKINGS}


@dataclass(frozen=True)
class Rules:
    """Every number that an edition may set. Times are wall-clock times of the edition's zone; Monday is day 0.

    `ranking` is one of RANKINGS; `weights` are numbers of the coordinator's own instead of that preset's, by criterion.
    A post whose loss leaves a language unspoken asks who speaks it alone for `language_waves` waves. An evening has at
    most `reserve_most` people on call, `reserve_many` from `reserve_many_from` places on; they can be reached from
    `reserve_from` to `reserve_until`. Who has not confirmed at `to_phone` is on the list of whom to phone.
    `self_service` is one of SELF_SERVICE. `expected_loss` is the share, in per cent, of people that will not come in
    the end. A withdrawal less than `alert_within` before the report time is told to who is on duty at once; the others
    stand in the coordinators' digest, on their working days at `digest_at`.
    """

    quiet_from: time = time(20, 30)
    quiet_until: time = time(9, 0)
    quiet_days: tuple[int, ...] = (6,)
    working_days: tuple[int, ...] = (0, 1, 3)
    working_hour: time = time(10, 0)
    paces: tuple[Pace, ...] = PACES
    asks_a_week: int = 2
    asks_an_evening: int = 1
    budget_until: timedelta = timedelta(hours=12)
    last_useful: timedelta = timedelta(minutes=60)
    wanted_stops: timedelta = timedelta(hours=12)
    undo: timedelta = timedelta(minutes=2)
    ranking: str = "fill_first"
    weights: tuple[tuple[str, int], ...] = ()
    asks_need_consent: bool = False
    language_waves: int = 2
    self_service: str = "off"
    swap_needs_ok: bool = False
    expected_loss: int = 20
    alert_within: timedelta = timedelta(hours=48)
    digest_at: time = time(9, 0)
    briefing: ReminderRule = field(default_factory=lambda: ReminderRule(6, time(10, 0)))
    unconfirmed: ReminderRule = field(default_factory=lambda: ReminderRule(2, time(12, 0)))
    eve: ReminderRule = field(default_factory=lambda: ReminderRule(1, time(17, 0)))
    reserve: ReminderRule = field(default_factory=lambda: ReminderRule(0, time(12, 0)))
    reserve_from: time = time(15, 0)
    reserve_until: time = time(18, 30)
    reserve_most: int = 2
    reserve_many: int = 3
    reserve_many_from: int = 20
    to_phone: ReminderRule = field(default_factory=lambda: ReminderRule(1, time(12, 0)))
    phones_from: time = time(12, 0)
    phones_until: time = time(12, 0)

    @property
    def undo_minutes(self) -> int:
        """How long a click can be taken back, as pages say it."""
        return round(self.undo / timedelta(minutes=1))

    def weight(self, criterion: str) -> int:
        """How much that criterion of the ranking counts: the coordinator's own number, or else her preset's."""
        return dict(self.weights).get(criterion, PRESETS[self.ranking][criterion])

    def is_night(self, hour: time) -> bool:
        """Whether nothing leaves at `hour` on any day; half open. With twice the same hour no night is quiet.

        An edition whose evenings end late may be quiet from 01:00 only.
        """
        if self.quiet_from > self.quiet_until:
            return not self.quiet_until <= hour < self.quiet_from
        return self.quiet_from <= hour < self.quiet_until

    def is_near(self, moment: datetime, now: datetime) -> bool:
        """Whether `moment` is so soon that what happens about it is told at once and comes before everything else."""
        return moment - now < self.alert_within

    def pace(self, left: timedelta) -> Pace:
        """The row of the table that holds with `left` to the report time."""
        return next(pace for pace in self.paces if left > pace.over or pace is self.paces[-1])


def from_data(data: dict) -> Rules:
    """The defaults, changed by what an edition keeps as JSON: `{"quiet_from": "20:30", "last_useful": 60, ...}`.

    Times are "HH:MM"; lengths of time are minutes; reminders are `{"days": 6, "at": "10:00"}`; a pace is its fields.
    An unknown name raises KeyError: a rule that is misspelt must not be silently the default.
    """
    known = {rule.name: rule.default for rule in fields(Rules)}
    return replace(Rules(), **{name: _read(name, value, known[name]) for name, value in data.items()})


def _read(name, value, default):
    if name == "paces":
        return tuple(Pace(**{key: _pace_value(key, part) for key, part in row.items()}) for row in value)
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise ValueError(f"{name} is {value!r}, not one of {', '.join(CHOICES[name])}")
        return value
    if name == "weights":
        if unknown := value.keys() - set(CRITERIA):
            raise KeyError(f"nothing is ranked by {', '.join(sorted(unknown))}")
        return tuple(sorted(value.items()))
    if isinstance(value, dict):
        return ReminderRule(value["days"], time.fromisoformat(value["at"]))
    if isinstance(value, str):
        return time.fromisoformat(value)
    if isinstance(value, list):
        return tuple(value)
    return timedelta(minutes=value) if isinstance(default, timedelta) else value


def _pace_value(name, value):
    if name == "over" and value is None:
        return timedelta.min
    return value if value is None or name in ("asked", "phone_list", "keeps_quiet_hours") else timedelta(minutes=value)


def to_data(rules: Rules) -> dict:
    """What of `rules` differs from the defaults, as `from_data` reads it."""
    default = Rules()
    changed = [rule.name for rule in fields(Rules) if getattr(rules, rule.name) != getattr(default, rule.name)]
    data = {name: _written(getattr(rules, name)) for name in changed}
    return data | {"weights": dict(rules.weights)} if rules.weights else data


def _written(value):
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return None if value == timedelta.min else _minutes(value)
    if isinstance(value, ReminderRule):
        return {"days": value.days, "at": f"{value.at:%H:%M}"}
    if isinstance(value, Pace):
        return {part.name: _written(getattr(value, part.name)) for part in fields(Pace)}
    return [_written(part) for part in value] if isinstance(value, tuple) else value


def _minutes(length):
    minutes = length.total_seconds() / 60
    return int(minutes) if minutes.is_integer() else minutes
