"""The shape of what a coordinator decides about a person: until when, at which museums, what becomes of her places."""

from django import forms
from django.utils.translation import gettext_lazy as _

from museums.models import Museum
from nocturnes.models import Edition
from volunteers.fields import MuseumsField
from volunteers.models import Volunteer

from .forms import LEAVE_OPEN, MYSELF, SEARCH


class PauseForm(forms.Form):
    until = forms.DateField(
        label=_("May be asked again from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until you end the pause."),
        error_messages={"invalid": _("Write a day as in 2026-03-26, or leave it empty.")},
    )


class NotAtForm(forms.Form):
    """`museums` are those of the edition, and those where she is not placed already."""

    museums = MuseumsField(
        Museum.objects.none(),
        label=_("Not at these museums"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ["invalid_choice", "invalid_pk_value", "invalid_list"], _("Choose museums of this list.")
        ),
    )

    def __init__(self, *args, edition: Edition, volunteer: Volunteer, **kwargs):
        chosen = volunteer.not_at.all()
        super().__init__(*args, **kwargs, initial={"museums": list(chosen)})
        known = Museum.objects.filter(openings__evening__edition=edition) | Museum.objects.filter(pk__in=chosen)
        self.fields["museums"].queryset = known.distinct()


class BlockForm(forms.Form):
    """What happens to the places that she knew of: nothing starts by itself (design.md 6)."""

    then = forms.ChoiceField(
        label=_("And the places?"), choices=[LEAVE_OPEN, MYSELF, SEARCH], initial="leave_open", widget=forms.RadioSelect
    )
