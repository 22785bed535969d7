from datetime import datetime

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from nocturnes.dates import date_format
from nocturnes.models import Edition, Language, Role

from .actions import offered_evenings
from .fields import (
    SENTENCES,
    AddressField,
    MuseumsField,
    NameField,
    PhoneField,
    RowsField,
    validate_line,
    validate_text,
)
from .models import AgeGroup, Availability, Heard, Notice, Registration, Volunteer


def several(rows, label, field=RowsField):
    """Boxes for rows of which somebody may tick any number."""
    sentences = {**SENTENCES, "invalid_choice": SENTENCES["invalid_list"]}
    return field(rows, required=False, label=label, widget=forms.CheckboxSelectMultiple, error_messages=sentences)


def museums_field(label):
    """Boxes for museums; the field of the model knows its rows, this app does not know that of the museums."""
    return several(Registration._meta.get_field("museums").formfield().queryset, label, MuseumsField)


def box(label, missing=""):
    """One box, never ticked beforehand; where `missing` is given it has to be ticked."""
    return forms.BooleanField(required=bool(missing), label=label, error_messages={"required": missing})


def heard_field(label):
    """One of `Heard`, or no answer."""
    choices = [("", _("Choose, or leave it open")), *Heard.choices]
    return forms.ChoiceField(label=label, choices=choices, required=False, error_messages=SENTENCES)


