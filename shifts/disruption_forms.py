"""What a coordinator types to ask an evening's people whether they still come."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from nocturnes.alphabet import folded
from nocturnes.models import Evening
from volunteers.fields import SENTENCES, validate_text

from .models import Disruption

EVERYWHERE = ("", _("Every museum of the evening"))
MOST = 500


class DisruptionForm(forms.Form):
    """What happens, to which museums, and what everybody reads: in every language of the edition."""

    why = forms.ChoiceField(label=_("What makes it hard to come?"), widget=forms.RadioSelect)
    museum = forms.ChoiceField(label=_("Who is asked?"), required=False)

    def __init__(self, evening: Evening, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.evening = evening
        openings = evening.openings.filter(called_off_at=None).select_related("museum")
        self.museums = {str(opening.museum_id): opening.museum for opening in openings}
        by_name = sorted(((pk, museum.short) for pk, museum in self.museums.items()), key=lambda pair: folded(pair[1]))
        self.fields["why"].choices = [(why.value, why.label.capitalize()) for why in Disruption.Why]
        self.fields["museum"].choices = [EVERYWHERE, *by_name]
        names = dict(settings.LANGUAGES)
        for code in evening.edition.languages:
            required = _("Write it in this language too: nobody is asked until everybody can read it.")
            self.fields[f"text_{code}"] = forms.CharField(
                label=names[code],
                max_length=MOST,
                validators=[validate_text],
                error_messages={**SENTENCES, "required": required},
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
            )

    @property
    def chosen_museum(self):
        """The one that is chosen; None for all of them, or where nothing that there is was chosen."""
        return self.museums.get(self["museum"].value() or "")

    @property
    def chosen_why(self) -> str:
        why = self["why"].value()
        return why if why in Disruption.Why.values else Disruption.Why.STRIKE

    @property
    def texts(self) -> dict[str, str]:
        """What is in the fields, by language."""
        codes = self.evening.edition.languages
        return {code: (self[f"text_{code}"].value() or "").strip() for code in codes}

    @property
    def choices(self) -> str:
        """What was chosen, as the page sends it back: what was shown was for this, and for nothing else."""
        museum = self.chosen_museum
        return f"{self.chosen_why}:{museum.pk if museum else ''}"
