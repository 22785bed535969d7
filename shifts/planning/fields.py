"""Hours, numbers and texts in several languages, each with a sentence for what is wrong with it."""

import re
from datetime import time

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import to_python

from shifts.forms import LEAVE_OPEN, SEARCH
from volunteers.fields import SENTENCES, PhoneField, validate_line, validate_text

# 18:00, 18.00, 18h00, 18h, 18, 1800: as people type hours in a hurry.
HOUR = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?h?", re.ASCII)
AN_HOUR = _("Write an hour as 17:30.")
A_NUMBER = _("Write a whole number from %(least)s to %(most)s.")


def read_hour(text: str) -> time:
    """The hour on the wall that `text` says. Raises ValueError with a sentence."""
    match = HOUR.fullmatch(text.strip().lower().replace(" ", ""))
    if not match or int(match[1]) > 23:
        raise ValueError(str(AN_HOUR))
    return time(int(match[1]), int(match[2] or 0))


def read_number(text: str, least: int, most: int) -> int:
    """The whole number that `text` says. Raises ValueError with a sentence."""
    text = text.strip()
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not least <= int(text) <= most:
        raise ValueError(str(A_NUMBER % {"least": least, "most": most}))
    return int(text)


class HourField(forms.CharField):
    """An hour on the clock of the edition; cleaned to a time."""

    def __init__(self, **kwargs):
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": 5}
        widget = forms.TextInput(attrs=attrs)
        sentences = {**SENTENCES, "required": AN_HOUR}
        super().__init__(widget=widget, max_length=40, error_messages=sentences, **kwargs)

    def prepare_value(self, value):
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def clean(self, value):
        typed = super().clean(value)
        try:
            return read_hour(typed) if typed else None
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None


class NumberField(forms.CharField):
    """A whole number, typed without the arrows that a browser adds to one; None where it `may_be_empty` and is."""

    def __init__(self, *, least: int, most: int, may_be_empty: bool = False, **kwargs):
        self.least, self.most, self.may_be_empty = least, most, may_be_empty
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 4})
        # An empty field gets the same sentence as a wrong one: it says which numbers there are.
        super().__init__(widget=widget, max_length=40, required=False, error_messages=SENTENCES, **kwargs)

    def clean(self, value):
        typed = super().clean(value)
        if self.may_be_empty and not typed.strip():
            return None
        try:
            return read_number(typed, self.least, self.most)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None


class RowField(forms.ChoiceField):
    """One of `rows`, cleaned to the row itself; `empty` is what the list says for none, which is then allowed."""

    def __init__(self, rows, *, empty="", **kwargs):
        self.rows = {str(row.pk): row for row in rows}
        choices = [("", empty or "—"), *((pk, str(row)) for pk, row in self.rows.items())]
        super().__init__(choices=choices, required=not empty, error_messages=CHOOSE, **kwargs)

    def prepare_value(self, value):
        return getattr(value, "pk", value)

    def clean(self, value):
        return self.rows.get(super().clean(value))


class ThenField(forms.ChoiceField):
    """What becomes of places that are added on a published evening: nothing starts by itself (design.md 6)."""

    def __init__(self):
        super().__init__(
            label=_("And the places added?"),
            choices=[LEAVE_OPEN, SEARCH],
            initial="leave_open",
            required=False,
            widget=forms.RadioSelect,
            error_messages=SENTENCES,
        )

    def clean(self, value):
        return super().clean(value) or "leave_open"


CHOOSE = {**SENTENCES, "required": _("Choose one from the list.")}


class NumberToCallField(PhoneField):
    """A telephone number, kept as people read it: "+32 470 12 34 56"."""

    def clean(self, value):
        number = super().clean(value)
        return to_python(number).as_international if number else ""


def line(label, most, *, required="", **options):
    """A text on one line; `required` is what to say where there is none, and without it there may be none."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=bool(required),
        validators=[validate_line],
        error_messages={**SENTENCES, "required": required},
        **options,
    )


def lines(label, most, **options):
    """A text of several lines, never needed."""
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label,
        max_length=most,
        required=False,
        widget=widget,
        validators=[validate_text],
        error_messages=SENTENCES,
        **options,
    )


def in_languages(name: str, label, languages: list[str], make, most: int) -> dict[str, forms.Field]:
    """{"title_fr": field, …}: the same text once a language."""
    names = dict(settings.LANGUAGES)
    fields = {}
    for code in languages:
        fields[f"{name}_{code}"] = make(f"{label}, {names[code]}", most)
        fields[f"{name}_{code}"].widget.attrs["lang"] = code
    return fields
