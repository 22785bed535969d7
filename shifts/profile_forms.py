"""What a volunteer types about herself; what it does is decided in `actions`."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nocturnes.dates import date_format
from volunteers.models import Availability

MOST = 60
CHOOSE_LANGUAGE = gettext_lazy("Choose a language.")


class ProfileForm(forms.Form):
    """One optional answer an open evening, and the rest; `evenings` are `pages.profile.Answered`."""

    most_evenings = forms.IntegerField(
        label=gettext_lazy("How many evenings at most?"),
        required=False,
        min_value=1,
        max_value=MOST,
        error_messages={
            "invalid": gettext_lazy("A whole number, please, or leave it empty."),
            "min_value": gettext_lazy("At least one evening, or leave it empty."),
            "max_value": gettext_lazy("That is more than there are. Leave it empty for as many as you like."),
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of our mails"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], CHOOSE_LANGUAGE),
    )
    may_be_asked = forms.BooleanField(required=False)

    def __init__(self, *args, languages, evenings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages
        self.evenings = [one for one in evenings if one.is_open]
        unknown = {"invalid_choice": _("Choose Yes, If needed or No, or leave the evening open.")}
        for one in self.evenings:
            choices = [("", ""), *Availability.Answer.choices]
            self.fields[one.name] = forms.ChoiceField(
                label=date_format(one.evening.date, "l j F"),
                required=False,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages=unknown,
            )

    def line(self, one):
        """What is chosen for an evening, and what is wrong with it."""
        if not one.is_open:
            return "", []
        return self.data.get(one.name, "") if self.is_bound else one.answer, self[one.name].errors

    def said(self):
        """Her answer for each evening that is open."""
        return {one.evening: self.cleaned_data[one.name] for one in self.evenings}
