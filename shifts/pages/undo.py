"""The undo bar's sentence."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nocturnes.models import Entry, Evening
from shifts.models import Assignment
from volunteers.models import Volunteer


def sentence(entry: Entry) -> str:
    """What a coordinator just did, as said in the bar that lets her take it back."""
    if entry.verb == "published":
        evening = Evening.objects.get(pk=entry.about_id)
        return _("The evening of %(date)s is published.") % {"date": date_format(evening.date, "l j F")}
    if entry.verb == "accepted":
        return _("%(name)s is welcome.") % {"name": Volunteer.objects.get(pk=entry.about_id).short_name}
    if entry.verb == "accepted_all":
        number = len(entry.data["volunteers"])
        return ngettext("%(n)s person is welcomed.", "%(n)s people are welcomed.", number) % {"n": number}
    assignment = Assignment.objects.for_pages().get(pk=entry.about_id)
    words = {
        "assigned": _("%(name)s is at %(museum)s, %(role)s."),
        "removed": _("%(name)s is no longer at %(museum)s, %(role)s."),
        "recorded_withdrawal": _("%(name)s cannot come to %(museum)s, %(role)s."),
        "confirmed": _("%(name)s comes to %(museum)s, %(role)s."),
    }
    post = assignment.post
    return words[entry.verb] % {
        "name": assignment.volunteer.short_name,
        "museum": post.opening.museum.short,
        "role": post.role.name.lower(),
    }
