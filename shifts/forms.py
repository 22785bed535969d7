"""The shape of what a coordinator types about places and people; what it does is decided in `actions`."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from volunteers.models import Availability

from .actions import CANNOT_COME, KEEPS_PLACE
from .models import Assignment, Post

LEAVE_OPEN = ("leave_open", _("Leave the place open: no search begins"))
MYSELF = ("myself", _("I’ll find somebody myself: nobody is asked, and the history says that you are looking"))
SEARCH = ("search", _("Search now: Nocturnes asks the people who fit"))
# A form sends whole numbers of this size; the database's own limit would be an error, not a sentence.
MOST_PLACES = 200


class RemoveForm(forms.Form):
    """What happens to the place: nothing starts by itself (design.md 6)."""

    then = forms.ChoiceField(
        label=_("And the place?"), choices=[LEAVE_OPEN, MYSELF, SEARCH], initial="leave_open", widget=forms.RadioSelect
    )


class AbsentForm(forms.Form):
    """What happens to the place of somebody who is not there."""

    THEN = [
        ("leave_open", _("Keep the place: a late arrival is still possible, and nobody else is put there")),
        ("myself", _("Free the place, and I’ll find somebody myself: nobody is asked")),
        ("search", _("Free the place and search now: Nocturnes asks the people who fit")),
    ]

    then = forms.ChoiceField(label=_("And the place?"), choices=THEN, initial="leave_open", widget=forms.RadioSelect)


class WithdrawalForm(forms.Form):
    """Why she cannot come, if she said so: a choice, never health (design.md 4).

    "I’d rather not say" is an answer of her own; told by phone it is "Not said".
    """

    SAID = [choice for choice in Assignment.Reason.choices if choice[0] != Assignment.Reason.RATHER_NOT_SAY]

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", pgettext_lazy("reason", "Not said")), *SAID],
        required=False,
        help_text=_("Only coordinators see it."),
    )


class PlacesForm(forms.Form):
    """How many places a post has, and how many of them are necessary."""

    places = forms.IntegerField(label=_("Places"), min_value=0, max_value=MOST_PLACES)
    needed = forms.IntegerField(
        label=_("Of which needed"),
        min_value=0,
        max_value=MOST_PLACES,
        help_text=_("The others are welcome on top; the evening is full without them."),
    )
    then = forms.ChoiceField(
        label=_("And the open places?"), choices=[LEAVE_OPEN, SEARCH], initial="leave_open", widget=forms.RadioSelect
    )

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs, initial={"places": post.places, "needed": post.needed})
        if not post.opening.evening.is_published:
            # A draft sends nothing (design.md 3.9), so there is nothing to choose.
            del self.fields["then"]

    def clean_needed(self):
        needed, places = self.cleaned_data["needed"], self.cleaned_data.get("places")
        if places is not None and needed > places:
            raise forms.ValidationError(_("No more places can be needed than there are."))
        return needed


class AnswersForm(forms.Form):
    """What somebody told the coordinator for each evening, and what becomes of a place on one for which she says no.

    `answers` are the `pages.person.Answered` that are still open.
    """

    THEN = [
        (CANNOT_COME, _("Cannot come: free the place and look for somebody else")),
        (KEEPS_PLACE, _("The place is kept: note the answer alone")),
    ]

    def __init__(self, *args, answers, **kwargs):
        super().__init__(*args, **kwargs)
        self.answers = list(answers)
        unknown = {"invalid_choice": _("Choose Yes, If needed or No, or leave the evening open.")}
        for one in self.answers:
            choices = [("", ""), *Availability.Answer.choices]
            self.fields[one.name] = forms.ChoiceField(
                choices=choices, required=False, error_messages=unknown, initial=one.answer
            )

    def lines(self):
        """Each evening with what is chosen for it, and what is wrong with that."""
        return [(one, self[one.name].value(), self[one.name].errors) for one in self.answers]

    def said(self):
        """What was sent: an evening that the page did not have is left as it is."""
        return {one.evening: self.cleaned_data[one.name] for one in self.answers if one.name in self.data}

    def then(self):
        """What becomes of her places; a word that means nothing is none, and the action asks again."""
        return {one.evening.pk: self.data.get(one.then, "") for one in self.answers}
