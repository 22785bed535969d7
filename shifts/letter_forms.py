"""What a coordinator types to write to an evening's people."""

import json
from hashlib import sha256

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nocturnes.models import Evening

from .writing_forms import WritingForm


class LetterForm(WritingForm):
    """To whom, and the text in each language in which one of them reads: `readers` is how many do, by code."""

    EVERYWHERE, MOST, ROWS = _("Everybody who has a place that evening"), 2000, 5

    reserve = forms.BooleanField(label=_("Those on call, too"), required=False)

    def __init__(self, evening: Evening, data=None, *, readers: dict[str, int], **kwargs):
        self.readers = readers
        super().__init__(evening, data, codes=readers, **kwargs)

    def _text_field(self, code):
        n = self.readers[code]
        read_by = ngettext(
            "%(n)s person of this evening reads it, the reserve included",
            "%(n)s people of this evening read it, the reserve included",
            n,
        ) % {"n": n}
        return super()._text_field(code, help_text=read_by, required=False)

    @property
    def with_reserve(self) -> bool:
        return bool(self["reserve"].value())

    @property
    def seen(self) -> str:
        """What is chosen and written, in short: what was shown was this, and nothing else is sent."""
        museum = self.chosen_museum
        shown = [museum.pk if museum else None, self.with_reserve, self.texts]
        return sha256(json.dumps(shown).encode()).hexdigest()

    @property
    def text_fields(self):
        return [self[f"text_{code}"] for code in self.codes]

    def mark(self, codes: list[str]) -> None:
        """Say at the fields of these languages that the text is missing."""
        for code in codes:
            wrong = _("Write it in this language too: nothing leaves until everybody can read it.")
            self.add_error(f"text_{code}", wrong)
