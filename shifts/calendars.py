"""A volunteer's places as calendar entries (RFC 5545): files in our mails, and a calendar to subscribe to.

A file is METHOD:PUBLISH, not REQUEST. A request makes mail programs show "Accept" and "Decline", whose answers go by
mail to the organiser and not to us: somebody would believe that she said she cannot come, and be expected. What is
published has no such buttons, may be published again under the same UID with a higher SEQUENCE, and may be cancelled
(RFC 5546, 3.2.1). One file holds one place: of several events in one file Gmail shows the first only, and Outlook opens
a calendar of its own.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vDuration

from nocturnes import links
from shifts.models import Assignment
from shifts.pages import facts
from shifts.pages.facts import Facts, Mate
from volunteers.models import Volunteer

PRODUCT = "-//Nocturnes//Nocturnes//EN"
ASK_AGAIN = timedelta(hours=1)
# How long what is over, or was given back, stays in a subscribed calendar.
KEPT = timedelta(days=60)

File = tuple[str, str, str]


def files(assignments: Iterable[Assignment], *, now: datetime) -> list[File]:
    """Files for a mail, (name, content, type): one for each of these places of one volunteer, in the active language.

    That of a place that ended cancels. `assignments` come with what `Assignment.objects.for_pages()` reads.
    """
    assignments = list(assignments)
    numbers, teams = _numbers(assignments), _teams(assignments)
    return [_file(one, numbers, teams, now) for one in assignments]


def feed(volunteer: Volunteer, *, now: datetime) -> bytes:
    """All her published places as a calendar to subscribe to, in the language of our mails to her; five queries.

    What she gave back and what was called off stays for a while, as cancelled; what was taken from her is not there.
    """
    rows = _newest_of_each_post(volunteer, now)
    numbers, teams = _numbers(rows), _teams(rows)
    language = rows[-1].post.opening.evening.edition.language_for(volunteer.user.language) if rows else None
    with translation.override(language or volunteer.user.language):
        events = [_event(row, numbers, teams, now) for row in rows]
        calendar = _calendar(events, "PUBLISH")
        name = _("Nocturnes: my evenings")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    # Outlook knows only this older name.
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
    return calendar.to_ical()


def _newest_of_each_post(volunteer, now):
    """Who gave a place back and took it again has one event: that of today."""
    said = Q(cancelled_at=None) | Q(cause__in=(Assignment.Cause.WITHDREW, Assignment.Cause.CALLED_OFF))
    rows = Assignment.objects.published().filter(volunteer=volunteer, ends_at__gt=now - KEPT)
    rows = rows.for_pages().select_related("volunteer__user", "post__opening__evening__lead")
    newest = {row.post_id: row for row in rows.filter(said).order_by("made_at", "pk")}
    return sorted(newest.values(), key=lambda row: (row.report_at, row.pk))


def _teams(assignments):
    """Who else is where one volunteer is; nobody meets herself."""
    openings = {one.post.opening_id for one in assignments if one.is_active}
    return facts.teams(openings, without=assignments[0].volunteer_id) if openings else {}


def _file(assignment, numbers, teams, now):
    method = "CANCEL" if _status(assignment) == "CANCELLED" else "PUBLISH"
    calendar = _calendar([_event(assignment, numbers, teams, now)], method)
    begins = timezone.localtime(assignment.report_at, assignment.post.opening.evening.edition.zone)
    name = f"{begins:%Y-%m-%d-%H%M}-{assignment.post.opening.museum.slug}.ics"
    return name, calendar.to_ical().decode(), f"text/calendar; method={method}"


def _calendar(events, method):
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    years = [event.start.year for event in events]
    if years:
        # The changes of clock around the events, and not those of seventy years.
        calendar.add_missing_timezones(date(min(years), 1, 1), date(max(years) + 1, 1, 1))
    for zone in calendar.timezones:
        _begin_by_the_clock_before(zone)
    return calendar


def _begin_by_the_clock_before(zone):
    """A change begins at the hour that clocks show before it (RFC 5545, 3.6.5); icalendar gives the hour after."""
    for change in zone.subcomponents:
        jump = change.TZOFFSETTO - change.TZOFFSETFROM
        if jump <= timedelta(0):
            continue
        change.DTSTART -= jump
        if "RDATE" in change:
            later = [each.dt - jump for each in change.pop("RDATE").dts]
            change.add("RDATE", later)


def _event(assignment, numbers, teams, now):
    post = assignment.post
    zone, shown = post.opening.evening.edition.zone, Facts(post)
    uid, sequence = numbers[assignment.pk]
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", now)
    event.add("dtstart", timezone.localtime(assignment.report_at, zone))
    event.add("dtend", timezone.localtime(assignment.ends_at, zone))
    event.add("summary", _summary(assignment))
    event.add("location", ", ".join(text for text in (shown.door, shown.museum.name, shown.street) if text))
    link = links.absolute("assignment", translation.get_language(), links.token("assignment", assignment))
    event.add("url", link)
    event.add("status", _status(assignment))
    event.add("description", _description(assignment, shown, teams.get(post.opening_id, []), link))
    event.add("organizer", _organizer(shown.edition))
    if shown.map_url:
        event.add("geo", (float(shown.museum.latitude), float(shown.museum.longitude)))
    return event


def _organizer(edition):
    """Published events have an organiser and nobody who is to answer."""
    organizer = vCalAddress(f"mailto:{edition.mailbox}")
    organizer.params["CN"] = edition.organisation
    return organizer


def _summary(assignment):
    post = assignment.post
    words = f"{post.opening.museum.name}, {post.role.name.lower()}"
    return words if _status(assignment) != "CANCELLED" else _("Cancelled: %(what)s") % {"what": words}


def _status(assignment):
    if not assignment.is_active or assignment.post.is_called_off:
        return "CANCELLED"
    return "CONFIRMED" if assignment.is_confirmed else "TENTATIVE"


def _description(assignment, shown: Facts, team: list[Mate], link):
    """What she needs on the way; the others by first name and initial, as on her pages (design.md 3.6)."""
    if _status(assignment) == "CANCELLED":
        return _("You are not expected here.")
    others = [mate.name for mate in team]
    place = ", ".join(text for text in (shown.door, shown.street) if text)
    lines = [
        _("Report at %(hour)s, %(place)s") % {"hour": shown.report, "place": place},
        shown.museum.stops,
        _("With %(names)s") % {"names": ", ".join(others)} if others else "",
        _("That evening: %(phone)s") % {"phone": shown.evening.phone} if shown.evening.phone else "",
        _("I’m coming / I can’t come:") + f" {link}",
    ]
    return "\n".join(line for line in lines if line)


def _numbers(assignments) -> dict[int, tuple[str, int]]:
    """UID and SEQUENCE of each assignment's event, by its id.

    Whoever leaves a post and comes back has a new assignment and the same event: it bears the number of the first, and
    the count goes on. An end counts one, and so does what follows it.
    """
    posts, people = ({one.post_id for one in assignments}, {one.volunteer_id for one in assignments})
    rows = Assignment.objects.filter(post__in=posts, volunteer__in=people).order_by("made_at", "pk")
    host = urlsplit(settings.BASE_URL).hostname
    first, count, numbers = {}, {}, {}
    for row in rows.only("pk", "post_id", "volunteer_id", "sequence", "cancelled_at"):
        whose = row.post_id, row.volunteer_id
        first.setdefault(whose, row.pk)
        ended = row.cancelled_at is not None
        sequence = count.get(whose, 0) + row.sequence + ended
        count[whose] = sequence + 1
        numbers[row.pk] = f"assignment-{first[whose]}@{host}", sequence
    return numbers
