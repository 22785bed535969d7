"""Form fields that say what is wrong with a name, an address or a number, and what to do (design.md 3.10)."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from phonenumber_field.phonenumber import to_python

from nocturnes.alphabet import folded
from nocturnes.numbers import MOST_DIGITS

# A name goes into mails to people who did not ask for them: nothing in it may become a link or a piece of markup.
NOT_IN_A_NAME = re.compile(r"[<>@/\\{}\[\]=|;\"]|\w\.\w\w|[\x01-\x1f\x7f]")
CONTROL = re.compile(r"[\x01-\x1f\x7f]")
CONTROL_BUT_LINES = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")

SENTENCES = {
    "max_length": _("This is too long: %(limit_value)d characters at most, you wrote %(show_value)d."),
    "null_characters_not_allowed": _("This contains a character that cannot be read. Type it again."),
    "invalid_choice": _("Choose one of the answers of the list."),
    "invalid_pk_value": _("Choose only from the list."),
    "invalid_list": _("Choose only from the list."),
    "invalid": _("Choose one of the answers of the list."),
}


def validate_name(value):
    """Refuses what would become a link or markup in a mail."""
    if NOT_IN_A_NAME.search(value):
        raise ValidationError(_("Only a name here, without links or characters such as < @ /."))


def validate_line(value):
    """Refuses line breaks and other characters without a shape."""
    if CONTROL.search(value):
        raise ValidationError(_("Write this on one line."))


def validate_text(value):
    """Refuses characters without a shape but line breaks and tabs."""
    if CONTROL_BUT_LINES.search(value):
        raise ValidationError(SENTENCES["null_characters_not_allowed"])


def validate_address(value):
    """The sentence says which part of an e-mail address is wrong."""
    name, at, domain = value.rpartition("@")
    if not at:
        raise ValidationError(_("The @ is missing, as in firstname@example.org."))
    if not domain:
        raise ValidationError(_("What follows the @ is missing, as in firstname@example.org."))
    if not name:
        raise ValidationError(_("What comes before the @ is missing, as in firstname@example.org."))
    if re.search(r"\s", value):
        raise ValidationError(_("There is a space in the address. Take it out."))
    if "@" in name:
        raise ValidationError(_("There are two @ in the address. Keep one."))
    if "." not in domain:
        raise ValidationError(_("The end of the address is missing, as in .org or .be."))
    try:
        validate_email(value)
    except ValidationError:
        raise ValidationError(_("We cannot write to this e-mail address. Check each letter again.")) from None


class NameField(forms.CharField):
    default_error_messages = SENTENCES

    def __init__(self, *, autocomplete, **kwargs):
        widget = forms.TextInput(attrs={"autocomplete": autocomplete})
        super().__init__(widget=widget, validators=[validate_name], **kwargs)


class AddressField(forms.CharField):
    """An e-mail address in lower case."""

    default_error_messages = SENTENCES

    def __init__(self, *, autocomplete, **kwargs):
        widget = forms.EmailInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})
        super().__init__(widget=widget, max_length=254, validators=[validate_address], **kwargs)

    def to_python(self, value):
        return super().to_python(value).lower()


class PhoneField(forms.CharField):
    """A telephone number, Belgian unless it begins with + or 00; cleaned to the international form, "+32470000031"."""

    default_error_messages = SENTENCES

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        super().__init__(widget=widget, max_length=40, **kwargs)

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return ""
        number = to_python(typed, region="BE")
        if number is None or not number.is_valid():
            raise ValidationError(what_is_wrong_with(typed))
        return number.as_e164


class RowsField(forms.ModelMultipleChoiceField):
    """Rows by their numbers; a number that no database could hold is not in the list either."""

    default_error_messages = SENTENCES

    def clean(self, value):
        if any(len(str(number)) > MOST_DIGITS for number in value or ()):
            raise ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value")
        return super().clean(value)


class ByName(ModelChoiceIterator):
    """The rows of a field in the reader's alphabet: a database knows neither the language nor its accents."""

    def __iter__(self):
        return iter(sorted(super().__iter__(), key=lambda choice: folded(str(choice[1]))))


class MuseumsField(RowsField):
    """Any number of museums, by their names as the reader has them."""

    iterator = ByName


def what_is_wrong_with(typed):
    """A sentence about a telephone number that does not exist."""
    digits = sum(char.isdigit() for char in typed)
    if not digits:
        return _("Write the number in digits, as in 0470 12 34 56.")
    if not typed.startswith(("+", "00")) and digits != 10:
        return ngettext(
            "%(digits)d digit, we expect ten. For a foreign number begin with +.",
            "%(digits)d digits, we expect ten. For a foreign number begin with +.",
            digits,
        ) % {"digits": digits}
    return _("This number does not exist. Check each digit; a foreign number begins with +.")
