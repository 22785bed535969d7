"""What being on call means, in the same sentences wherever it is said: in the mail, on her page, to the coordinator."""

from django.utils.translation import gettext as _

from nocturnes.models import Edition

# The icon that stands before each sentence on a page.
ICONS = ("phone", "hand", "clock", "star", "check")


def terms(edition: Edition) -> list[str]:
    """The agreement, sentence by sentence, in the active language; the hours are those of the edition's rules."""
    hours = {
        "start": f"{edition.rules.reserve_from:%H:%M}",
        "end": f"{edition.rules.reserve_until:%H:%M}",
        "edition": edition.name,
    }
    return [
        _("You can be reached by phone from %(start)s to %(end)s.") % hours,
        _("If somebody drops out, at any museum, we write or call. You can still say no."),
        _("At %(end)s we tell you that you are free, unless a place is open at that moment.") % hours,
        _("You have free entry to one evening of %(edition)s, whether we need you or not.") % hours,
        _("It counts as an evening on which you helped."),
    ]


def with_icons(edition: Edition) -> list[tuple[str, str]]:
    """`terms`, each with the name of its icon."""
    return list(zip(ICONS, terms(edition), strict=True))
