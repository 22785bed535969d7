"""The form of a museum, and the lines of its contacts."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from museums.actions import ContactLine
from museums.models import Contact, Museum
from nocturnes.localized import written_in
from nocturnes.models import Edition
from volunteers.fields import SENTENCES, AddressField

from .fields import NumberToCallField, in_languages, line
from .forms import PlanForm, texts_of

# Empty lines below the contacts that there are; a third one comes once these are saved.
NEW_CONTACTS = 2
COORDINATES = {"max_digits": 9, "decimal_places": 6, "required": False}


class MuseumForm(PlanForm):
    GROUPS = (
        (_("Name"), ["name_*", "short_*"]),
        (_("Where it is"), ["street_*", "postcode", "commune_*", "stop"]),
        (_("On the map"), ["latitude", "longitude", "website"]),
    )

    def __init__(self, *args, edition: Edition, museum: Museum | None = None, **kwargs):
        super().__init__(*args, edition=edition, initial=_initial(museum), **kwargs)
        for name, label, most in TEXTS:
            self.fields |= in_languages(name, label, written_in(Museum, name, edition.languages), line, most)
        self.fields[self._named("short_*")[0]].help_text = _("For the season’s grid: 24 characters at most.")
        self.fields["postcode"] = line(_("Postcode"), 8, required=_("Write the postcode."))
        self.fields["stop"] = line(_("Tram, bus or metro stop"), 160, help_text=AS_A_STOP)
        self.fields["website"] = forms.URLField(
            label=_("Website"), required=False, max_length=200, assume_scheme="https", error_messages=WEBSITE
        )
        self.fields["latitude"] = forms.DecimalField(
            label=_("Latitude"), min_value=-90, max_value=90, widget=forms.TextInput, **COORDINATES
        )
        self.fields["longitude"] = forms.DecimalField(
            label=_("Longitude"), min_value=-180, max_value=180, widget=forms.TextInput, **COORDINATES
        )

    def clean(self):
        super().clean()
        for name in ("name", "short", "street", "commune"):
            self.need_one_language(name)
        place = [self.cleaned_data.get(name) for name in ("latitude", "longitude")]
        if place.count(None) == 1 and not {"latitude", "longitude"} & self.errors.keys():
            self.add_error("longitude", _("Latitude and longitude go together: write both, or neither."))

    def facts(self):
        return self.columns(Museum)


TEXTS = (
    ("name", _("Name"), 120),
    ("short", _("Short name"), 24),
    ("street", _("Street and number"), 120),
    ("commune", _("Commune"), 60),
)
AS_A_STOP = _("As in “Royale / Koning (tram 92, 93)”.")
WEBSITE = {**SENTENCES, "invalid": _("Write an address as https://www.belvue.be.")}


def _initial(museum):
    if museum is None:
        return {}
    plain = ("postcode", "stop", "website", "latitude", "longitude")
    return texts_of(museum, "name", "short", "street", "commune") | {name: getattr(museum, name) for name in plain}


class ContactForm(forms.Form):
    """One contact; an empty line is none."""

    def __init__(self, *args, contact: Contact | None, languages: list[str], **kwargs):
        names = ("name", "email", "phone", "language")
        initial = {name: getattr(contact, name) for name in names} if contact else {"language": languages[0]}
        super().__init__(*args, initial=initial, use_required_attribute=False, **kwargs)
        self.contact = contact
        choices = [pair for pair in settings.LANGUAGES if pair[0] in {*languages, initial["language"]}]
        self.fields["name"] = line(_("Name"), 80)
        self.fields["email"] = AddressField(label=_("E-mail"), required=False, autocomplete="off")
        self.fields["phone"] = NumberToCallField(label=_("Telephone"), required=False)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=choices, required=False, error_messages=SENTENCES
        )
        if contact:
            self.fields["remove"] = forms.BooleanField(label=_("Take this contact away"), required=False)

    @property
    def is_empty(self):
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in ("name", "email", "phone"))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("remove") or (self.is_empty and not self.contact):
            self.errors.clear()
            return cleaned
        if not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Write who this is."))
        reach = {"email", "phone"}
        if not any(cleaned.get(name) for name in reach) and not reach & self.errors.keys():
            self.add_error("email", _("Write an e-mail address or a telephone number."))
        return cleaned

    def line(self) -> ContactLine | None:
        """What becomes of this contact; None for an empty line."""
        cleaned = self.cleaned_data
        if cleaned.get("remove"):
            return ContactLine(self.contact, None)
        if self.is_empty and not self.contact:
            return None
        facts = {name: cleaned[name] for name in ("name", "email", "phone", "language")}
        facts["language"] = facts["language"] or self.initial["language"]
        return ContactLine(self.contact, facts)


class ContactForms:
    """The contacts of a museum and a few empty lines, as one: `data` is what was sent, None to show them."""

    def __init__(self, data, *, museum: Museum | None, languages: list[str]):
        contacts = list(museum.contacts.all()) if museum else []
        rows = [(f"contact-{contact.pk}", contact) for contact in contacts]
        rows += [(f"contact-new{number}", None) for number in range(1, NEW_CONTACTS + 1)]
        self.forms = [ContactForm(data, prefix=name, contact=one, languages=languages) for name, one in rows]

    def __iter__(self):
        return iter(self.forms)

    def is_valid(self) -> bool:
        # Every line is looked at, so that each says what is wrong with it.
        valid = [form.is_valid() for form in self.forms]
        return all(valid)

    def lines(self) -> list[ContactLine]:
        return [line for line in (form.line() for form in self.forms) if line]
