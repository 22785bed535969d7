"""What the forms have in common by which a coordinator writes to an evening's people."""

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from museums.models import Museum
from nocturnes.alphabet import folded
from nocturnes.models import Evening
from volunteers.fields import SENTENCES, validate_text


class WritingForm(forms.Form):
    """To everybody of `evening`, which is EVERYWHERE, or to one museum; and a text in each language of `codes`.

    Such a text has MOST characters at most, and ROWS lines to begin with.
    """

    EVERYWHERE, MOST, ROWS = "", 0, 0

    museum = forms.ChoiceField(label=_("To whom?"), required=False)

    def __init__(self, evening: Evening, data=None, *, codes: Iterable[str], **kwargs):
        super().__init__(data, **kwargs)
        self.evening, self.codes = evening, list(codes)
        openings = evening.openings.filter(called_off_at=None).select_related("museum")
        self.museums = {str(opening.museum_id): opening.museum for opening in openings}
        by_name = sorted(((pk, museum.short) for pk, museum in self.museums.items()), key=lambda pair: folded(pair[1]))
        self.fields["museum"].choices = [("", self.EVERYWHERE), *by_name]
        for code in self.codes:
            self.fields[f"text_{code}"] = self._text_field(code)

    def _text_field(self, code, **options):
        return forms.CharField(
            label=dict(settings.LANGUAGES)[code],
            max_length=self.MOST,
            validators=[validate_text],
            widget=forms.Textarea(attrs={"rows": self.ROWS, "lang": code}),
            **{"error_messages": SENTENCES, **options},
        )

    @property
    def chosen_museum(self) -> Museum | None:
        """The one that is chosen; None for all of them, or where nothing that there is was chosen."""
        return self.museums.get(self["museum"].value() or "")

    @property
    def texts(self) -> dict[str, str]:
        """What is in the fields, by language."""
        return {code: (self[f"text_{code}"].value() or "").strip() for code in self.codes}
