"""How an assignment reads in a mail: the facts that a volunteer needs, with her own link."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from nocturnes import links
from nocturnes.alphabet import folded
from nocturnes.localized import labelled
from shifts.actions import reminders
from shifts.models import Assignment


@dataclass(frozen=True)
class Slot:
    """One assignment in words, in the active language; the times are on the clock of the edition's zone.

    `tell_all`: the reminder with the briefing is over, so this mail carries the briefing itself (design.md 5).
    """

    assignment: Assignment
    report_at: datetime
    opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    museum: str
    role: str
    address: str
    door: str
    stop: str
    phone: str
    note: str
    briefing: str
    team: list[str]
    link: str
    tell_all: bool

    @property
    def is_confirmed(self):
        return self.assignment.is_confirmed

    @property
    def meet(self):
        """When and where to report."""
        return _("Report at %(hour)s, %(place)s") % {"hour": f"{self.report_at:%H:%M}", "place": self.where}

    @property
    def where(self):
        return f"{self.door}, {self.address}" if self.door else self.address

    @property
    def around(self):
        """The stop, who else is there, and the number to call that evening, one a line."""
        lines = [self.stop]
        if self.team:
            lines.append(_("With %(names)s") % {"names": ", ".join(self.team)})
        if self.phone:
            lines.append(_("That evening: %(phone)s") % {"phone": self.phone})
        return "\n".join(line for line in lines if line)

    @property
    def everything(self):
        """What the full briefing adds: the hours, the note of the evening, the briefing of the post."""
        hours = _("You are there until %(hour)s; the doors open at %(opens)s.") % {
            "hour": f"{self.ends_at:%H:%M}",
            "opens": f"{self.opens_at:%H:%M}",
        }
        return "\n\n".join(text for text in (hours, self.briefing, self.note) if text)


def slot(assignment: Assignment, language: str, *, now: datetime) -> Slot:
    post = assignment.post
    opening, evening = post.opening, post.opening.evening
    museum, zone = opening.museum, evening.edition.zone
    return Slot(
        assignment=assignment,
        report_at=timezone.localtime(post.report_at, zone),
        opens_at=timezone.localtime(opening.starts_at, zone),
        starts_at=timezone.localtime(post.starts_at, zone),
        ends_at=timezone.localtime(post.ends_at, zone),
        museum=museum.name,
        role=post.role.name,
        address=f"{museum.street}, {museum.postcode} {museum.commune}",
        door=labelled(opening, "meeting_point"),
        stop=museum.stops,
        phone=evening.phone,
        note=evening.note,
        briefing=labelled(post, "briefing"),
        team=team(assignment),
        link=links.absolute("assignment", language, links.token("assignment", assignment)),
        tell_all=now >= reminders.moment(evening, evening.edition.rules.briefing),
    )


def team(assignment: Assignment) -> list[str]:
    """The others at the same opening, by first name and initial (design.md 3.6): published places only."""
    others = Assignment.objects.active().published().filter(post__opening=assignment.post.opening_id)
    others = others.exclude(pk=assignment.pk).select_related("volunteer")
    return sorted((other.volunteer.short_name for other in others), key=folded)
