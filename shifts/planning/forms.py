"""What every form of the planning has in common; the forms of an evening and of a role."""

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nocturnes import hours
from nocturnes.models import Edition, Evening, Role, User
from nocturnes.refusals import Refusal
from volunteers.fields import SENTENCES

from .fields import NumberToCallField, RowField, in_languages, line, lines

FARTHEST = timedelta(days=3 * 366)
IN_ONE = _("Write it in one language at least.")


class PlanForm(forms.Form):
    """A form in groups: `GROUPS` names each one's legend and its fields; "title_*" is the text in every language."""

    GROUPS: tuple = ()

    def __init__(self, *args, edition: Edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.edition = edition

    def groups(self):
        for legend, names in self.GROUPS:
            fields = [self[name] for pattern in names for name in self._named(pattern)]
            if fields:
                yield legend, fields

    def _named(self, pattern):
        if not pattern.endswith("*"):
            return [pattern] if pattern in self.fields else []
        return [name for name in self.fields if name.startswith(pattern[:-1])]

    def columns(self, row_type) -> dict:
        """What was typed, as far as it is a column of `row_type`."""
        columns = {column.name for column in row_type._meta.concrete_fields}
        return {name: value for name, value in self.cleaned_data.items() if name in columns}

    def need_one_language(self, name):
        """A text that has to be there, in whichever language; the others are asked for later (design.md 3.8)."""
        fields = self._named(f"{name}_*")
        if not any(self.cleaned_data.get(one) for one in fields) and not any(one in self.errors for one in fields):
            self.add_error(fields[0], ValidationError(IN_ONE, code="required"))

    def moment(self, name: str, evening: Evening, was: datetime | None = None) -> datetime | None:
        """The instant of the hour that field `name` was given; None where there is none, and the field says why.

        The hour that is shown for `was` means `was`, also where the clock shows it twice.
        """
        typed, zone = self.cleaned_data.get(name), evening.edition.zone
        if typed is None:
            return None
        if was and shown(was, zone) == f"{typed:%H:%M}":
            return was
        try:
            return hours.evening_instant(evening.date, typed, zone)
        except Refusal as refusal:
            self.add_error(name, str(refusal))
            return None


def shown(moment: datetime, zone) -> str:
    """An hour as the forms show it."""
    return f"{timezone.localtime(moment, zone):%H:%M}"


def texts_of(row, *names: str) -> dict:
    """What stands in each language of the texts `names` of `row`: the form's initial values."""
    columns = (column.name for column in row._meta.concrete_fields)
    return {column: getattr(row, column) for column in columns if column.rpartition("_")[0] in names}


class EveningForm(PlanForm):
    """Its date is chosen once: who takes another date has another evening."""

    GROUPS = ((_("The evening"), ["date", "lead", "phone", "note"]),)

    def __init__(self, *args, edition: Edition, now: datetime, evening: Evening | None = None, **kwargs):
        initial = {"lead": evening.lead, "phone": evening.phone, "note": evening.note} if evening else {}
        super().__init__(*args, edition=edition, initial=initial, **kwargs)
        self.now = now
        if evening is None:
            self.fields["date"] = forms.DateField(
                label=_("Date"),
                input_formats=["%Y-%m-%d", "%d/%m/%Y"],
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages={"required": A_DATE, "invalid": A_DATE},
            )
        on_duty = Q(is_coordinator=True, is_active=True) | Q(pk=evening.lead_id if evening else None)
        self.fields["lead"] = RowField(User.objects.filter(on_duty), label=_("Evening lead"), empty=_("Nobody yet"))
        self.fields["phone"] = NumberToCallField(
            label=_("Number to call"),
            required=False,
            help_text=_("Shown on the pages at once, and in every reminder sent from now on."),
        )
        self.fields["note"] = lines(
            _("Note for everybody on that evening"),
            1000,
            help_text=_("Everybody reads it as you write it: write it in each language."),
        )

    def clean_date(self):
        day = self.cleaned_data["date"]
        if day > hours.local_day(self.now + FARTHEST, self.edition.zone):
            raise ValidationError(_("That is more than three years away. Look at the year again."))
        return day

    def facts(self):
        return {name: self.cleaned_data[name] for name in ("lead", "phone", "note")}


A_DATE = _("Write a date as 26/03/2026.")


class RoleForm(PlanForm):
    GROUPS = ((_("Name"), ["name_*"]), (_("If somebody cannot come"), ["replace_if_empty", "floats"]))

    def __init__(self, *args, edition: Edition, role: Role | None = None, **kwargs):
        kept = ("replace_if_empty", "floats")
        initial = {**texts_of(role, "name"), **{name: getattr(role, name) for name in kept}} if role else {}
        super().__init__(*args, edition=edition, initial={"replace_if_empty": True, **initial}, **kwargs)
        self.fields |= in_languages("name", _("Name"), edition.languages, line, 60)
        self.fields["replace_if_empty"] = forms.BooleanField(
            label=_("Look for somebody else automatically"), required=False, error_messages=SENTENCES
        )
        self.fields["floats"] = forms.BooleanField(
            label=_("Helps wherever somebody is missing that evening"),
            help_text=_("Whoever has this role is named first when a museum needs somebody tonight."),
            required=False,
            error_messages=SENTENCES,
        )

    def clean(self):
        super().clean()
        self.need_one_language("name")

    def facts(self):
        return self.columns(Role)
