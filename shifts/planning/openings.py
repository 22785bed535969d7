"""The forms of an opening and of a post: hours on the clock of the edition, texts in its languages."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from museums.models import Museum, Opening
from nocturnes.alphabet import folded
from nocturnes.models import Edition, Evening, Language, Role
from shifts.forms import MOST_PLACES
from shifts.models import Post
from volunteers.fields import SENTENCES
from volunteers.forms import several

from .fields import HourField, NumberField, RowField, ThenField, in_languages, line, lines
from .forms import PlanForm, shown, texts_of

# What most people need to put their coat away and hear the briefing.
REPORT_BEFORE = timedelta(minutes=30)
YOUNGEST, OLDEST = 16, 99


class OpeningForm(PlanForm):
    """A museum on an evening. Once it has posts its hours are moved together with theirs, on a page of their own."""

    GROUPS = (
        (_("What and when"), ["museum", "activity", "starts", "ends"]),
        (_("Title"), ["title_*"]),
        (_("Meeting point"), ["meeting_point_*"]),
        (_("Languages"), ["languages"]),
    )

    def __init__(self, *args, edition: Edition, evening: Evening, opening: Opening | None = None, **kwargs):
        super().__init__(*args, edition=edition, initial=_opening_initial(evening, opening), **kwargs)
        self.evening, self.opening = evening, opening
        if opening is None:
            free = sorted(Museum.objects.exclude(openings__evening=evening), key=lambda museum: folded(museum.name))
            self.fields["museum"] = RowField(free, label=_("Museum"))
        self.fields["activity"] = forms.ChoiceField(
            label=_("Activity"), choices=Opening.Activity.choices, error_messages=SENTENCES
        )
        if opening is None or not opening.posts.exists():
            self.fields["starts"] = HourField(label=_("Opens at"))
            self.fields["ends"] = HourField(label=_("Closes at"), help_text=NIGHT)
        self.fields |= in_languages("title", _("Title"), edition.languages, line, 120)
        self.fields |= in_languages("meeting_point", _("Meeting point"), edition.languages, line, 160)
        self.fields["languages"] = several(Language.objects.all(), _("Somebody in the team has to speak each of these"))

    def clean(self):
        super().clean()
        for field, column in (("starts", "starts_at"), ("ends", "ends_at")):
            if field in self.fields:
                was = getattr(self.opening, column) if self.opening else None
                self.cleaned_data[column] = self.moment(field, self.evening, was)

    def facts(self):
        """The columns; without the museum, which is chosen once."""
        return {name: value for name, value in self.columns(Opening).items() if name != "museum"}


NIGHT = _("An hour before 05:00 belongs to the night that follows.")


def _opening_initial(evening, opening):
    edition = evening.edition
    if opening is None:
        return {"starts": edition.opens_at, "ends": edition.closes_at, "activity": Opening.Activity.NOCTURNE}
    return {
        **texts_of(opening, "title", "meeting_point"),
        "starts": shown(opening.starts_at, edition.zone),
        "ends": shown(opening.ends_at, edition.zone),
        "activity": opening.activity,
        "languages": [language.pk for language in opening.languages.all()],
    }


class PostForm(PlanForm):
    GROUPS = (
        (_("The post"), ["role", "places", "needed", "minimum_age", "then"]),
        (_("Hours"), ["report", "starts", "ends"]),
        (_("Languages"), ["languages"]),
        (_("Briefing"), ["briefing_*"]),
    )
    HOURS = (("report", "report_at"), ("starts", "starts_at"), ("ends", "ends_at"))

    def __init__(self, *args, opening: Opening, post: Post | None = None, **kwargs):
        edition = opening.evening.edition
        super().__init__(*args, edition=edition, initial=_post_initial(opening, post), **kwargs)
        self.opening, self.post = opening, post
        self.fields["role"] = RowField(Role.objects.all(), label=_("Role"))
        self.fields["places"] = NumberField(label=_("Places wanted"), least=0, most=MOST_PLACES)
        self.fields["needed"] = NumberField(
            label=_("Of which needed"),
            least=0,
            most=MOST_PLACES,
            help_text=_("The others are welcome on top; the evening is full without them."),
        )
        if opening.evening.is_published:
            self.fields["then"] = ThenField()
        self.fields["minimum_age"] = NumberField(label=_("Minimum age"), least=YOUNGEST, most=OLDEST)
        self.fields["report"] = HourField(label=_("Report time"))
        self.fields["starts"] = HourField(label=_("Starts"))
        self.fields["ends"] = HourField(label=_("Ends"), help_text=NIGHT)
        self.fields["languages"] = several(Language.objects.all(), _("Each person has to speak all of these"))
        self.fields |= in_languages("briefing", _("Briefing"), edition.languages, lines, 2000)

    def clean(self):
        super().clean()
        for field, column in self.HOURS:
            was = getattr(self.post, column) if self.post else None
            self.cleaned_data[column] = self.moment(field, self.opening.evening, was)

    def facts(self):
        return self.columns(Post)

    @property
    def then(self):
        return self.cleaned_data.get("then", "leave_open")


def _post_initial(opening, post):
    zone = opening.evening.edition.zone
    if post is None:
        return {
            "report": shown(opening.starts_at - REPORT_BEFORE, zone),
            "starts": shown(opening.starts_at, zone),
            "ends": shown(opening.ends_at, zone),
            "places": 2,
            "needed": 2,
            "minimum_age": YOUNGEST,
        }
    return {
        **texts_of(post, "briefing"),
        **{name: getattr(post, name) for name in ("role", "places", "needed", "minimum_age")},
        **{field: shown(getattr(post, column), zone) for field, column in PostForm.HOURS},
        "languages": [language.pk for language in post.languages.all()],
    }
