"""What a coordinator types to ask an evening's people whether they still come."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nocturnes.models import Evening
from volunteers.fields import SENTENCES

from .models import Disruption
from .writing_forms import WritingForm


class DisruptionForm(WritingForm):
    """What happens, to which museums, and what everybody reads: in every language of the edition."""

    EVERYWHERE, MOST, ROWS = _("Every museum of the evening"), 500, 2
    field_order = ["why", "museum"]

    why = forms.ChoiceField(label=_("What makes it hard to come?"), widget=forms.RadioSelect)
    museum = forms.ChoiceField(label=_("Who is asked?"), required=False)

    def __init__(self, evening: Evening, data=None, **kwargs):
        super().__init__(evening, data, codes=evening.edition.languages, **kwargs)
        self.fields["why"].choices = [(why.value, why.label.capitalize()) for why in Disruption.Why]

    def _text_field(self, code):
        missing = _("Write it in this language too: nobody is asked until everybody can read it.")
        return super()._text_field(code, error_messages={**SENTENCES, "required": missing})

    @property
    def chosen_why(self) -> str:
        why = self["why"].value()
        return why if why in Disruption.Why.values else Disruption.Why.STRIKE

    @property
    def choices(self) -> str:
        """What was chosen, as the page sends it back: what was shown was for this, and for nothing else."""
        museum = self.chosen_museum
        return f"{self.chosen_why}:{museum.pk if museum else ''}"
