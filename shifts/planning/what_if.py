"""The questions of "what would happen": for which post, and when somebody says that she cannot come."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nocturnes import hours
from nocturnes.dates import date_format
from nocturnes.refusals import Refusal
from shifts.models import Post
from volunteers.fields import SENTENCES

# Nobody withdraws earlier than that from a post that she knows.
MOST_DAYS = 60
# A season has some seventy posts to come, a museum night a hundred.
MOST_POSTS = 300
A_MOMENT = gettext_lazy("Choose a day and an hour.")


class MomentField(forms.CharField):
    """A day and an hour on the wall of `zone`; cleaned to an instant."""

    def __init__(self, *, zone, **kwargs):
        self.zone = zone
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
        super().__init__(widget=widget, max_length=40, error_messages={**SENTENCES, "required": A_MOMENT}, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, datetime):
            return f"{timezone.localtime(value, self.zone):%Y-%m-%dT%H:%M}"
        return value

    def clean(self, value):
        typed = super().clean(value)
        try:
            moment = datetime.fromisoformat(typed)
        except ValueError:
            raise ValidationError(A_MOMENT) from None
        try:
            return hours.typed_instant(moment.date(), moment.time().replace(tzinfo=None), self.zone)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from None


class WhatIfForm(forms.Form):
    """Which of `posts`, two moments, and whether somebody is on call. What is not said is as `default` has it."""

    field_order = ("what_post", "what_first", "what_second", "what_reserve")
    what_post = forms.ChoiceField(label=gettext_lazy("Somebody cannot come to"), error_messages=SENTENCES)
    what_reserve = forms.BooleanField(label=gettext_lazy("Somebody is on call that evening"), required=False)

    def __init__(self, data: Mapping | None = None, *, posts: list[Post], post: Post, zone):
        # A form of rules that was sent without these questions asks them with their defaults.
        super().__init__(data if data is not None and "what_post" in data else None)
        self.posts = {str(one.pk): one for one in posts}
        self.fields["what_post"].choices = [(one.pk, _name(one)) for one in posts]
        self.fields["what_first"] = MomentField(zone=zone, label=_("and says so on"))
        self.fields["what_second"] = MomentField(zone=zone, label=_("or on"))
        self.order_fields(self.field_order)
        first, second = default_moments(post, zone)
        self.initial = {"what_post": post.pk, "what_first": first, "what_second": second, "what_reserve": True}

    def clean(self):
        for name in ("what_first", "what_second"):
            moment = self.cleaned_data.get(name)
            if moment and self.post and not self._fits(moment):
                sentence = _("Choose a moment in the %(days)s days before the post ends.") % {"days": MOST_DAYS}
                self.add_error(name, sentence)

    def _fits(self, moment):
        return self.post.ends_at - timedelta(days=MOST_DAYS) <= moment < self.post.ends_at

    @property
    def post(self) -> Post | None:
        """The post that was chosen, or the first one while nothing was."""
        if not self.is_bound:
            return self.posts[str(self.initial["what_post"])]
        return self.posts.get(self.data.get("what_post", ""))

    @property
    def with_reserve(self) -> bool:
        return self.cleaned_data["what_reserve"] if self.is_bound else self.initial["what_reserve"]

    @property
    def moments(self) -> list[datetime]:
        """Those that can be shown."""
        names = ("what_first", "what_second")
        if not self.is_bound:
            return [self.initial[name] for name in names]
        self.full_clean()
        return [self.cleaned_data[name] for name in names if name in self.cleaned_data] if self.post else []


def default_moments(post: Post, zone) -> tuple[datetime, datetime]:
    """Two days before at 14:00, and on the day an hour before the report time: a Tuesday and a Thursday at 16:30."""
    day = post.opening.evening.date - timedelta(days=2)
    calm = hours.instant(day, datetime.min.time().replace(hour=14), zone)
    return calm, post.report_at - timedelta(hours=1)


def _name(post):
    day = date_format(post.opening.evening.date, "l j F")
    return f"{day} · {post.opening.museum.short}, {post.role.name.lower()}"
