"""Other hours for an opening and its posts: typed one by one, or everything by the same number of minutes."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from museums.models import Opening
from shifts.actions import Hours
from shifts.models import Post
from volunteers.fields import SENTENCES

from .fields import HourField
from .forms import PlanForm, shown

MOST_MINUTES = 360
MINUTES = _("Write a whole number of minutes from −360 to 360, other than 0.")
OF_OPENING = ("starts", "ends")
OF_POST = ("report", "starts", "ends")
LABELS = {"report": _("report"), "starts": _("start"), "ends": _("end")}
COLUMNS = {"report": "report_at", "starts": "starts_at", "ends": "ends_at"}
IN_ORDER = _("The report time comes first, then the start, then the end.")


class ShiftForm(forms.Form):
    """Everything by so many minutes: later, or earlier with a minus sign."""

    minutes = forms.CharField(label=_("Minutes"), max_length=8, error_messages={**SENTENCES, "required": MINUTES})

    def clean_minutes(self):
        try:
            minutes = int(self.cleaned_data["minutes"].replace("−", "-"))
        except ValueError:
            raise ValidationError(MINUTES) from None
        if not minutes or abs(minutes) > MOST_MINUTES:
            raise ValidationError(MINUTES)
        return minutes


class MoveForm(PlanForm):
    """Two hours for the opening (`with_opening`), three for each post."""

    def __init__(self, *args, opening: Opening, posts: Iterable[Post], with_opening: bool = True, **kwargs):
        super().__init__(*args, edition=opening.evening.edition, **kwargs)
        self.opening, self.posts, self.with_opening = opening, list(posts), with_opening
        if with_opening:
            for name in OF_OPENING:
                self._add(f"opening-{name}", LABELS[name], getattr(opening, COLUMNS[name]))
        for post in self.posts:
            for name in OF_POST:
                self._add(f"{name}-{post.pk}", LABELS[name], getattr(post, COLUMNS[name]))

    def _add(self, name, label, moment):
        self.fields[name] = HourField(label=label)
        self.initial[name] = shown(moment, self.edition.zone)

    def shifted(self, minutes: int) -> dict[str, str]:
        """What the form would be given if everything came `minutes` later on the wall's clock."""
        return {name: _later(text, minutes) for name, text in self.initial.items()}

    @property
    def opening_cells(self):
        return [self[f"opening-{name}"] for name in OF_OPENING] if self.with_opening else []

    def rows(self):
        """(post, [its three fields]) for the table."""
        return [(post, [self[f"{name}-{post.pk}"] for name in OF_POST]) for post in self.posts]

    @property
    def wrong(self):
        """(whose hour it is, the field) for each one that has a sentence; "" stands for the opening."""
        cells = [("", cell) for cell in self.opening_cells]
        cells += [(post.role.name, cell) for post, fields in self.rows() for cell in fields]
        return [(whose, cell) for whose, cell in cells if cell.errors]

    def clean(self):
        super().clean()
        self.hours = self._opening_hours() if self.with_opening else None
        self.wanted = {post.pk: hours for post in self.posts if (hours := self._hours_of(post))}

    def _opening_hours(self) -> tuple[datetime, datetime] | None:
        moments = self._moments("opening-{}", OF_OPENING, self.opening)
        if moments and not moments[0] < moments[1]:
            self.add_error("opening-ends", IN_ORDER)
        return tuple(moments) if moments else None

    def _hours_of(self, post) -> Hours | None:
        moments = self._moments(f"{{}}-{post.pk}", OF_POST, post)
        if moments and not moments[0] <= moments[1] < moments[2]:
            self.add_error(f"report-{post.pk}", IN_ORDER)
        return Hours(*moments) if moments else None

    def _moments(self, pattern, names, row):
        evening = self.opening.evening
        moments = [self.moment(pattern.format(name), evening, getattr(row, COLUMNS[name])) for name in names]
        return moments if None not in moments else None


def _later(text, minutes):
    hour, minute = text.split(":")
    total = (int(hour) * 60 + int(minute) + minutes) % (24 * 60)
    return f"{total // 60:02}:{total % 60:02}"
