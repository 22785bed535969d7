"""What a volunteer may change about herself: answers for the evenings, how many, our mails' language, being asked."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nocturnes import clock
from nocturnes.access import actor
from nocturnes.dates import date_format
from nocturnes.refusals import Refusal
from shifts.actions import follow_answers
from shifts.pages import profile
from shifts.pages.asks import asks
from volunteers import actions
from volunteers.models import Availability

from .doors import by_link, signed_in
from .volunteer import get_or_post

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


def edit(request, door, volunteer):
    """Show the form; by POST keep what is in it, or show it again with what was typed and a sentence."""
    now = clock.now()
    registration = volunteer.registrations.filter(edition=request.edition).select_related("edition").first()
    if registration is None:
        return render(request, "shifts/volunteer/nobody.html", {"edition": request.edition}, status=404)
    evenings = profile.answered(registration, now=now)
    form = _form(request, registration, evenings)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(form, registration, by=actor(request), now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            # The page comes back in the language of her choice, and so does what it says.
            with translation.override(form.cleaned_data["language"]):
                messages.success(request, _("Saved. Thank you."))
                return redirect(door.profile)
    context = {
        "door": door,
        "form": form,
        "registration": registration,
        "lines": [(one, *form.line(one)) for one in evenings if not one.is_past],
        "past": [one for one in evenings if one.is_past],
        "asks": asks(registration, now=now),
        "asks_url": door.url("asks"),
        "typed_day": request.GET.get("day", ""),
    }
    return render(request, "shifts/volunteer/profile.html", context, status=422 if form.errors else 200)


def _form(request, registration, evenings):
    edition = registration.edition
    names = {code: translation.get_language_info(code)["name_local"] for code in edition.languages}
    initial = {
        "most_evenings": registration.most_evenings,
        "language": edition.language_for(registration.volunteer.user.language),
        "may_be_asked": registration.may_be_asked,
    }
    data = request.POST if request.method == "POST" else None
    return ProfileForm(data, initial=initial, languages=list(names.items()), evenings=evenings)


@transaction.atomic
def _keep(form, registration, *, by, now):
    """All of it or, where an evening began meanwhile, nothing."""
    for one in form.evenings:
        actions.set_availability(registration, one.evening, form.cleaned_data[one.name], by=by, now=now)
    follow_answers(registration.volunteer, by=by, now=now)
    actions.set_most_evenings(registration, form.cleaned_data["most_evenings"], by=by, now=now)
    actions.set_may_be_asked(registration, form.cleaned_data["may_be_asked"], by=by, now=now)
    actions.set_language(registration.volunteer, form.cleaned_data["language"], by=by, now=now)


mine_profile = get_or_post(signed_in(edit))
evenings_profile = get_or_post(by_link(edit))