class SignUpForm(forms.Form):
    """What somebody tells us who wants to help; `edition` decides the evenings and languages that it offers at `now`.

    A yes to the evening of `day`, a date as the address carries it, is chosen where it is offered; so is `heard`, one
    of the values of `Heard`. What we know of `known`, who is signed in, is filled in. For others the page's language is
    ticked as one in which they can welcome a visitor; it is read back before anything is kept.
    Cleaned, `answers()` is what `actions.sign_up` keeps.
    """

    first_name = NameField(
        label=_("First name"),
        max_length=60,
        autocomplete="given-name",
        error_messages={"required": _("Write the first name that we call you by.")},
    )
    last_name = NameField(
        label=_("Name"),
        max_length=80,
        autocomplete="family-name",
        error_messages={"required": _("Write your name.")},
    )
    email = AddressField(
        label=_("E-mail"),
        autocomplete="email",
        error_messages={"required": _("Write your e-mail address: the link to confirm goes there.")},
    )
    phone = PhoneField(
        label=_("Mobile"),
        help_text=_("For the evening itself. A foreign number begins with +."),
        error_messages={"required": _("Write the number that we can reach you at on the evening itself.")},
    )
    age_group = forms.ChoiceField(
        label=_("Your age"),
        choices=AgeGroup.choices[::-1],
        widget=forms.RadioSelect,
        error_messages={**SENTENCES, "required": _("Tell us whether you are 18: under 18 a parent has to agree.")},
    )
    parent_name = NameField(label=_("A parent’s name"), max_length=120, required=False, autocomplete="off")
    parent_email = AddressField(label=_("A parent’s e-mail"), required=False, autocomplete="off")
    language = forms.ChoiceField(
        label=_("Language of our mails"),
        error_messages={**SENTENCES, "required": _("Choose the language that we write to you in.")},
    )
    most_evenings = forms.TypedChoiceField(
        label=_("How many evenings at most?"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages=SENTENCES,
    )
    languages = several(Language.objects.all(), _("Languages in which you can welcome a visitor"))
    roles = several(Role.objects.all(), _("What you like to do"))
    with_whom = forms.CharField(
        label=_("Who would you like to be with?"),
        max_length=120,
        required=False,
        validators=[validate_line],
        error_messages=SENTENCES,
    )
    arrange = forms.CharField(
        label=_("Is there something that we should arrange for you?"),
        help_text=_(
            "A chair, a stop nearby, leaving before the last train… Deleted seven days after the last evening."
        ),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[validate_text],
        error_messages=SENTENCES,
    )
    heard = heard_field(_("How did you hear about us?"))
    may_be_asked = box(_("If somebody drops out, you may write to me or call me."))

    def __init__(
        self, *args, edition: Edition, now: datetime, day: str = "", heard: str = "", known: Volunteer | None = None
    ):
        super().__init__(*args, initial=facts_of(known) if known else {})
        self.edition, self.notices = edition, Notice.objects.current(now)
        self.evenings = list(offered_evenings(edition, now))
        self.helper = FormHelper()
        self.helper.form_tag = False
        names = dict(settings.LANGUAGES)
        self.fields["language"].choices = [(code, names[code]) for code in edition.languages]
        self.fields["language"].initial = edition.language_for(get_language())
        if len(edition.languages) == 1:
            # The form says it, and nobody is asked to choose.
            self.fields["language"].widget = forms.HiddenInput()
        if not self.initial.get("languages"):
            self.initial["languages"] = [row.pk for row in Language.objects.filter(code=get_language())]
        # An answer of the address goes before what we know.
        if heard in Heard.values:
            self.initial["heard"] = heard
        self.fields["most_evenings"].choices = [("", _("As many as you like")), *self._numbers()]
        if len(self.evenings) < 2:
            # Of one evening nobody needs to be asked how many.
            del self.fields["most_evenings"]
        self.fields["museums"] = museums_field(_("Museums that you know"))
        for evening in self.evenings:
            self.fields[f"evening_{evening.pk}"] = forms.ChoiceField(
                label=date_format(evening.date, "l j F"),
                choices=Availability.Answer.choices,
                required=False,
                widget=forms.RadioSelect,
                initial=Availability.Answer.YES if f"{evening.date}" == day else None,
                error_messages=SENTENCES,
            )
        for notice in self.notices:
            self.fields[f"notice_{notice.kind}"] = box(*ACKNOWLEDGED[notice.kind])

    def _numbers(self):
        numbers = range(1, len(self.evenings) + 1)
        return [(n, ngettext("%(n)s evening", "%(n)s evenings", n) % {"n": n}) for n in numbers]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("age_group") == AgeGroup.YOUNG:
            self._need("parent_name", _("Under 18, a parent has to agree: write their name."))
            self._need("parent_email", _("Under 18, a parent has to agree: write their e-mail address."))
            if cleaned.get("parent_email") and cleaned["parent_email"] == cleaned.get("email"):
                self.add_error("parent_email", _("This is your own address. We write to a parent about the consent."))
        else:
            # An adult does not see these fields any more, so nothing in them can be wrong.
            for name in ("parent_name", "parent_email"):
                self.errors.pop(name, None)
                cleaned[name] = ""
        return cleaned

    def _need(self, name, sentence):
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, ValidationError(sentence, code="required"))

    @cached_property
    def evening_lines(self):
        """Each evening with its field, for the page."""
        return [(evening, self[f"evening_{evening.pk}"]) for evening in self.evenings]

    @cached_property
    def notice_lines(self):
        return [(notice, self[f"notice_{notice.kind}"]) for notice in self.notices]

    @cached_property
    def help_is_open(self):
        """Whether the folded part has to be open: something in it is wrong, or was changed."""
        names = ("languages", "roles", "museums", "with_whom", "arrange")
        return self.is_bound and any(name in self.errors or name in self.changed_data for name in names)

    @cached_property
    def museums_are_open(self):
        return bool(self["museums"].errors or (self.is_bound and self["museums"].value()))

    def answers(self) -> dict:
        """The cleaned form as JSON: plain values and primary keys."""
        cleaned = self.cleaned_data
        plain = ("first_name", "last_name", "phone", "age_group", "parent_name", "parent_email")
        return {
            "most_evenings": cleaned.get("most_evenings"),
            **{name: cleaned[name] for name in (*plain, "with_whom", "arrange", "heard", "may_be_asked")},
            **{name: [row.pk for row in cleaned[name]] for name in ("languages", "roles", "museums")},
            "evenings": {str(evening.pk): cleaned[f"evening_{evening.pk}"] for evening in self.evenings},
            "notices": [notice.pk for notice in self.notices],
            "read_in": get_language(),
        }


def facts_of(volunteer: Volunteer) -> dict:
    """Somebody who helped before, as the form shows her."""
    return {
        "first_name": volunteer.first_name,
        "last_name": volunteer.last_name,
        "email": volunteer.user.email,
        "phone": volunteer.phone.as_international if volunteer.phone else "",
        "age_group": volunteer.age_group,
        "parent_name": volunteer.parent_name,
        "parent_email": volunteer.parent_email,
        "languages": [row.pk for row in volunteer.languages.all()],
        "heard": Heard.BEFORE,
    }


ACKNOWLEDGED = {
    Notice.Kind.PRIVACY: (
        _("I have read what you keep about me, and why."),
        _("Read what we keep about you, and tick that you did."),
    ),
    Notice.Kind.INFORMATION: (
        _("I have read the information note for volunteers."),
        _("Read the information note for volunteers, and tick that you did."),
    ),
}
