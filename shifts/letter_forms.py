"""What a coordinator types to write to an evening's people."""

import json
from hashlib import sha256

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nocturnes.alphabet import folded
from nocturnes.models import Evening
from volunteers.fields import SENTENCES, validate_text

EVERYWHERE = ("", _("Everybody who has a place that evening"))
MOST = 2000


class LetterForm(forms.Form):
    """To whom, and the text in each language in which one of them reads: `readers` is how many do, by code."""

    museum = forms.ChoiceField(label=_("To whom?"), required=False)
    reserve = forms.BooleanField(label=_("Those on call, too"), required=False)

    def __init__(self, evening: Evening, data=None, *, readers: dict[str, int], **kwargs):
        super().__init__(data, **kwargs)
        openings = evening.openings.filter(called_off_at=None).select_related("museum")
        self.museums = {str(opening.museum_id): opening.museum for opening in openings}
        by_name = sorted(((pk, museum.short) for pk, museum in self.museums.items()), key=lambda pair: folded(pair[1]))
        self.fields["museum"].choices = [EVERYWHERE, *by_name]
        names = dict(settings.LANGUAGES)
        self.codes = list(readers)
        for code, n in readers.items():
            read_by = ngettext(
                "%(n)s person of this evening reads it, the reserve included",
                "%(n)s people of this evening read it, the reserve included",
                n,
            ) % {"n": n}
            self.fields[f"text_{code}"] = forms.CharField(
                label=names[code],
                help_text=read_by,
                max_length=MOST,
                required=False,
                validators=[validate_text],
                error_messages=SENTENCES,
                widget=forms.Textarea(attrs={"rows": 5, "lang": code}),
            )

    @property
    def chosen_museum(self):
        """The one that is chosen; None for all of them, or where nothing that there is was chosen."""
        return self.museums.get(self["museum"].value() or "")

    @property
    def texts(self) -> dict[str, str]:
        """What is in the fields, by language."""
        return {code: (self[f"text_{code}"].value() or "").strip() for code in self.codes}

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
