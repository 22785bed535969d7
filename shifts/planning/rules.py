"""Every rule of an edition as a field, with what it means and its default in plain words."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.translation import gettext as _

from nocturnes.models import Edition
from nocturnes.rule_checks import MOST_DAYS, MOST_WEIGHT, RANGES, REMINDERS, problems
from nocturnes.rules import CRITERIA, PRESETS, ReminderRule, Rules
from shifts.actions.rules import SWITCHES
from shifts.ranking import PRESET_WORDS, RANKING_WORDS
from volunteers.fields import SENTENCES

from .fields import HourField, NumberField
from .forms import PlanForm
from .paces import HOUR, PaceTable, length_text, read_length
from .rule_words import CHOICE_WORDS, FOLDED, GROUPS, HELP, LABELS, SELF_SERVICE_WORDS

TABLE, WEIGHTS = "paces", "weights"
HOURS = (
    *("quiet_from", "quiet_until", "working_hour", "digest_at", "phones_from", "phones_until"),
    *("reserve_from", "reserve_until"),
)
DAYS = ("quiet_days", "working_days")
TICKS = ("asks_need_consent", "swap_needs_ok")


class LengthField(forms.CharField):
    """A length of time, typed as a number of hours or of minutes."""

    def __init__(self, *, least: int, most: int, unit: timedelta, **kwargs):
        self.least, self.most, self.unit = least, most, unit
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 5})
        super().__init__(widget=widget, max_length=40, required=False, error_messages=SENTENCES, **kwargs)

    def prepare_value(self, value):
        return length_text(value, self.unit) if isinstance(value, timedelta) else value

    def clean(self, value):
        try:
            length = read_length(super().clean(value), self.unit, self.most)
        except ValueError:
            length = None
        if length is None or length < self.least * self.unit:
            words = {"least": self.least, "most": self.most}
            raise ValidationError(_("Choose a number from %(least)s to %(most)s.") % words)
        return length


class DaysField(forms.TypedMultipleChoiceField):
    """Days of the week, as many as are ticked; Monday is 0."""

    def __init__(self, **kwargs):
        choices = [(number, str(name).capitalize()) for number, name in WEEKDAYS.items()]
        super().__init__(
            choices=choices,
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages=SENTENCES,
            **kwargs,
        )


class RulesForm(PlanForm):
    """`rules` are what is shown; the table of paces stands beside the fields, as `table`."""

    def __init__(self, data: Mapping | None = None, *, edition: Edition, rules: Rules):
        super().__init__(data, edition=edition)
        self.rules = rules
        for name in _names():
            for part, made in _fields(name, rules).items():
                self.fields[part] = made
                made.label, made.help_text = LABELS[part], HELP.get(part, "")
        for name in SWITCHES:
            label, help_text = LABELS[name], HELP.get(name, "")
            self.fields[name] = forms.BooleanField(label=label, help_text=help_text, required=False)
        self.initial = _initial(rules) | {name: getattr(edition, name) for name in SWITCHES}
        self.table = PaceTable(rules.paces, data)

    @property
    def seen(self):
        """A mark of the rules as they are kept, which comes back with what was typed."""
        kept = json.dumps(
            [self.edition.rules_data, *(getattr(self.edition, name) for name in SWITCHES)], sort_keys=True
        )
        return hashlib.sha256(kept.encode()).hexdigest()[:16]

    def groups(self):
        """(slug, title, explanation, [(field, its default in words, whether it differs)])."""
        default = _initial(Rules()) | {name: Edition._meta.get_field(name).default for name in SWITCHES}
        for slug, title, text, names in GROUPS:
            rows = [(self[name], in_words(name, default[name]), self.initial[name] != default[name]) for name in names]
            yield slug, title, text, rows

    def weights(self):
        """[(field, what the criterion does, [(preset, its number there)])], for the numbers that are folded away."""
        for name in CRITERIA:
            yield (
                self[f"{WEIGHTS}_{name}"],
                RANKING_WORDS[name][1],
                [(PRESET_WORDS[preset][0], numbers[name]) for preset, numbers in PRESETS.items()],
            )

    @property
    def presets(self):
        return [title for title, _what in PRESET_WORDS.values()]

    @property
    def unfolds_weights(self):
        """Whether the numbers are shown from the start: some are the edition's own, or something is wrong with one."""
        names = FOLDED["ranking"]
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self):
        super().clean()
        paces = self.table.read()
        if paces is None:
            self.add_error(None, _("Something in the table cannot be read."))
        if self.data.get("seen", self.seen) != self.seen:
            self.add_error(None, _("Somebody else changed the rules meanwhile. Save again if yours are to hold."))
        if self.errors:
            return
        self.wanted = self._rules(paces)
        for problem in problems(self.wanted):
            self._say(problem)

    def _rules(self, paces):
        values = {name: self.cleaned_data[name] for name in _names() if name not in (*REMINDERS, WEIGHTS)}
        values |= {name: tuple(values[name]) for name in DAYS}
        for name in REMINDERS:
            values[name] = ReminderRule(self.cleaned_data[f"{name}_days"], self.cleaned_data[f"{name}_at"])
        own = {name: self.cleaned_data[f"{WEIGHTS}_{name}"] for name in CRITERIA}
        values[WEIGHTS] = tuple(sorted((name, number) for name, number in own.items() if number is not None))
        return replace(Rules(), paces=paces, **values)

    def _say(self, problem):
        if problem.where.startswith(TABLE):
            in_cell = self.table.mark(*problem)
            sentence = _("Something in the table does not fit.") if in_cell else problem.sentence
            if str(sentence) not in self.non_field_errors():
                self.add_error(None, str(sentence))
            return
        self.add_error(problem.where.replace(".", "_"), str(problem.sentence))

    @property
    def switches(self):
        return {name: self.cleaned_data[name] for name in SWITCHES}


