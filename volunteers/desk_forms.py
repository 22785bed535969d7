"""What a coordinator fills in about somebody: a person by hand or changed, a note."""

from collections.abc import Mapping

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from nocturnes.models import Edition, Language, Role

from .actions import IsKnown, NumberIsKnown
from .fields import SENTENCES, AddressField, NameField, PhoneField, validate_line, validate_text
from .forms import box, heard_field, museums_field, several
from .models import AgeGroup, Note, Registration

MOST_EVENINGS = 60


class PersonForm(forms.Form):
    """A person and her registration in `edition`; cleaned, it is what `actions.add_by_hand` and `change_person` take.

    `registration` is that of somebody who is known, and makes it the form to change her.
    """

    first_name = NameField(
        label=_("First name"),
        max_length=60,
        autocomplete="off",
        error_messages={"required": _("Write the first name in use.")},
    )
    last_name = NameField(label=_("Name"), max_length=80, required=False, autocomplete="off")
    phone = PhoneField(label=_("Mobile"), required=False, help_text=_("A foreign number begins with +."))
    email = AddressField(
        label=_("E-mail"),
        required=False,
        autocomplete="off",
        help_text=_("Without one, every message becomes a call to make."),
    )
    another = box(_("Somebody else has the same number: I know."))
    language = forms.ChoiceField(
        label=_("Language of our mails"),
        error_messages={**SENTENCES, "required": _("Choose the language that we write in.")},
    )
    age_group = forms.ChoiceField(
        label=_("Age"),
        choices=AgeGroup.choices[::-1],
        widget=forms.RadioSelect,
        error_messages={**SENTENCES, "required": _("Say whether this person is 18: under 18 a parent has to agree.")},
    )
    parent_name = NameField(label=_("A parent’s name"), max_length=120, required=False, autocomplete="off")
    parent_email = AddressField(label=_("A parent’s e-mail"), required=False, autocomplete="off")
    on_paper = box(_("I have the consent on paper"))
    languages = several(Language.objects.all(), _("Spoken languages"))
    most_evenings = forms.IntegerField(
        label=_("How many evenings at most?"),
        help_text=_("Empty: as many as there are."),
        required=False,
        min_value=1,
        max_value=MOST_EVENINGS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"}),
        error_messages={
            "invalid": _("A whole number, please, or leave it empty."),
            "min_value": _("At least one evening, or leave it empty."),
            "max_value": _("That is more than there are. Leave it empty if there is no maximum."),
        },
    )
    may_be_asked = box(_("May be asked if somebody drops out"))
    roles = several(Role.objects.all(), _("Likes to do"))
    with_whom = forms.CharField(
        label=_("With whom"),
        max_length=120,
        required=False,
        validators=[validate_line],
        error_messages=SENTENCES,
    )
    arrange = forms.CharField(
        label=_("To arrange"),
        help_text=_("Deleted seven days after the last evening."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[validate_text],
        error_messages=SENTENCES,
    )

    heard = heard_field(_("How they heard about us"))

    def __init__(self, *args, edition: Edition, registration: Registration | None = None, **kwargs):
        super().__init__(*args, **kwargs, initial=facts_of(registration) if registration else {})
        self.registration = registration
        self.helper = FormHelper()
        self.helper.form_tag = False
        names = dict(settings.LANGUAGES)
        self.fields["language"].choices = [(code, names[code]) for code in edition.languages]
        self.fields["museums"] = museums_field(_("Museums they know"))
        if registration:
            # The consent is noted where she is welcomed.
            del self.fields["on_paper"]
        if registration and registration.volunteer.parent_consented_at:
            # A consent stays with the parent who gave it.
            del self.fields["parent_name"], self.fields["parent_email"]

    # Somebody else has the number: only then there is something to know of.
    number_is_known = False

    def refuse(self, refusal: IsKnown) -> None:
        """Say at its field what the person who is known already has in common with this one."""
        self.number_is_known = isinstance(refusal, NumberIsKnown)
        self.add_error("phone" if self.number_is_known else "email", str(refusal))

    def clean(self):
        cleaned = super().clean()
        if not self.errors.keys() & {"phone", "email"} and not cleaned["phone"] and not cleaned["email"]:
            self.add_error("phone", _("Write a number or an address: we have to be able to reach this person."))
        if cleaned.get("age_group") == AgeGroup.YOUNG:
            self._clean_parent(cleaned)
        else:
            # For an adult nothing in these fields can be wrong.
            for name in ("parent_name", "parent_email"):
                self.errors.pop(name, None)
                cleaned[name] = ""
        return cleaned

    def _clean_parent(self, cleaned):
        there = cleaned.get("on_paper") or (self.registration and self.registration.volunteer.parent_consented_at)
        if not there and not cleaned.get("parent_email") and "parent_email" not in self.errors:
            self.add_error("parent_email", _("A parent has to agree: write an address, or have the consent on paper."))
        if cleaned.get("parent_email") and cleaned["parent_email"] == cleaned.get("email"):
            self.add_error("parent_email", _("This is their own address. We write to a parent about the consent."))

    @cached_property
    def museums_are_open(self):
        return bool(self["museums"].errors or self["museums"].value())


def facts_of(registration: Registration) -> Mapping:
    """A registration and its person as PersonForm shows them."""
    volunteer = registration.volunteer
    plain = ("first_name", "last_name", "age_group", "parent_name", "parent_email")
    said = ("most_evenings", "with_whom", "arrange", "heard", "may_be_asked")
    return {
        **{name: getattr(volunteer, name) for name in plain},
        **{name: getattr(registration, name) for name in said},
        "phone": volunteer.phone.as_international if volunteer.phone else "",
        "email": volunteer.user.email or "",
        "language": registration.edition.language_for(volunteer.user.language),
        "languages": [row.pk for row in volunteer.languages.all()],
        "roles": [row.pk for row in registration.roles.all()],
        "museums": [row.pk for row in registration.museums.all()],
    }


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("New note"),
        help_text=_("Write as if this person reads it: volunteers can download it."),
        max_length=Note._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[validate_text],
        error_messages={**SENTENCES, "required": _("Write the note first.")},
    )
