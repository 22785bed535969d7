"""What a coordinator reads where the sentence of an action speaks to the volunteer."""

from django.utils.translation import gettext as _

from volunteers.models import Volunteer


def no_longer_there(volunteer: Volunteer) -> str:
    return _("%(name)s is no longer on this post.") % {"name": volunteer.short_name}


def is_blocked(volunteer: Volunteer) -> str:
    return _("%(name)s is blocked: unblock first.") % {"name": volunteer.short_name}