def _names():
    return [rule.name for rule in fields(Rules) if rule.name != TABLE]


def _fields(name, rules) -> dict[str, forms.Field]:
    if name in REMINDERS:
        return {f"{name}_days": NumberField(least=0, most=MOST_DAYS), f"{name}_at": HourField()}
    if name in HOURS:
        return {name: HourField()}
    if name in DAYS:
        return {name: DaysField()}
    if name in TICKS:
        return {name: forms.BooleanField(required=False)}
    if name == WEIGHTS:
        return {f"{name}_{one}": _weight() for one in CRITERIA}
    if name in CHOICES_OF:
        choices = CHOICES_OF[name]()
        return {name: forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=SENTENCES)}
    least, most, unit = RANGES[name]
    if unit == 1:
        return {name: NumberField(least=least, most=most)}
    return {name: LengthField(least=least, most=most, unit=unit)}


def _weight():
    made = NumberField(least=0, most=MOST_WEIGHT, may_be_empty=True)
    # Drawn in its table, without what the others have around them.
    made.widget.attrs["class"] = "form-control num"
    return made


def _presets():
    sentence = '<b>{}</b> <span class="muted">{}</span>'
    return [(preset, format_html(sentence, title, what)) for preset, (title, what) in PRESET_WORDS.items()]


CHOICES_OF = {"self_service": lambda: list(SELF_SERVICE_WORDS.items()), "ranking": _presets}


def _initial(rules: Rules) -> dict:
    values = {name: getattr(rules, name) for name in _names() if name not in (*REMINDERS, WEIGHTS)}
    values |= {name: list(values[name]) for name in DAYS}
    values |= {f"{WEIGHTS}_{name}": dict(rules.weights).get(name, "") for name in CRITERIA}
    for name in REMINDERS:
        rule = getattr(rules, name)
        values |= {f"{name}_days": rule.days, f"{name}_at": rule.at}
    return values


def in_words(name: str, value) -> str:
    """A value of a rule as it is read: "20:30", "12 hours", "Monday, Tuesday"."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return length_text(value, RANGES[name][2] if name in RANGES else HOUR)
    if isinstance(value, list):
        return ", ".join(str(WEEKDAYS[day]) for day in value)
    return str(CHOICE_WORDS.get(value, value))


def with_defaults(data: Mapping, slug: str, edition: Edition) -> Mapping:
    """What was typed, with the defaults in the group `slug` ("paces" is the table) instead; nothing is kept yet."""
    data = data.copy()
    if slug == TABLE:
        for name in [name for name in data if name.startswith("pace-")]:
            del data[name]
        for cell in PaceTable(Rules().paces).cells():
            if cell.is_tick and cell.ticked:
                data[cell.name] = "on"
            elif not cell.is_tick:
                data[cell.name] = cell.text
    form = RulesForm(edition=edition, rules=Rules())
    default = form.initial | {name: Edition._meta.get_field(name).default for name in SWITCHES}
    names = next((names for group, _title, _text, names in GROUPS if group == slug), [])
    for name in (*names, *FOLDED.get(slug, [])):
        _set(data, name, form.fields[name].prepare_value(default[name]))
    return data


def group_title(slug: str) -> str:
    """What the group `slug` is called on the page; empty for one that does not exist."""
    titles = {group: title for group, title, _text, _names in GROUPS} | {TABLE: _("Pace")}
    return str(titles.get(slug, ""))


def _set(data, name, value):
    if isinstance(value, list):
        data.setlist(name, [str(one) for one in value])
    elif isinstance(value, bool):
        data.pop(name, None)
        if value:
            data[name] = "on"
    else:
        data[name] = str(value)
