"""What a volunteer may change about herself: answers for the evenings, how many, our mails' language, being asked."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from nocturnes import clock
from nocturnes.access import actor
from nocturnes.refusals import Refusal
from shifts.actions.profile import change_profile
from shifts.pages import profile
from shifts.pages.asks import asks
from shifts.profile_forms import ProfileForm

from .doors import by_link, signed_in
from .volunteer import get_or_post


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
            rest = {name: form.cleaned_data[name] for name in ("most_evenings", "may_be_asked", "language")}
            change_profile(registration, form.said(), **rest, by=actor(request), now=now)
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


mine_profile = get_or_post(signed_in(edit))
evenings_profile = get_or_post(by_link(edit))
