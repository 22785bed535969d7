"""The undo bar's sentence."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from museums.models import Museum, Opening
from nocturnes.models import Entry, Evening
from shifts.models import Assignment, Post
from volunteers.models import Volunteer

_OF_EVENINGS = {
    "published": gettext_lazy("The evening of %(date)s is published."),
    "asked_unanswered": gettext_lazy("Who has not answered for %(date)s is asked."),
    "called_off_evening": gettext_lazy("The evening of %(date)s does not take place."),
}


def sentence(entry: Entry) -> str:
    """What a coordinator just did, as said in the bar that lets her take it back."""
    if entry.verb in _OF_EVENINGS:
        evening = Evening.objects.get(pk=entry.about_id)
        return _OF_EVENINGS[entry.verb] % {"date": date_format(evening.date, "l j F")}
    if entry.verb == "called_off":
        opening = Opening.objects.select_related("museum").get(pk=entry.about_id)
        return _("The opening of %(museum)s does not take place.") % {"museum": opening.museum.short}
    if entry.verb == "moved":
        return _("%(museum)s is at other hours.") % {"museum": _moved_museum(entry).short}
    if entry.verb == "accepted":
        return _("%(name)s is welcome.") % {"name": Volunteer.objects.get(pk=entry.about_id).short_name}
    if entry.verb == "blocked":
        return _("%(name)s is blocked.") % {"name": Volunteer.objects.get(pk=entry.about_id).short_name}
    if entry.verb == "accepted_all":
        number = len(entry.data["volunteers"])
        return ngettext("%(n)s person is welcomed.", "%(n)s people are welcomed.", number) % {"n": number}
    assignment = Assignment.objects.for_pages().get(pk=entry.about_id)
    words = {
        "assigned": _("%(name)s is at %(museum)s, %(role)s."),
        "removed": _("%(name)s is no longer at %(museum)s, %(role)s."),
        "freed_absent": _("%(name)s is not at %(museum)s, %(role)s: the place is free."),
        "recorded_withdrawal": _("%(name)s cannot come to %(museum)s, %(role)s."),
        "confirmed": _("%(name)s comes to %(museum)s, %(role)s."),
    }
    post = assignment.post
    return words[entry.verb] % {
        "name": assignment.volunteer.short_name,
        "museum": post.opening.museum.short,
        "role": post.role.name.lower(),
    }


def _moved_museum(entry):
    openings = Opening.objects.filter(pk=entry.about_id)
    if entry.about_type == Post._meta.label_lower:
        openings = Opening.objects.filter(posts=entry.about_id)
    return Museum.objects.get(openings__in=openings)
